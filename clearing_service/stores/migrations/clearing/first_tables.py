"""First tables: participants, payments, the central book, limits and the audit trail."""

import sqlalchemy as sa
from alembic import op

revision = "clearing_0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    _make_acceptor()
    _make_account_balance()
    _make_audit_entry()
    _make_chain_head()
    _make_daily_usage()
    _make_issuer_reversal()
    _make_number_sequence()
    _make_operation()
    _make_participant()
    _make_payer_limit()
    _make_payment()
    _make_terminal()
    _make_terminal_counter()
    _make_transfer()


def _make_acceptor() -> None:
    op.create_table(
        "acceptor",
        sa.Column("acceptor_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("acquirer_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("credit_code", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("settlement_account", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("agreement_expires_on", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("forbids_face_retention", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("standing", sa.Text(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("acceptor_id"),
    )


def _make_account_balance() -> None:
    op.create_table(
        "account_balance",
        sa.Column("participant_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("currency", sa.Text(), autoincrement=False, nullable=False),
        sa.Column(
            "net_debit_cap_minor_units", sa.BigInteger(), autoincrement=False, nullable=False
        ),
        sa.Column("debits_posted", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("credits_posted", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("debits_held", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("credits_held", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("participant_id", "kind", "currency"),
    )


def _make_audit_entry() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("chain", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("detail", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("chain", "number"),
    )
    op.create_index("audit_entry_by_subject", "audit_entry", ["subject"], unique=False)


def _make_chain_head() -> None:
    op.create_table(
        "chain_head",
        sa.Column("chain", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("chain"),
    )


def _make_daily_usage() -> None:
    op.create_table(
        "daily_usage",
        sa.Column("account_alias", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("used_minor_units", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("account_alias", "issuer_id", "day"),
    )


def _make_issuer_reversal() -> None:
    op.create_table(
        "issuer_reversal",
        sa.Column("payment_id", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("queued_at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("next_attempt_at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("attempt_count", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("acknowledged_at_ms", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("payment_id"),
    )
    op.create_index(
        "issuer_reversal_due",
        "issuer_reversal",
        ["acknowledged_at_ms", "next_attempt_at_ms"],
        unique=False,
    )


def _make_number_sequence() -> None:
    op.create_table(
        "number_sequence",
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("last_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _make_operation() -> None:
    op.create_table(
        "operation",
        sa.Column("operation_id", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("terminal_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("purpose", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("request_sha256", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("answer", sa.LargeBinary(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("operation_id", "terminal_id"),
    )


def _make_participant() -> None:
    op.create_table(
        "participant",
        sa.Column("participant_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("role", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("licence_number", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("licence_expires_on", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("standing", sa.Text(), autoincrement=False, nullable=False),
        sa.Column(
            "net_debit_cap_minor_units", sa.BigInteger(), autoincrement=False, nullable=False
        ),
        sa.Column("tls_certificate_sha256", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("participant_id", "role"),
    )


def _make_payer_limit() -> None:
    op.create_table(
        "payer_limit",
        sa.Column("account_alias", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("per_payment_minor_units", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("per_day_minor_units", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("currency", sa.Text(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("account_alias", "issuer_id"),
    )


def _make_payment() -> None:
    op.create_table(
        "payment",
        sa.Column("payment_id", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("shard_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("terminal_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("payment_hash", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("notice_hash", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("opened_at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("acceptor_id", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("order_id", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("amount_minor_units", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("currency", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("acquirer_id", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("challenge_nonce", sa.LargeBinary(), autoincrement=False, nullable=True),
        sa.Column("challenge_steps", sa.LargeBinary(), autoincrement=False, nullable=True),
        sa.Column("step_deadline_seconds", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("digits_needed", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("probe_count", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("route_token", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("route_issuer_id", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("route_account_alias", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("route_record", sa.LargeBinary(), autoincrement=False, nullable=True),
        sa.Column("route_expires_at_ms", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("rrn", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("authorizing_since_ms", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("authorized_by", sa.LargeBinary(), autoincrement=False, nullable=True),
        sa.Column("usage_day", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("verdict_operation_id", sa.LargeBinary(), autoincrement=False, nullable=True),
        sa.Column("decided_at_ms", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("decline_code", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("approval_code", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("masked_name", sa.Text(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("payment_id"),
    )
    op.create_index("payment_by_state", "payment", ["state", "expires_at_ms"], unique=False)


def _make_terminal() -> None:
    op.create_table(
        "terminal",
        sa.Column("terminal_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("serial_number", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("role", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("model", sa.Text(), autoincrement=False, nullable=False),
        sa.Column(
            "model_certificate_valid_until_ms", sa.BigInteger(), autoincrement=False, nullable=False
        ),
        sa.Column("acquirer_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("acceptor_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("acceptor_credit_code", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("settlement_account", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("placement", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("signing_key_id", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("signing_public_key", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("kem_key_id", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("kem_public_key", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("tls_certificate_sha256", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("keys_valid_until_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("terminal_id"),
    )


def _make_terminal_counter() -> None:
    op.create_table(
        "terminal_counter",
        sa.Column("terminal_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("highest", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("used", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("terminal_id"),
    )


def _make_transfer() -> None:
    op.create_table(
        "transfer",
        sa.Column("chain", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("shard_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("payment_id", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("debit_participant_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("debit_kind", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("credit_participant_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("credit_kind", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("amount_minor_units", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("currency", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("answers", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("business_date", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("booked_at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("chain", "number"),
        sa.UniqueConstraint("payment_id", "kind", name="transfer_once_per_payment"),
    )
