"""The Merkle tree of RFC 9162, section 2.1, and one proof for any number of its leaves.

Leaves and nodes are hashed under different first bytes, so that no node passes for a leaf. Instead
of one audit path a leaf, a proof holds the hash of every largest subtree without a proven leaf,
from left to right: whoever proves most of the tree sends little. For one leaf these are the hashes
of its audit path.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from facepay.errors import FacepayError

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""

_LEAF = b"\x00"
_NODE = b"\x01"


class InclusionProofError(FacepayError):
    """A proof does not fit the tree and leaves it is for."""


def leaf_hash(content: bytes) -> bytes:
    """Return the hash of a leaf with this content."""
    return hashlib.sha256(_LEAF + content).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes, in their order."""
    return _subtree(leaves, 0, len(leaves)) if leaves else EMPTY_ROOT


def inclusion_proof(leaves: Sequence[bytes], proven: Sequence[int]) -> tuple[bytes, ...]:
    """Return the proof that the leaves at these ascending places are in the tree."""
    return tuple(_missing(leaves, proven, 0, len(leaves)))


def root_from_proof(size: int, proven: Mapping[int, bytes], proof: Sequence[bytes]) -> bytes:
    """Return the root of a tree of `size` leaves that has the leaf hashes `proven` at their places.

    Compare it with the root that was signed. Raises `InclusionProofError` if a place is outside the
    tree or the proof holds fewer or more hashes than it takes.
    """
    if any(not 0 <= place < size for place in proven):
        raise InclusionProofError("a place is outside the tree")
    if not size:
        root = EMPTY_ROOT
        rest: Iterator[bytes] = iter(proof)
    else:
        rest = iter(proof)
        root = _rebuilt(sorted(proven), proven, rest, (0, size))
    if next(rest, None) is not None:
        raise InclusionProofError("the proof is too long")
    return root


def _subtree(leaves: Sequence[bytes], start: int, end: int) -> bytes:
    if end - start == 1:
        return leaves[start]
    middle = _split(start, end)
    return _node(_subtree(leaves, start, middle), _subtree(leaves, middle, end))


def _missing(
    leaves: Sequence[bytes], proven: Sequence[int], start: int, end: int
) -> Iterator[bytes]:
    if start == end:
        return
    if not _has_proven(proven, start, end):
        yield _subtree(leaves, start, end)
    elif end - start > 1:
        middle = _split(start, end)
        yield from _missing(leaves, proven, start, middle)
        yield from _missing(leaves, proven, middle, end)


def _rebuilt(
    places: Sequence[int], proven: Mapping[int, bytes], rest: Iterator[bytes], span: tuple[int, int]
) -> bytes:
    start, end = span
    if not _has_proven(places, start, end):
        try:
            return next(rest)
        except StopIteration:
            raise InclusionProofError("the proof is too short") from None
    if end - start == 1:
        return proven[start]
    middle = _split(start, end)
    left = _rebuilt(places, proven, rest, (start, middle))
    return _node(left, _rebuilt(places, proven, rest, (middle, end)))


def _has_proven(places: Sequence[int], start: int, end: int) -> bool:
    first = bisect_left(places, start)
    return first < len(places) and places[first] < end


def _split(start: int, end: int) -> int:
    # The left subtree takes the largest power of two that leaves something for the right one.
    return start + (1 << (end - start - 1).bit_length() - 1)


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()
