"""The journal's tables. `user_version` counts the steps of the schema that a file has taken."""

STEPS: tuple[str, ...] = (
    """
    CREATE TABLE counter (
        only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
        last_used INTEGER NOT NULL
    ) STRICT;
    INSERT INTO counter VALUES (1, 0);

    CREATE TABLE payment (
        payment_id BLOB PRIMARY KEY CHECK (length(payment_id) = 16),
        order_id TEXT NOT NULL,
        acceptor_id TEXT NOT NULL,
        terminal_id TEXT NOT NULL,
        acquirer_id TEXT NOT NULL,
        amount_minor_units INTEGER NOT NULL,
        currency TEXT NOT NULL,
        payment_hash BLOB NOT NULL,
        notice_hash BLOB NOT NULL,
        state TEXT NOT NULL,
        started_at_ms INTEGER NOT NULL,
        decision BLOB
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX payment_by_state ON payment (state);

    CREATE TABLE operation (
        operation_id BLOB PRIMARY KEY CHECK (length(operation_id) = 16),
        payment_id BLOB REFERENCES payment,
        purpose INTEGER NOT NULL,
        counter INTEGER NOT NULL UNIQUE,
        made_at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX operation_by_payment ON operation (payment_id);

    CREATE TABLE reversal (
        payment_id BLOB PRIMARY KEY REFERENCES payment,
        reason INTEGER NOT NULL,
        queued_at_ms INTEGER NOT NULL,
        next_attempt_at_ms INTEGER NOT NULL,
        attempt_count INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """,
    """
    CREATE TABLE refund (
        operation_id BLOB PRIMARY KEY REFERENCES operation,
        payment_id BLOB NOT NULL REFERENCES payment,
        original_rrn TEXT NOT NULL,
        kind INTEGER NOT NULL,
        amount_minor_units INTEGER NOT NULL,
        currency TEXT NOT NULL,
        header BLOB NOT NULL,
        body BLOB NOT NULL,
        signature BLOB NOT NULL,
        state TEXT NOT NULL,
        made_at_ms INTEGER NOT NULL,
        decision BLOB
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX refund_by_state ON refund (state);
    """,
)
