"""One party's gallery: durable in its store, ready for scoring in memory, changed in two phases.

A change is first prepared (recorded durably, checked, its result made ready) and only then
activated. Between the two nothing of it is scored. Party 1 decides; its own commit is the moment
the change has happened, and a party that was down carries it out when it comes back, because the
prepared change is in its store.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

from clearing_service.matching.errors import GenerationMismatchError, ReferenceRefusedError
from clearing_service.matching.gallery import (
    MIN_BUCKET_ROWS,
    Gallery,
    GalleryHead,
    Transform,
    advance_lineage,
    next_head,
)
from clearing_service.matching.shares import ReferenceRows, SyntheticSet, Words
from clearing_service.matching.store import (
    NO_CHANGE,
    Change,
    ChangeKind,
    GalleryStore,
    StoreConflictError,
)
from clearing_service.matching.worker import Worker
from facepay.rotation import EpochStepKey, SignedPermutation, derive_signed_permutation
from facepay.template import DIMENSIONS


@dataclass(frozen=True, slots=True)
class _Result:
    """A change made ready: the gallery after it, and the shares that the store must rewrite."""

    change: Change
    gallery: Gallery
    rewritten: tuple[ReferenceRows, ...] = ()


class GalleryKeeper:
    """Store and memory of one party. `start` must have returned before anything else is called."""

    def __init__(
        self,
        party: int,
        store: GalleryStore,
        worker: Worker,
        min_bucket_rows: int = MIN_BUCKET_ROWS,
    ) -> None:
        """Take the party's number (1 to 3), its store and the thread that store runs on."""
        self._party = party
        self._store = store
        self._worker = worker
        self._min_bucket_rows = min_bucket_rows
        self._gallery: Gallery | None = None
        self._ready: _Result | None = None
        self._pending: Change | None = None
        self._last_change_id = NO_CHANGE

    @property
    def gallery(self) -> Gallery:
        """The gallery that searches use now."""
        if self._gallery is None:
            raise GenerationMismatchError("the gallery is not loaded yet")
        return self._gallery

    @property
    def generation(self) -> int:
        """The number of the last change."""
        return self.gallery.head.generation

    @property
    def last_change_id(self) -> bytes:
        """The id of the last change that was activated."""
        return self._last_change_id

    @property
    def pending_change_id(self) -> bytes:
        """The id of the change that is prepared but not activated, or `NO_CHANGE`."""
        return NO_CHANGE if self._pending is None else self._pending.change_id

    @property
    def pending_erasure(self) -> tuple[bytes, ...]:
        """The ids of the prepared erasure, none if the prepared change is another."""
        pending = self._pending
        is_erasure = pending is not None and pending.kind is ChangeKind.ERASE
        return pending.reference_ids if is_erasure and pending is not None else ()

    async def start(self, first_head: GalleryHead) -> None:
        """Load the store into memory; an empty store begins with `first_head`."""
        await self._worker.run(lambda: self._load(first_head))

    async def find(self, reference_ids: Sequence[bytes]) -> ReferenceRows:
        """Return the party's rows with these ids, prepared or active."""
        return await self._worker.run(lambda: self._store.find(reference_ids))

    async def add_prepared(self, rows: ReferenceRows, change_id: bytes = NO_CHANGE) -> None:
        """Store rows without scoring them.

        A repeat does nothing; raises `ReferenceRefusedError` if an id stands for another reference.
        """
        try:
            await self._worker.run(lambda: self._store.add_prepared(rows, change_id))
        except StoreConflictError as error:
            raise ReferenceRefusedError("the reference id is in use") from error

    async def next_slot(self) -> int:
        """Return a slot above every stored row's."""
        return await self._worker.run(self._store.next_slot)

    async def prepare(self, change: Change) -> None:
        """Record `change` durably and make its result ready. A repeat does nothing.

        Raises `GenerationMismatchError` if it does not follow this party's generation, and
        `ReferenceRefusedError` if rows it names are not here.
        """
        if change.generation != self.generation + 1:
            raise GenerationMismatchError("the change does not follow this generation")
        if self.pending_change_id == change.change_id:
            return
        self._ready = await self._worker.run(lambda: self._record(change))
        self._pending = change

    async def activate(self, change_id: bytes, on_switch: Callable[[], None] = lambda: None) -> int:
        """Carry out the prepared change durably, switch searches to its result, return its number.

        `on_switch` runs in the same turn of the event loop as the switch. A repeat for the last
        change does nothing. Raises `GenerationMismatchError` if the change was not prepared here.
        """
        if change_id == self._last_change_id:
            return self.generation
        if change_id != self.pending_change_id or self._pending is None:
            raise GenerationMismatchError("the change was not prepared here")
        result = await self._worker.run(self._ready_or_redone)
        await self._worker.run(
            lambda: self._store.commit(result.change, result.gallery.head, result.rewritten)
        )
        self._gallery = result.gallery
        self._last_change_id = change_id
        self._forget_pending()
        on_switch()
        return self.generation

    async def drop(self) -> None:
        """Forget the prepared change, if any."""
        await self._worker.run(self._store.drop_pending)
        self._forget_pending()

    def _load(self, first_head: GalleryHead) -> None:
        state = self._store.open(first_head)
        self._gallery = Gallery.load(
            state.head, self._store.active_rows(), state.synthetic, self._min_bucket_rows
        )
        self._last_change_id = state.last_change_id
        self._pending = state.pending

    def _record(self, change: Change) -> _Result:
        result = self._apply(change)
        self._store.save_pending(change)
        return result

    def _ready_or_redone(self) -> _Result:
        if self._ready is None:
            assert self._pending is not None
            self._ready = self._apply(self._pending)
        return self._ready

    def _forget_pending(self) -> None:
        if self._pending is not None:
            self._pending.wipe()
        self._pending = self._ready = None

    def _apply(self, change: Change) -> _Result:
        match change.kind:
            case ChangeKind.ACTIVATE:
                return self._apply_activation(change)
            case ChangeKind.ERASE:
                return self._apply_erasure(change)
            case ChangeKind.REFRESH:
                return self._apply_refresh(change)
            case ChangeKind.STEP_EPOCH:
                return self._apply_epoch_step(change)
            case ChangeKind.REPLACE_SYNTHETIC:
                return self._apply_synthetic(change)
        assert_never(change.kind)

    def _apply_activation(self, change: Change) -> _Result:
        if change.reference_ids:
            rows = self._store.find(change.reference_ids)
            if len(rows) != len(set(change.reference_ids)):
                raise ReferenceRefusedError("a reference was never prepared here")
            rows = rows.take(np.flatnonzero(rows.generations == 0))
        else:
            rows = ReferenceRows.joined(list(self._store.dealt_rows(change.change_id)))
        head = next_head(self.gallery.head)
        active = rows.activated_at(change.generation)
        return _Result(change, self.gallery.with_rows(active, head))

    def _apply_erasure(self, change: Change) -> _Result:
        rows = self._store.find(change.reference_ids)
        tags = {tag.tobytes() for tag in rows.tags}
        head = next_head(self.gallery.head)
        return _Result(change, self.gallery.without(change.reference_ids, tags, head))

    def _apply_refresh(self, change: Change) -> _Result:
        assert change.secret is not None
        seed = bytes(change.secret.view)
        head = _rewritten_head(self.gallery.head, change, hashlib.sha256(seed).digest())
        gallery = self.gallery.transformed(_refresher(seed, self._party), head)
        return _Result(change, gallery, tuple(gallery.rows()))

    def _apply_epoch_step(self, change: Change) -> _Result:
        assert change.secret is not None
        with EpochStepKey(change.secret.view) as step_key:
            permutation = derive_signed_permutation(step_key)
        transform = _stepper(permutation)
        head = _rewritten_head(self.gallery.head, change, b"")
        head = replace(head, epoch=head.epoch + 1)
        gallery = self.gallery.transformed(transform, head)
        prepared = tuple(transform(rows) for rows in self._store.prepared_rows())
        permutation.wipe()
        return _Result(change, gallery, (*gallery.rows(), *prepared))

    def _apply_synthetic(self, change: Change) -> _Result:
        synthetic = change.synthetic or SyntheticSet.empty()
        head = next_head(self.gallery.head)
        return _Result(change, self.gallery.with_synthetic(synthetic, head))


def _rewritten_head(head: GalleryHead, change: Change, detail: bytes) -> GalleryHead:
    described = change.kind.name.encode() + change.generation.to_bytes(8) + detail
    return replace(next_head(head), lineage=advance_lineage(head.lineage, described))


def _stepper(permutation: SignedPermutation) -> Transform:
    def step(rows: ReferenceRows) -> ReferenceRows:
        return rows.with_columns(
            first=permutation.apply(rows.first), second=permutation.apply(rows.second)
        )

    return step


def _refresher(seed: bytes, party: int) -> Transform:
    """Add a sharing of zero, row by row in gallery order.

    Whoever holds two shares of zero knows the third, so all parties hold the same seed; it is
    erased after activation, and without it shares of before and after do not go together.
    """
    zero_shares = _ZeroShares(seed)

    def refresh(rows: ReferenceRows) -> ReferenceRows:
        shares = zero_shares.take(len(rows))
        first, second = shares[party - 1], shares[party % 3]
        return rows.with_columns(first=rows.first + first, second=rows.second + second)

    return refresh


class _ZeroShares:
    """Three streams of uniform words that add up to zero."""

    def __init__(self, seed: bytes) -> None:
        self._first, self._second = (
            Cipher(algorithms.ChaCha20(seed, nonce=number.to_bytes(16)), mode=None).encryptor()
            for number in (1, 2)
        )

    def take(self, count: int) -> tuple[Words, Words, Words]:
        """Return the three shares of the next `count` rows, each of shape (count, 128)."""
        first, second = (
            np.frombuffer(stream.update(bytes(2 * count * DIMENSIONS)), dtype="<u2").reshape(
                count, DIMENSIONS
            )
            for stream in (self._first, self._second)
        )
        return first, second, np.negative(first + second)
