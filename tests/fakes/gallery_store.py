"""A gallery store in memory, with the rules of the real one."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from clearing_service.matching.gallery import GalleryHead
from clearing_service.matching.shares import ReferenceRows, SyntheticSet
from clearing_service.matching.store import (
    NO_CHANGE,
    Change,
    ChangeKind,
    StoreConflictError,
    StoredState,
)
from facepay.secret import SecretBytes


class MemoryGalleryStore:
    """Keeps copies; the instance outlives a party that is stopped and started again."""

    def __init__(self) -> None:
        self._state: StoredState | None = None
        self._rows: dict[bytes, tuple[ReferenceRows, bytes]] = {}
        self._numbers = 1
        self._mark = 0
        self._headers: dict[bytes, datetime] = {}

    def open(self, first_head: GalleryHead) -> StoredState:
        if self._state is None:
            self._state = StoredState(first_head, NO_CHANGE, SyntheticSet.empty(), None)
        pending = self._state.pending
        return replace(self._state, pending=pending and _copy_change(pending))

    def active_rows(self) -> Iterator[ReferenceRows]:
        return self._pages(lambda row, _: row.generations[0] > 0)

    def prepared_rows(self) -> Iterator[ReferenceRows]:
        return self._pages(lambda row, _: row.generations[0] == 0)

    def find(self, reference_ids: Sequence[bytes]) -> ReferenceRows:
        found = [self._rows[wanted][0] for wanted in reference_ids if wanted in self._rows]
        return ReferenceRows.joined(found)

    def dealt_rows(self, change_id: bytes) -> Iterator[ReferenceRows]:
        return self._pages(lambda row, dealt: dealt == change_id and row.generations[0] == 0)

    def add_prepared(self, rows: ReferenceRows, change_id: bytes = NO_CHANGE) -> None:
        fresh: dict[bytes, tuple[ReferenceRows, bytes]] = {}
        for position in range(len(rows)):
            row = ReferenceRows.joined([rows.take(slice(position, position + 1))])
            key = row.reference_ids[0].tobytes()
            known = self._rows.get(key)
            if known is None:
                fresh[key] = (row, change_id)
            elif not np.array_equal(known[0].fingerprints, row.fingerprints):
                raise StoreConflictError("the id is in use")
        self._rows.update(fresh)

    def next_slot(self) -> int:
        return 1 + max((int(row.slots[0]) for row, _ in self._rows.values()), default=0)

    def save_pending(self, change: Change) -> None:
        self._change_state(pending=_copy_change(change))

    def drop_pending(self) -> None:
        self._rows = {
            key: (row, dealt)
            for key, (row, dealt) in self._rows.items()
            if dealt == NO_CHANGE or row.generations[0] > 0
        }
        self._change_state(pending=None)

    def commit(
        self, change: Change, head: GalleryHead, rewritten: Iterable[ReferenceRows] = ()
    ) -> None:
        if change.kind is ChangeKind.ACTIVATE:
            self._activate(change)
        if change.kind is ChangeKind.ERASE:
            for key in change.reference_ids:
                self._rows.pop(key, None)
        for rows in rewritten:
            self._rewrite(rows)
        assert self._state is not None
        synthetic = change.synthetic or self._state.synthetic
        self._change_state(
            head=head, last_change_id=change.change_id, synthetic=synthetic, pending=None
        )

    def reserve_query_numbers(self, count: int) -> int:
        first = self._numbers
        self._numbers += count
        return first

    def query_mark(self) -> int:
        return self._mark

    def raise_query_mark(self, mark: int) -> None:
        self._mark = max(self._mark, mark)

    def remembered_headers(self) -> Mapping[bytes, datetime]:
        return dict(self._headers)

    def remember_headers(self, until: Mapping[bytes, datetime], now: datetime) -> None:
        self._headers = {key: end for key, end in self._headers.items() if end >= now}
        self._headers.update(until)

    def _activate(self, change: Change) -> None:
        for key, (row, dealt) in self._rows.items():
            is_named = key in change.reference_ids or (
                not change.reference_ids and dealt == change.change_id
            )
            if is_named and row.generations[0] == 0:
                self._rows[key] = (row.activated_at(change.generation), NO_CHANGE)

    def _rewrite(self, rows: ReferenceRows) -> None:
        for position in range(len(rows)):
            row = ReferenceRows.joined([rows.take(slice(position, position + 1))])
            key = row.reference_ids[0].tobytes()
            self._rows[key] = (row, self._rows[key][1])

    def _pages(self, wanted: Callable[[ReferenceRows, bytes], bool]) -> Iterator[ReferenceRows]:
        found = [row for row, dealt in self._rows.values() if wanted(row, dealt)]
        yield ReferenceRows.joined(found).in_order()

    def _change_state(self, **changes: object) -> None:
        assert self._state is not None
        self._state = replace(self._state, **changes)  # type: ignore[arg-type]


def _copy_change(change: Change) -> Change:
    secret = None if change.secret is None else SecretBytes(change.secret.view)
    return replace(change, secret=secret)
