"""Tables of the routing directory. Joined with no other database; ids in it are random."""

from sqlalchemy import Index, MetaData, Table

from clearing_service.stores.columns import (
    DataClass,
    binary_column,
    number_column,
    small_column,
    text_column,
)

METADATA = MetaData()

DIRECTORY_ENTRY = Table(
    "directory_entry",
    METADATA,
    binary_column("reference_id", key=True),
    text_column("issuer_id", DataClass.C2),
    text_column("account_alias", DataClass.C2),
    text_column("state"),
    binary_column("consent_hash"),
    text_column("notice_version"),
    text_column("recipient_id"),
    small_column("covers_transmission"),
    number_column("given_at_ms"),
    number_column("ends_at_ms"),
    number_column("created_at_ms"),
)
Index("directory_entry_by_account", DIRECTORY_ENTRY.c.account_alias)
