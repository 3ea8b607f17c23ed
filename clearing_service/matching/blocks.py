"""Some consecutive rows of a gallery in one piece of memory, and cutting rows into such pieces.

Blocks hold a few thousand rows: long enough to read at the speed of memory, short enough that one
enrolment among a million copies two megabytes. They never change.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clearing_service.matching.shares import ReferenceRows

BLOCK_ROWS = 4096
"""About how many rows a block has when it is built; twice as many when it is divided."""

_TAG_LABEL = b"facepay/matching/bucket-digest/1"


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


def divide(rows: ReferenceRows) -> list[Block]:
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


def blocks_of_pages(pages: Iterable[ReferenceRows]) -> Iterator[Block]:
    """Yield the blocks of rows that come ordered by (tag, slot), holding a page or two at a time."""
    held: list[ReferenceRows] = []
    for page in pages:
        if not len(page):
            continue
        last_tag = int(_tag_starts(page.tags)[-2])
        is_new_tag = not held or (held[-1].tags[-1] != page.tags[0]).any()
        if last_tag or is_new_tag:
            yield from divide(ReferenceRows.joined([*held, page.take(slice(0, last_tag))]))
            held = []
        held.append(page.take(slice(last_tag, None)))
    yield from divide(ReferenceRows.joined(held))


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


def _owned(rows: ReferenceRows) -> ReferenceRows:
    """Return rows in arrays of their own, so that a block does not keep a larger one alive."""
    return ReferenceRows.joined([rows])
