"""When a payment was undone, which an issuer states."""

import sqlalchemy as sa
from alembic import op

revision = "issuer_0003"
down_revision = "issuer_0002"


def upgrade() -> None:
    """Add the column; of what was undone before, the time of the first answer stands for it."""
    op.add_column(
        "issuer_payment",
        sa.Column("reversed_at_ms", sa.BigInteger(), autoincrement=False, nullable=True),
    )
    op.execute("UPDATE issuer_payment SET reversed_at_ms = answered_at_ms WHERE is_reversed = 1")
