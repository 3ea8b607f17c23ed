"""First tables: accounts, payments and notices of the simulated issuers."""

import sqlalchemy as sa
from alembic import op

revision = "issuer_0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "issuer_account",
        sa.Column("issuer_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("account_alias", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("login", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("login_seed", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("last_login_step", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("phone_tail", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("birth_date", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("balance_minor_units", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("currency", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("is_open", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pin_salt", sa.LargeBinary(), autoincrement=False, nullable=True),
        sa.Column("pin_mac", sa.LargeBinary(), autoincrement=False, nullable=True),
        sa.Column("wrong_pin_count", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_face_locked", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("issuer_id", "account_alias"),
    )
    op.create_index(
        "issuer_account_by_login", "issuer_account", ["issuer_id", "login"], unique=True
    )
    op.create_table(
        "issuer_payment",
        sa.Column("payment_id", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("account_alias", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("amount_minor_units", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("currency", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("approval_code", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("refusal", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("pin_tries_left", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("is_reversed", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("answered_at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("payment_id"),
    )
    op.create_table(
        "owner_notice",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("issuer_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("account_alias", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("owner_notice_by_account", "owner_notice", ["account_alias"], unique=False)
