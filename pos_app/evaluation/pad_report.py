"""What a PAD evaluation found, by species of attack: the worst one is the result, never an average."""

from collections.abc import Mapping
from dataclasses import dataclass

from pos_app.evaluation.error_rate import ErrorRate


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
