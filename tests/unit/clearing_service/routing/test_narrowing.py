"""How many digits a search needs, from the gallery's size and the error budget alone."""

import pytest

from clearing_service.routing.narrowing import DigitsNeeded, ErrorBudget, digits_needed

MEASURED = ErrorBudget(false_match_rate=6.27e-5, fpir_budget=0.01)
"""The rate behind a measured FPIR of 10 % at 1,680 candidates."""


@pytest.mark.rule("TPL-06")
@pytest.mark.parametrize(("candidates", "fpir"), [(100, 0.0063), (1_680, 0.1), (1_000_000, 1.0)])
def test_false_matches_grow_with_the_gallery(candidates: int, fpir: float) -> None:
    assert MEASURED.fpir(candidates) == pytest.approx(fpir, rel=0.02)


@pytest.mark.rule("TPL-07")
@pytest.mark.parametrize(
    ("gallery", "digits"),
    [
        (0, DigitsNeeded.NONE),
        (160, DigitsNeeded.NONE),
        (161, DigitsNeeded.FOUR),
        (10_000, DigitsNeeded.FOUR),
        (1_100_000, DigitsNeeded.FOUR),
        (1_120_000, DigitsNeeded.SIX),
    ],
)
def test_digits_are_asked_for_when_the_budget_is_spent(gallery: int, digits: DigitsNeeded) -> None:
    assert digits_needed(gallery, MEASURED) is digits


def test_the_smallest_bucket_counts_as_the_fewest_that_are_ever_searched() -> None:
    strict = ErrorBudget(false_match_rate=6.27e-5, fpir_budget=0.001)
    assert not strict.allows(1)
    assert digits_needed(1, strict) is DigitsNeeded.SIX
