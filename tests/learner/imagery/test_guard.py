"""Addresses from strangers cannot reach inside the network."""

from __future__ import annotations

import dataclasses
import ipaddress
import socket
from typing import Any

import pytest

from learner.imagery import guard
from learner.imagery.errors import AddressRefused
from learner.imagery.fetch import Fetcher
from learner.imagery.spec import ImageryLimits
from tests.learner.imagery.local_server import OPEN, Answer, serving

GUARDED = dataclasses.replace(OPEN, allow_private_addresses=False)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",  # metadata of most clouds
        "100.100.100.200",  # metadata of Alibaba's
        "168.63.129.16",  # Azure's
        "192.0.0.192",  # Oracle's
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",  # 169.254.169.254 through NAT64
        "2002:7f00:1::",  # 127.0.0.1 through 6to4
    ],
)
def test_addresses_inside_networks_are_not_public(address: str) -> None:
    assert not guard.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07::1", "64:ff9b::808:808"])
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert guard.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]"])
def test_loopback_is_refused_in_every_spelling(host: str) -> None:
    with pytest.raises(AddressRefused, match="private network"):
        Fetcher(GUARDED).get(f"http://{host}:9/a.png", asked="1/0/0")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/a", "http://"])
def test_other_schemes_are_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        Fetcher(GUARDED).get(url, asked="1/0/0")


def test_an_operator_may_allow_private_addresses() -> None:
    with serving(lambda *_: Answer(body=b"yes")) as server:
        fetched = Fetcher(OPEN).get(server.url("a"), asked="1/0/0")
    assert fetched is not None
    assert fetched.body == b"yes"


@pytest.fixture
def two_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """127.0.0.1 stands for the internet, 127.0.0.2 for the inside."""
    inside = ipaddress.ip_address("127.0.0.2")
    monkeypatch.setattr(guard, "is_public", lambda address: address != inside)


@pytest.mark.usefixtures("two_networks")
def test_a_redirect_into_the_network_is_refused_without_calling_it() -> None:
    with serving(lambda *_: Answer(body=b"secret"), host="127.0.0.2") as hidden:
        to_hidden = Answer(302, headers={"Location": hidden.url("metadata")})
        with serving(lambda *_: to_hidden) as server, pytest.raises(AddressRefused):
            Fetcher(GUARDED).get(server.url("a"), asked="1/0/0")
        assert server.requests == ["/a"]
        assert hidden.requests == []


@pytest.mark.usefixtures("two_networks")
def test_a_redirect_to_another_public_address_is_followed() -> None:
    with serving(lambda *_: Answer(body=b"here")) as target:
        moved = Answer(301, headers={"Location": target.url("b")})
        with serving(lambda *_: moved) as server:
            fetched = Fetcher(GUARDED).get(server.url("a"), asked="1/0/0")
    assert fetched is not None
    assert fetched.body == b"here"


@pytest.mark.usefixtures("two_networks")
def test_a_redirect_to_another_scheme_is_refused() -> None:
    moved = Answer(302, headers={"Location": "file:///etc/passwd"})
    with serving(lambda *_: moved) as server, pytest.raises(AddressRefused):
        Fetcher(GUARDED).get(server.url("a"), asked="1/0/0")


class _ChangingNames:
    """A name server that answers each question about ``tiles.test`` with the next addresses."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked = 0
        self._real = socket.getaddrinfo

    def __call__(self, host: Any, port: Any, *args: Any, **options: Any) -> Any:
        if host != "tiles.test":
            return self._real(host, port, *args, **options)
        addresses = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses]


@pytest.mark.usefixtures("two_networks")
def test_the_address_that_was_judged_is_the_one_that_is_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = _ChangingNames(["127.0.0.1"], ["127.0.0.2"])
    monkeypatch.setattr(socket, "getaddrinfo", names)
    with serving(lambda *_: Answer(body=b"public")) as server:
        url = f"http://tiles.test:{server.port}/a"
        fetched = Fetcher(GUARDED).get(url, asked="1/0/0")
        assert fetched is not None
        assert fetched.body == b"public"
        assert names.asked == 1
        with pytest.raises(AddressRefused):  # a new connection: the name now leads inside
            Fetcher(GUARDED).get(url, asked="1/0/0")


@pytest.mark.usefixtures("two_networks")
def test_a_name_with_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _ChangingNames(["127.0.0.1", "127.0.0.2"]))
    with serving(lambda *_: Answer()) as server:
        with pytest.raises(AddressRefused):
            Fetcher(GUARDED).get(f"http://tiles.test:{server.port}/a", asked="1/0/0")
        assert server.requests == []


def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    limits: ImageryLimits = OPEN
    with serving(lambda *_: Answer(body=b"direct")) as server:
        fetched = Fetcher(limits).get(server.url("a"), asked="1/0/0")
    assert fetched is not None
    assert fetched.body == b"direct"
