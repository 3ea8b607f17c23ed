"""What a party keeps durably, as a port; the adapter is `clearing_service.stores.gallery`.

Calls are synchronous and made on the store's own thread. Each that changes something is one
durable transaction: when it returns, it has happened, also if the power fails the next moment.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from clearing_service.errors import ClearingError
from clearing_service.matching.gallery import GalleryHead
from clearing_service.matching.shares import ReferenceRows, SyntheticSet
from facepay.secret import SecretBytes

CHANGE_ID_BYTES = 16
NO_CHANGE = bytes(CHANGE_ID_BYTES)
"""Stands where a row was prepared by itself, and where there was no change yet."""


class StoreConflictError(ClearingError):
    """A reference id is in use for another reference."""


class ChangeKind(Enum):
    """What a change of the gallery does."""

    ACTIVATE = 1
    """Prepared rows become candidates: the named ones, or all dealt under the change's id."""
    ERASE = 2
    """Rows are deleted."""
    REFRESH = 3
    """All shares are re-randomised."""
    STEP_EPOCH = 4
    """All shares are turned into the coordinates of the next epoch."""
    REPLACE_SYNTHETIC = 5
    """Another synthetic set stands behind every candidate set."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Change:
    """One step from a generation to the next: recorded at all parties before any of them takes it.

    `secret` (32 bytes) is the seed of a refresh or the key of an epoch step, erased from memory and
    store when the change is activated or dropped.
    """

    change_id: bytes
    kind: ChangeKind
    generation: int
    reference_ids: tuple[bytes, ...] = ()
    secret: SecretBytes | None = None
    synthetic: SyntheticSet | None = None

    def wipe(self) -> None:
        """Overwrite the secret. A repeat does nothing."""
        if self.secret is not None:
            self.secret.wipe()

    def __repr__(self) -> str:
        """Show what it does, not with which secret."""
        return f"Change({self.kind.name} to generation {self.generation})"


@dataclass(frozen=True, slots=True)
class StoredState:
    """Everything but the rows."""

    head: GalleryHead
    last_change_id: bytes
    synthetic: SyntheticSet
    pending: Change | None


class GalleryStore(Protocol):
    """One party's durable gallery."""

    def open(self, first_head: GalleryHead) -> StoredState:
        """Return what is stored; an empty store begins with `first_head`."""

    def active_rows(self) -> Iterator[ReferenceRows]:
        """Yield all active rows ordered by (tag, slot), page by page."""

    def prepared_rows(self) -> Iterator[ReferenceRows]:
        """Yield all rows that are prepared only, page by page."""

    def find(self, reference_ids: Sequence[bytes]) -> ReferenceRows:
        """Return the rows with these ids, prepared or active, in any order; unknown ids nothing."""

    def dealt_rows(self, change_id: bytes) -> Iterator[ReferenceRows]:
        """Yield the prepared rows that were dealt under `change_id`, page by page."""

    def add_prepared(self, rows: ReferenceRows, change_id: bytes = NO_CHANGE) -> None:
        """Add rows as prepared.

        A row that is there with the same fingerprint is left alone; with another fingerprint,
        nothing is added and `StoreConflictError` raised.
        """

    def next_slot(self) -> int:
        """Return a slot above every stored row's."""

    def save_pending(self, change: Change) -> None:
        """Record a change that may be activated. It takes the place of an earlier pending one."""

    def drop_pending(self) -> None:
        """Forget the pending change, and the rows dealt under its id."""

    def commit(
        self, change: Change, head: GalleryHead, rewritten: Iterable[ReferenceRows] = ()
    ) -> None:
        """Carry out `change`, with `rewritten` as the new shares of existing rows; end pending."""

    def reserve_query_numbers(self, count: int) -> int:
        """Return the first of `count` numbers that were never returned before."""

    def query_mark(self) -> int:
        """Return the number that `raise_query_mark` stored last, 0 at first."""

    def raise_query_mark(self, mark: int) -> None:
        """Store `mark` unless a higher one is stored."""

    def remembered_headers(self) -> Mapping[bytes, datetime]:
        """Return the hashes of accepted headers and until when each is remembered."""

    def remember_headers(self, until: Mapping[bytes, datetime], now: datetime) -> None:
        """Store hashes of accepted headers, and forget those that were to be kept until `now`."""
