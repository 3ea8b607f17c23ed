"""Refunds that an issuer credited, and how much of each debit they were."""

import sqlalchemy as sa
from alembic import op

revision = "issuer_0002"
down_revision = "issuer_0001"


def upgrade() -> None:
    """Make the table and the column; what is there has given nothing back."""
    op.create_table(
        "issuer_credit",
        sa.Column("operation_id", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("payment_id", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("amount_minor_units", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("currency", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("outcome", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("answered_at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("operation_id"),
    )
    op.add_column(
        "issuer_payment",
        sa.Column(
            "credited_minor_units",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            server_default="0",
        ),
    )
