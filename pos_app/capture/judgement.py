"""What a liveness decision rested on, in names alone: fit for logs, screens and reports.

Scores are not here: they say how a face looked and moved, which is nobody's business afterwards.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Judgement:
    """One decision. Names are stable.

    `basis` is what silent or asked evidence carried it, or would have; `reason` why it was refused,
    None if it was not. `passed` and `failed` are names of cues.
    """

    basis: str
    reason: str | None
    passed: tuple[str, ...]
    failed: tuple[str, ...]

    @property
    def is_accepted(self) -> bool:
        """Whether the evidence passed."""
        return self.reason is None
