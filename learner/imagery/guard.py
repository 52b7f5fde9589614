"""Keeps imagery addresses, which strangers type in, from reaching inside the network.

The name is resolved here, every address it stands for is judged here, and the connection goes to
the very address that was judged: there is no second look-up that could answer differently. Since
this happens wherever a connection is opened, each hop of a redirect is judged like the first.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore
import httpx

from learner.imagery.errors import AddressRefused

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# What Python takes for global (in some versions), but answers from inside.
_INSIDE = tuple(
    map(
        ipaddress.ip_network,
        (
            "168.63.129.16/32",  # Azure's metadata and wire server
            "192.0.0.0/24",  # protocol assignments; Oracle's metadata server
            "64:ff9b:1::/48",  # NAT64 of one's own network
        ),
    )
)
_deadline_s: ContextVar[float | None] = ContextVar("_deadline_s", default=None)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Everything read from guarded connections in this block ends within ``seconds``.

    Timeouts of the HTTP library start anew with each packet, so a server that sends a byte now
    and then could hold a worker for days.
    """
    token = _deadline_s.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline_s.reset(token)


def is_public(address: IpAddress) -> bool:
    """Whether ``address`` belongs to the open internet, seen through IPv6's disguises of IPv4."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address.teredo is not None:
            inner = address.teredo[1]
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(address in network for network in _INSIDE)
    )


def resolve(host: str, port: int, *, allow_private: bool) -> list[str]:
    """The addresses of ``host`` that may be called.

    Raises:
        AddressRefused: one of them is private and ``allow_private`` is not set.
        OSError: the name cannot be resolved.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]).split("%")[0] for entry in found))
    if not allow_private:
        for address in addresses:
            if not is_public(ipaddress.ip_address(address)):
                raise AddressRefused(
                    f"{host} is {address}, an address inside a private network, which this "
                    "service does not call. Use a public address, or let the operator set "
                    "TILEWISE_ALLOW_PRIVATE_IMAGERY=true."
                )
    return addresses


class GuardedBackend(httpcore.NetworkBackend):
    """Opens TCP connections to judged addresses only."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            addresses = resolve(host, port, allow_private=self._allow_private)
        except OSError as error:
            raise httpcore.ConnectError(f"the name {host} cannot be resolved") from error
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                stream = self._plain.connect_tcp(
                    address, port, _left(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream)
        raise failure

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Any = None
    ) -> httpcore.NetworkStream:
        raise AddressRefused("Imagery is not read from local sockets.")

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class _TimedStream(httpcore.NetworkStream):
    """A stream that knows the deadline of the request that is using it."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(timeout_s: float | None) -> float | None:
    """``timeout_s``, or less where the deadline is nearer."""
    ends_s = _deadline_s.get()
    if ends_s is None:
        return timeout_s
    left_s = ends_s - time.monotonic()
    if left_s <= 0:
        raise httpcore.ReadTimeout("the answer as a whole took too long")
    return left_s if timeout_s is None else min(left_s, timeout_s)


class GuardedTransport(httpx.HTTPTransport):
    """httpx over :class:`GuardedBackend`; never a proxy, which would resolve names itself.

    httpx has no argument for a network backend, so its pool is built here. Should a later httpx
    keep the pool elsewhere, every request fails: the guard cannot be lost silently.
    """

    def __init__(self, *, allow_private: bool, connections: int) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=5.0,
            network_backend=GuardedBackend(allow_private=allow_private),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.scheme not in ("http", "https"):
            raise AddressRefused(
                f"{request.url.scheme}:// addresses are not read; use http:// or https://."
            )
        return super().handle_request(request)
