"""What a payment costs: time and processor time, beside the same of messages with nothing behind."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.benchmarks.payment_path.load import Load
from tests.benchmarks.payment_path.processor_time import Usage, total


@dataclass(frozen=True, slots=True)
class Cost:
    """One measurement: how large the gallery was, what callers saw, and processor time."""

    size: str
    load: Load
    used: Mapping[str, Usage]
    empty_load: Load
    empty_used: Mapping[str, Usage]

    @property
    def processor_milliseconds(self) -> float:
        """Of a payment, over all processes."""
        return sum(map(total, self.used.values()))
