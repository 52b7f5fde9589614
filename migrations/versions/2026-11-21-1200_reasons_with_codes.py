"""Reasons with codes: why a checkpoint serves or was held, and why a round is held."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "reasons_with_codes"
down_revision = "first_tables"
branch_labels = None
depends_on = None

GATE = ("first", "not_measured", "too_few_tiles", "worse", "not_worse", "by_coordinator")
HOLD = (
    "too_few_labels",
    "one_sided_labels",
    "imagery_unreachable",
    "imagery_unusable",
    "worker_lost",
    "job_failed",
    "job_refused",
)


def code(*codes: str, name: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=24)


def params(name: str) -> sa.Column[object]:
    return sa.Column(name, postgresql.JSONB(), nullable=False, server_default="{}")


def upgrade() -> None:
    # Rows from before have no code: their English sentence is shown as it is.
    op.add_column("checkpoints", sa.Column("state_code", code(*GATE, name="gatereason")))
    op.add_column("checkpoints", params("state_params"))
    op.add_column("rounds", sa.Column("held_code", code(*HOLD, name="holdreason")))
    op.add_column("rounds", params("held_params"))
    for table, column in (("checkpoints", "state_params"), ("rounds", "held_params")):
        op.alter_column(table, column, server_default=None)


def downgrade() -> None:
    for table, column in (
        ("rounds", "held_params"),
        ("rounds", "held_code"),
        ("checkpoints", "state_params"),
        ("checkpoints", "state_code"),
    ):
        op.drop_column(table, column)
