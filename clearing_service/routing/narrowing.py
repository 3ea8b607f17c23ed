"""How far a search must be narrowed before false matches stay within budget.

With N candidates the chance that a stranger matches anyone is FPIR = 1 - (1 - FMR)^N, so a large
gallery needs the payer's phone digits. This is decided from the gallery's size when a payment is
opened, never from the face.
"""

import math
from dataclasses import dataclass
from enum import Enum


class DigitsNeeded(Enum):
    """How many last digits of the payer's phone number narrow the search."""

    NONE = 0
    FOUR = 4
    SIX = 6


@dataclass(frozen=True, slots=True)
class ErrorBudget:
    """What may go wrong at most.

    `false_match_rate` is one comparison's, at the highest threshold a search may use before digits
    are asked for; `fpir_budget` the share of strangers that may be routed to anyone; `min_bucket` the fewest references a search
    looks at, so that nobody can ask about one person.
    """

    false_match_rate: float
    fpir_budget: float
    min_bucket: int = 50

    def fpir(self, candidate_count: float) -> float:
        """Return the share of strangers that match someone among `candidate_count`."""
        return -math.expm1(candidate_count * math.log1p(-self.false_match_rate))

    def allows(self, candidate_count: float) -> bool:
        """Whether a search among `candidate_count` stays within budget."""
        return self.fpir(max(candidate_count, self.min_bucket)) <= self.fpir_budget

    def candidates_with(self, digits: "DigitsNeeded", gallery_size: int) -> float:
        """Return how many references a search looks at, on average, when so many digits are given.

        A bucket is searched with its neighbours until there are `min_bucket`, so with one bucket's
        worth more than one less than that at most.
        """
        if digits is DigitsNeeded.NONE:
            return gallery_size
        buckets: int = 10**digits.value
        return min(gallery_size, self.min_bucket - 1 + gallery_size / buckets)


def digits_needed(gallery_size: int, budget: ErrorBudget) -> DigitsNeeded:
    """Return the fewest digits that keep a search within budget; six if nothing does.

    Phone digits are taken as uniform. Six digits are the most a payer is asked for.
    """
    for digits in (DigitsNeeded.NONE, DigitsNeeded.FOUR):
        if budget.allows(budget.candidates_with(digits, gallery_size)):
            return digits
    return DigitsNeeded.SIX
