"""One matching party's gallery database: shares sealed at rest, each change one transaction.

Implements `matching.store.GalleryStore`. All calls come from one thread, the store's own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

import numpy as np
from sqlalchemy import (
    ColumnElement,
    Row,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.engine import Connection

from clearing_service.matching.gallery import GalleryHead
from clearing_service.matching.shares import Bytes, ReferenceRows, SyntheticSet
from clearing_service.matching.store import (
    CHANGE_ID_BYTES,
    NO_CHANGE,
    Change,
    ChangeKind,
    StoreConflictError,
    StoredState,
)
from clearing_service.stores.columns import from_milliseconds, to_milliseconds
from clearing_service.stores.engine import Database, translating_errors
from clearing_service.stores.gallery_sealing import ShareSealer
from clearing_service.stores.gallery_tables import (
    GALLERY_STATE,
    PENDING_CHANGE,
    QUERY_COUNTER,
    REFERENCE_SHARE,
    USED_HEADER,
)
from clearing_service.stores.row_mapping import upsert

PAGE_ROWS = 4096
"""Rows read or written together: two megabytes of shares."""

IDS_MAX = 500
"""Ids in one statement; SQLite takes at most 32,766 parameters, older ones 999."""

_ONLY_ROW = 1
_NEXT_NUMBER, _MARK = "next query number", "query mark"

SliceT = TypeVar("SliceT", bytes, list[bytes], tuple[bytes, ...])

_REWRITE = (
    update(REFERENCE_SHARE)
    .where(REFERENCE_SHARE.c.reference_id == bindparam("wanted"))
    .values(sealed_shares=bindparam("sealed_shares"))
)


class SqlGalleryStore:
    """The gallery on SQLite or PostgreSQL; `migrate.upgrade(engine, "gallery")` came before."""

    def __init__(self, database: Database, sealer: ShareSealer) -> None:
        self._database = database
        self._sealer = sealer

    def close(self) -> None:
        """Close every connection."""
        self._database.close()

    def open(self, first_head: GalleryHead) -> StoredState:
        """Return what is stored; an empty store begins with `first_head`."""
        with self._writing() as connection:
            row = connection.execute(select(GALLERY_STATE)).one_or_none()
            if row is None:
                state = StoredState(first_head, NO_CHANGE, SyntheticSet.empty(), None)
                connection.execute(insert(GALLERY_STATE), self._write_state(state))
                return state
            pending = connection.execute(select(PENDING_CHANGE)).one_or_none()
            return self._read_state(row, pending)

    def active_rows(self) -> Iterator[ReferenceRows]:
        """Yield all active rows, page by page."""
        return self._pages(REFERENCE_SHARE.c.generation > 0)

    def prepared_rows(self) -> Iterator[ReferenceRows]:
        """Yield all rows that are prepared only, page by page."""
        return self._pages(REFERENCE_SHARE.c.generation == 0)

    def dealt_rows(self, change_id: bytes) -> Iterator[ReferenceRows]:
        """Yield the prepared rows that were dealt under `change_id`, page by page."""
        return self._pages(_is_dealt(change_id))

    def find(self, reference_ids: Sequence[bytes]) -> ReferenceRows:
        """Return the rows with these ids, prepared or active; unknown ids nothing."""
        pages = [
            page
            for ids in _chunks(list(dict.fromkeys(reference_ids)), IDS_MAX)
            for page in self._pages(REFERENCE_SHARE.c.reference_id.in_(ids))
        ]
        return ReferenceRows.joined(pages)

    def add_prepared(self, rows: ReferenceRows, change_id: bytes = NO_CHANGE) -> None:
        """Add rows as prepared; see the port for repeats and conflicts."""
        with self._writing() as connection:
            for start in range(0, len(rows), IDS_MAX):
                self._add_some(connection, rows.take(slice(start, start + IDS_MAX)), change_id)

    def next_slot(self) -> int:
        """Return a slot above every stored row's."""
        with self._reading() as connection:
            highest = connection.execute(select(func.max(REFERENCE_SHARE.c.slot))).scalar()
        return 1 if highest is None else int(highest) + 1

    def save_pending(self, change: Change) -> None:
        """Record a change that may be activated, in place of an earlier one."""
        with self._writing() as connection:
            connection.execute(delete(PENDING_CHANGE))
            connection.execute(insert(PENDING_CHANGE), self._write_change(change))

    def drop_pending(self) -> None:
        """Forget the pending change, and rows that were dealt and never activated."""
        dealt = (REFERENCE_SHARE.c.generation == 0) & (REFERENCE_SHARE.c.change_id != NO_CHANGE)
        with self._writing() as connection:
            connection.execute(delete(PENDING_CHANGE))
            connection.execute(delete(REFERENCE_SHARE).where(dealt))

    def commit(
        self, change: Change, head: GalleryHead, rewritten: Iterable[ReferenceRows] = ()
    ) -> None:
        """Carry out `change` and forget that it was pending."""
        with self._writing() as connection:
            if change.kind is ChangeKind.ACTIVATE:
                _activate(connection, change)
            elif change.kind is ChangeKind.ERASE:
                _erase(connection, change.reference_ids)
            for rows in rewritten:
                self._rewrite(connection, rows)
            values = _write_head(head) | {"last_change_id": change.change_id}
            if change.synthetic is not None:
                values |= self._write_set(change.synthetic)
            connection.execute(update(GALLERY_STATE), values)
            connection.execute(delete(PENDING_CHANGE))

    def reserve_query_numbers(self, count: int) -> int:
        """Return the first of `count` numbers that were never returned before."""
        with self._writing() as connection:
            first = _counter(connection, _NEXT_NUMBER, default=1)
            _set_counter(connection, _NEXT_NUMBER, first + count)
            return first

    def query_mark(self) -> int:
        """Return the stored mark, 0 at first."""
        with self._reading() as connection:
            return _counter(connection, _MARK, default=0)

    def raise_query_mark(self, mark: int) -> None:
        """Store `mark` unless a higher one is stored."""
        with self._writing() as connection:
            if mark > _counter(connection, _MARK, default=0):
                _set_counter(connection, _MARK, mark)

    def remembered_headers(self) -> Mapping[bytes, datetime]:
        """Return the hashes of accepted headers and until when each is remembered."""
        query = select(USED_HEADER).order_by(USED_HEADER.c.until_ms)
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return {row.header_hash: from_milliseconds(row.until_ms) for row in rows}

    def remember_headers(self, until: Mapping[bytes, datetime], now: datetime) -> None:
        """Store hashes of accepted headers, and forget those that were kept long enough."""
        values = [
            {"header_hash": header, "until_ms": to_milliseconds(end)}
            for header, end in until.items()
        ]
        with self._writing() as connection:
            connection.execute(
                delete(USED_HEADER).where(USED_HEADER.c.until_ms < to_milliseconds(now))
            )
            if values:
                connection.execute(upsert(USED_HEADER, connection.dialect.name), values)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        database = self._database
        with translating_errors(database.name, "written"), database.writer.begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        database = self._database
        with translating_errors(database.name, "read"), database.reader.begin() as connection:
            yield connection

    def _pages(self, condition: ColumnElement[bool]) -> Iterator[ReferenceRows]:
        table = REFERENCE_SHARE
        query = select(table).where(condition).order_by(table.c.tag, table.c.slot)
        with self._reading() as connection:
            found = connection.execution_options(yield_per=PAGE_ROWS).execute(query)
            for page in found.partitions():
                yield self._read_rows(page)

    def _read_rows(self, page: Sequence[Row[Any]]) -> ReferenceRows:
        bare = ReferenceRows(
            reference_ids=_table([row.reference_id for row in page]),
            tags=_table([row.tag for row in page]),
            slots=np.array([row.slot for row in page], np.int64),
            generations=np.array([row.generation for row in page], np.int64),
            fingerprints=_table([row.fingerprint for row in page]),
            first=ReferenceRows.empty().first,
            second=ReferenceRows.empty().second,
        )
        return self._sealer.open_rows(bare, [row.sealed_shares for row in page])

    def _add_some(self, connection: Connection, rows: ReferenceRows, change_id: bytes) -> None:
        known = _known_fingerprints(connection, rows)
        fresh = [
            row
            for row in range(len(rows))
            if not _is_known(known, rows.reference_ids[row], rows.fingerprints[row])
        ]
        if not fresh:
            return
        added = rows.take(np.array(fresh, np.intp))
        values = [
            {
                "reference_id": added.reference_ids[row].tobytes(),
                "tag": added.tags[row].tobytes(),
                "slot": int(added.slots[row]),
                "generation": int(added.generations[row]),
                "change_id": change_id,
                "fingerprint": added.fingerprints[row].tobytes(),
                "sealed_shares": sealed,
            }
            for row, sealed in enumerate(self._sealer.seal_rows(added))
        ]
        connection.execute(insert(REFERENCE_SHARE), values)

    def _rewrite(self, connection: Connection, rows: ReferenceRows) -> None:
        values = [
            {"wanted": rows.reference_ids[row].tobytes(), "sealed_shares": sealed}
            for row, sealed in enumerate(self._sealer.seal_rows(rows))
        ]
        if values:
            connection.execute(_REWRITE, values)

    def _write_state(self, state: StoredState) -> dict[str, object]:
        return {
            "row_id": _ONLY_ROW,
            "last_change_id": state.last_change_id,
            "synthetic_set_id": None,
            "sealed_synthetic": None,
        } | _write_head(state.head)

    def _write_set(self, synthetic: SyntheticSet) -> dict[str, object]:
        return {
            "synthetic_set_id": synthetic.set_id,
            "sealed_synthetic": self._sealer.seal_set(synthetic),
        }

    def _read_state(self, row: Row[Any], pending: Row[Any] | None) -> StoredState:
        synthetic = SyntheticSet.empty()
        if row.synthetic_set_id is not None:
            synthetic = self._sealer.open_set(row.synthetic_set_id, row.sealed_synthetic)
        head = GalleryHead(row.generation, row.epoch, row.model_id, row.lineage)
        change = None if pending is None else self._read_change(pending)
        return StoredState(head, row.last_change_id, synthetic, change)

    def _write_change(self, change: Change) -> dict[str, object]:
        secret, synthetic = change.secret, change.synthetic
        return {
            "row_id": _ONLY_ROW,
            "change_id": change.change_id,
            "kind": change.kind.name,
            "generation": change.generation,
            "reference_ids": b"".join(change.reference_ids),
            "sealed_secret": secret and self._sealer.seal_secret(secret, change.change_id),
            "sealed_synthetic": synthetic and self._sealer.seal_set(synthetic),
        }

    def _read_change(self, row: Row[Any]) -> Change:
        secret = row.sealed_secret and self._sealer.open_secret(row.sealed_secret, row.change_id)
        synthetic = row.sealed_synthetic and self._sealer.open_set(
            row.change_id, row.sealed_synthetic
        )
        ids = tuple(_chunks(row.reference_ids, CHANGE_ID_BYTES))
        kind = ChangeKind[row.kind]
        return Change(row.change_id, kind, row.generation, ids, secret, synthetic)


def _activate(connection: Connection, change: Change) -> None:
    values = {"generation": change.generation, "change_id": NO_CHANGE}
    if not change.reference_ids:
        connection.execute(
            update(REFERENCE_SHARE).where(_is_dealt(change.change_id)).values(values)
        )
    for ids in _chunks(change.reference_ids, IDS_MAX):
        named = REFERENCE_SHARE.c.reference_id.in_(ids) & (REFERENCE_SHARE.c.generation == 0)
        connection.execute(update(REFERENCE_SHARE).where(named).values(values))


def _erase(connection: Connection, reference_ids: tuple[bytes, ...]) -> None:
    for ids in _chunks(reference_ids, IDS_MAX):
        connection.execute(delete(REFERENCE_SHARE).where(REFERENCE_SHARE.c.reference_id.in_(ids)))


def _is_dealt(change_id: bytes) -> ColumnElement[bool]:
    table = REFERENCE_SHARE
    return (table.c.generation == 0) & (table.c.change_id == change_id)


def _known_fingerprints(connection: Connection, rows: ReferenceRows) -> dict[bytes, bytes]:
    table = REFERENCE_SHARE
    ids = [reference_id.tobytes() for reference_id in rows.reference_ids]
    query = select(table.c.reference_id, table.c.fingerprint).where(table.c.reference_id.in_(ids))
    return {row.reference_id: row.fingerprint for row in connection.execute(query)}


def _is_known(known: Mapping[bytes, bytes], reference_id: Bytes, fingerprint: Bytes) -> bool:
    stored = known.get(reference_id.tobytes())
    if stored is not None and stored != fingerprint.tobytes():
        raise StoreConflictError("the id is in use for another reference")
    return stored is not None


def _write_head(head: GalleryHead) -> dict[str, object]:
    return {
        "generation": head.generation,
        "epoch": head.epoch,
        "model_id": head.model_id,
        "lineage": head.lineage,
    }


def _counter(connection: Connection, name: str, *, default: int) -> int:
    query = select(QUERY_COUNTER.c.value).where(QUERY_COUNTER.c.name == name)
    value = connection.execute(query).scalar()
    return default if value is None else int(value)


def _set_counter(connection: Connection, name: str, value: int) -> None:
    statement = upsert(QUERY_COUNTER, connection.dialect.name)
    connection.execute(statement, {"name": name, "value": value})


def _table(values: Sequence[bytes]) -> Bytes:
    return np.frombuffer(b"".join(values), np.uint8).reshape(len(values), -1)


def _chunks(values: SliceT, size: int) -> Iterator[SliceT]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
