"""The routing directory's database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, select

from clearing_service.directory.entry import Consent, DirectoryEntry, EntryState
from clearing_service.stores.columns import from_milliseconds, to_milliseconds
from clearing_service.stores.directory_tables import DIRECTORY_ENTRY
from clearing_service.stores.engine import Database
from clearing_service.stores.reading import Reader
from clearing_service.stores.row_mapping import Columns, RowMapping
from clearing_service.stores.writing import Writer
from facepay.identifiers import AccountAlias, ParticipantId, ReferenceId


class DirectoryStore:
    """Implements `directory.ports.Directory`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reader = Reader(database)
        self._writer = Writer(database)

    async def find(self, reference_id: ReferenceId) -> DirectoryEntry | None:
        """Return the entry of a reference, whatever its state."""
        return await self._reader.run(
            lambda connection: ENTRIES.fetch_one(connection, reference_id)
        )

    async def find_by_account(
        self, issuer_id: ParticipantId, account_alias: AccountAlias
    ) -> Sequence[DirectoryEntry]:
        """Return every entry of an account, newest first."""
        table = DIRECTORY_ENTRY
        query = (
            select(table)
            .where(table.c.account_alias == account_alias.value)
            .where(table.c.issuer_id == issuer_id.value)
            .order_by(table.c.created_at_ms.desc())
        )
        return [_read_entry(row)[1] for row in await self._reader.rows(query)]

    async def save(self, entry: DirectoryEntry) -> None:
        """Add an entry or replace the one of the same reference, durably."""
        await self._writer.run(
            lambda connection: ENTRIES.save(connection, {entry.reference_id: entry})
        )

    async def erase(self, reference_id: ReferenceId) -> None:
        """Delete an entry. A repeat, or an unknown id, does nothing."""
        table = DIRECTORY_ENTRY
        statement = delete(table).where(table.c.reference_id == reference_id.value)
        await self._writer.run(lambda connection: connection.execute(statement).rowcount)

    def close(self) -> None:
        """Finish what waits, then close every connection. A repeat does nothing."""
        self._writer.close()
        self._reader.close()
        self._database.close()


def _write_entry(_: ReferenceId, entry: DirectoryEntry) -> Columns:
    consent = entry.consent
    return {
        "reference_id": entry.reference_id.value,
        "issuer_id": entry.issuer_id.value,
        "account_alias": entry.account_alias.value,
        "state": entry.state.name,
        "consent_hash": consent.consent_hash,
        "notice_version": consent.notice_version,
        "recipient_id": consent.recipient_id.value,
        "covers_transmission": int(consent.covers_transmission),
        "given_at_ms": to_milliseconds(consent.given_at),
        "ends_at_ms": to_milliseconds(consent.ends_at),
        "created_at_ms": to_milliseconds(entry.created_at),
    }


def _read_entry(row: Row[Any]) -> tuple[ReferenceId, DirectoryEntry]:
    entry = DirectoryEntry(
        ReferenceId(row.reference_id),
        ParticipantId(row.issuer_id),
        AccountAlias(row.account_alias),
        EntryState[row.state],
        Consent(
            row.consent_hash,
            row.notice_version,
            ParticipantId(row.recipient_id),
            bool(row.covers_transmission),
            from_milliseconds(row.given_at_ms),
            from_milliseconds(row.ends_at_ms),
        ),
        from_milliseconds(row.created_at_ms),
    )
    return entry.reference_id, entry


ENTRIES = RowMapping[ReferenceId, DirectoryEntry](
    DIRECTORY_ENTRY,
    DIRECTORY_ENTRY.c.reference_id,
    lambda key: key.value,
    _read_entry,
    _write_entry,
)
