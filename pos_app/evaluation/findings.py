"""Everything one evaluation of a folder of people found, as counts."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pos_app.evaluation.error_rate import ErrorRate
from pos_app.evaluation.errors import EvaluationError
from pos_app.evaluation.identification import (
    GalleryPlan,
    Identification,
    IdentificationRates,
    SearchRule,
)
from pos_app.evaluation.match_report import MatchReport
from pos_app.evaluation.picture_folder import Person
from pos_app.evaluation.roles import Cast, give_roles
from pos_app.evaluation.sample_reader import NotAcquired, Sample
from pos_app.evaluation.settings import EvaluationSettings

MODEL_ASSUMPTION: Final = (
    "Model, not measurement: FPIR(N) = 1 - (1 - FMR)^N, which assumes that every comparison is "
    "independent and as likely to be false as those counted here, and ignores the margin."
)


@dataclass(frozen=True, slots=True)
class Extrapolation:
    """What the model says about `size` candidates; `highest` starts from the upper bound of FMR."""

    threshold: float
    size: int
    fpir: float
    fpir_highest: float


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The same gallery and rule searched whole and in one bucket."""

    whole: IdentificationRates
    bucket: IdentificationRates


@dataclass(frozen=True, slots=True)
class Findings:
    """The result. `people`, `pictures` and `strangers` are counts; `reasons` those of failures."""

    people: int
    pictures: int
    enrolled: int
    strangers: int
    reasons: Mapping[str, int]
    match: MatchReport
    identification: tuple[IdentificationRates, ...]
    narrowing: tuple[Narrowed, ...]
    extrapolation: tuple[Extrapolation, ...]
    settings: EvaluationSettings


def find(
    people: Sequence[Person],
    samples: Mapping[Path, Sample],
    settings: EvaluationSettings,
    *,
    captures: int = 1,
) -> Findings:
    """Run every search the settings ask for.

    Raises `EvaluationError` if the folder has too little: without two people who can be enrolled, or
    without a search, there is nothing to count.
    """
    cast = give_roles(people, samples, captures=captures)
    _require_searches(cast)
    identification = Identification(cast)
    mated, non_mated = identification.comparisons()
    match = MatchReport(mated, non_mated, cast.failure_to_enrol, cast.failure_to_acquire)
    rules = [SearchRule(threshold, settings.margin) for threshold in settings.thresholds]
    sizes = _sizes_to_measure(settings.sizes, identification.size_max)
    reasons = Counter(s.reason for s in samples.values() if isinstance(s, NotAcquired))
    return Findings(
        people=len(people),
        pictures=len(samples),
        enrolled=identification.size_max,
        strangers=len(cast.strangers),
        reasons=dict(reasons.most_common()),
        match=match,
        identification=tuple(
            rates for size in sizes for rates in identification.rates(GalleryPlan(size), rules)
        ),
        narrowing=_narrowed(identification, settings.bucket_size, rules),
        extrapolation=tuple(
            extrapolate(match.fmr(rule.threshold), rule.threshold, size)
            for rule in rules
            for size in settings.extrapolated_sizes
        ),
        settings=settings,
    )


def extrapolate(fmr: ErrorRate, threshold: float, size: int) -> Extrapolation:
    """Return what `MODEL_ASSUMPTION` gives for `size` candidates."""
    return Extrapolation(threshold, size, _grown(fmr.value, size), _grown(fmr.upper_bound, size))


def _grown(rate: float, size: int) -> float:
    return 1.0 if rate >= 1 else -math.expm1(size * math.log1p(-rate))


def _narrowed(
    identification: Identification, bucket_size: int, rules: Sequence[SearchRule]
) -> tuple[Narrowed, ...]:
    size = identification.size_max
    buckets = size // bucket_size
    if buckets < 2:
        return ()
    whole = identification.rates(GalleryPlan(size), rules)
    bucket = identification.rates(GalleryPlan(size, buckets), rules)
    return tuple(Narrowed(*pair) for pair in zip(whole, bucket, strict=True))


def _sizes_to_measure(sizes: Sequence[int], size_max: int) -> list[int]:
    return [*(size for size in sizes if size < size_max), size_max]


def _require_searches(cast: Cast) -> None:
    if len(cast.references) < 2:
        raise EvaluationError(
            f"{len(cast.references)} of {cast.failure_to_enrol.trials} people could be enrolled; "
            "at least two people with two usable pictures each are needed"
        )
    if not len(cast.probes):
        raise EvaluationError("no picture is left to search with: none has one good face in it")
