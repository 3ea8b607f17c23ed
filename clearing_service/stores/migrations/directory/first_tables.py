"""First tables: the routing directory."""

import sqlalchemy as sa
from alembic import op

revision = "directory_0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "directory_entry",
        sa.Column("reference_id", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("account_alias", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("consent_hash", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("notice_version", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("recipient_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("covers_transmission", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("given_at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ends_at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("reference_id"),
    )
    op.create_index(
        "directory_entry_by_account", "directory_entry", ["account_alias"], unique=False
    )
