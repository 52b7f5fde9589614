"""Every state and closed list of the service, in one place; the words are those of the glossary."""

from enum import StrEnum


class Role(StrEnum):
    """What an actor may do."""

    VOLUNTEER = "volunteer"
    COORDINATOR = "coordinator"


class CampaignState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    CLOSED = "closed"


class TileRole(StrEnum):
    """Drawn once at creation, never changed: audit tiles carry every accuracy claim."""

    POOL = "pool"
    AUDIT = "audit"


class TileState(StrEnum):
    OPEN = "open"
    SETTLED = "settled"
    DISPUTED = "disputed"  # reviews disagree; waits for more eyes or a coordinator
    UNUSABLE = "unusable"  # people agree that it cannot be judged


class RoundState(StrEnum):
    PLANNED = "planned"
    TRAINING = "training"
    PREDICTING = "predicting"
    SELECTING = "selecting"
    LABELLING = "labelling"
    CLOSED = "closed"
    HELD = "held"


class JobKind(StrEnum):
    TRAIN = "train"
    PREDICT = "predict"  # one shard of the campaign's tiles
    STITCH = "stitch"  # outlines over shard edges made whole, audit counts, promotion gate
    SELECT = "select"
    MEASURE = "measure"  # audit labels came or changed: count again, for every checkpoint


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Queue(StrEnum):
    """One RQ queue each; a worker listens on exactly one (see docs/architecture.md)."""

    TRAIN = "train"
    PREDICT = "predict"
    LIGHT = "light"


QUEUE_OF_JOB = {
    JobKind.TRAIN: Queue.TRAIN,
    JobKind.PREDICT: Queue.PREDICT,
    JobKind.STITCH: Queue.PREDICT,
    JobKind.SELECT: Queue.LIGHT,
    JobKind.MEASURE: Queue.LIGHT,
}


class CheckpointState(StrEnum):
    CANDIDATE = "candidate"
    PROMOTED = "promoted"  # the one that serves; at most one a campaign
    HELD = "held"  # measured worse than the promoted one
    RETIRED = "retired"  # served once


class GateReason(StrEnum):
    """Why a checkpoint serves, or was held; each names what a sentence for it fills in."""

    FIRST = "first"  # there was none before
    NOT_MEASURED = "not_measured"  # no audit tile compares it with the one before
    TOO_FEW_TILES = "too_few_tiles"  # tiles: no interval comes of so few
    WORSE = "worse"  # gain, low, high (differences of IoU), tiles
    NOT_WORSE = "not_worse"  # the same
    BY_COORDINATOR = "by_coordinator"  # name


class HoldReason(StrEnum):
    """Why a round cannot go on by itself; stage is a JobKind, attempts how often it was tried."""

    TOO_FEW_LABELS = "too_few_labels"
    ONE_SIDED_LABELS = "one_sided_labels"
    IMAGERY_UNREACHABLE = "imagery_unreachable"  # stage, attempts; host where there is one
    IMAGERY_UNUSABLE = "imagery_unusable"  # stage
    WORKER_LOST = "worker_lost"  # stage, attempts
    JOB_FAILED = "job_failed"  # stage, attempts
    JOB_REFUSED = "job_refused"  # stage: trying again would not help


class ForecastReason(StrEnum):
    """Why it cannot be told how many more tiles a target takes."""

    TOO_FEW_ROUNDS = "too_few_rounds"  # whose checkpoints have served and were measured
    TOO_FEW_TILES = "too_few_tiles"  # audit tiles that all of them were compared with
    TOO_UNSURE = "too_unsure"  # the rounds differ too much by chance


class CampaignNotice(StrEnum):
    """What a coordinator is told of what they sent; each names what a sentence for it fills in."""

    AREA_REPAIRED = "area_repaired"  # place: latitude, longitude
    AREA_NOT_POLYGONS = "area_not_polygons"  # count
    TILES_BEYOND_IMAGERY = "tiles_beyond_imagery"  # count, total
    NO_AUDIT = "no_audit"  # count: so few tiles that none measures the map
    LABELS_REPAIRED = "labels_repaired"  # count
    LABELS_BROKEN = "labels_broken"  # count
    LABELS_NOT_POLYGONS = "labels_not_polygons"  # count
    LABELS_OUTSIDE = "labels_outside"  # count
    LABELS_ALL_OUTSIDE = "labels_all_outside"  # count


class AnswerNotice(StrEnum):
    """What a person is told of the answer that they gave."""

    NEWER_STANDS = "newer_stands"
    TILE_WAS_DONE = "tile_was_done"  # state: a TileState
    COUNTED_WITHOUT_LEASE = "counted_without_lease"
    EXTRA_WITHOUT_LEASE = "extra_without_lease"


class LeaseState(StrEnum):
    ACTIVE = "active"
    ANSWERED = "answered"
    RELEASED = "released"
    EXPIRED = "expired"


class Answer(StrEnum):
    """What one person says about one tile."""

    RIGHT = "right"  # the outlines shown are right
    CORRECTED = "corrected"  # the geometry sent is right
    NOTHING = "nothing"  # nothing of the class is here
    CANT_TELL = "cant_tell"  # cloud, blur, offset, ...
    WRONG = "wrong"  # the outlines are wrong, and fixing was skipped


class CantTellReason(StrEnum):
    CLOUD = "cloud"
    BLURRED = "blurred"
    OFFSET = "offset"
    NO_IMAGERY = "no_imagery"
    OTHER = "other"


class ReviewStanding(StrEnum):
    COUNTED = "counted"
    EXTRA = "extra"  # came after the tile had settled or without a valid lease; kept as a vote
    SUPERSEDED = "superseded"  # its author answered the same tile again


class LabelKind(StrEnum):
    OBJECTS = "objects"
    NOTHING = "nothing"
    UNUSABLE = "unusable"


class Doubt(StrEnum):
    """Why another person is to look at a tile whose label stands."""

    UNSECONDED = "unseconded"  # one person answered "nothing", and no model had looked
    CONTRADICTED = "contradicted"  # it leaves out most of what a model outlines


class ObjectSource(StrEnum):
    MODEL = "model"  # a model's outline that a person confirmed
    PERSON = "person"  # drawn or changed by a person


class ChosenBy(StrEnum):
    ACQUISITION = "acquisition"
    RANDOM = "random"
    COLD_START = "cold_start"
