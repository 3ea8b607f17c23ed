"""How often strangers reach a score, beyond what was counted, and the threshold that follows.

Counts alone end at about three in as many comparisons as were made. Above a high enough start the
excess of scores over it is close to exponential (the theory of extremes: Pickands, Balkema and
de Haan), so a rate further up is the counted share of exceedances times an exponential. Both numbers
enter by their upper 95 % bounds: a small measurement gives a strict threshold, not a lucky one.
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from clearing_service.errors import ClearingError

TAIL_FORMAT: Final = 1
EXCEEDANCES_MIN: Final = 100
"""Fewer are no distribution."""

_DOUBT_DEVIATIONS: Final = 1.645
"""Standard deviations to a one-sided 95 % bound."""


class ScoreTailError(ClearingError):
    """There is no usable measurement of the model's non-mated scores."""


@dataclass(frozen=True, slots=True)
class ScoreTail:
    """The upper end of the non-mated scores of one model, as cosines, with what it was counted on.

    Of `comparisons` between different people `exceedances` reach `start`, by `mean_excess` on average.
    """

    model_id: str
    source: str
    people: int
    comparisons: int
    start: float
    exceedances: int
    mean_excess: float

    def __post_init__(self) -> None:
        """Refuse what is too little or no measurement."""
        if not EXCEEDANCES_MIN <= self.exceedances < self.comparisons / 2:
            raise ScoreTailError(
                f"a tail has at least {EXCEEDANCES_MIN} exceedances among far more comparisons"
            )
        if not (0 < self.start < 1 and 0 < self.mean_excess < 1):
            raise ScoreTailError("a tail lies between cosine 0 and 1")

    def false_match_rate(self, threshold: float) -> float:
        """Return a 95 % upper bound of the share of comparisons that reach `threshold`.

        Raises `ScoreTailError` below the start of the tail.
        """
        if threshold < self.start:
            raise ScoreTailError(f"below cosine {self.start} is not in the tail")
        return self._start_rate * math.exp(-(threshold - self.start) / self._mean_excess)

    def threshold_for(self, candidates: int, fpir_budget: float) -> float:
        """Return the lowest cosine in the tail at which a search of so many stays within budget."""
        allowed = -math.expm1(math.log1p(-fpir_budget) / max(candidates, 1))
        return self.start + self._mean_excess * max(0.0, math.log(self._start_rate / allowed))

    @property
    def _start_rate(self) -> float:
        doubt = _DOUBT_DEVIATIONS * math.sqrt(self.exceedances) + _DOUBT_DEVIATIONS**2 / 2
        return (self.exceedances + doubt) / self.comparisons

    @property
    def _mean_excess(self) -> float:
        return self.mean_excess / (1 - _DOUBT_DEVIATIONS / math.sqrt(self.exceedances))


def load_score_tail(model_id: str, path: Path | None = None) -> ScoreTail:
    """Return the measurement for a model: the one that comes with the program, or one's own.

    Raises `ScoreTailError` if there is none, it cannot be read, or it is another model's.
    """
    packaged = resources.files("clearing_service.matching") / "score_tails" / f"{model_id}.toml"
    try:
        text = packaged.read_text("utf-8") if path is None else path.read_text("utf-8")
        tail = _parse(tomllib.loads(text))
    except (OSError, ValueError) as error:
        raise ScoreTailError(
            f"no readable measurement of the scores of {model_id}; "
            "`facepay-pos evaluate` writes one, `matching.score_tail` names it"
        ) from error
    if tail.model_id != model_id:
        raise ScoreTailError(f"the measurement is of {tail.model_id}, not of {model_id}")
    return tail


def _parse(table: Mapping[str, object]) -> ScoreTail:
    if table.get("format") != TAIL_FORMAT:
        raise ScoreTailError(f"a score tail of format {TAIL_FORMAT} is expected")
    return ScoreTail(
        model_id=_text(table, "model_id"),
        source=_text(table, "source"),
        people=int(_number(table, "people")),
        comparisons=int(_number(table, "comparisons")),
        start=_number(table, "start"),
        exceedances=int(_number(table, "exceedances")),
        mean_excess=_number(table, "mean_excess"),
    )


def _text(table: Mapping[str, object], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value:
        raise ScoreTailError(f"{key} is missing in the score tail")
    return value


def _number(table: Mapping[str, object], key: str) -> float:
    value = table.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ScoreTailError(f"{key} is missing in the score tail")
    return float(value)
