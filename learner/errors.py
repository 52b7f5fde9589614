"""The root of everything that the learner refuses to do."""

from __future__ import annotations


class LearnerError(Exception):
    """Something a person can act on: the message says what is wrong and what to do about it."""
