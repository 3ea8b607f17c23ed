"""References of nobody: their directions, their length, and how they are dealt."""

import numpy as np
import pytest

from clearing_service.matching.synthetic import (
    deal,
    dealt_fingerprints,
    draw_templates,
    expand_share,
    opening_of,
    verify_dealt_share,
)
from facepay.errors import CommitmentError
from tests.fakes.matching import POLICY
from tests.fakes.ports import SeededRandomness


def test_drawn_templates_have_reference_norm_and_range() -> None:
    templates = draw_templates(500, SeededRandomness(1)).astype(int)
    norms = (templates**2).sum(axis=1)
    assert abs(templates).max() <= 15
    assert norms.min() > POLICY.norm_minimum
    assert norms.max() < POLICY.norm_maximum


def test_drawn_templates_point_nowhere_in_particular() -> None:
    templates = draw_templates(4000, SeededRandomness(2)).astype(float)
    second_moment = templates.T @ templates / len(templates)
    assert abs(templates.mean(axis=0)).max() < 0.5
    assert abs(np.diag(second_moment) - 25.1).max() < 2.5
    assert abs(second_moment - np.diag(np.diag(second_moment))).max() < 2.0


def test_the_three_shares_of_a_dealing_add_up_and_verify() -> None:
    templates = draw_templates(20, SeededRandomness(3))
    dealing = deal(templates, SeededRandomness(4))
    first, second = expand_share(dealing.first_seed, 20), expand_share(dealing.second_seed, 20)
    assert np.array_equal((first + second + dealing.third).view(np.int16), templates)
    verify_dealt_share(first, opening_of(dealing.first_seed), dealing.commitments[0])
    verify_dealt_share(second, opening_of(dealing.second_seed), dealing.commitments[1])
    verify_dealt_share(dealing.third, dealing.third_opening, dealing.commitments[2])


def test_a_peer_notices_a_share_that_was_not_committed() -> None:
    dealing = deal(draw_templates(4, SeededRandomness(3)), SeededRandomness(4))
    other = dealing.third.copy()
    other[2, 7] += 1
    with pytest.raises(CommitmentError):
        verify_dealt_share(other, dealing.third_opening, dealing.commitments[2])


def test_party_1_erases_the_third_share() -> None:
    dealing = deal(draw_templates(4, SeededRandomness(3)), SeededRandomness(4))
    dealing.wipe()
    assert not dealing.third.any()


def test_fingerprints_differ_by_row_and_by_dealing() -> None:
    one = dealt_fingerprints((b"a" * 32, b"b" * 32, b"c" * 32), 3)
    other = dealt_fingerprints((b"a" * 32, b"b" * 32, b"d" * 32), 3)
    assert len({row.tobytes() for row in np.vstack([one, other])}) == 6
