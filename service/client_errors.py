"""What a client of the service may meet: a refusal, or nobody there."""

from __future__ import annotations

from typing import Any

import httpx

Json = dict[str, Any]


class ApiProblem(Exception):
    """The service refused, and said why (RFC 9457).

    Attributes:
        status: HTTP status.
        type: the problem's kind, such as ``urn:tilewise:problem:round-already-running``.
        title: the kind in words.
        detail: what is wrong here, and what to do.
        problem: the whole problem body.
    """

    def __init__(self, status: int, problem: Json) -> None:
        self.status = status
        self.type = str(problem.get("type", "about:blank"))
        self.title = str(problem.get("title", f"HTTP {status}"))
        self.detail = str(problem.get("detail", ""))
        self.problem = problem
        super().__init__(f"{self.title}: {self.detail}" if self.detail else self.title)


class ServiceUnreachable(Exception):
    """Nobody answers at the service's address."""


def problem_of(answer: httpx.Response) -> ApiProblem:
    """The refusal that an answer with an error status is."""
    try:
        body = answer.json()
    except ValueError:  # a proxy's page, not ours
        body = {"title": answer.reason_phrase, "detail": answer.text[:500]}
    return ApiProblem(answer.status_code, body if isinstance(body, dict) else {"detail": body})
