"""Refunds: their rows, what a payment has given back, and more than one transfer of that kind."""

import sqlalchemy as sa
from alembic import op

revision = "clearing_0002"
down_revision = "clearing_0001"


def upgrade() -> None:
    """Make the table and the columns; what is there keeps its meaning."""
    op.create_table(
        "refund",
        sa.Column("payment_id", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("operation_id", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("rrn", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("amount_minor_units", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("currency", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("queued_at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("next_attempt_at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("attempt_count", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("is_refused", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("payment_id", "part"),
    )
    op.create_index("refund_due", "refund", ["ended_at_ms", "next_attempt_at_ms"], unique=False)
    op.add_column("payment", _zero("refunded_minor_units", sa.BigInteger()))
    op.add_column("payment", _zero("refund_count", sa.Integer()))
    with op.batch_alter_table("transfer") as transfer:
        transfer.add_column(_zero("part", sa.Integer()))
        transfer.drop_constraint("transfer_once_per_payment", type_="unique")
        transfer.create_unique_constraint(
            "transfer_once_per_payment", ["payment_id", "kind", "part"]
        )


def _zero(name: str, type_: sa.types.TypeEngine[int]) -> sa.Column[int]:
    return sa.Column(name, type_, autoincrement=False, nullable=False, server_default="0")
