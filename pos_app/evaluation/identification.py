"""Identification: searches of a gallery, by people who are in it and by people who are not.

FPIR is the share of searches by people who are not enrolled that return anybody. FNIR is the share
of searches by enrolled people that do not return their own reference: it is below the threshold,
somebody else is ahead, or the runner-up is too close. Both depend on the number N of candidates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facepay.template import SQUARED_SCALE
from pos_app.evaluation.error_rate import ErrorRate
from pos_app.evaluation.roles import Cast
from pos_app.evaluation.templates import Templates, scores_of

_SEED: Final = 19795
_SEARCHES_AT_ONCE: Final = 256
_COMPARISONS_MAX: Final = 4_000_000
_NOBODY: Final = -32768.0
"""Below every score."""

Scores = NDArray[np.float64]
"""Whole numbers, as the matching parties have them; `SQUARED_SCALE` is cosine 1."""
Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SearchRule:
    """When a search returns somebody: cosine of the best at least `threshold`, ahead by `margin`."""

    threshold: float
    margin: float

    @property
    def threshold_score(self) -> int:
        """The threshold as a score."""
        return round(self.threshold * SQUARED_SCALE)

    @property
    def margin_score(self) -> int:
        """The margin as a difference of scores."""
        return round(self.margin * SQUARED_SCALE)


@dataclass(frozen=True, slots=True)
class GalleryPlan:
    """How many people are enrolled, and among how many buckets each search picks one."""

    size: int
    buckets: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class SearchScores:
    """What decides each search of one plan; float64[searches], `_NOBODY` where there is none.

    `own` is the score with the person's own reference, `best` and `second` those of the two
    best among other people. A search by somebody who is not enrolled has no `own`.
    """

    own: Scores
    best: Scores
    second: Scores

    def missed(self, rule: SearchRule) -> int:
        """Return how many searches did not return the person's own reference."""
        is_found = (self.own >= rule.threshold_score) & (self.own - self.best >= rule.margin_score)
        return int(len(self.own) - is_found.sum())

    def returned_others(self, rule: SearchRule) -> int:
        """Return how many searches returned somebody else."""
        runner_up = np.maximum(self.second, self.own)
        is_other = (self.best >= rule.threshold_score) & (
            self.best - runner_up >= rule.margin_score
        )
        return int(is_other.sum())


@dataclass(frozen=True, slots=True)
class IdentificationRates:
    """What one plan and one rule gave. `mistaken` are enrolled people taken for somebody else."""

    plan: GalleryPlan
    rule: SearchRule
    fpir: ErrorRate
    fnir: ErrorRate
    mistaken: ErrorRate


@dataclass(frozen=True, slots=True, eq=False)
class _Searchers:
    """Who searches: templates, the reference each owns (-1 without one), and a place in 0-1.

    A place stands for phone digits: it picks the bucket, however many buckets there are.
    """

    probes: Templates
    owners: Positions
    places: Scores

    def part(self, start: int) -> "_Searchers":
        """Return some of them."""
        some = slice(start, start + _SEARCHES_AT_ONCE)
        return _Searchers(self.probes[some], self.owners[some], self.places[some])


class Identification:
    """Runs searches over galleries drawn from one cast; the same draw every time."""

    def __init__(self, cast: Cast) -> None:
        generator = np.random.default_rng(_SEED)
        self._references = cast.references
        self._order = generator.permutation(len(cast.references))
        self._places = generator.random(len(cast.references))
        self._owning = _Searchers(cast.probes, cast.owners, self._places[cast.owners])
        # One search a person: searches by one person are not independent of each other.
        first = np.unique(cast.owners, return_index=True)[1]
        nobody = np.full(len(cast.strangers), -1, np.int64)
        owners = np.concatenate([cast.owners[first], nobody])
        probes = np.concatenate([cast.probes[first], cast.strangers])
        self._others = _Searchers(probes, owners, generator.random(len(owners)))

    @property
    def size_max(self) -> int:
        """How many people can be enrolled."""
        return len(self._references)

    def rates(self, plan: GalleryPlan, rules: Sequence[SearchRule]) -> list[IdentificationRates]:
        """Return the rates of one plan under every rule."""
        enrolled, others = self.enrolled_searches(plan), self.other_searches(plan)
        return [
            IdentificationRates(
                plan=plan,
                rule=rule,
                fpir=ErrorRate(others.returned_others(rule), len(others.best)),
                fnir=ErrorRate(enrolled.missed(rule), len(enrolled.own)),
                mistaken=ErrorRate(enrolled.returned_others(rule), len(enrolled.own)),
            )
            for rule in rules
        ]

    def enrolled_searches(self, plan: GalleryPlan) -> SearchScores:
        """Search with every probe among its owner and `plan.size` - 1 others, in the owner's bucket."""
        return self._search(self._owning, plan, is_enrolled=True)

    def other_searches(self, plan: GalleryPlan) -> SearchScores:
        """Search with people who are not enrolled: strangers, and owners whose reference is left out.

        Each looks at a bucket picked at random.
        """
        return self._search(self._others, plan, is_enrolled=False)

    def comparisons(self) -> tuple[Scores, Scores]:
        """Return the similarities of mated and of non-mated comparisons, each sorted.

        Non-mated are the searches by people who are not enrolled, each with every reference but
        their own; of very large folders only as many searches as give `_COMPARISONS_MAX`.
        """
        enrolled = self.enrolled_searches(GalleryPlan(self.size_max))
        searches = max(1, _COMPARISONS_MAX // max(1, self.size_max))
        probes, owners = self._others.probes[:searches], self._others.owners[:searches]
        is_other = owners[:, None] != np.arange(self.size_max)[None, :]
        non_mated = scores_of(probes, self._references)[is_other]
        return np.sort(enrolled.own) / SQUARED_SCALE, np.sort(non_mated) / SQUARED_SCALE

    def _search(
        self, searchers: _Searchers, plan: GalleryPlan, *, is_enrolled: bool
    ) -> SearchScores:
        starts = range(0, len(searchers.probes), _SEARCHES_AT_ONCE)
        parts = [
            self._search_part(searchers.part(start), plan, is_enrolled=is_enrolled)
            for start in starts
        ]
        own, best, second = np.concatenate(parts, axis=1) if parts else np.zeros((3, 0))
        return SearchScores(own, best, second)

    def _search_part(
        self, searchers: _Searchers, plan: GalleryPlan, *, is_enrolled: bool
    ) -> Scores:
        """Return float64[3, searches]: own, best and second."""
        scores = scores_of(searchers.probes, self._references)
        rows = np.flatnonzero(searchers.owners >= 0)
        own = np.full(len(scores), _NOBODY)
        if is_enrolled:
            own[rows] = scores[rows, searchers.owners[rows]]
        scores[~self._candidates(searchers, plan, is_enrolled=is_enrolled)] = _NOBODY
        return np.stack([own, *_two_best(scores)])

    def _candidates(
        self, searchers: _Searchers, plan: GalleryPlan, *, is_enrolled: bool
    ) -> NDArray[np.bool_]:
        """Return bool[searches, references]: the other people each search is compared with."""
        is_other = self._order[None, :] != searchers.owners[:, None]
        # The owner takes one of the places of the gallery.
        is_in_gallery = is_other & (np.cumsum(is_other, axis=1) <= plan.size - is_enrolled)
        candidates = np.empty(is_in_gallery.shape, np.bool_)
        candidates[:, self._order] = is_in_gallery
        bucket = _bucket(self._places, plan)[None, :]
        candidates &= bucket == _bucket(searchers.places, plan)[:, None]
        return candidates


def _bucket(places: Scores, plan: GalleryPlan) -> Positions:
    return (places * plan.buckets).astype(np.int64)


def _two_best(scores: Scores) -> tuple[Scores, Scores]:
    if scores.shape[1] < 2:
        best = scores[:, 0] if scores.shape[1] else np.full(len(scores), _NOBODY)
        return best, np.full(len(scores), _NOBODY)
    top = np.partition(scores, -2, axis=1)[:, -2:]
    return top[:, 1], top[:, 0]
