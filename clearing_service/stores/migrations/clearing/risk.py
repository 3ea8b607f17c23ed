"""What is remembered of payments for the risk rules, and loss reports."""

import sqlalchemy as sa
from alembic import op

revision = "clearing_0003"
down_revision = "clearing_0002"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "payer_activity",
        sa.Column("account_alias", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("entries", sa.Text(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("account_alias", "issuer_id"),
    )
    op.create_table(
        "terminal_activity",
        sa.Column("terminal_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("entries", sa.Text(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("terminal_id"),
    )
    op.create_table(
        "loss_report",
        sa.Column("account_alias", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("reporter", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("reported_at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lifted_at_ms", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("account_alias", "issuer_id"),
    )
