"""Error rates as ISO/IEC 19795-1 and 30107-3 state them: with what they were counted on, and a bound.

Zero errors in n trials is not a rate of zero: it bounds the rate by about 3/n at 95 %. Attack rates
are kept per species of attack; the worst one is the result, never an average over species.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, log1p

CONFIDENCE = 0.95
_BISECTIONS = 60


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """`errors` among `trials`, both counted by hand or machine, never estimated."""

    errors: int
    trials: int

    def __post_init__(self) -> None:
        """Refuse counts that no experiment gives."""
        if not 0 <= self.errors <= self.trials:
            raise ValueError("errors are among the trials")

    @property
    def value(self) -> float:
        """The observed rate, 0-1; 1 without trials, because nothing was shown."""
        return self.errors / self.trials if self.trials else 1.0

    @property
    def upper_bound(self) -> float:
        """The rate that these counts rule out above, at 95 % (exact binomial, one-sided)."""
        if self.errors == self.trials:
            return 1.0
        low, high = self.value, 1.0
        for _ in range(_BISECTIONS):
            middle = (low + high) / 2
            is_plausible = _at_most(self.errors, self.trials, middle) > 1 - CONFIDENCE
            low, high = (middle, high) if is_plausible else (low, middle)
        return high

    def __str__(self) -> str:
        """Show the rate with its counts; without errors show the bound alone."""
        counts = f"({self.errors:,} of {self.trials:,})"
        if self.errors == 0 and self.trials:
            return f"<= {_percent(self.upper_bound)} {counts}"
        return f"{_percent(self.value)} {counts}, at most {_percent(self.upper_bound)}"


@dataclass(frozen=True, slots=True)
class PadReport:
    """Attacks taken for bona fide (APCER), per species, and bona fide taken for attacks (BPCER)."""

    apcer_by_species: Mapping[str, ErrorRate]
    bpcer: ErrorRate

    @property
    def worst_species(self) -> str:
        """The species with the highest APCER; of equals the one with the fewest presentations."""
        return max(
            self.apcer_by_species,
            key=lambda species: (
                self.apcer_by_species[species].value,
                self.apcer_by_species[species].upper_bound,
            ),
        )

    @property
    def worst_apcer(self) -> ErrorRate:
        """The APCER of the worst species: the result of an evaluation."""
        return self.apcer_by_species[self.worst_species]

    @property
    def acer(self) -> float:
        """(worst APCER + BPCER) / 2: a figure for convenience, good for no decision."""
        return (self.worst_apcer.value + self.bpcer.value) / 2

    def passes(self, *, apcer_max: float, bpcer_max: float) -> bool:
        """Whether both bounds hold: every species' and the bona fide rate. ACER has no say."""
        bounds = [rate.upper_bound for rate in self.apcer_by_species.values()]
        return max(bounds) <= apcer_max and self.bpcer.upper_bound <= bpcer_max


@dataclass(frozen=True, slots=True)
class MatchReport:
    """Similarities of mated and non-mated comparisons, and what never became one.

    `failure_to_enrol` counts people without a usable reference, `failure_to_acquire` samples without
    usable features. A threshold accepts a similarity that reaches it.
    """

    mated: Sequence[float]
    non_mated: Sequence[float]
    failure_to_enrol: ErrorRate
    failure_to_acquire: ErrorRate

    def fnmr(self, threshold: float) -> ErrorRate:
        """False non-match rate: mated comparisons below the threshold."""
        return ErrorRate(sum(score < threshold for score in self.mated), len(self.mated))

    def fmr(self, threshold: float) -> ErrorRate:
        """False match rate: non-mated comparisons at or above the threshold."""
        return ErrorRate(sum(score >= threshold for score in self.non_mated), len(self.non_mated))

    def frr(self, threshold: float) -> float:
        """Generalised false reject rate, 0-1: people and samples that failed earlier count too."""
        succeeded = (1 - self.failure_to_enrol.value) * (1 - self.failure_to_acquire.value)
        return 1 - succeeded * (1 - self.fnmr(threshold).value)


def _at_most(errors: int, trials: int, rate: float) -> float:
    """Return the probability of at most `errors` in `trials` at a true `rate` strictly in (0, 1)."""
    if not 0 < rate < 1:
        return 1.0 if rate <= 0 else 0.0
    total = 0.0
    for count in range(errors + 1):
        ways = lgamma(trials + 1) - lgamma(count + 1) - lgamma(trials - count + 1)
        total += exp(ways + count * log(rate) + (trials - count) * log1p(-rate))
    return total


def _percent(rate: float) -> str:
    return f"{100 * rate:.2g} %"
