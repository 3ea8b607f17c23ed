"""Cases, and what acts about windows and cases name."""

import sqlalchemy as sa
from alembic import op

revision = "clearing_0008"
down_revision = "clearing_0007"


def upgrade() -> None:
    """Make the table and the columns."""
    op.create_table(
        "case_file",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("participant_id", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("payment_id", sa.LargeBinary(), autoincrement=False, nullable=True),
        sa.Column("rrn", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("amount_minor_units", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("currency", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("note", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("opened_by", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("opened_at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("due_at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("evidence", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("decided_at_ms", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("paid_minor_units", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("recovered_minor_units", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("recovery_count", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("source", name="case_once_per_source"),
    )
    op.create_index("case_file_by_state", "case_file", ["state", "due_at_ms"], unique=False)
    for name, type_ in (
        ("window_number", sa.BigInteger()),
        ("case_number", sa.BigInteger()),
        ("evidence", sa.Text()),
    ):
        op.add_column("operator_act", sa.Column(name, type_, autoincrement=False, nullable=True))
