"""Reasons and notices: a code that pages word in their readers' language, and English.

The English sentence is always there: programs print it, and it is all that rows written before
there were codes have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from service.states import AnswerNotice, CampaignNotice, GateReason, HoldReason

Code = TypeVar("Code", GateReason, HoldReason)


@dataclass(frozen=True)
class Why(Generic[Code]):
    """Why something stands as it does.

    Attributes:
        text: one or two English sentences; of a hold, with what to do.
        code: None where no code fits.
        params: what a sentence for the code fills in; JSON-able, never NaN.
    """

    text: str
    code: Code | None = None
    params: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True)
class Notice:
    """What became of something that a person sent.

    Attributes:
        code: what a page words.
        text: one or two English sentences.
        params: what a sentence for the code fills in; JSON-able, never NaN.
    """

    code: CampaignNotice | AnswerNotice
    text: str
    params: Mapping[str, str | int] = field(default_factory=dict)
