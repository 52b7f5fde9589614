"""The embedded stack: a private PostGIS cluster, Redis, the API and workers, all of one home."""

from service.stack.embedded import EmbeddedStack, Standing
from service.stack.failures import StackError
from service.stack.status import PartStatus

__all__ = ["EmbeddedStack", "PartStatus", "StackError", "Standing"]
