"""How the client speaks to the service: requests, pages, streams, and what can go wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import httpx

from service.client_errors import Json, ServiceUnreachable, problem_of


class Wire:
    """A connection to one service, shared by threads.

    Args:
        base_url: address of the service, such as ``http://127.0.0.1:8765``.
        token: an actor's token; None for what needs none (health, signing up).
        timeout_s: how long to wait for one answer; creating a large campaign takes seconds.
        transport: another way to the service (tests speak to the application in-process).
    """

    def __init__(
        self,
        base_url: str,
        token: str | None = None,
        *,
        timeout_s: float = 120.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.token = token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(
            base_url=self.base_url, headers=headers, timeout=timeout_s, transport=transport
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def _pages(self, path: str, **params: Any) -> Iterator[Json]:
        params = given(**params)
        while True:
            page = self._json("GET", path, params=params)
            yield page
            cursor = page.get("next_cursor")
            if cursor is None:
                return
            params = {**params, "cursor": cursor}

    def _json(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        params: Mapping[str, Any] | None = None,
    ) -> Json:
        answer: Json = self._send(method, path, json=body, params=params).json()
        return answer

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, f"/api{path}", **options)
        except httpx.TransportError as error:
            raise self._unreachable(error) from error
        if answer.is_error:
            raise problem_of(answer)
        return answer

    @contextmanager
    def _stream(self, path: str, **params: Any) -> Iterator[httpx.Response]:
        """An answer that is read as it comes, however long it takes."""
        try:
            with self._http.stream(
                "GET", f"/api{path}", params=given(**params), timeout=None
            ) as answer:
                if answer.is_error:
                    answer.read()
                    raise problem_of(answer)
                yield answer
        except httpx.TransportError as error:
            raise self._unreachable(error) from error

    def _unreachable(self, error: httpx.TransportError) -> ServiceUnreachable:
        return ServiceUnreachable(
            f"No answer from {self.base_url} ({type(error).__name__}: {error}). "
            "Is the service up? See `tilewise status`."
        )


def given(**params: Any) -> dict[str, Any]:
    """What was given of ``params``: those that are not None."""
    return {key: value for key, value in params.items() if value is not None}
