"""What is to blame for a job that ended badly, as a reason that people can act on."""

from __future__ import annotations

from learner.errors import LearnerError, OneSidedLabels, TooFewLabels
from learner.imagery.errors import ImageryError, ImageryUnreachable
from service.reasons import Why
from service.states import HoldReason


def why_of(error: Exception) -> Why[HoldReason]:
    """The learner's own sentence; a fault that nobody foresaw is named with its kind."""
    match error:
        case TooFewLabels():
            return Why(str(error), HoldReason.TOO_FEW_LABELS)
        case OneSidedLabels():
            return Why(str(error), HoldReason.ONE_SIDED_LABELS)
        case ImageryUnreachable(host=host):
            named = {} if host is None else {"host": host}
            return Why(str(error), HoldReason.IMAGERY_UNREACHABLE, named)
        case ImageryError():
            return Why(str(error), HoldReason.IMAGERY_UNUSABLE)
        case LearnerError():
            return Why(str(error), HoldReason.JOB_REFUSED)
    return Why(f"{type(error).__name__}: {error}", HoldReason.JOB_FAILED)
