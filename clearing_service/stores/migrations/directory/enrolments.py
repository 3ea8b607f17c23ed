"""Enrolments and consents, beside the routing directory."""

import sqlalchemy as sa
from alembic import op

revision = "directory_0002"
down_revision = "directory_0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "enrolment",
        sa.Column("enrolment_id", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("terminal_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("account_alias", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("masked_name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("reference_id", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("tag", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("passcode_token", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("pin_record", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("challenge_nonce", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("challenge_steps", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("step_deadline_seconds", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("consent_ends_at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("is_erasure_owed", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("enrolment_id"),
    )
    op.create_index("enrolment_by_account", "enrolment", ["account_alias"], unique=False)
    op.create_table(
        "consent",
        sa.Column("consent_id", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("enrolment_id", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("scope", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("notice_version", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("notice_sha256", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("recipients", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("purposes", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("given_at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ends_at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("withdrawn_at_ms", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("consent_id"),
    )
    op.create_index("consent_by_enrolment", "consent", ["enrolment_id"], unique=False)
