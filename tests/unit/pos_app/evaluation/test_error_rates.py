"""Reported rates equal what is counted by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_app.evaluation.error_rate import ErrorRate, at_most
from pos_app.evaluation.match_report import MatchReport
from pos_app.evaluation.pad_report import PadReport


@pytest.mark.rule("TPL-05")
def test_a_clean_run_gives_a_bound_and_not_zero() -> None:
    clean = ErrorRate(0, 3000)
    assert clean.upper_bound == pytest.approx(3 / 3000, rel=0.01)
    assert str(clean) == "<= 0.1 % (0 of 3,000)"


@pytest.mark.rule("PAD-02")
def test_none_of_six_attacks_accepted_still_allows_two_in_five() -> None:
    assert ErrorRate(0, 6).upper_bound == pytest.approx(0.393, abs=0.001)


@pytest.mark.rule("TPL-05")
@pytest.mark.parametrize(
    ("errors", "trials", "low", "high"),
    [(0, 10, 0.0, 0.3085), (1, 10, 0.0025, 0.4450), (5, 10, 0.1871, 0.8129), (10, 10, 0.6915, 1.0)],
)
def test_intervals_are_those_of_clopper_and_pearson(
    errors: int, trials: int, low: float, high: float
) -> None:
    """Values of published tables."""
    assert ErrorRate(errors, trials).interval == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 80), st.integers(1, 80), st.floats(1e-6, 1 - 1e-6))
def test_a_tail_is_the_sum_of_its_terms(errors: int, more: int, rate: float) -> None:
    trials = errors + more
    terms = (
        math.comb(trials, count) * rate**count * (1 - rate) ** (trials - count)
        for count in range(errors + 1)
    )
    assert at_most(errors, trials, rate) == pytest.approx(sum(terms), rel=1e-8, abs=1e-12)


def test_a_few_among_millions_have_a_bound_too() -> None:
    assert ErrorRate(1, 4_000_000).upper_bound == pytest.approx(4.744 / 4e6, rel=1e-3)
    low, high = ErrorRate(2_000_000, 4_000_000).interval
    assert high - low == pytest.approx(2 * 1.96 * 0.5 / 2000, rel=1e-3)


@given(st.integers(0, 60), st.integers(1, 60))
def test_a_bound_is_never_below_the_rate(errors: int, more: int) -> None:
    rate = ErrorRate(errors, errors + more)
    assert rate.value <= rate.upper_bound <= 1


def test_odd_counts_are_refused_and_nothing_tried_is_nothing_shown() -> None:
    with pytest.raises(ValueError, match="among"):
        ErrorRate(3, 2)
    assert ErrorRate(0, 0).value == 1.0
    assert ErrorRate(0, 0).upper_bound == 1.0


@pytest.mark.rule("TPL-05")
def test_a_hand_counted_set_is_reported_as_counted() -> None:
    """Ten people, one without a reference; twelve samples, three of them blurred or dark."""
    report = MatchReport(
        mated=np.sort([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.42]),
        non_mated=np.sort([0.1, 0.2, 0.45, 0.05, 0.0, -0.1, 0.3, 0.2, 0.1, 0.0]),
        failure_to_enrol=ErrorRate(1, 10),
        failure_to_acquire=ErrorRate(3, 12),
    )
    assert report.fnmr(0.42) == ErrorRate(2, 8)
    assert report.fmr(0.42) == ErrorRate(1, 10)
    assert report.frr(0.42) == pytest.approx(1 - 0.9 * 0.75 * 0.75)


@pytest.mark.rule("PAD-02")
def test_the_worst_species_is_the_result_and_the_average_decides_nothing() -> None:
    report = PadReport(
        apcer_by_species={
            "print": ErrorRate(0, 100),
            "replay": ErrorRate(5, 50),
            "mask": ErrorRate(1, 20),
            "morph": ErrorRate(0, 20),
        },
        bpcer=ErrorRate(2, 100),
    )
    assert report.worst_species == "replay"
    assert report.worst_apcer.value == pytest.approx(0.1)
    assert report.acer == pytest.approx(0.06)
    assert not report.passes(apcer_max=0.07, bpcer_max=0.07)


@pytest.mark.rule("PAD-02")
def test_few_presentations_never_pass_a_strict_gate() -> None:
    report = PadReport({"print": ErrorRate(0, 6)}, ErrorRate(0, 1000))
    assert not report.passes(apcer_max=0.05, bpcer_max=0.05)
    assert report.acer == 0.0
