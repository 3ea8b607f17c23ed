"""Masks and permutations: uniform, agreed, and never the same twice."""

import itertools

import numpy as np
import numpy.typing as npt
import pytest

from clearing_service.matching.errors import PeerLinkClosedError
from clearing_service.matching.shuffle import (
    KeyUse,
    StreamSecret,
    first_vector,
    mask,
    open_scores,
    permutation,
    second_vector,
    witness_vector,
)
from tests.fakes.matching_rows import random_words

SECRET = StreamSecret(bytes(range(32)))
OTHER_SECRET = StreamSecret(bytes(range(1, 33)))

CHI_SQUARE_255_LIMIT = 347.6
"""A uniform byte histogram stays below this with probability 0.9999 (255 degrees of freedom)."""


def chi_square(values: npt.NDArray[np.int64], cells: int) -> float:
    counts = np.bincount(values, minlength=cells)
    expected = len(values) / cells
    return float(((counts - expected) ** 2 / expected).sum())


def assert_uniform_words(words: npt.NDArray[np.uint16]) -> None:
    for half in (words >> 8, words & 0xFF):
        assert chi_square(half.astype(np.int64), 256) < CHI_SQUARE_255_LIMIT


@pytest.mark.parametrize("count", [1, 2, 3, 257, 5000])
def test_a_permutation_holds_every_position_once(count: int) -> None:
    order = permutation(SECRET, 1, count)
    assert np.array_equal(np.sort(order), np.arange(count))


def test_every_permutation_is_equally_likely() -> None:
    numbers = {order: number for number, order in enumerate(itertools.permutations(range(4)))}
    drawn = [numbers[tuple(permutation(SECRET, query, 4).tolist())] for query in range(24_000)]
    assert chi_square(np.array(drawn), 24) < 58.0  # 0.9999 quantile, 23 degrees of freedom


def test_keys_differ_by_use_by_query_and_by_stream() -> None:
    keys = {
        secret.key_for(number, use)
        for secret in (SECRET, OTHER_SECRET)
        for number in (1, 2)
        for use in KeyUse
    }
    assert len(keys) == 2 * 2 * len(KeyUse.__members__)


def test_a_stream_that_ended_gives_no_more_keys() -> None:
    secret = StreamSecret(bytes(32))
    secret.wipe()
    with pytest.raises(PeerLinkClosedError):
        secret.key_for(1, KeyUse.SCORE_MASK)


def test_what_each_party_receives_is_uniform_and_adds_up_to_the_shuffled_scores() -> None:
    """The scores are all alike here, so anything but uniform would show at once."""
    generator = np.random.default_rng(3)
    count = 60_000
    scores = np.full(count, 1234, np.int16)
    second, third = random_words(generator, count), np.full(count, 7, np.uint16)
    first = scores.view(np.uint16) - second - third
    order = permutation(SECRET, 9, count)
    score_mask = mask(SECRET, 9, KeyUse.SCORE_MASK, count)
    witness_mask = mask(OTHER_SECRET, 9, KeyUse.WITNESS_MASK, count)
    to_custodian = witness_vector(third, witness_mask)
    from_clearing = first_vector(first, witness_mask, score_mask, order)
    from_custodian = second_vector(second, to_custodian, score_mask, order)
    for view in (to_custodian, from_clearing, from_custodian):
        assert_uniform_words(view)
    assert np.array_equal(open_scores(from_clearing, from_custodian), scores[order])
