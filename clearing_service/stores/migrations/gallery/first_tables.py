"""First tables: shares of references, the state of the gallery, what was used once."""

import sqlalchemy as sa
from alembic import op

revision = "gallery_0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    _make_reference_share()
    _make_gallery_state()
    _make_pending_change()
    op.create_table(
        "query_counter",
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("value", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "used_header",
        sa.Column("header_hash", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("until_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("header_hash"),
    )
    op.create_index("used_header_by_until", "used_header", ["until_ms"], unique=False)


def _make_reference_share() -> None:
    op.create_table(
        "reference_share",
        sa.Column("reference_id", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("tag", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("slot", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("generation", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("change_id", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("sealed_shares", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("reference_id"),
    )
    op.create_index("reference_share_by_slot", "reference_share", ["slot"], unique=False)
    op.create_index(
        "reference_share_by_generation",
        "reference_share",
        ["generation", "change_id"],
        unique=False,
    )


def _make_gallery_state() -> None:
    op.create_table(
        "gallery_state",
        sa.Column("row_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("generation", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("model_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("lineage", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("last_change_id", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("synthetic_set_id", sa.LargeBinary(), autoincrement=False, nullable=True),
        sa.Column("sealed_synthetic", sa.LargeBinary(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("row_id"),
    )


def _make_pending_change() -> None:
    op.create_table(
        "pending_change",
        sa.Column("row_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("change_id", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("generation", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reference_ids", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), autoincrement=False, nullable=True),
        sa.Column("sealed_synthetic", sa.LargeBinary(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("row_id"),
    )
