"""What was asked before the camera: one value with colours and mode."""

import sqlalchemy as sa
from alembic import op

revision = "directory_0003"
down_revision = "directory_0002"

_OLD = ("challenge_nonce", "challenge_steps", "step_deadline_seconds")
_STEPS = {"BLINK": 1, "TURN_LEFT": 2, "TURN_RIGHT": 3, "OPEN_MOUTH": 4}
_CHALLENGE_MODE = 2


def upgrade() -> None:
    """Change the column and carry over what was asked: steps, and no light."""
    op.add_column("enrolment", sa.Column("pad_challenge", sa.LargeBinary(), nullable=True))
    rows = sa.table(
        "enrolment",
        sa.column("enrolment_id", sa.LargeBinary()),
        sa.column("pad_challenge", sa.LargeBinary()),
        sa.column("challenge_nonce", sa.LargeBinary()),
        sa.column("challenge_steps", sa.Text()),
        sa.column("step_deadline_seconds", sa.Integer()),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(rows)).all():
        asked = _encode(
            bytes([_CHALLENGE_MODE, row.step_deadline_seconds]),
            bytes(row.challenge_nonce),
            bytes(_STEPS[name] for name in row.challenge_steps.split("|")),
            b"",
        )
        is_row = rows.c.enrolment_id == row.enrolment_id
        connection.execute(sa.update(rows).where(is_row).values(pad_challenge=asked))
    with op.batch_alter_table("enrolment") as enrolment:
        enrolment.alter_column("pad_challenge", existing_type=sa.LargeBinary(), nullable=False)
        for name in _OLD:
            enrolment.drop_column(name)


def _encode(*fields: bytes) -> bytes:
    """Return length-prefixed fields, as the program of this time reads them."""
    return b"".join(len(field).to_bytes(4) + field for field in fields)
