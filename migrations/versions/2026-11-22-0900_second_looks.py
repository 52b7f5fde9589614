"""Second looks: labels that another person is to look at, though they stand."""

import sqlalchemy as sa
from alembic import op

revision = "second_looks"
down_revision = "reasons_with_codes"
branch_labels = None
depends_on = None

BEGUN = "ix_tiles_campaign_id_begun"
DOUBT = sa.Enum(
    "unseconded",
    "contradicted",
    name="doubt",
    native_enum=False,
    create_constraint=True,
    length=24,
)


def upgrade() -> None:
    op.add_column("labels", sa.Column("doubt", DOUBT))
    index_begun("reviewed > 0 AND reviewed < needed")


def downgrade() -> None:
    # Nobody would be asked any more, and a seat left free says that somebody is.
    op.execute("UPDATE tiles SET needed = reviewed WHERE state = 'settled' AND needed > reviewed")
    index_begun("reviewed > 0 AND state IN ('open', 'disputed')")
    op.drop_column("labels", "doubt")


def index_begun(tiles: str) -> None:
    op.drop_index(BEGUN, "tiles")
    op.create_index(BEGUN, "tiles", ["campaign_id", "role"], postgresql_where=sa.text(tiles))
