"""Digests of settlement windows."""

import sqlalchemy as sa
from alembic import op

revision = "clearing_0007"
down_revision = "clearing_0006"


def upgrade() -> None:
    """Make the table; digests of earlier windows are made when they are asked for."""
    op.create_table(
        "window_digest",
        sa.Column("window_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("window_number"),
    )
