"""The root of everything that the learner refuses to do, and what training and models refuse."""

from __future__ import annotations


class LearnerError(Exception):
    """Something a person can act on: the message says what is wrong and what to do about it."""


class BadConfig(LearnerError):
    """A setting of a model or a training run is unknown or out of range."""


class UnknownEncoder(BadConfig):
    """No encoder of that name exists."""


class BadTrainingData(LearnerError):
    """The arrays of a training set do not fit together."""


class TooFewLabels(LearnerError):
    """There are not enough labelled chips to learn from."""


class OneSidedLabels(LearnerError):
    """Every labelled pixel says the same, so there is nothing to tell apart."""


class TrainingDiverged(LearnerError):
    """The loss stopped being a number."""


class TrainingStopped(LearnerError):
    """Whoever started the training asked it to stop; the last finished epoch is kept."""


class NotACheckpoint(LearnerError):
    """The file is no Tilewise checkpoint, or it is damaged."""


class DeviceUnavailable(LearnerError):
    """The asked-for device or backend is not on this machine."""
