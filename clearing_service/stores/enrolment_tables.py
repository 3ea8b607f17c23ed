"""Tables of enrolments and consents. They are in the directory's database: the same staff, keys.

What proves a consent stays; what leads to a reference goes when the reference is erased.
"""

from sqlalchemy import Index, Table

from clearing_service.stores.columns import (
    DataClass,
    binary_column,
    number_column,
    small_column,
    text_column,
)
from clearing_service.stores.directory_tables import METADATA

C2 = DataClass.C2
C3 = DataClass.C3

ENROLMENT = Table(
    "enrolment",
    METADATA,
    binary_column("enrolment_id", key=True),
    text_column("terminal_id"),
    text_column("issuer_id", C2),
    text_column("account_alias", C2),
    text_column("masked_name", C2),
    binary_column("reference_id"),
    binary_column("tag", C2),
    text_column("passcode_token"),
    binary_column("pin_record", C3),
    binary_column("pad_challenge"),
    text_column("state"),
    number_column("expires_at_ms"),
    number_column("consent_ends_at_ms"),
    small_column("is_erasure_owed"),
)
Index("enrolment_by_account", ENROLMENT.c.account_alias)

CONSENT = Table(
    "consent",
    METADATA,
    binary_column("consent_id", key=True),
    binary_column("enrolment_id"),
    text_column("scope"),
    text_column("notice_version"),
    binary_column("notice_sha256"),
    text_column("recipients"),
    text_column("purposes"),
    number_column("given_at_ms"),
    number_column("ends_at_ms"),
    number_column("withdrawn_at_ms", optional=True),
)
Index("consent_by_enrolment", CONSENT.c.enrolment_id)
