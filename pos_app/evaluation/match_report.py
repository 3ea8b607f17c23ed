"""Verification: single comparisons, and what never became one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pos_app.evaluation.error_rate import ErrorRate

Similarities = NDArray[np.float64]
"""float64[n], cosine, -1 to 1; higher is closer."""


@dataclass(frozen=True, slots=True, eq=False)
class MatchReport:
    """Similarities of mated and non-mated comparisons, sorted, and what never became one.

    `failure_to_enrol` counts people without a usable reference, `failure_to_acquire` samples without
    usable features. A threshold accepts a similarity that reaches it.
    """

    mated: Similarities
    non_mated: Similarities
    failure_to_enrol: ErrorRate
    failure_to_acquire: ErrorRate

    def fnmr(self, threshold: float) -> ErrorRate:
        """Return the false non-match rate: mated comparisons below the threshold."""
        return ErrorRate(int(np.searchsorted(self.mated, threshold)), len(self.mated))

    def fmr(self, threshold: float) -> ErrorRate:
        """Return the false match rate: non-mated comparisons at or above the threshold."""
        below = int(np.searchsorted(self.non_mated, threshold))
        return ErrorRate(len(self.non_mated) - below, len(self.non_mated))

    def frr(self, threshold: float) -> float:
        """Generalised false reject rate, 0-1: people and samples that failed earlier count too."""
        succeeded = (1 - self.failure_to_enrol.value) * (1 - self.failure_to_acquire.value)
        return 1 - succeeded * (1 - self.fnmr(threshold).value)
