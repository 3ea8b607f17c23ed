"""What a PAD evaluation found, by species of attack: the worst one is the result, never an average."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pos_app.evaluation.error_rate import ErrorRate

_NOTHING = ErrorRate(0, 0)


@dataclass(frozen=True, slots=True)
class PadReport:
    """Attacks taken for bona fide (APCER), per species, and bona fide taken for attacks (BPCER).

    Both are among the presentations that were judged. Those that never came to a judgement are
    counted apart (APNRR per species, BPNRR), and so are recordings that would have been asked for
    an action that they cannot do.
    """

    apcer_by_species: Mapping[str, ErrorRate]
    bpcer: ErrorRate
    apnrr_by_species: Mapping[str, ErrorRate] = field(default_factory=dict)
    bpnrr: ErrorRate = _NOTHING
    asked_by_species: Mapping[str, ErrorRate] = field(default_factory=dict)
    bona_fide_asked: ErrorRate = _NOTHING

    @property
    def worst_species(self) -> str | None:
        """The judged species with the highest APCER; of equals the one with the fewest trials."""
        judged = {name: rate for name, rate in self.apcer_by_species.items() if rate.trials}
        return max(
            judged,
            key=lambda species: (judged[species].value, judged[species].upper_bound),
            default=None,
        )

    @property
    def worst_apcer(self) -> ErrorRate:
        """The APCER of the worst species: the result of an evaluation. No trials show nothing."""
        worst = self.worst_species
        return _NOTHING if worst is None else self.apcer_by_species[worst]

    @property
    def acer(self) -> float | None:
        """(worst APCER + BPCER) / 2: a figure for convenience, good for no decision.

        None unless attacks and bona fide were judged: with one of them missing it says nothing.
        """
        if not (self.worst_apcer.trials and self.bpcer.trials):
            return None
        return (self.worst_apcer.value + self.bpcer.value) / 2

    def passes(self, *, apcer_max: float, bpcer_max: float) -> bool:
        """Whether both bounds hold: every species' and the bona fide rate. ACER has no say."""
        bounds = [rate.upper_bound for rate in self.apcer_by_species.values()]
        return max(bounds, default=1.0) <= apcer_max and self.bpcer.upper_bound <= bpcer_max
