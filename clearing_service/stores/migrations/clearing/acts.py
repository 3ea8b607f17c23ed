"""Operators' acts, and suspensions where the writer of payments sees them."""

import sqlalchemy as sa
from alembic import op

revision = "clearing_0004"
down_revision = "clearing_0003"


def upgrade() -> None:
    """Make the table and the column; nobody is suspended."""
    op.create_table(
        "operator_act",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("request_id", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("participant_id", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("amount_minor_units", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("currency", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("account_alias", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("reason", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("maker", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("proposed_at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("checker", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("decided_at_ms", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("outcome", sa.Text(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("request_id", name="operator_act_once_per_request"),
    )
    op.create_index("operator_act_by_state", "operator_act", ["state", "number"], unique=False)
    op.add_column(
        "account_balance",
        sa.Column(
            "is_suspended", sa.Integer(), autoincrement=False, nullable=False, server_default="0"
        ),
    )
