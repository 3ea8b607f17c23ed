"""An enrolment that grows keeps the chosen FPIR, and asks for digits only where it must.

Scores are sampled from the measured distribution instead of being computed: of n strangers'
references as many reach the tail as a binomial draw says, each by an exponential excess. The best of
them decides. That is a search by somebody who is not enrolled.
"""

from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from clearing_service.bootstrap.error_budget import error_budget, score_policy
from clearing_service.config import Config, ConfigError, ListenSettings, MatchingSettings
from clearing_service.matching.guards import ScorePolicy
from clearing_service.matching.score_tail import ScoreTail, ScoreTailError, load_score_tail
from clearing_service.matching.synthetic import SYNTHETIC_ROWS
from clearing_service.routing.narrowing import DigitsNeeded, digits_needed
from facepay.template import SQUARED_SCALE

MODEL = "sface-2021dec"
SETTINGS = MatchingSettings()
SEARCHES = 100_000
GALLERIES = [100, 120, 200, 1_000, 10_000, 100_000, 300_000, 1_000_000]

Counts = npt.NDArray[np.int64]


def config_with(settings: MatchingSettings) -> Config:
    return Config(Path("unused"), 1, "1001", ListenSettings("127.0.0.1:0"), {}, matching=settings)


def searched_sets(size: int, digits: DigitsNeeded, generator: np.random.Generator) -> Counts:
    """Return how many references each of many searches looks at.

    Phone digits are uniform; neighbouring buckets are merged until there are `min_bucket`.
    """
    if digits is DigitsNeeded.NONE:
        return np.full(SEARCHES, size)
    buckets = 10**digits.value
    members = np.bincount(generator.integers(buckets, size=size), minlength=buckets)
    group_of, group_sizes, waiting = np.empty(buckets, np.int64), [0], 0
    for bucket, count in enumerate(members):
        group_of[bucket] = len(group_sizes) - 1
        waiting += int(count)
        group_sizes[-1] = waiting
        if waiting >= SETTINGS.min_bucket:
            group_sizes.append(0)
            waiting = 0
    last = len(group_sizes) - 2
    group_sizes[last] += group_sizes[-1]  # what is left over joins the last one
    group_of = np.minimum(group_of, last)
    return np.array(group_sizes)[group_of[generator.integers(buckets, size=SEARCHES)]]


def best_scores(
    tail: ScoreTail, candidates: Counts, generator: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Return the best score of each search by a stranger; the measured rates, not their bounds."""
    reached = generator.binomial(candidates, tail.exceedances / tail.comparisons)
    best = np.full(len(candidates), tail.start)
    for count in range(1, int(reached.max(initial=0)) + 1):
        excess = generator.exponential(tail.mean_excess, len(candidates))
        best = np.where(reached >= count, np.maximum(best, tail.start + excess), best)
    return best * SQUARED_SCALE


def thresholds(policy: ScorePolicy, candidates: Counts) -> Counts:
    sizes, places = np.unique(candidates, return_inverse=True)
    found = [policy.threshold_for(int(size) + SYNTHETIC_ROWS) for size in sizes]
    return np.array(found)[places]


@pytest.mark.rule("TPL-06", "TPL-07")
@pytest.mark.parametrize("size", GALLERIES)
def test_false_positives_stay_within_budget_while_the_gallery_grows(size: int) -> None:
    generator, tail = np.random.default_rng(size), load_score_tail(MODEL)
    digits = digits_needed(size, error_budget(config_with(SETTINGS)))
    candidates = searched_sets(size, digits, generator)
    limits = thresholds(score_policy(SETTINGS, Path("unused")), candidates)
    fpir = (best_scores(tail, candidates, generator) >= limits).mean()
    assert fpir <= SETTINGS.fpir_budget
    highest = SETTINGS.similarity_threshold_max * SQUARED_SCALE
    assert limits.mean() <= highest, "more candidates than that should have cost digits"


@pytest.mark.rule("TPL-07")
def test_digits_are_asked_for_only_when_the_threshold_may_not_rise_further() -> None:
    budget, tail = error_budget(config_with(SETTINGS)), load_score_tail(MODEL)
    asked = [digits_needed(size, budget) for size in GALLERIES]
    assert [size for size, digits in zip(GALLERIES, asked, strict=True) if digits.value == 0] == [
        100,
        120,
        200,
    ]
    assert set(asked) == {DigitsNeeded.NONE, DigitsNeeded.FOUR}
    for size, digits in zip(GALLERIES, asked, strict=True):
        alone = tail.threshold_for(size, SETTINGS.fpir_budget)
        assert (digits is DigitsNeeded.NONE) == (alone <= SETTINGS.similarity_threshold_max)


@pytest.mark.rule("TPL-06")
def test_without_narrowing_one_threshold_would_break_the_budget() -> None:
    generator, tail = np.random.default_rng(3), load_score_tail(MODEL)
    best = best_scores(tail, np.full(20_000, 1_000_000), generator)
    assert (best >= SETTINGS.similarity_threshold * SQUARED_SCALE).mean() > 0.9


@pytest.mark.rule("TPL-06")
def test_the_witness_holds_the_budget_whatever_scope_it_is_asked_for() -> None:
    """Party 3 raises its own threshold: a clearing service that forgets digits gains nothing."""
    generator, tail = np.random.default_rng(4), load_score_tail(MODEL)
    policy = score_policy(SETTINGS, Path("unused"))
    limits = [policy.threshold_for(size + SYNTHETIC_ROWS) for size in GALLERIES]
    assert all(low <= high for low, high in pairwise(limits))
    candidates = np.full(20_000, 1_000_000)
    fpir = (best_scores(tail, candidates, generator) >= thresholds(policy, candidates)).mean()
    assert fpir <= SETTINGS.fpir_budget


@pytest.mark.rule("TPL-06")
def test_the_bound_lies_above_what_was_counted() -> None:
    """Counts of the measurement itself; the last are a mislabelled person, namesakes, a stranger."""
    tail = load_score_tail(MODEL)
    for cosine, count in ((0.38, 351), (0.40, 165), (0.42, 68), (0.44, 23), (0.46, 8), (0.48, 3)):
        assert count / tail.comparisons < tail.false_match_rate(cosine)
    counted_bound = 7.754 / tail.comparisons  # of three errors, at 95 %
    assert counted_bound < tail.false_match_rate(0.48) < 2 * counted_bound


def test_a_small_measurement_gives_a_stricter_threshold() -> None:
    large = ScoreTail("m", "s", 900, 400_000, 0.355, 400, 0.023)
    small = ScoreTail("m", "s", 450, 100_000, 0.355, 100, 0.023)
    assert small.threshold_for(100, 0.001) > large.threshold_for(100, 0.001) + 0.005


def test_what_is_no_measurement_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScoreTailError, match="at least 100"):
        ScoreTail("m", "s", 9, 400, 0.355, 12, 0.023)
    with pytest.raises(ScoreTailError, match="between cosine 0 and 1"):
        ScoreTail("m", "s", 9, 400_000, 1.2, 400, 0.023)
    with pytest.raises(ScoreTailError, match="not in the tail"):
        load_score_tail(MODEL).false_match_rate(0.2)
    with pytest.raises(ScoreTailError, match="no readable measurement of the scores of other"):
        load_score_tail("other")
    path = tmp_path / "tail.toml"
    for text in ("format = 2", "format = 1\nmodel_id = 1", 'format = 1\nmodel_id = "m"', "= ="):
        path.write_text(text)
        with pytest.raises(ScoreTailError):
            load_score_tail(MODEL, path)


def test_a_measurement_of_another_model_is_refused(tmp_path: Path) -> None:
    numbers = "people = 9\ncomparisons = 400000\nstart = 0.3\nexceedances = 400\nmean_excess = 0.02"
    (tmp_path / "tail.toml").write_text(f'format = 1\nmodel_id = "m"\nsource = "s"\n{numbers}')
    assert load_score_tail("m", tmp_path / "tail.toml").exceedances == 400
    with pytest.raises(ScoreTailError, match="is of m, not of"):
        load_score_tail(MODEL, tmp_path / "tail.toml")


def test_a_highest_threshold_below_the_lowest_is_a_mistake_in_the_settings() -> None:
    settings = MatchingSettings(similarity_threshold=0.5, similarity_threshold_max=0.4)
    with pytest.raises(ConfigError, match="similarity_threshold_max"):
        error_budget(config_with(settings))
