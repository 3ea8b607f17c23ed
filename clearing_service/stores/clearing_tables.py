"""Tables of the clearing database. The migrations make them; a test compares the two."""

from sqlalchemy import Index, MetaData, Table, UniqueConstraint

from clearing_service.stores.columns import (
    DataClass,
    binary_column,
    number_column,
    small_column,
    text_column,
)

C2 = DataClass.C2

METADATA = MetaData()

PAYMENT = Table(
    "payment",
    METADATA,
    binary_column("payment_id", key=True),
    small_column("shard_id"),
    text_column("terminal_id"),
    binary_column("payment_hash"),
    binary_column("notice_hash"),
    text_column("state"),
    number_column("opened_at_ms"),
    number_column("expires_at_ms"),
    text_column("acceptor_id", optional=True),
    text_column("order_id", optional=True),
    number_column("amount_minor_units", C2, optional=True),
    text_column("currency", optional=True),
    text_column("acquirer_id", optional=True),
    binary_column("pad_challenge", optional=True),
    small_column("digits_needed", optional=True),
    small_column("attempts_used"),
    small_column("probe_count"),
    text_column("route_token", C2, optional=True),
    text_column("route_issuer_id", C2, optional=True),
    text_column("route_account_alias", C2, optional=True),
    binary_column("route_record", C2, optional=True),
    number_column("route_expires_at_ms", optional=True),
    text_column("rrn", optional=True),
    number_column("authorizing_since_ms", optional=True),
    binary_column("authorized_by", optional=True),
    text_column("usage_day", optional=True),
    binary_column("verdict_operation_id", optional=True),
    number_column("decided_at_ms", optional=True),
    text_column("decline_code", optional=True),
    text_column("approval_code", optional=True),
    text_column("masked_name", C2, optional=True),
    number_column("refunded_minor_units", C2),
    small_column("refund_count"),
)
Index("payment_by_state", PAYMENT.c.state, PAYMENT.c.expires_at_ms)

OPERATION = Table(
    "operation",
    METADATA,
    binary_column("operation_id", key=True),
    text_column("terminal_id", key=True),
    small_column("purpose"),
    binary_column("request_sha256"),
    binary_column("answer", C2, optional=True),
)

TERMINAL_COUNTER = Table(
    "terminal_counter",
    METADATA,
    text_column("terminal_id", key=True),
    number_column("highest"),
    number_column("used"),
)

ACCOUNT_BALANCE = Table(
    "account_balance",
    METADATA,
    text_column("participant_id", key=True),
    small_column("kind", key=True),
    text_column("currency", key=True),
    number_column("net_debit_cap_minor_units"),
    number_column("debits_posted"),
    number_column("credits_posted"),
    number_column("debits_held"),
    number_column("credits_held"),
    small_column("is_suspended"),
)

TRANSFER = Table(
    "transfer",
    METADATA,
    text_column("chain", key=True),
    number_column("number", key=True),
    small_column("shard_id"),
    small_column("kind"),
    binary_column("subject_id"),
    text_column("debit_participant_id"),
    small_column("debit_kind"),
    text_column("credit_participant_id"),
    small_column("credit_kind"),
    number_column("amount_minor_units"),
    text_column("currency"),
    number_column("answers", optional=True),
    text_column("business_date"),
    number_column("booked_at_ms"),
    binary_column("hash"),
    small_column("part"),
    number_column("window_number"),
    UniqueConstraint("subject_id", "kind", "part", name="transfer_once_per_subject"),
)

SETTLEMENT_WINDOW = Table(
    "settlement_window",
    METADATA,
    number_column("number", key=True),
    text_column("business_date"),
    number_column("opened_at_ms"),
    number_column("first_row"),
    small_column("state"),
    number_column("closed_at_ms", optional=True),
    number_column("settled_at_ms", optional=True),
    number_column("last_row", optional=True),
    small_column("abort_cause", optional=True),
    number_column("rows_of_others"),
)

DAILY_USAGE = Table(
    "daily_usage",
    METADATA,
    text_column("account_alias", C2, key=True),
    text_column("issuer_id", C2, key=True),
    text_column("day", key=True),
    number_column("used_minor_units", C2),
)

PAYER_LIMIT = Table(
    "payer_limit",
    METADATA,
    text_column("account_alias", C2, key=True),
    text_column("issuer_id", C2, key=True),
    number_column("per_payment_minor_units", C2),
    number_column("per_day_minor_units", C2),
    text_column("currency"),
)

ISSUER_REVERSAL = Table(
    "issuer_reversal",
    METADATA,
    binary_column("payment_id", key=True),
    text_column("issuer_id"),
    number_column("queued_at_ms"),
    number_column("next_attempt_at_ms"),
    small_column("attempt_count"),
    number_column("acknowledged_at_ms", optional=True),
)
Index(
    "issuer_reversal_due",
    ISSUER_REVERSAL.c.acknowledged_at_ms,
    ISSUER_REVERSAL.c.next_attempt_at_ms,
)

REFUND = Table(
    "refund",
    METADATA,
    binary_column("payment_id", key=True),
    small_column("part", key=True),
    binary_column("operation_id"),
    text_column("rrn"),
    number_column("amount_minor_units", C2),
    text_column("currency"),
    text_column("issuer_id"),
    number_column("queued_at_ms"),
    number_column("next_attempt_at_ms"),
    small_column("attempt_count"),
    number_column("ended_at_ms", optional=True),
    small_column("is_refused"),
)
Index("refund_due", REFUND.c.ended_at_ms, REFUND.c.next_attempt_at_ms)

PAYER_ACTIVITY = Table(
    "payer_activity",
    METADATA,
    text_column("account_alias", C2, key=True),
    text_column("issuer_id", C2, key=True),
    text_column("entries", C2),
)

TERMINAL_ACTIVITY = Table(
    "terminal_activity",
    METADATA,
    text_column("terminal_id", key=True),
    text_column("entries", C2),
)

LOSS_REPORT = Table(
    "loss_report",
    METADATA,
    text_column("account_alias", C2, key=True),
    text_column("issuer_id", C2, key=True),
    text_column("reporter"),
    number_column("reported_at_ms"),
    number_column("lifted_at_ms", optional=True),
)

WINDOW_DIGEST = Table(
    "window_digest",
    METADATA,
    number_column("window_number", key=True),
    binary_column("digest"),
)

CHAIN_HEAD = Table(
    "chain_head",
    METADATA,
    text_column("chain", key=True),
    number_column("number"),
    binary_column("hash"),
)

NUMBER_SEQUENCE = Table(
    "number_sequence",
    METADATA,
    text_column("name", key=True),
    number_column("last_number"),
)

AUDIT_ENTRY = Table(
    "audit_entry",
    METADATA,
    text_column("chain", key=True),
    number_column("number", key=True),
    text_column("kind"),
    text_column("subject"),
    number_column("at_ms"),
    text_column("detail"),
    binary_column("hash"),
)
Index("audit_entry_by_subject", AUDIT_ENTRY.c.subject)

OPERATOR_ACT = Table(
    "operator_act",
    METADATA,
    number_column("number", key=True),
    binary_column("request_id"),
    text_column("kind"),
    text_column("participant_id", optional=True),
    number_column("amount_minor_units", optional=True),
    text_column("currency", optional=True),
    text_column("account_alias", C2, optional=True),
    number_column("window_number", optional=True),
    number_column("case_number", optional=True),
    text_column("evidence", optional=True),
    text_column("reason", C2),
    text_column("maker"),
    number_column("proposed_at_ms"),
    number_column("expires_at_ms"),
    text_column("state"),
    text_column("checker", optional=True),
    number_column("decided_at_ms", optional=True),
    text_column("outcome", optional=True),
    UniqueConstraint("request_id", name="operator_act_once_per_request"),
)
Index("operator_act_by_state", OPERATOR_ACT.c.state, OPERATOR_ACT.c.number)

CASE_FILE = Table(
    "case_file",
    METADATA,
    number_column("number", key=True),
    text_column("source"),
    text_column("kind"),
    text_column("participant_id", optional=True),
    binary_column("payment_id", optional=True),
    text_column("rrn", optional=True),
    number_column("amount_minor_units", C2, optional=True),
    text_column("currency", optional=True),
    text_column("note", C2),
    text_column("owner"),
    text_column("opened_by"),
    number_column("opened_at_ms"),
    number_column("due_at_ms"),
    text_column("state"),
    text_column("evidence", optional=True),
    number_column("decided_at_ms", optional=True),
    number_column("paid_minor_units", C2, optional=True),
    number_column("recovered_minor_units", C2),
    small_column("recovery_count"),
    UniqueConstraint("source", name="case_once_per_source"),
)
Index("case_file_by_state", CASE_FILE.c.state, CASE_FILE.c.due_at_ms)

PARTICIPANT = Table(
    "participant",
    METADATA,
    text_column("participant_id", key=True),
    small_column("role", key=True),
    text_column("name"),
    text_column("licence_number"),
    text_column("licence_expires_on"),
    text_column("standing"),
    number_column("net_debit_cap_minor_units"),
    binary_column("tls_certificate_sha256"),
)

ACCEPTOR = Table(
    "acceptor",
    METADATA,
    text_column("acceptor_id", key=True),
    text_column("acquirer_id"),
    text_column("name"),
    text_column("credit_code"),
    text_column("settlement_account"),
    text_column("agreement_expires_on"),
    small_column("forbids_face_retention"),
    text_column("standing"),
)

TERMINAL = Table(
    "terminal",
    METADATA,
    text_column("terminal_id", key=True),
    text_column("serial_number"),
    small_column("role"),
    text_column("model"),
    number_column("model_certificate_valid_until_ms"),
    text_column("acquirer_id"),
    text_column("acceptor_id"),
    text_column("acceptor_credit_code"),
    text_column("settlement_account"),
    text_column("placement"),
    binary_column("signing_key_id"),
    binary_column("signing_public_key"),
    binary_column("kem_key_id"),
    binary_column("kem_public_key"),
    binary_column("tls_certificate_sha256"),
    number_column("keys_valid_until_ms"),
    text_column("state"),
)
