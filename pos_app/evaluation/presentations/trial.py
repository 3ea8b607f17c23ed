"""What one presentation came to, as numbers and names: no picture and no feature."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from pos_app.checkout.payment import CaptureFailureReason
from pos_app.evaluation.presentations.recordings import BONA_FIDE


class Outcome(Enum):
    """What a capture made of a presentation."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    ASKED = "asked"
    """Silent evidence was not enough, and a recording cannot do what it is asked."""
    NO_RESPONSE = "no_response"
    """It never came to a judgement: no usable face."""
    UNREADABLE = "unreadable"
    """A broken file; counted beside everything, part of no rate."""


class PassiveUse(Enum):
    """Whether the passive network took part."""

    WITHOUT = "without_passive"
    WITH = "with_passive"


@dataclass(frozen=True, slots=True)
class Captured:
    """How a capture ended. `reason` is that of the capture, empty where it was accepted."""

    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """One presentation. `cues` are scores by name, higher is more bona fide; those known only."""

    species: str
    is_synthetic: bool
    cues: Mapping[str, float]
    captures: Mapping[PassiveUse, Captured]

    @property
    def is_bona_fide(self) -> bool:
        """Whether a person presented herself."""
        return self.species == BONA_FIDE


UNREADABLE = Captured(Outcome.UNREADABLE, "unreadable")

_JUDGED = frozenset(
    {
        CaptureFailureReason.PRESENTATION_ATTACK_SUSPECTED,
        CaptureFailureReason.LIGHT_UNANSWERED,
        CaptureFailureReason.FACE_CHANGED,
    }
)


def captured_of(reason: CaptureFailureReason, *, was_asked: bool, is_recorded: bool) -> Captured:
    """Return how a capture that gave nothing counts.

    Once something was asked, every failure of somebody who could answer is a refusal.
    """
    if reason in _JUDGED:
        return Captured(Outcome.REFUSED, reason.value)
    if not was_asked:
        return Captured(Outcome.NO_RESPONSE, reason.value)
    return Captured(Outcome.ASKED if is_recorded else Outcome.REFUSED, reason.value)
