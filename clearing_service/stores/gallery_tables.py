"""Tables of one matching party's gallery. Ids in it are random; it knows nobody's name."""

from sqlalchemy import Index, MetaData, Table

from clearing_service.stores.columns import (
    DataClass,
    binary_column,
    number_column,
    small_column,
    text_column,
)

METADATA = MetaData()

REFERENCE_SHARE = Table(
    "reference_share",
    METADATA,
    binary_column("reference_id", key=True),
    binary_column("tag", DataClass.C2),
    number_column("slot"),
    number_column("generation"),
    binary_column("change_id"),
    binary_column("fingerprint"),
    binary_column("sealed_shares", DataClass.C3),
)
Index("reference_share_by_slot", REFERENCE_SHARE.c.slot)
Index("reference_share_by_generation", REFERENCE_SHARE.c.generation, REFERENCE_SHARE.c.change_id)

GALLERY_STATE = Table(
    "gallery_state",
    METADATA,
    small_column("row_id", key=True),
    number_column("generation"),
    number_column("epoch"),
    text_column("model_id"),
    binary_column("lineage"),
    binary_column("last_change_id"),
    binary_column("synthetic_set_id", optional=True),
    binary_column("sealed_synthetic", DataClass.C3, optional=True),
)

PENDING_CHANGE = Table(
    "pending_change",
    METADATA,
    small_column("row_id", key=True),
    binary_column("change_id"),
    text_column("kind"),
    number_column("generation"),
    binary_column("reference_ids"),
    binary_column("sealed_secret", DataClass.C3, optional=True),
    binary_column("sealed_synthetic", DataClass.C3, optional=True),
)

QUERY_COUNTER = Table(
    "query_counter",
    METADATA,
    text_column("name", key=True),
    number_column("value"),
)

USED_HEADER = Table(
    "used_header",
    METADATA,
    binary_column("header_hash", key=True),
    number_column("until_ms"),
)
Index("used_header_by_until", USED_HEADER.c.until_ms)
