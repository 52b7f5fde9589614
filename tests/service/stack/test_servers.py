"""The private cluster and Redis: made, kept, found again, and told from strangers."""

import os
import signal
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from service.places import LONGEST_SOCKET_PATH, POSTGRES_SOCKET, Places
from service.stack import accounts
from service.stack.accounts import Account, prepare_servers_folder, server_account
from service.stack.failures import PartFailed, UnsafeFolder
from service.stack.postgres import Postgres
from service.stack.processes import wait_until
from service.stack.redis import PrivateRedis


def prepared(home: Path) -> tuple[Places, Account]:
    home.mkdir(mode=0o755)
    places = Places(home)
    prepare_servers_folder(places, server_account())
    return places, server_account()


def connect(places: Places) -> psycopg.Connection:
    return psycopg.connect(places.database_url.replace("+psycopg", ""), autocommit=True)


def test_a_cluster_keeps_its_data_and_listens_on_no_port(home: Path) -> None:
    postgres = Postgres(*prepared(home))
    postgres.start()
    with connect(postgres.places) as connection:
        connection.execute("CREATE TABLE kept (x int)")
        connection.execute("CREATE EXTENSION postgis")
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
    first = postgres.process()
    postgres.start()  # again: nothing happens
    assert postgres.process() == first
    assert first is not None and first.uids().effective == server_account().uid != 0

    postgres.stop()
    assert postgres.process() is None
    postgres.stop()  # again: nothing happens
    postgres.start()
    with connect(postgres.places) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    postgres.stop()


def test_a_cluster_starts_again_after_a_crash(home: Path) -> None:
    postgres = Postgres(*prepared(home))
    postgres.start()
    with connect(postgres.places) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS x")
    process = postgres.process()
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    wait_until(lambda: postgres.process() is None, 10)

    postgres.start()
    with connect(postgres.places) as connection:
        assert connection.execute("SELECT x FROM kept").fetchone() == (1,)
    postgres.stop()


@pytest.mark.parametrize("kind", [Postgres, PrivateRedis])
def test_a_server_started_by_several_at_once_runs_once(
    home: Path, kind: type[Postgres] | type[PrivateRedis]
) -> None:
    """As when somebody starts what the supervisor is just starting again."""
    server = kind(*prepared(home))
    server.start()
    server.stop()
    with ThreadPoolExecutor(4) as pool:
        for starting in [pool.submit(kind(server.places, server.account).start) for _ in range(4)]:
            starting.result()
    assert server.process() is not None
    server.stop()


def test_a_left_over_pid_file_that_names_a_stranger_does_not_keep_a_cluster_down(
    home: Path,
) -> None:
    """As after a power cut: the number in the file is now that of any other program."""
    postgres = Postgres(*prepared(home))
    postgres.start()
    process = postgres.process()
    assert process is not None
    lock = postgres.data / "postmaster.pid"
    words = lock.read_text()
    postgres.stop()
    lock.write_text(words.replace(str(process.pid), str(os.getpid()), 1))
    os.chown(lock, server_account().uid, server_account().gid)

    assert postgres.process() is None  # this very test is not taken for the server
    postgres.start()
    assert postgres.process() is not None
    postgres.stop()


def test_a_cluster_that_cannot_start_says_why(home: Path) -> None:
    postgres = Postgres(*prepared(home))
    postgres.start()
    postgres.stop()
    broken = Postgres(postgres.places, postgres.account, {"shared_buffers": "'lots'"})
    with pytest.raises(PartFailed, match=r"(?s)PostgreSQL did not start.*shared_buffers") as caught:
        broken.start()
    assert "postgres.log" in str(caught.value)


def test_redis_forgets_and_never_evicts(home: Path) -> None:
    server = PrivateRedis(*prepared(home))
    server.start()
    process = server.process()
    server.start()  # again: nothing happens
    assert process is not None and server.process() == process
    assert process.uids().effective == server_account().uid != 0
    client = Redis.from_url(server.places.redis_url, decode_responses=True)
    assert client.config_get("maxmemory-policy", "appendonly", "save", "port") == {
        "maxmemory-policy": "noeviction",
        "appendonly": "no",
        "save": "",
        "port": "0",
    }
    client.close()
    server.stop()
    assert server.process() is None


def test_a_number_in_redis_pid_file_is_not_enough(home: Path) -> None:
    server = PrivateRedis(*prepared(home))
    server.pid_file.write_text(str(os.getpid()))
    assert server.process() is None
    server.stop()  # and this test lives on
    server.start()
    assert server.process() is not None
    server.stop()


def test_only_the_servers_account_may_enter_their_folders(home: Path) -> None:
    places, account = prepared(home)
    for folder in (places.postgres, places.redis, places.sockets):
        found = folder.stat()
        assert found.st_uid == account.uid
        assert stat.S_IMODE(found.st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers run as another account")
def test_servers_of_a_closed_home_live_elsewhere(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = home.parent / "elsewhere"
    monkeypatch.setattr(accounts, "ELSEWHERE", elsewhere)
    home.mkdir(mode=0o700)
    places = Places(home)
    prepare_servers_folder(places, server_account())
    assert places.servers.is_symlink()
    assert places.postgres == elsewhere / places.key / "postgres"
    prepare_servers_folder(places, server_account())  # found again
    assert places.sockets.stat().st_uid == server_account().uid


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to someone else")
def test_a_folder_of_someone_else_is_not_trusted(home: Path) -> None:
    places, account = prepared(home)
    os.chown(places.sockets, 0, 0)
    with pytest.raises(UnsafeFolder, match="belongs to someone else"):
        prepare_servers_folder(places, account)


@pytest.mark.parametrize("name", ["o'brien", "my maps", "100%25", "a,b"])
def test_servers_start_in_a_home_of_any_name(home: Path, name: str) -> None:
    home.mkdir(mode=0o755)
    places, account = prepared(home / name)
    postgres, redis = Postgres(places, account), PrivateRedis(places, account)
    try:
        postgres.start()
        redis.start()
        with connect(places) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert Redis.from_url(places.redis_url).ping()
    finally:
        redis.stop()
        postgres.stop()


def test_socket_paths_fit_however_deep_the_home_lies(tmp_path: Path) -> None:
    deep = Places(tmp_path / ("a" * 60) / ("b" * 60))
    other = Places(tmp_path / ("a" * 60) / ("c" * 60))
    for places in (deep, other):
        socket = places.sockets / POSTGRES_SOCKET
        assert len(str(socket).encode()) <= LONGEST_SOCKET_PATH
    assert deep.sockets != other.sockets
