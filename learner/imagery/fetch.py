"""Polite, bounded HTTP: one place where imagery is asked of other people's servers."""

from __future__ import annotations

import email.utils
import threading
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from urllib.parse import urlsplit

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_base, wait_exponential_jitter

from learner.imagery.errors import AddressRefused, ImageryTooLarge, ImageryUnreachable
from learner.imagery.guard import GuardedTransport, deadline
from learner.imagery.spec import ImageryLimits

_MISSING = frozenset({204, 404, 410})
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
_LONGEST_WAIT_S = 60.0
_REDIRECTS = 5
_CHUNK_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Fetched:
    """One whole answer: status 200 or 206."""

    status: int
    headers: httpx.Headers
    body: bytes


class _Pace:
    """Spaces the requests of all threads of this process to one host evenly in time."""

    def __init__(self, per_s: float) -> None:
        self._step_s = 1.0 / per_s
        self._lock = threading.Lock()
        self._next_s = 0.0

    def wait(self) -> None:
        with self._lock:
            now_s = time.monotonic()
            turn_s = max(now_s, self._next_s)
            self._next_s = turn_s + self._step_s
        time.sleep(max(0.0, turn_s - now_s))

    def pause(self, seconds: float) -> None:
        """Nobody asks this host for so long: it said that it is busy."""
        with self._lock:
            self._next_s = max(self._next_s, time.monotonic() + seconds)


_paces: dict[tuple[str, float], _Pace] = {}
_paces_lock = threading.Lock()


def _pace_of(host: str, per_s: float) -> _Pace:
    with _paces_lock:
        return _paces.setdefault((host, per_s), _Pace(per_s))


class _Transient(Exception):
    """Worth another try; ``wait_s`` when the server said how long to wait."""

    def __init__(self, reason: str, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


class _WaitAsTold(wait_base):
    """As long as the server asked, else exponentially longer with some chance in it."""

    def __init__(self) -> None:
        self._unasked = wait_exponential_jitter(multiplier=0.3, max=8.0, jitter=0.3)

    def __call__(self, retry_state: RetryCallState) -> float:
        failure = retry_state.outcome.exception() if retry_state.outcome else None
        if isinstance(failure, _Transient) and failure.wait_s is not None:
            return failure.wait_s
        return self._unasked(retry_state)


class Fetcher:
    """GETs by the limits of one source; safe to use from many threads."""

    def __init__(self, limits: ImageryLimits) -> None:
        self._limits = limits
        self._client = httpx.Client(
            transport=GuardedTransport(
                allow_private=limits.allow_private_addresses, connections=limits.concurrency
            ),
            timeout=limits.timeout_s,
            follow_redirects=True,
            max_redirects=_REDIRECTS,
            headers={
                "User-Agent": f"tilewise/{version('tilewise')}",
                # Images are compressed already; a packed answer could unpack to anything.
                "Accept-Encoding": "identity",
            },
        )

    def get(
        self, url: str, *, asked: str, headers: Mapping[str, str] | None = None
    ) -> Fetched | None:
        """The answer to a GET, or None when there is nothing at this address (204, 404, 410).

        Args:
            url: where to ask. It may hold an access key, so no message repeats it.
            asked: what is asked for, for messages, such as ``18/151234/109876``.
            headers: more request headers.

        Raises:
            AddressRefused: the address, or one it redirects to, must not be called.
            ImageryTooLarge: the answer is over ``max_response_bytes``.
            ImageryUnreachable: anything else but an answer, after the retries.
        """
        host = urlsplit(url).hostname or "?"
        retrying = Retrying(
            stop=stop_after_attempt(self._limits.retries + 1),
            retry=retry_if_exception_type(_Transient),
            wait=_WaitAsTold(),
            reraise=True,
        )
        try:
            return retrying(self._get_once, url, host, asked, dict(headers or {}))
        except _Transient as error:
            raise ImageryUnreachable(
                f"{asked} could not be had from {host} in {self._limits.retries + 1} tries: "
                f"{error}. Check that the server is up and reachable from here, then try again.",
                tile=asked,
                host=host,
            ) from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise AddressRefused(f"{host} is not an address that can be called: {error}") from error
        except httpx.HTTPError as error:  # what is left is not worth a retry: redirects, protocol
            raise ImageryUnreachable(
                f"{asked} could not be had from {host}: {error}. Check the address.",
                tile=asked,
                host=host,
            ) from error

    def _get_once(self, url: str, host: str, asked: str, headers: dict[str, str]) -> Fetched | None:
        pace = _pace_of(host, self._limits.requests_per_host_per_s)
        pace.wait()
        try:
            with (
                deadline(self._limits.timeout_s),
                self._client.stream("GET", url, headers=headers) as response,
            ):
                if response.status_code in _MISSING:
                    return None
                self._refuse_failures(response, host, asked, pace)
                body = self._read_body(response, host, asked)
                return Fetched(response.status_code, response.headers, body)
        except httpx.TimeoutException as error:
            raise _Transient(f"no whole answer within {self._limits.timeout_s:g} s") from error
        except (httpx.NetworkError, httpx.RemoteProtocolError) as error:
            raise _Transient(str(error) or type(error).__name__) from error

    def _refuse_failures(
        self, response: httpx.Response, host: str, asked: str, pace: _Pace
    ) -> None:
        status = response.status_code
        if status in _TRANSIENT:
            wait_s = _retry_after_s(response.headers.get("Retry-After"))
            if wait_s is not None and wait_s > _LONGEST_WAIT_S:
                raise ImageryUnreachable(
                    f"{host} asks to wait {wait_s:.0f} s before {asked} (status {status}). "
                    "Try again later, or lower the requests a second for this imagery.",
                    tile=asked,
                    host=host,
                )
            if wait_s is not None:
                pace.pause(wait_s)
            raise _Transient(f"the server answered {status} {response.reason_phrase}", wait_s)
        if status not in (200, 206):
            advice = "Check the access key" if status in (401, 403) else "Check the address"
            raise ImageryUnreachable(
                f"{host} answered {status} {response.reason_phrase} to {asked}. {advice}.",
                tile=asked,
                host=host,
            )

    def _read_body(self, response: httpx.Response, host: str, asked: str) -> bytes:
        most = self._limits.max_response_bytes
        body = bytearray()
        for chunk in response.iter_raw(_CHUNK_BYTES):
            body += chunk
            if len(body) > most:
                raise _too_large(host, asked, most)
        encoding = response.headers.get("Content-Encoding", "identity").lower()
        if encoding == "identity":
            return bytes(body)
        if encoding not in ("gzip", "x-gzip", "deflate"):
            raise ImageryUnreachable(
                f"{host} packed {asked} as {encoding!r}, though it was asked not to.",
                tile=asked,
                host=host,
            )
        return _unpack(bytes(body), host, asked, most)


def _unpack(body: bytes, host: str, asked: str, most_bytes: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # gzip or zlib, by its header
    try:
        unpacked = unpacker.decompress(body, most_bytes + 1)
    except zlib.error as error:
        raise _Transient(f"a broken packed answer ({error})") from error
    if len(unpacked) > most_bytes:
        raise _too_large(host, asked, most_bytes)
    return unpacked


def _too_large(host: str, asked: str, most_bytes: int) -> ImageryTooLarge:
    return ImageryTooLarge(
        f"{host} sends more than {most_bytes:,} bytes for {asked}. Give an address of map tiles, "
        "or of a cloud-optimised GeoTIFF."
    )


def _retry_after_s(value: str | None) -> float | None:
    """Seconds of a Retry-After header, which holds a number or a date; None if neither."""
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        when = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, when.timestamp() - time.time())
