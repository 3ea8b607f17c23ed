"""The references of one party in memory, ordered by (tag, slot), as snapshots that never change.

A change makes a new `Gallery` and shares every block it did not touch, so a search that has begun
goes on with the rows it began with.

Where blocks begin is each party's own affair. What must agree is the order of the rows, the
groups of buckets and the digests, and these depend on the rows alone.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from clearing_service.matching.blocks import Block, Segment, blocks_of_pages, divide
from clearing_service.matching.groups import BucketGroups
from clearing_service.matching.ports import SearchScope
from clearing_service.matching.shares import ReferenceRows, SyntheticSet, Words
from facepay.canonical import encode_fields
from facepay.identifiers import ReferenceId

MIN_BUCKET_ROWS = 50
"""Smallest group of real rows that anybody can ask about."""

_SET_LABEL = b"facepay/matching/candidate-digest/1"

Transform = Callable[[ReferenceRows], ReferenceRows]
"""Replaces the shares of rows, in the same order, in new arrays."""


@dataclass(frozen=True, slots=True)
class GalleryHead:
    """What the parties agree on besides the rows."""

    generation: int
    epoch: int
    model_id: str
    lineage: bytes
    """32 bytes: a hash chain over every change that touched all rows (refresh, epoch step)."""


@dataclass(frozen=True, slots=True, eq=False)
class CandidateSet:
    """The rows a probe is compared with: some of the gallery, then the synthetic references."""

    segments: tuple[Segment, ...]
    synthetic: SyntheticSet
    digest: bytes
    """SHA-256 over everything all parties must agree on before anything is opened."""

    @property
    def real_count(self) -> int:
        """How many rows are references of people."""
        return sum(segment.stop - segment.start for segment in self.segments)

    @property
    def row_count(self) -> int:
        """How many rows are scored."""
        return self.real_count + len(self.synthetic)

    def matrices(self) -> Iterator[tuple[Words, Words]]:
        """Yield both share matrices piece by piece, in row order."""
        for segment in self.segments:
            rows = segment.block.rows
            yield (
                rows.first[segment.start : segment.stop],
                rows.second[segment.start : segment.stop],
            )
        yield self.synthetic.first, self.synthetic.second

    def reference_at(self, position: int) -> ReferenceId | None:
        """Return whose row is at `position`, or None for a synthetic one."""
        for segment in self.segments:
            length = segment.stop - segment.start
            if position < length:
                row = segment.block.rows.reference_ids[segment.start + position]
                return ReferenceId(row.tobytes())
            position -= length
        return None


class Gallery:
    """All active references of one party at one generation."""

    def __init__(
        self,
        head: GalleryHead,
        blocks: Iterable[Block],
        synthetic: SyntheticSet,
        min_bucket_rows: int = MIN_BUCKET_ROWS,
    ) -> None:
        """Take blocks in order of their tags."""
        self.head = head
        self.synthetic = synthetic
        self.min_bucket_rows = min_bucket_rows
        self._blocks = tuple(blocks)
        self._groups = BucketGroups(self._blocks, min_bucket_rows)
        self._known: dict[int | None, CandidateSet] = {}

    @classmethod
    def build(
        cls,
        head: GalleryHead,
        rows: ReferenceRows,
        synthetic: SyntheticSet,
        min_bucket_rows: int = MIN_BUCKET_ROWS,
    ) -> "Gallery":
        """Return a gallery of `rows`, in any order."""
        return cls.load(head, [rows.in_order()], synthetic, min_bucket_rows)

    @classmethod
    def load(
        cls,
        head: GalleryHead,
        pages: Iterable[ReferenceRows],
        synthetic: SyntheticSet,
        min_bucket_rows: int = MIN_BUCKET_ROWS,
    ) -> "Gallery":
        """Return a gallery of rows that come in pages, ordered by (tag, slot) over all of them."""
        return cls(head, blocks_of_pages(pages), synthetic, min_bucket_rows)

    def __len__(self) -> int:
        """Return the number of real rows."""
        return self._groups.row_count

    def candidates(self, scope: SearchScope) -> CandidateSet:
        """Return the candidate set of a scope. All parties with the same rows return the same."""
        if scope.tags is None:
            return self._candidates_of(None)
        groups = sorted({self._groups.group_of(tag) for tag in scope.tags})
        if len(groups) == 1:
            return self._candidates_of(groups[0])
        return self._collect(self._groups.tags_of(group) for group in groups)

    def with_rows(self, rows: ReferenceRows, head: GalleryHead) -> "Gallery":
        """Return the gallery with `rows` added. Blocks they do not fall into are shared."""
        blocks: list[Block] = []
        pending = rows.in_order()
        for position, block in enumerate(self._blocks):
            is_last = position + 1 == len(self._blocks)
            until = None if is_last else self._blocks[position + 1].tags[0]
            mine, pending = _rows_before(pending, until)
            blocks += divide(_merge(block.rows, mine)) if len(mine) else [block]
        blocks += divide(pending)
        return self._with_blocks(blocks, head)

    def without(
        self, reference_ids: Iterable[bytes], tags: Iterable[bytes], head: GalleryHead
    ) -> "Gallery":
        """Return the gallery without the rows of `reference_ids`, which have these `tags`.

        Unknown ids do nothing. Blocks without any of the tags are shared.
        """
        gone = set(reference_ids)
        touched = {self._groups.block_of(tag) for tag in tags}
        blocks: list[Block] = []
        for number, block in enumerate(self._blocks):
            kept = _positions_without(block.rows, gone) if number in touched else None
            if kept is None:
                blocks.append(block)
            elif len(kept):
                blocks.append(Block(block.rows.take(kept)))
        return self._with_blocks(blocks, head)

    def transformed(self, transform: Transform, head: GalleryHead) -> "Gallery":
        """Return the gallery with new shares in every row; the synthetic set stays."""
        return self._with_blocks([Block(transform(block.rows)) for block in self._blocks], head)

    def with_synthetic(self, synthetic: SyntheticSet, head: GalleryHead) -> "Gallery":
        """Return the gallery with another synthetic set."""
        return Gallery(head, self._blocks, synthetic, self.min_bucket_rows)

    def rows(self) -> Iterator[ReferenceRows]:
        """Yield all rows in order, as views."""
        return (block.rows for block in self._blocks)

    def _with_blocks(self, blocks: Sequence[Block], head: GalleryHead) -> "Gallery":
        return Gallery(head, blocks, self.synthetic, self.min_bucket_rows)

    def _candidates_of(self, group: int | None) -> CandidateSet:
        found = self._known.get(group)
        if found is None:
            ranges = [self._groups.everything if group is None else self._groups.tags_of(group)]
            found = self._known[group] = self._collect(ranges)
        return found

    def _collect(self, ranges: Iterable[range]) -> CandidateSet:
        segments: list[Segment] = []
        digest = hashlib.sha256(_set_prefix(self.head, self.synthetic))
        for tags in ranges:
            for segment, tag_digests in self._groups.pieces(tags):
                segments.append(segment)
                digest.update(b"".join(tag_digests))
        return CandidateSet(tuple(segments), self.synthetic, digest.digest())


def advance_lineage(lineage: bytes, change: bytes) -> bytes:
    """Return the lineage after a change of all rows that is described by `change`."""
    return hashlib.sha256(encode_fields([b"facepay/matching/lineage/1", lineage, change])).digest()


def first_head(epoch: int, model_id: str) -> GalleryHead:
    """Return the head of a gallery that has no rows yet."""
    return GalleryHead(0, epoch, model_id, bytes(32))


def next_head(head: GalleryHead) -> GalleryHead:
    """Return the head after a change that leaves the other rows alone."""
    return replace(head, generation=head.generation + 1)


def _set_prefix(head: GalleryHead, synthetic: SyntheticSet) -> bytes:
    return encode_fields(
        [
            _SET_LABEL,
            head.epoch.to_bytes(4),
            head.model_id.encode(),
            head.lineage,
            synthetic.set_id,
        ]
    )


def _merge(rows: ReferenceRows, added: ReferenceRows) -> ReferenceRows:
    return ReferenceRows.joined([rows, added]).in_order()


def _rows_before(rows: ReferenceRows, tag: bytes | None) -> tuple[ReferenceRows, ReferenceRows]:
    """Split ordered rows into those with a lower tag than `tag`, and the rest."""
    if tag is None or not len(rows):
        return rows, rows.take(slice(len(rows), None))
    position = bisect_left(range(len(rows)), tag, key=lambda row: rows.tags[row].tobytes())
    return rows.take(slice(0, position)), rows.take(slice(position, None))


def _positions_without(rows: ReferenceRows, gone: set[bytes]) -> npt.NDArray[np.intp]:
    kept = [
        position for position, row in enumerate(rows.reference_ids) if row.tobytes() not in gone
    ]
    return np.array(kept, np.intp)
