"""Ports and addresses of the API on this machine."""

from __future__ import annotations

import errno
import socket
import urllib.error
import urllib.request

from service.stack.failures import StackError

PORTS_TRIED = 50


def free_port(host: str, first: int) -> int:
    """The first port from ``first`` on that nothing listens on.

    Raises:
        StackError: none of the next fifty is free, or the host is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in range(first, min(first + PORTS_TRIED, 65_536)):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # As the API will bind: connections that linger after a stop do not count as taken.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except PermissionError:
                raise StackError(
                    f"port {port} is reserved; choose one above 1023 with TILEWISE_PORT"
                ) from None
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    continue
                raise StackError(f"cannot listen on {host}: {error.strerror}") from error
            return port
    raise StackError(
        f"ports {first} to {first + PORTS_TRIED - 1} are all taken; choose one with TILEWISE_PORT"
    )


def is_healthy(address: str) -> bool:
    """Whether a Tilewise API answers there."""
    try:
        with urllib.request.urlopen(f"{address}/api/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def reachable_host(host: str) -> str:
    """The address that a client on this machine uses for what a server is bound to."""
    if host in {"0.0.0.0", "::"}:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
