"""Tables of the simulated issuers."""

from sqlalchemy import Column, Index, Integer, MetaData, Table

from clearing_service.stores.columns import (
    DataClass,
    binary_column,
    number_column,
    small_column,
    text_column,
)

C2 = DataClass.C2
C3 = DataClass.C3

METADATA = MetaData()

ISSUER_ACCOUNT = Table(
    "issuer_account",
    METADATA,
    text_column("issuer_id", key=True),
    text_column("account_alias", key=True),
    text_column("login", C2),
    binary_column("login_seed", C3),
    number_column("last_login_step"),
    text_column("name", C2),
    text_column("phone_tail", C2),
    text_column("birth_date", C2),
    number_column("balance_minor_units", C2),
    text_column("currency"),
    small_column("is_open"),
    binary_column("pin_salt", C3, optional=True),
    binary_column("pin_mac", C3, optional=True),
    small_column("wrong_pin_count", C2),
    small_column("is_face_locked", C2),
)
Index(
    "issuer_account_by_login",
    ISSUER_ACCOUNT.c.issuer_id,
    ISSUER_ACCOUNT.c.login,
    unique=True,
)

ISSUER_PAYMENT = Table(
    "issuer_payment",
    METADATA,
    binary_column("payment_id", key=True),
    text_column("issuer_id"),
    text_column("account_alias", C2, optional=True),
    number_column("amount_minor_units", C2, optional=True),
    text_column("currency", optional=True),
    text_column("approval_code", optional=True),
    text_column("refusal", optional=True),
    small_column("pin_tries_left", optional=True),
    small_column("is_reversed"),
    number_column("answered_at_ms"),
    number_column("credited_minor_units", C2),
    number_column("reversed_at_ms", optional=True),
)

ISSUER_CREDIT = Table(
    "issuer_credit",
    METADATA,
    binary_column("operation_id", key=True),
    binary_column("payment_id"),
    number_column("amount_minor_units", C2),
    text_column("currency"),
    text_column("outcome"),
    number_column("answered_at_ms"),
)

OWNER_NOTICE = Table(
    "owner_notice",
    METADATA,
    Column("number", Integer(), primary_key=True, info={"data_class": DataClass.C1}),
    text_column("issuer_id"),
    text_column("account_alias", C2),
    text_column("kind"),
    number_column("at_ms"),
)
Index("owner_notice_by_account", OWNER_NOTICE.c.account_alias)
