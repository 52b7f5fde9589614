import hashlib
from pathlib import Path

import pytest

from service.artefacts import ArtefactMissing, Artefacts, sha256_of


def test_what_is_put_comes_back(artefacts: Artefacts) -> None:
    assert artefacts.put_bytes("predictions/ab/12/pieces.bin", b"pieces") == (
        "predictions/ab/12/pieces.bin"
    )
    assert artefacts.get_bytes("predictions/ab/12/pieces.bin") == b"pieces"
    assert artefacts.exists("predictions/ab/12/pieces.bin")
    assert Path(artefacts.url("predictions/ab/12/pieces.bin")).read_bytes() == b"pieces"


def test_a_file_is_kept_under_the_hash_of_its_content(artefacts: Artefacts, tmp_path: Path) -> None:
    scene = tmp_path / "town.tif"
    scene.write_bytes(b"pixels" * 1000)
    digest = hashlib.sha256(b"pixels" * 1000).hexdigest()
    assert sha256_of(scene) == digest
    key = artefacts.put_content("scenes", scene, ".tif")
    assert key == f"scenes/{digest}.tif"
    assert artefacts.put_content("scenes", scene, ".tif") == key  # twice is once
    assert artefacts.local(key).read_bytes() == b"pixels" * 1000


def test_what_stands_under_a_key_never_changes(artefacts: Artefacts) -> None:
    artefacts.put_bytes("checkpoints/a.safetensors", b"first")
    artefacts.put_bytes("checkpoints/a.safetensors", b"second")
    assert artefacts.get_bytes("checkpoints/a.safetensors") == b"first"


def test_a_missing_artefact_is_named(artefacts: Artefacts, tmp_path: Path) -> None:
    assert not artefacts.exists("scenes/none.tif")
    for read in (
        artefacts.get_bytes,
        artefacts.local,
        lambda key: artefacts.fetch_to(key, tmp_path / "copy" / "none.tif"),
    ):
        with pytest.raises(ArtefactMissing, match=r"scenes/none\.tif"):
            read("scenes/none.tif")
    assert list((tmp_path / "copy").iterdir()) == []  # no half of a file is left behind


def test_a_copy_replaces_what_was_there_at_once(artefacts: Artefacts, tmp_path: Path) -> None:
    artefacts.put_bytes("scenes/a.tif", b"new")
    target = tmp_path / "a.tif"
    target.write_bytes(b"a longer old content")
    assert artefacts.fetch_to("scenes/a.tif", target) == target
    assert target.read_bytes() == b"new"
