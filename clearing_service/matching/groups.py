"""Buckets joined until each group has enough rows that nobody can ask about one person."""

from bisect import bisect_right
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from numba import njit

from clearing_service.matching.blocks import Block, Segment


class BucketGroups:
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
