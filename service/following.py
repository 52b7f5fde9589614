"""Following a round from outside: its views, one after the other, until it waits for people."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from service.client import TilewiseClient
from service.states import RoundState

# A round in one of these goes on only when a person does something.
RESTING = frozenset({RoundState.LABELLING, RoundState.CLOSED, RoundState.HELD})
POLL_S = 0.5


def follow_round(
    client: TilewiseClient, campaign_id: str, number: int, *, every_s: float = POLL_S
) -> Iterator[dict[str, Any]]:
    """Yield the round's view now and whenever it is asked again; the last one is at rest.

    Polling, not the event stream: it survives restarts of the service and of proxies between.
    """
    while True:
        view = client.round(campaign_id, number)
        yield view
        if RoundState(view["state"]) in RESTING:
            return
        time.sleep(every_s)
