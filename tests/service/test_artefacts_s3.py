"""The same store over the S3 protocol, against a real server of it on this machine."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.artefacts import ArtefactMissing, Artefacts
from service.settings import Settings


@pytest.fixture(scope="module")
def s3_address() -> Iterator[str]:
    """Base URL of an S3 server with one bucket, `artefacts`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        make_bucket = urllib.request.Request(f"{address}/artefacts", method="PUT")
        for _ in range(300):
            try:
                urllib.request.urlopen(make_bucket, timeout=5).close()
                break
            except urllib.error.URLError:
                assert server.poll() is None, "the S3 server ended"
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait()


@pytest.fixture
def s3_artefacts(s3_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Artefacts:
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_address)
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a-name")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-word")
    return Artefacts.open(Settings(home=tmp_path / "home", artefact_url="s3://artefacts/tilewise"))


def test_what_is_put_into_s3_comes_back(s3_artefacts: Artefacts) -> None:
    assert not s3_artefacts.exists("checkpoints/a.safetensors")
    s3_artefacts.put_bytes("checkpoints/a.safetensors", b"weights")
    assert s3_artefacts.exists("checkpoints/a.safetensors")
    assert s3_artefacts.get_bytes("checkpoints/a.safetensors") == b"weights"
    assert s3_artefacts.url("checkpoints/a.safetensors") == (
        "s3://artefacts/tilewise/checkpoints/a.safetensors"
    )


def test_a_file_larger_than_a_part_goes_to_s3_whole(
    s3_artefacts: Artefacts, tmp_path: Path
) -> None:
    scene = tmp_path / "scene.tif"
    scene.write_bytes(bytes(range(256)) * 4 * 1024 * 13)  # 13 MiB: several parts
    key = s3_artefacts.put_content("scenes", scene, ".tif")
    copy = s3_artefacts.fetch_to(key, tmp_path / "copy.tif")
    assert copy.read_bytes() == scene.read_bytes()


def test_s3_is_read_once_for_a_local_copy(s3_artefacts: Artefacts) -> None:
    s3_artefacts.put_bytes("scenes/b.tif", b"pixels")
    first = s3_artefacts.local("scenes/b.tif")
    assert first.read_bytes() == b"pixels"
    written_at = first.stat().st_mtime_ns
    assert s3_artefacts.local("scenes/b.tif").stat().st_mtime_ns == written_at


def test_what_is_missing_in_s3_is_named(s3_artefacts: Artefacts) -> None:
    with pytest.raises(ArtefactMissing, match=r"scenes/none\.tif"):
        s3_artefacts.get_bytes("scenes/none.tif")
    with pytest.raises(ArtefactMissing, match=r"scenes/none\.tif"):
        s3_artefacts.local("scenes/none.tif")
