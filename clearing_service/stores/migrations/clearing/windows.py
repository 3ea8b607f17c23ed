"""Settlement windows. What was booked before there were any belongs to the first."""

import sqlalchemy as sa
from alembic import op

revision = "clearing_0005"
down_revision = "clearing_0004"


def upgrade() -> None:
    """Make the table and the column; rows of payments keep their bytes and their chain."""
    op.create_table(
        "settlement_window",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("business_date", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("opened_at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("first_row", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("closed_at_ms", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("settled_at_ms", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("last_row", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("abort_cause", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("rows_of_others", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    with op.batch_alter_table("transfer") as transfer:
        transfer.drop_constraint("transfer_once_per_payment", type_="unique")
        transfer.alter_column("payment_id", new_column_name="subject_id")
        transfer.add_column(
            sa.Column(
                "window_number",
                sa.BigInteger(),
                autoincrement=False,
                nullable=False,
                server_default="1",
            )
        )
    with op.batch_alter_table("transfer") as transfer:  # by its new name
        transfer.create_unique_constraint(
            "transfer_once_per_subject", ["subject_id", "kind", "part"]
        )
