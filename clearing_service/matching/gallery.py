"""The references of one party in memory, ordered by (tag, slot), as snapshots that never change.

A change makes a new `Gallery` and shares every block it did not touch, so a search that has begun
goes on with the rows it began with. Blocks hold a few thousand rows: long enough to read at the
speed of memory, short enough that one enrolment among a million copies two megabytes.

Where blocks begin is each party's own affair. What must agree is the order of the rows, the
groups of buckets and the digests, and these depend on the rows alone.
"""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from numba import njit

from clearing_service.matching.ports import SearchScope
from clearing_service.matching.shares import ReferenceRows, SyntheticSet, Words
from facepay.canonical import encode_fields
from facepay.identifiers import ReferenceId

BLOCK_ROWS = 4096
"""About how many rows a block has when it is built; twice as many when it is divided."""

MIN_BUCKET_ROWS = 50
"""Smallest group of real rows that anybody can ask about."""

_TAG_LABEL = b"facepay/matching/bucket-digest/1"
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


class Block:
    """Some consecutive rows of the gallery; a tag never spans two blocks. Never changed."""

    __slots__ = ("digests", "rows", "starts", "tags")

    def __init__(self, rows: ReferenceRows) -> None:
        """Take rows that are ordered by (tag, slot); at least one."""
        self.rows = rows
        self.starts = _tag_starts(rows.tags)
        self.tags = [rows.tags[start].tobytes() for start in self.starts[:-1]]
        self.digests = _tag_digests(rows, self.tags, self.starts)

    @property
    def tag_sizes(self) -> npt.NDArray[np.int64]:
        """How many rows each tag has."""
        return np.diff(self.starts)


@dataclass(frozen=True, slots=True)
class Segment:
    """Consecutive rows of one block."""

    block: Block
    start: int
    stop: int


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
        self._groups = _Groups(self._blocks, min_bucket_rows)
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
        return cls(head, _divide(rows.in_order()), synthetic, min_bucket_rows)

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
            blocks += _divide(_merge(block.rows, mine)) if len(mine) else [block]
        blocks += _divide(pending)
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


class _Groups:
    """Consecutive buckets merged until each group has enough rows.

    A group is a range of tags, so a tag that no row has falls into the group around it: whether
    anybody uses some digits cannot be asked either.
    """

    def __init__(self, blocks: tuple[Block, ...], min_bucket_rows: int) -> None:
        sizes = [block.tag_sizes for block in blocks]
        all_sizes = np.concatenate(sizes) if sizes else np.empty(0, np.int64)
        self._blocks = blocks
        self._first_tags = [block.tags[0] for block in blocks]
        self._block_tags = _offsets(np.array([len(block.tags) for block in blocks], np.int64))
        self._boundaries = _merge_boundaries(all_sizes, min_bucket_rows)
        self.row_count = int(all_sizes.sum())
        self.everything = range(len(all_sizes))

    def block_of(self, tag: bytes) -> int:
        """Return the number of the block that holds, or would hold, `tag`."""
        return max(bisect_right(self._first_tags, tag) - 1, 0)

    def group_of(self, tag: bytes) -> int:
        """Return the number of the group whose range holds `tag`."""
        if not self._blocks:
            return 0
        number = self.block_of(tag)
        within = max(bisect_right(self._blocks[number].tags, tag) - 1, 0)
        ordinal = self._block_tags[number] + within
        return int(np.searchsorted(self._boundaries, ordinal, side="right")) - 1

    def tags_of(self, group: int) -> range:
        """Return the ordinals of the group's tags, counted over the whole gallery."""
        if not self._blocks:
            return range(0)
        return range(int(self._boundaries[group]), int(self._boundaries[group + 1]))

    def pieces(self, tags: range) -> Iterator[tuple[Segment, list[bytes]]]:
        """Yield the rows of consecutive tags block by block, with the digests of the tags."""
        start = tags.start
        number = int(np.searchsorted(self._block_tags, start, side="right")) - 1
        while start < tags.stop:
            block, base = self._blocks[number], int(self._block_tags[number])
            end = min(tags.stop, base + len(block.tags))
            first, last = start - base, end - base
            segment = Segment(block, int(block.starts[first]), int(block.starts[last]))
            yield segment, block.digests[first:last]
            start, number = end, number + 1


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


def _tag_starts(tags: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    changes = np.flatnonzero((tags[1:] != tags[:-1]).any(axis=1)) + 1
    return np.concatenate([[0], changes, [len(tags)]]).astype(np.int64)


def _tag_digests(
    rows: ReferenceRows, tags: list[bytes], starts: npt.NDArray[np.int64]
) -> list[bytes]:
    """Return one digest per tag over (reference id, generation, fingerprint) of its rows."""
    generations = rows.generations.astype(">i8").view(np.uint8).reshape(-1, 8)
    described = np.hstack([rows.reference_ids, generations, rows.fingerprints])
    return [
        hashlib.sha256(_TAG_LABEL + tag + described[start:stop].tobytes()).digest()
        for tag, start, stop in zip(tags, starts[:-1], starts[1:], strict=True)
    ]


def _divide(rows: ReferenceRows) -> list[Block]:
    """Cut ordered rows into blocks of about `BLOCK_ROWS`, between tags."""
    if not len(rows):
        return []
    starts = _tag_starts(rows.tags)
    blocks: list[Block] = []
    begin = 0
    while begin < len(rows):
        wanted = begin + BLOCK_ROWS if len(rows) - begin > 2 * BLOCK_ROWS else len(rows)
        end = int(starts[bisect_left(starts, wanted)])
        blocks.append(Block(_owned(rows.take(slice(begin, end)))))
        begin = end
    return blocks


def _owned(rows: ReferenceRows) -> ReferenceRows:
    """Return rows in arrays of their own, so that a block does not keep a larger one alive."""
    return ReferenceRows.joined([rows])


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


def _offsets(sizes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


@njit(nogil=True, cache=True)
def _merge_boundaries(
    sizes: npt.NDArray[np.int64], minimum: int
) -> npt.NDArray[np.int64]:  # pragma: no cover - runs as machine code
    """Return where groups begin, as ordinals of tags, and the number of tags at the end.

    Buckets are joined from the lowest tag on until a group is large enough; what is left over at
    the end joins the last group.
    """
    boundaries = np.zeros(sizes.shape[0] + 1, np.int64)
    count, rows = 0, 0
    for ordinal in range(sizes.shape[0]):
        rows += sizes[ordinal]
        if rows >= minimum:
            count += 1
            boundaries[count] = ordinal + 1
            rows = 0
    if sizes.shape[0] == 0:
        return boundaries[:1]
    if count == 0:
        count = 1
    boundaries[count] = sizes.shape[0]
    return boundaries[: count + 1]
