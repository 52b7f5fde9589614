"""The first tables: campaigns, tiles, rounds, jobs, checkpoints, reviews, labels, accuracy."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "first_tables"
down_revision = None
branch_labels = None
depends_on = None


# Rounds and checkpoints name each other, and campaigns their checkpoint: these are added last.
CIRCULAR = {"campaigns": "promoted_checkpoint_id", "rounds": "checkpoint_id"}


def circular_name(table: str, column: str) -> str:
    return op.f(f"fk_{table}_{column}_checkpoints")


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    op.execute("CREATE SEQUENCE label_revision")
    op.create_table(
        "actors",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.Enum("volunteer", "coordinator", name="role", native_enum=False, create_constraint=True, length=24), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actors")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_actors_token_sha256")),
    )
    op.create_geospatial_table(
        "campaigns",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("class_name", sa.String(), nullable=False),
        sa.Column("zoom", sa.Integer(), nullable=False),
        sa.Column("area", Geometry(geometry_type="MULTIPOLYGON", srid=4326, dimension=2, spatial_index=False, from_text="ST_GeomFromEWKT", name="geometry", nullable=False), nullable=False),
        sa.Column("imagery", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("policy", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("state", sa.Enum("active", "paused", "closed", name="campaignstate", native_enum=False, create_constraint=True, length=24), nullable=False),
        sa.Column("promoted_checkpoint_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["actors.id"], name=op.f("fk_campaigns_created_by_actors")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
    )
    op.create_geospatial_index("idx_campaigns_area", "campaigns", ["area"], unique=False, postgresql_using="gist", postgresql_ops={})
    op.create_table(
        "rounds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Enum("planned", "training", "predicting", "selecting", "labelling", "closed", "held", name="roundstate", native_enum=False, create_constraint=True, length=24), nullable=False),
        sa.Column("held_in", sa.Enum("planned", "training", "predicting", "selecting", "labelling", "closed", "held", name="held_in", native_enum=False, create_constraint=True, length=24), nullable=True),
        sa.Column("held_reason", sa.String(), nullable=True),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("label_count", sa.Integer(), nullable=False),
        sa.Column("person_seconds", sa.Double(), nullable=False),
        sa.Column("checkpoint_id", sa.Uuid(), nullable=True),
        sa.Column("stage_seconds", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("labelling_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_rounds_campaign_id_campaigns"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
        sa.UniqueConstraint("campaign_id", "number", name=op.f("uq_rounds_campaign_id_number")),
    )
    op.create_index("uq_rounds_campaign_id_running", "rounds", ["campaign_id"], unique=True, postgresql_where=sa.text("state IN ('planned', 'training', 'predicting', 'selecting')"))
    op.create_geospatial_table(
        "starting_labels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("geom", Geometry(geometry_type="POLYGON", srid=4326, dimension=2, spatial_index=False, from_text="ST_GeomFromEWKT", name="geometry", nullable=False), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_starting_labels_campaign_id_campaigns"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_starting_labels")),
    )
    op.create_geospatial_index("idx_starting_labels_geom", "starting_labels", ["geom"], unique=False, postgresql_using="gist", postgresql_ops={})
    op.create_index(op.f("ix_starting_labels_campaign_id"), "starting_labels", ["campaign_id"], unique=False)
    op.create_geospatial_table(
        "tiles",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.Column("shard", sa.String(), nullable=False),
        sa.Column("role", sa.Enum("pool", "audit", name="tilerole", native_enum=False, create_constraint=True, length=24), nullable=False),
        sa.Column("state", sa.Enum("open", "settled", "disputed", "unusable", name="tilestate", native_enum=False, create_constraint=True, length=24), nullable=False),
        sa.Column("needed", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("leased", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("reviewed", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("geom", Geometry(geometry_type="POLYGON", srid=4326, dimension=2, spatial_index=False, from_text="ST_GeomFromEWKT", name="geometry", nullable=False), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_tiles_campaign_id_campaigns"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tiles")),
        sa.UniqueConstraint("campaign_id", "x", "y", name=op.f("uq_tiles_campaign_id_x_y")),
    )
    op.create_geospatial_index("idx_tiles_geom", "tiles", ["geom"], unique=False, postgresql_using="gist", postgresql_ops={})
    op.create_index("ix_tiles_campaign_id_role_state", "tiles", ["campaign_id", "role", "state", "id"], unique=False)
    op.create_index("ix_tiles_campaign_id_begun", "tiles", ["campaign_id", "role"], unique=False, postgresql_where=sa.text("reviewed > 0 AND state IN ('open', 'disputed')"))
    op.create_index("ix_tiles_campaign_id_shard", "tiles", ["campaign_id", "shard"], unique=False)
    op.create_table(
        "checkpoints",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Enum("candidate", "promoted", "held", "retired", name="checkpointstate", native_enum=False, create_constraint=True, length=24), nullable=False),
        sa.Column("state_reason", sa.String(), nullable=False),
        sa.Column("artefact_key", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("card", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("promoted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_checkpoints_campaign_id_campaigns"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["parent_id"], ["checkpoints.id"], name=op.f("fk_checkpoints_parent_id_checkpoints")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_checkpoints_round_id_rounds"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoints")),
        sa.UniqueConstraint("round_id", name=op.f("uq_checkpoints_round_id")),
    )
    op.create_index("uq_checkpoints_campaign_id_promoted", "checkpoints", ["campaign_id"], unique=True, postgresql_where=sa.text("state = 'promoted'"))
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Enum("train", "predict", "stitch", "select", "measure", name="jobkind", native_enum=False, create_constraint=True, length=24), nullable=False),
        sa.Column("shard", sa.String(), nullable=False),
        sa.Column("state", sa.Enum("waiting", "running", "done", "failed", "cancelled", name="jobstate", native_enum=False, create_constraint=True, length=24), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("progress", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("woken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_jobs_campaign_id_campaigns"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_jobs_round_id_rounds"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("round_id", "kind", "shard", name=op.f("uq_jobs_round_id_kind_shard")),
    )
    op.create_index("ix_jobs_state_heartbeat_at", "jobs", ["state", "heartbeat_at"], unique=False)
    op.create_table(
        "labels",
        sa.Column("tile_id", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Enum("objects", "nothing", "unusable", name="labelkind", native_enum=False, create_constraint=True, length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("review_ids", postgresql.ARRAY(sa.UUID()), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_labels_campaign_id_campaigns"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tile_id"], ["tiles.id"], name=op.f("fk_labels_tile_id_tiles"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tile_id", name=op.f("pk_labels")),
    )
    op.create_index(op.f("ix_labels_campaign_id"), "labels", ["campaign_id"], unique=False)
    op.create_geospatial_table(
        "map_objects",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("tile_id", sa.BigInteger(), nullable=True),
        sa.Column("geom", Geometry(geometry_type="POLYGON", srid=4326, dimension=2, spatial_index=False, from_text="ST_GeomFromEWKT", name="geometry", nullable=False), nullable=False),
        sa.Column("source", sa.Enum("model", "person", name="objectsource", native_enum=False, create_constraint=True, length=24), nullable=False),
        sa.Column("lineage", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("versions", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default=sa.text("nextval('label_revision')"), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_map_objects_campaign_id_campaigns"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tile_id"], ["tiles.id"], name=op.f("fk_map_objects_tile_id_tiles"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_map_objects")),
    )
    op.create_geospatial_index("idx_map_objects_geom", "map_objects", ["geom"], unique=False, postgresql_using="gist", postgresql_ops={})
    op.create_index("ix_map_objects_campaign_id_live", "map_objects", ["campaign_id"], unique=False, postgresql_where=sa.text("NOT deleted"))
    op.create_index("ix_map_objects_campaign_id_revision", "map_objects", ["campaign_id", "revision"], unique=False)
    op.create_index(op.f("ix_map_objects_tile_id"), "map_objects", ["tile_id"], unique=False)
    op.create_table(
        "selections",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("tile_id", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("in_batch", sa.Boolean(), nullable=False),
        sa.Column("chosen_by", sa.Enum("acquisition", "random", "cold_start", name="chosenby", native_enum=False, create_constraint=True, length=24), nullable=False),
        sa.Column("propensity", sa.Double(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_selections_round_id_rounds"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tile_id"], ["tiles.id"], name=op.f("fk_selections_tile_id_tiles"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("round_id", "tile_id", name=op.f("pk_selections")),
    )
    op.create_index("ix_selections_round_id_rank", "selections", ["round_id", "rank"], unique=False)
    op.create_index(op.f("ix_selections_tile_id"), "selections", ["tile_id"], unique=False)
    op.create_table(
        "accuracy",
        sa.Column("checkpoint_id", sa.Uuid(), nullable=False),
        sa.Column("tile_count", sa.Integer(), nullable=False),
        sa.Column("scores", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["checkpoint_id"], ["checkpoints.id"], name=op.f("fk_accuracy_checkpoint_id_checkpoints"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("checkpoint_id", name=op.f("pk_accuracy")),
    )
    op.create_table(
        "audit_counts",
        sa.Column("checkpoint_id", sa.Uuid(), nullable=False),
        sa.Column("tile_id", sa.BigInteger(), nullable=False),
        sa.Column("label_version", sa.Integer(), nullable=False),
        sa.Column("pixel_tp", sa.Integer(), nullable=False),
        sa.Column("pixel_fp", sa.Integer(), nullable=False),
        sa.Column("pixel_fn", sa.Integer(), nullable=False),
        sa.Column("pixel_tn", sa.Integer(), nullable=False),
        sa.Column("object_tp", sa.Integer(), nullable=False),
        sa.Column("object_fp", sa.Integer(), nullable=False),
        sa.Column("object_fn", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["checkpoint_id"], ["checkpoints.id"], name=op.f("fk_audit_counts_checkpoint_id_checkpoints"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tile_id"], ["tiles.id"], name=op.f("fk_audit_counts_tile_id_tiles"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("checkpoint_id", "tile_id", name=op.f("pk_audit_counts")),
    )
    op.create_geospatial_table(
        "label_objects",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("tile_id", sa.BigInteger(), nullable=False),
        sa.Column("geom", Geometry(geometry_type="POLYGON", srid=4326, dimension=2, spatial_index=False, from_text="ST_GeomFromEWKT", name="geometry", nullable=False), nullable=False),
        sa.Column("source", sa.Enum("model", "person", name="objectsource", native_enum=False, create_constraint=True, length=24), nullable=False),
        sa.ForeignKeyConstraint(["tile_id"], ["labels.tile_id"], name=op.f("fk_label_objects_tile_id_labels"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_objects")),
    )
    op.create_geospatial_index("idx_label_objects_geom", "label_objects", ["geom"], unique=False, postgresql_using="gist", postgresql_ops={})
    op.create_index(op.f("ix_label_objects_tile_id"), "label_objects", ["tile_id"], unique=False)
    op.create_table(
        "leases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("tile_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=True),
        sa.Column("checkpoint_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Enum("active", "answered", "released", "expired", name="leasestate", native_enum=False, create_constraint=True, length=24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name=op.f("fk_leases_actor_id_actors")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_leases_campaign_id_campaigns"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["checkpoint_id"], ["checkpoints.id"], name=op.f("fk_leases_checkpoint_id_checkpoints")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_leases_round_id_rounds"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tile_id"], ["tiles.id"], name=op.f("fk_leases_tile_id_tiles"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leases")),
    )
    op.create_index("ix_leases_campaign_id_actor_id", "leases", ["campaign_id", "actor_id"], unique=False)
    op.create_index("ix_leases_state_expires_at", "leases", ["state", "expires_at"], unique=False)
    op.create_index("uq_leases_tile_id_actor_id_active", "leases", ["tile_id", "actor_id"], unique=True, postgresql_where=sa.text("state = 'active'"))
    op.create_geospatial_table(
        "predicted_objects",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("checkpoint_id", sa.Uuid(), nullable=False),
        sa.Column("tile_id", sa.BigInteger(), nullable=True),
        sa.Column("geom", Geometry(geometry_type="POLYGON", srid=4326, dimension=2, spatial_index=False, from_text="ST_GeomFromEWKT", name="geometry", nullable=False), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["checkpoint_id"], ["checkpoints.id"], name=op.f("fk_predicted_objects_checkpoint_id_checkpoints"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tile_id"], ["tiles.id"], name=op.f("fk_predicted_objects_tile_id_tiles"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_predicted_objects")),
    )
    op.create_geospatial_index("idx_predicted_objects_geom", "predicted_objects", ["geom"], unique=False, postgresql_using="gist", postgresql_ops={})
    op.create_index(op.f("ix_predicted_objects_checkpoint_id"), "predicted_objects", ["checkpoint_id"], unique=False)
    op.create_table(
        "predicted_shards",
        sa.Column("checkpoint_id", sa.Uuid(), nullable=False),
        sa.Column("shard", sa.String(), nullable=False),
        sa.Column("artefact_key", sa.String(), nullable=False),
        sa.Column("tile_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["checkpoint_id"], ["checkpoints.id"], name=op.f("fk_predicted_shards_checkpoint_id_checkpoints"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("checkpoint_id", "shard", name=op.f("pk_predicted_shards")),
    )
    op.create_table(
        "tile_predictions",
        sa.Column("checkpoint_id", sa.Uuid(), nullable=False),
        sa.Column("tile_id", sa.BigInteger(), nullable=False),
        sa.Column("uncertainty", sa.Double(), nullable=False),
        sa.Column("uncertainty_foreground", sa.Double(), nullable=False),
        sa.Column("mean_probability", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["checkpoint_id"], ["checkpoints.id"], name=op.f("fk_tile_predictions_checkpoint_id_checkpoints"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tile_id"], ["tiles.id"], name=op.f("fk_tile_predictions_tile_id_tiles"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("checkpoint_id", "tile_id", name=op.f("pk_tile_predictions")),
    )
    op.create_table(
        "reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("tile_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("lease_id", sa.Uuid(), nullable=True),
        sa.Column("round_id", sa.Uuid(), nullable=True),
        sa.Column("checkpoint_id", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.Enum("right", "corrected", "nothing", "cant_tell", "wrong", name="answer", native_enum=False, create_constraint=True, length=24), nullable=False),
        sa.Column("cant_tell_reason", sa.Enum("cloud", "blurred", "offset", "no_imagery", "other", name="canttellreason", native_enum=False, create_constraint=True, length=24), nullable=True),
        sa.Column("standing", sa.Enum("counted", "extra", "superseded", name="reviewstanding", native_enum=False, create_constraint=True, length=24), nullable=False),
        sa.Column("seconds_spent", sa.Double(), nullable=False),
        sa.Column("acts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content_sha256", sa.LargeBinary(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name=op.f("fk_reviews_actor_id_actors")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_reviews_campaign_id_campaigns"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["checkpoint_id"], ["checkpoints.id"], name=op.f("fk_reviews_checkpoint_id_checkpoints")),
        sa.ForeignKeyConstraint(["lease_id"], ["leases.id"], name=op.f("fk_reviews_lease_id_leases")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_reviews_round_id_rounds"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["tile_id"], ["tiles.id"], name=op.f("fk_reviews_tile_id_tiles"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_index("ix_reviews_campaign_id_created_at", "reviews", ["campaign_id", "created_at"], unique=False)
    op.create_index("ix_reviews_tile_id", "reviews", ["tile_id"], unique=False)
    op.create_geospatial_table(
        "review_objects",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("geom", Geometry(geometry_type="POLYGON", srid=4326, dimension=2, spatial_index=False, from_text="ST_GeomFromEWKT", name="geometry", nullable=False), nullable=False),
        sa.Column("source", sa.Enum("model", "person", name="objectsource", native_enum=False, create_constraint=True, length=24), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_review_objects_review_id_reviews"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_objects")),
    )
    op.create_geospatial_index("idx_review_objects_geom", "review_objects", ["geom"], unique=False, postgresql_using="gist", postgresql_ops={})
    op.create_index(op.f("ix_review_objects_review_id"), "review_objects", ["review_id"], unique=False)
    for table, column in CIRCULAR.items():
        op.create_foreign_key(circular_name(table, column), table, "checkpoints", [column], ["id"])


def downgrade() -> None:
    for table, column in CIRCULAR.items():
        op.drop_constraint(circular_name(table, column), table, type_="foreignkey")
    op.drop_index(op.f("ix_review_objects_review_id"), table_name="review_objects")
    op.drop_geospatial_index("idx_review_objects_geom", table_name="review_objects", postgresql_using="gist", column_name="geom")
    op.drop_geospatial_table("review_objects")
    op.drop_index("ix_reviews_tile_id", table_name="reviews")
    op.drop_index("ix_reviews_campaign_id_created_at", table_name="reviews")
    op.drop_table("reviews")
    op.drop_table("tile_predictions")
    op.drop_table("predicted_shards")
    op.drop_index(op.f("ix_predicted_objects_checkpoint_id"), table_name="predicted_objects")
    op.drop_geospatial_index("idx_predicted_objects_geom", table_name="predicted_objects", postgresql_using="gist", column_name="geom")
    op.drop_geospatial_table("predicted_objects")
    op.drop_index("uq_leases_tile_id_actor_id_active", table_name="leases", postgresql_where=sa.text("state = 'active'"))
    op.drop_index("ix_leases_state_expires_at", table_name="leases")
    op.drop_index("ix_leases_campaign_id_actor_id", table_name="leases")
    op.drop_table("leases")
    op.drop_index(op.f("ix_label_objects_tile_id"), table_name="label_objects")
    op.drop_geospatial_index("idx_label_objects_geom", table_name="label_objects", postgresql_using="gist", column_name="geom")
    op.drop_geospatial_table("label_objects")
    op.drop_table("audit_counts")
    op.drop_table("accuracy")
    op.drop_index(op.f("ix_selections_tile_id"), table_name="selections")
    op.drop_index("ix_selections_round_id_rank", table_name="selections")
    op.drop_table("selections")
    op.drop_index(op.f("ix_map_objects_tile_id"), table_name="map_objects")
    op.drop_index("ix_map_objects_campaign_id_revision", table_name="map_objects")
    op.drop_index("ix_map_objects_campaign_id_live", table_name="map_objects", postgresql_where=sa.text("NOT deleted"))
    op.drop_geospatial_index("idx_map_objects_geom", table_name="map_objects", postgresql_using="gist", column_name="geom")
    op.drop_geospatial_table("map_objects")
    op.drop_index(op.f("ix_labels_campaign_id"), table_name="labels")
    op.drop_table("labels")
    op.drop_index("ix_jobs_state_heartbeat_at", table_name="jobs")
    op.drop_table("jobs")
    op.drop_index("uq_checkpoints_campaign_id_promoted", table_name="checkpoints", postgresql_where=sa.text("state = 'promoted'"))
    op.drop_table("checkpoints")
    op.drop_index("ix_tiles_campaign_id_shard", table_name="tiles")
    op.drop_index("ix_tiles_campaign_id_role_state", table_name="tiles")
    op.drop_geospatial_index("idx_tiles_geom", table_name="tiles", postgresql_using="gist", column_name="geom")
    op.drop_geospatial_table("tiles")
    op.drop_index(op.f("ix_starting_labels_campaign_id"), table_name="starting_labels")
    op.drop_geospatial_index("idx_starting_labels_geom", table_name="starting_labels", postgresql_using="gist", column_name="geom")
    op.drop_geospatial_table("starting_labels")
    op.drop_index("uq_rounds_campaign_id_running", table_name="rounds", postgresql_where=sa.text("state IN ('planned', 'training', 'predicting', 'selecting')"))
    op.drop_table("rounds")
    op.drop_geospatial_index("idx_campaigns_area", table_name="campaigns", postgresql_using="gist", column_name="area")
    op.drop_geospatial_table("campaigns")
    op.drop_table("actors")
    # The extension stays: it came with the database or with an administrator, who may need it.
    op.execute("DROP SEQUENCE label_revision")
