"""What party 3 checks before it names a winner, and the thresholds it uses.

It sees a squared norm and an unordered list of scores. A probe of honest length, compared with
honest shares, has scores that behave; each guard refuses one way of cheating or breaking:

- norm: an inflated probe (15 * sign of every coordinate) would pass 99.95 % of strangers
- ceiling: shares out of step give uniform 16-bit scores, and one such row would win half of all
  probes; one score above what unit vectors can reach refuses the probe and raises an alarm
- median: the norm is known modulo 2^16 only; a probe long enough to wrap around has wide scores
- threshold and margin: the match itself; a close second is never picked over. With a measured tail
  of non-mated scores the threshold rises with the number of real rows, so that false positives
  stay within the error budget whatever scope was asked for
"""

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt
from numba import njit

from clearing_service.errors import ClearingError
from clearing_service.matching.score_tail import ScoreTail
from clearing_service.matching.synthetic import SYNTHETIC_ROWS
from facepay.template import DIMENSIONS, LIMIT, SQUARED_SCALE

CEILING_FACTOR = 1.05
"""Rounding moves a score of two unit vectors by less than this share of the squared scale."""

MEDIAN_FACTOR = 1.5
"""How far the median |score| may exceed that of impostors."""


class ModelNotAdmittedError(ClearingError):
    """The numbers of a model do not fit sixteen-bit scores."""


class Refusal(Enum):
    """Why a probe got no match. Logged at the party that refused; nobody else is told."""

    NORM = "the probe's length is outside the admitted band"
    CEILING = "a score is larger than shares in step can give"
    MEDIAN = "the scores are wider than those of impostors"
    THRESHOLD = "no score reached the threshold"
    MARGIN = "the second best score is too close"

    @property
    def is_alarm(self) -> bool:
        """Whether somebody should look: an honest terminal and honest parties do not cause it."""
        return self in (Refusal.NORM, Refusal.CEILING, Refusal.MEDIAN)


@dataclass(frozen=True, slots=True)
class Winner:
    """The position, in shuffled order, of the one score that passed."""

    position: int


@dataclass(frozen=True, slots=True)
class SearchBudget:
    """The share of strangers that one search may return, and the tail that thresholds follow from."""

    tail: ScoreTail
    fpir_budget: float


@dataclass(frozen=True, slots=True)
class ScorePolicy:
    """The integers that decide, stored with the model they were measured for.

    A score of `SQUARED_SCALE` is cosine 1. `norm_minimum` and `norm_maximum` bound the squared
    length of a quantised probe: rounding adds about 11 to 3200, clipping takes some away.
    `impostor_median` is the median |score| of a probe with references of other people. `threshold` is
    the lowest that is ever used; a `budget` raises it for large candidate sets.
    """

    model_id: str
    threshold: int
    margin: int
    impostor_median: int
    norm_minimum: int = 2800
    norm_maximum: int = 3400
    budget: SearchBudget | None = None

    def __post_init__(self) -> None:
        """Refuse a model whose scores could wrap around or whose limits are out of order."""
        if DIMENSIONS * LIMIT * LIMIT >= 2**15:
            raise ModelNotAdmittedError("scores do not fit sixteen bits")
        if not 0 < self.margin < self.threshold < self.ceiling:
            raise ModelNotAdmittedError("margin, threshold and ceiling are out of order")
        if not 0 < self.norm_minimum < self.norm_maximum < 2**15:
            raise ModelNotAdmittedError("the norm band is out of order")
        if not 0 < self.median_limit < self.threshold:
            raise ModelNotAdmittedError("impostors may not reach the threshold")

    def threshold_for(self, row_count: int) -> int:
        """Return the threshold of a candidate set of `row_count` rows, the synthetic ones included.

        Those are isotropic and lead nowhere, so only the others count.
        """
        if self.budget is None:
            return self.threshold
        real_rows = max(1, row_count - SYNTHETIC_ROWS)
        cosine = self.budget.tail.threshold_for(real_rows, self.budget.fpir_budget)
        return max(self.threshold, math.ceil(cosine * SQUARED_SCALE))

    @property
    def ceiling(self) -> int:
        """The largest |score| that unit vectors can give."""
        return int(CEILING_FACTOR * SQUARED_SCALE)

    @property
    def median_limit(self) -> int:
        """The largest median |score| of an honest probe."""
        return int(MEDIAN_FACTOR * self.impostor_median)


def decide(scores: npt.NDArray[np.int16], norm: int, policy: ScorePolicy) -> Winner | Refusal:
    """Return the winner among `scores` (int16, at least one) or the first reason against it.

    `norm` is the probe's squared length modulo 2^16, in [0, 65535].
    """
    if not policy.norm_minimum <= norm <= policy.norm_maximum:
        return Refusal.NORM
    best, second, largest, wide = _survey(scores, policy.median_limit)
    if largest > policy.ceiling:
        return Refusal.CEILING
    if 2 * wide > len(scores):
        return Refusal.MEDIAN
    if scores[best] < policy.threshold_for(len(scores)):
        return Refusal.THRESHOLD
    if int(scores[best]) - second < policy.margin:
        return Refusal.MARGIN
    return Winner(int(best))


def survey_once() -> None:
    """Run the kernel on one score, so that it is compiled."""
    _survey(np.zeros(1, np.int16), 0)


@njit(nogil=True, cache=True, boundscheck=False)
def _survey(
    scores: npt.NDArray[np.int16], median_limit: int
) -> tuple[int, int, int, int]:  # pragma: no cover - runs as machine code
    """Return position of the best, second best score, largest |score|, count above the limit."""
    best, best_score, second, largest, wide = 0, -(1 << 20), -(1 << 20), 0, 0
    for position in range(scores.shape[0]):
        score = int(np.int64(scores[position]))  # Sixteen bits would not hold |-32768|.
        magnitude = abs(score)
        largest = max(largest, magnitude)
        wide += magnitude > median_limit
        if score > best_score:
            best, best_score, second = position, score, best_score
        elif score > second:
            second = score
    return best, second, largest, wide
