"""Typed ORM tables; importing this package registers all of them on ``Base.metadata``."""

from service.tables.accuracy import Accuracy, AuditCount
from service.tables.actors import Actor
from service.tables.base import Base
from service.tables.campaigns import Campaign, StartingLabel
from service.tables.checkpoints import Checkpoint, PredictedObject, PredictedShard, TilePrediction
from service.tables.labels import Label, LabelObject, MapObject
from service.tables.reviews import Review, ReviewObject
from service.tables.rounds import Job, Round, Selection
from service.tables.tasks import Lease
from service.tables.tiles import Tile

__all__ = [
    "Accuracy",
    "Actor",
    "AuditCount",
    "Base",
    "Campaign",
    "Checkpoint",
    "Job",
    "Label",
    "LabelObject",
    "Lease",
    "MapObject",
    "PredictedObject",
    "PredictedShard",
    "Review",
    "ReviewObject",
    "Round",
    "Selection",
    "StartingLabel",
    "Tile",
    "TilePrediction",
]
