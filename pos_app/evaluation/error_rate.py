"""An error rate as ISO/IEC 19795-1 and 30107-3 state it: with its counts, and with what they allow.

Zero errors in n trials is not a rate of zero: it bounds the rate by about 3/n at 95 %.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, lgamma, log, log1p
from typing import Final

CONFIDENCE: Final = 0.95
_BISECTIONS: Final = 60
_FRACTION_TERMS: Final = 2000
_TINY: Final = 1e-300
_CONVERGED: Final = 1e-14
_ALMOST_ALL: Final = 0.995
"""From here on two digits would be written as 1e+02."""


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """`errors` among `trials`, both counted, never estimated."""

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
        return self._highest(1 - CONFIDENCE)

    @property
    def interval(self) -> tuple[float, float]:
        """Clopper and Pearson's two-sided 95 % interval: 2.5 % of doubt at either end."""
        doubt = (1 - CONFIDENCE) / 2
        return self._lowest(doubt), self._highest(doubt)

    def __str__(self) -> str:
        """Show the rate with its counts; without errors the bound alone, without trials neither."""
        if not self.trials:
            return "none was judged"
        counts = f"({self.errors:,} of {self.trials:,})"
        if self.errors == 0:
            return f"<= {percent(self.upper_bound)} {counts}"
        return f"{percent(self.value)} {counts}, at most {percent(self.upper_bound)}"

    def _highest(self, doubt: float) -> float:
        """Return the rate at which so few errors are as unlikely as `doubt`."""
        if self.errors == self.trials:
            return 1.0
        return _bisect(lambda rate: at_most(self.errors, self.trials, rate) > doubt)

    def _lowest(self, doubt: float) -> float:
        """Return the rate at which so many errors are as unlikely as `doubt`."""
        if self.errors == 0:
            return 0.0
        return _bisect(lambda rate: 1 - at_most(self.errors - 1, self.trials, rate) < doubt)


def at_most(errors: int, trials: int, rate: float) -> float:
    """Return the probability of at most `errors` in `trials`, fewer than all, at a true `rate`."""
    if not 0 < rate < 1:
        return 1.0 if rate <= 0 else 0.0
    return _incomplete_beta(trials - errors, errors + 1, 1 - rate, rate)


def percent(rate: float) -> str:
    """Return a rate, 0-1, in per cent with two significant digits."""
    return "100 %" if rate >= _ALMOST_ALL else f"{100 * rate:.2g} %"


def _bisect(is_below: Callable[[float], bool]) -> float:
    """Return where `is_below` turns false between 0 and 1; also far below 1e-6."""
    low, high = -40.0, 0.0
    if not is_below(exp(low)):
        return 0.0
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if is_below(exp(middle)) else (low, middle)
    return exp(high)


def _incomplete_beta(first: int, second: int, part: float, rest: float) -> float:
    """Return the regularised incomplete beta function at `part` = 1 - `rest`."""
    if part > (first + 1) / (first + second + 2):
        return 1 - _incomplete_beta(second, first, rest, part)
    ways = lgamma(first + second) - lgamma(first) - lgamma(second)
    front = exp(ways + first * _log_of(part, rest) + second * _log_of(rest, part)) / first
    return front * _continued_fraction(first, second, part)


def _log_of(part: float, rest: float) -> float:
    return log1p(-rest) if part > rest else log(part)


def _continued_fraction(first: int, second: int, part: float) -> float:
    """Return the fraction of the incomplete beta function by Lentz's method."""
    numerator, denominator = 1.0, 1 - (first + second) * part / (first + 1)
    denominator = 1 / _away_from_zero(denominator)
    value = denominator
    for term in range(1, _FRACTION_TERMS):
        for factor in _factors(first, second, part, term):
            denominator = 1 / _away_from_zero(1 + factor * denominator)
            numerator = _away_from_zero(1 + factor / numerator)
            value *= numerator * denominator
        if abs(numerator * denominator - 1) < _CONVERGED:
            break
    return value


def _factors(first: int, second: int, part: float, term: int) -> tuple[float, float]:
    at = first + 2 * term
    even = term * (second - term) * part / ((at - 1) * at)
    odd = -(first + term) * (first + second + term) * part / (at * (at + 1))
    return even, odd


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
