"""What party 3 refuses, and in which order."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from clearing_service.matching.guards import (
    ModelNotAdmittedError,
    Refusal,
    ScorePolicy,
    Winner,
    decide,
)
from tests.fakes.matching import POLICY

NORM = 3210


def scores_with(*values: int) -> npt.NDArray[np.int16]:
    scores = np.random.default_rng(8).integers(-400, 400, 300).astype(np.int16) // 2
    scores[: len(values)] = values
    return scores


@pytest.mark.parametrize(
    ("scores", "norm", "expected"),
    [
        (scores_with(2900), NORM, Winner(0)),
        (scores_with(0, 1536), NORM, Winner(1)),
        (scores_with(1535), NORM, Refusal.THRESHOLD),
        (scores_with(2000, 1841), NORM, Refusal.MARGIN),
        (scores_with(2000, 1840), NORM, Winner(0)),
        (scores_with(2000, 2000), NORM, Refusal.MARGIN),
        (scores_with(2900), POLICY.norm_minimum - 1, Refusal.NORM),
        (scores_with(2900), POLICY.norm_maximum + 1, Refusal.NORM),
        (scores_with(3361), NORM, Refusal.CEILING),
        (scores_with(2900, -3361), NORM, Refusal.CEILING),
        (scores_with(2900, -32768), NORM, Refusal.CEILING),
        (np.full(300, 346, np.int16), NORM, Refusal.MEDIAN),
        (np.full(300, 345, np.int16), NORM, Refusal.THRESHOLD),
    ],
)
def test_a_probe_wins_or_is_refused_for_the_first_reason(
    scores: npt.NDArray[np.int16], norm: int, expected: Winner | Refusal
) -> None:
    assert decide(scores, norm, POLICY) == expected


@pytest.mark.rule("TPL-08")
def test_two_close_candidates_are_never_picked_from() -> None:
    assert decide(scores_with(3000, 2990), NORM, POLICY) is Refusal.MARGIN


def test_only_what_honest_parties_cannot_cause_is_an_alarm() -> None:
    alarms = {refusal for refusal in Refusal if refusal.is_alarm}
    assert alarms == {Refusal.NORM, Refusal.CEILING, Refusal.MEDIAN}


@pytest.mark.parametrize(
    "wrong",
    [
        {"threshold": 4000},
        {"margin": 0},
        {"margin": 2000},
        {"norm_minimum": 0},
        {"norm_maximum": 40_000},
        {"impostor_median": 1200},
    ],
)
def test_a_model_whose_numbers_do_not_fit_is_not_admitted(wrong: dict[str, int]) -> None:
    with pytest.raises(ModelNotAdmittedError):
        replace(POLICY, **wrong)  # type: ignore[arg-type]


def test_thresholds_are_integers_on_the_scale_of_the_quantiser() -> None:
    policy = ScorePolicy("m", threshold=1536, margin=160, impostor_median=230)
    assert policy.ceiling == 3360
    assert policy.median_limit == 345
