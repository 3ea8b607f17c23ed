"""What was asked before the camera: one value with colours and mode, and which captures were used."""

import sqlalchemy as sa
from alembic import op

revision = "clearing_0006"
down_revision = "clearing_0005"

_OLD = ("challenge_nonce", "challenge_steps", "step_deadline_seconds")


def upgrade() -> None:
    """Change the columns. A payment opened before this and not yet routed must be opened again."""
    with op.batch_alter_table("payment") as payment:
        payment.add_column(sa.Column("pad_challenge", sa.LargeBinary(), nullable=True))
        payment.add_column(
            sa.Column(
                "attempts_used",
                sa.Integer(),
                autoincrement=False,
                nullable=False,
                server_default="0",
            )
        )
        for name in _OLD:
            payment.drop_column(name)
