"""What one benchmark says: a figure, its yardstick from the same run, and their ratio."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure. `ratio` is value over yardstick; what is good depends on what is measured."""

    name: str
    value: float
    unit: str
    yardstick: str
    yardstick_value: float

    @property
    def ratio(self) -> float:
        return self.value / self.yardstick_value

    def as_record(self) -> dict[str, object]:
        """Return the object that `build/bench.json` holds."""
        return asdict(self) | {"ratio": round(self.ratio, 4)}
