"""Which campaign a command means: its id, the beginning of it, its name, or the only one."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from service.cli.output import CommandRefused
from service.client import TilewiseClient

CampaignArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="CAMPAIGN",
        help="Its id, the beginning of its id, or its name. Not needed where there is only one.",
        show_default=False,
    ),
]


class NoSuchCampaign(CommandRefused):
    """The words given mean no campaign, or several; the message lists what there is."""


def choose_campaign(client: TilewiseClient, words: str | None) -> dict[str, Any]:
    """The campaign that ``words`` mean.

    Raises:
        NoSuchCampaign: none or several fit.
    """
    campaigns = client.campaigns()
    if not campaigns:
        raise NoSuchCampaign("There is no campaign yet. Make one: tilewise campaign create --help")
    fitting = [found for found in campaigns if words is None or _fits(found, words)]
    if len(fitting) == 1:
        return fitting[0]
    listed = "\n".join(f"  {found['id']}  {found['name']}" for found in fitting or campaigns)
    if not fitting:
        raise NoSuchCampaign(f"No campaign is called “{words}”. There are:\n{listed}")
    raise NoSuchCampaign(f"Which campaign? Give its id or the beginning of it:\n{listed}")


def _fits(campaign: dict[str, Any], words: str) -> bool:
    return str(campaign["id"]).startswith(words) or campaign["name"] == words
