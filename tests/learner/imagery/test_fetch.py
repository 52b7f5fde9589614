"""Servers as they are: busy, slow, huge, wrong."""

from __future__ import annotations

import dataclasses
import email.utils
import gzip
import itertools
import time
from collections.abc import Iterator

import pytest

from learner.imagery.errors import ImageryTooLarge, ImageryUnreachable
from learner.imagery.fetch import Fetcher
from tests.learner.imagery.local_server import OPEN, Answer, serving

ONCE = dataclasses.replace(OPEN, retries=0, timeout_s=0.4)


def in_turn(*answers: Answer):  # type: ignore[no-untyped-def]  # a Respond, said below
    """Each request gets the next answer, and the last one for ever."""
    left = itertools.chain(answers, itertools.repeat(answers[-1]))
    return lambda *_: next(left)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429, 408])
def test_a_server_that_recovers_is_asked_again(status: int) -> None:
    with serving(in_turn(Answer(status), Answer(status), Answer(body=b"tile"))) as server:
        fetched = Fetcher(OPEN).get(server.url("a"), asked="1/0/0")
        assert fetched is not None
        assert fetched.body == b"tile"
        assert len(server.requests) == 3


def test_after_the_last_retry_the_error_names_tile_host_and_reason() -> None:
    with serving(lambda *_: Answer(503)) as server:
        with pytest.raises(ImageryUnreachable) as failed:
            Fetcher(OPEN).get(server.url("a?key=secret"), asked="18/1/2")
        assert len(server.requests) == OPEN.retries + 1
    assert (failed.value.tile, failed.value.host) == ("18/1/2", "127.0.0.1")
    assert "18/1/2" in str(failed.value)
    assert "127.0.0.1" in str(failed.value)
    assert "503" in str(failed.value)
    assert "secret" not in str(failed.value)


def test_nobody_asks_again_before_the_server_said() -> None:
    asked_s: list[float] = []
    left = in_turn(Answer(429, headers={"Retry-After": "1"}), Answer(body=b"tile"))

    def respond(path: str, headers: dict[str, str]) -> Answer:
        asked_s.append(time.monotonic())
        return left(path, headers)

    with serving(respond) as server:
        assert Fetcher(OPEN).get(server.url("a"), asked="1/0/0") is not None
    assert len(asked_s) == 2
    assert asked_s[1] - asked_s[0] >= 1.0


@pytest.mark.parametrize(
    "retry_after",
    ["3600", email.utils.formatdate(time.time() + 3600, usegmt=True)],
    ids=["seconds", "date"],  # a name with the time in it differs from one process to the next
)
def test_a_server_that_wants_an_hour_is_left_alone(retry_after: str) -> None:
    busy = Answer(503, headers={"Retry-After": retry_after})
    with serving(lambda *_: busy) as server:
        with pytest.raises(ImageryUnreachable, match="asks to wait"):
            Fetcher(OPEN).get(server.url("a"), asked="1/0/0")
        assert len(server.requests) == 1


def test_a_retry_after_that_is_nonsense_is_not_an_error() -> None:
    odd = Answer(503, headers={"Retry-After": "soon"})
    with serving(in_turn(odd, Answer(body=b"tile"))) as server:
        assert Fetcher(OPEN).get(server.url("a"), asked="1/0/0") is not None


@pytest.mark.parametrize("status", [204, 404, 410])
def test_nothing_there_is_an_answer(status: int) -> None:
    with serving(lambda *_: Answer(status)) as server:
        assert Fetcher(OPEN).get(server.url("a"), asked="1/0/0") is None
        assert len(server.requests) == 1


@pytest.mark.parametrize(("status", "advice"), [(401, "key"), (403, "key"), (400, "address")])
def test_a_refusal_is_not_asked_for_again(status: int, advice: str) -> None:
    with serving(lambda *_: Answer(status)) as server:
        with pytest.raises(ImageryUnreachable, match=advice):
            Fetcher(OPEN).get(server.url("a"), asked="1/0/0")
        assert len(server.requests) == 1


def test_a_body_without_end_is_cut_at_the_limit() -> None:
    sent = itertools.count()

    def endless() -> Iterator[bytes]:
        while next(sent) < 10_000:
            yield bytes(65_536)

    limits = dataclasses.replace(OPEN, max_response_bytes=1_000_000)
    with serving(lambda *_: Answer(body=endless())) as server:
        with pytest.raises(ImageryTooLarge, match="1,000,000 bytes"):
            Fetcher(limits).get(server.url("a"), asked="1/0/0")
        assert len(server.requests) == 1
    assert next(sent) < 10_000


def test_a_small_body_that_unpacks_to_a_huge_one_is_refused() -> None:
    bomb = Answer(body=gzip.compress(bytes(50_000_000)), headers={"Content-Encoding": "gzip"})
    limits = dataclasses.replace(OPEN, max_response_bytes=1_000_000)
    with serving(lambda *_: bomb) as server, pytest.raises(ImageryTooLarge):
        Fetcher(limits).get(server.url("a"), asked="1/0/0")


def test_a_body_packed_without_being_asked_is_unpacked() -> None:
    packed = Answer(body=gzip.compress(b"tile"), headers={"Content-Encoding": "gzip"})
    with serving(lambda *_: packed) as server:
        fetched = Fetcher(OPEN).get(server.url("a"), asked="1/0/0")
    assert fetched is not None
    assert fetched.body == b"tile"


def test_a_body_that_trickles_is_given_up_as_a_whole() -> None:
    def trickle() -> Iterator[bytes]:
        for _ in range(100):
            time.sleep(0.1)  # each piece comes well within the timeout of 0.4 s
            yield b"."

    with (
        serving(lambda *_: Answer(body=trickle())) as server,
        pytest.raises(ImageryUnreachable, match=r"no whole answer within 0\.4 s"),
    ):
        Fetcher(ONCE).get(server.url("a"), asked="1/0/0")


def test_headers_that_trickle_are_given_up_too() -> None:
    class Slow(dict[str, str]):
        def items(self):  # type: ignore[no-untyped-def, override]  # sent one by one
            for number in range(100):
                time.sleep(0.1)
                yield f"X-{number}", "a"

    with (
        serving(lambda *_: Answer(headers=Slow())) as server,
        pytest.raises(ImageryUnreachable, match=r"no whole answer within 0\.4 s"),
    ):
        Fetcher(ONCE).get(server.url("a"), asked="1/0/0")


def test_a_redirect_in_circles_ends() -> None:
    with serving(lambda path, _: Answer(302, headers={"Location": path})) as server:
        with pytest.raises(ImageryUnreachable, match="redirects"):
            Fetcher(OPEN).get(server.url("a"), asked="1/0/0")
        assert len(server.requests) <= 7


def test_a_closed_port_is_an_error_with_advice() -> None:
    with serving(lambda *_: Answer()) as server:
        url = server.url("a")
    with pytest.raises(ImageryUnreachable, match="Check that the server is up"):
        Fetcher(dataclasses.replace(OPEN, retries=0)).get(url, asked="1/0/0")


def test_a_name_that_does_not_exist_is_an_error_with_the_name() -> None:
    with pytest.raises(ImageryUnreachable, match=r"no-such-host\.invalid"):
        Fetcher(ONCE).get("http://no-such-host.invalid/a", asked="1/0/0")


def test_requests_to_a_host_keep_their_distance() -> None:
    asked_s: list[float] = []

    def respond(*_: object) -> Answer:
        asked_s.append(time.monotonic())
        return Answer(body=b"tile")

    limits = dataclasses.replace(OPEN, requests_per_host_per_s=20.0)
    with serving(respond) as server:
        fetchers = [Fetcher(limits), Fetcher(limits)]
        started_s = time.monotonic()
        for fetcher in fetchers * 3:
            fetcher.get(server.url("a"), asked="1/0/0")
    assert asked_s[-1] - started_s >= 5 / 20.0
