"""Opening scores in an order nobody can follow.

Fixed rows with their scores give the whole gallery away: 128 probes and their scores by row solve
for every reference. So the three vectors are masked and shuffled before they are added, with keys
that live for one query:

- parties 1 and 2 share a permutation p and a mask r, parties 1 and 3 a mask u
- party 3 sends v = z_3 - u to party 2                     (uniform to party 2, who lacks u)
- party 1 sends p(z_1 + u + r) to party 3                  (uniform to party 3, who lacks r)
- party 2 sends p(z_2 + v - r) to party 3, who adds the two (the scores, and nothing else)

Masks and permutations are ChaCha20 key streams. Their keys come by HKDF from the secret of one
stream between two peers, the number of the query and a label, so no key serves twice.
"""

import hmac
from enum import Enum

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms
from numba import njit

from clearing_service.matching.errors import PeerLinkClosedError
from facepay.secret import SecretBytes

Words = npt.NDArray[np.uint16]
Order = npt.NDArray[np.uint32]

STREAM_SECRET_BYTES = 32
_LABEL = b"facepay/matching/query/1|"
_SPARE_WORDS = 64
"""Enough for the few draws that rejection repeats: about n^2 / 2^33 of them."""


class KeyUse(Enum):
    """What a key of a query is for. Each has its own label, so that no stream serves twice."""

    PERMUTATION = b"permutation p of parties 1 and 2"
    SCORE_MASK = b"mask r of parties 1 and 2"
    WITNESS_MASK = b"mask u of parties 1 and 3"
    NORM_MASK = b"mask m of parties 1 and 2"


class StreamSecret(SecretBytes):
    """32 bytes that two peers agreed on for one stream; forgotten when the stream ends.

    It is a pseudorandom key in the sense of RFC 5869: from a key agreement, salted with the fresh
    nonces of both sides.
    """

    def key_for(self, query_number: int, use: KeyUse) -> bytes:
        """Return the ChaCha20 key of one use in one query: HKDF-Expand with a single block.

        Raises `PeerLinkClosedError` when the stream has ended and the secret is gone.
        """
        info = _LABEL + query_number.to_bytes(8) + use.value
        try:
            return hmac.digest(bytes(self.view), info + b"\x01", "sha256")
        except ValueError:
            raise PeerLinkClosedError("the stream's secret is gone") from None


def mask(secret: StreamSecret, query_number: int, use: KeyUse, count: int) -> Words:
    """Return `count` uniform words, the same for both holders of `secret`."""
    stream = _key_stream(secret.key_for(query_number, use))
    return np.frombuffer(stream.update(bytes(2 * count)), dtype="<u2")


def permutation(secret: StreamSecret, query_number: int, count: int) -> Order:
    """Return a uniform permutation of `count` positions, the same for both holders of `secret`."""
    stream = _key_stream(secret.key_for(query_number, KeyUse.PERMUTATION))
    order = np.arange(count, dtype=np.uint32)
    unfinished, wanted = count - 1, count + _SPARE_WORDS
    while unfinished > 0:
        words = np.frombuffer(stream.update(bytes(4 * wanted)), dtype="<u4")
        unfinished, wanted = _fisher_yates(order, words, unfinished), _SPARE_WORDS
    return order


def witness_vector(scores: Words, witness_mask: Words) -> Words:
    """Return v, which party 3 sends to party 2."""
    return scores - witness_mask


def first_vector(scores: Words, witness_mask: Words, score_mask: Words, order: Order) -> Words:
    """Return p(z_1 + u + r), which party 1 sends to party 3."""
    summed = scores + witness_mask
    summed += score_mask
    return summed[order]


def second_vector(scores: Words, witness: Words, score_mask: Words, order: Order) -> Words:
    """Return p(z_2 + v - r), which party 2 sends to party 3."""
    summed = scores + witness
    summed -= score_mask
    return summed[order]


def open_scores(first: Words, second: Words) -> npt.NDArray[np.int16]:
    """Return the scores in shuffled order; a score is the sum read as a signed number."""
    return (first + second).view(np.int16)


def _key_stream(key: bytes) -> CipherContext:
    # The nonce may be constant because no key is ever used for a second stream.
    return Cipher(algorithms.ChaCha20(key, nonce=bytes(16)), mode=None).encryptor()


@njit(nogil=True, cache=True, boundscheck=False)
def _fisher_yates(
    order: Order, words: npt.NDArray[np.uint32], last: int
) -> int:  # pragma: no cover - runs as machine code
    """Shuffle order[0..last] downward; return where it stopped when `words` ran out, else 0.

    A draw below `bound` is the upper half of word * bound; a draw whose lower half falls into the
    2^32 mod bound values that would be hit once too often is repeated (Lemire 2019).
    """
    used = 0
    while last > 0:
        if used == words.shape[0]:
            return last
        bound = np.uint64(last + 1)
        product = np.uint64(words[used]) * bound
        used += 1
        if (product & np.uint64(0xFFFFFFFF)) < np.uint64(0x100000000) % bound:
            continue
        chosen = product >> np.uint64(32)
        order[last], order[chosen] = order[chosen], order[last]
        last -= 1
    return 0
