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


class Setup(Enum):
    """With what a capture was done: the display's light before steps or steps alone; the network."""

    LIGHT = "light"
    LIGHT_AND_PASSIVE = "light_and_passive"
    STEPS = "steps"
    STEPS_AND_PASSIVE = "steps_and_passive"

    @property
    def has_light(self) -> bool:
        """Whether silent evidence comes first. A recording cannot answer light."""
        return self in (Setup.LIGHT, Setup.LIGHT_AND_PASSIVE)

    @property
    def has_passive(self) -> bool:
        """Whether the passive network took part."""
        return self in (Setup.LIGHT_AND_PASSIVE, Setup.STEPS_AND_PASSIVE)


@dataclass(frozen=True, slots=True)
class Captured:
    """How a capture ended. `reason` is on what it was accepted, or why it was not."""

    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """One presentation. `cues` are scores by name, higher is more bona fide; those known only.

    `captures` holds every setup that was tried.
    """

    species: str
    is_synthetic: bool
    cues: Mapping[str, float]
    captures: Mapping[Setup, Captured]

    @property
    def is_unreadable(self) -> bool:
        """Whether no capture of it could be tried."""
        return all(one.outcome is Outcome.UNREADABLE for one in self.captures.values())

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


def captured_of(
    reason: CaptureFailureReason, *, was_asked: bool, is_recorded: bool, detail: str = ""
) -> Captured:
    """Return how a capture that gave nothing counts; `detail` is put behind the reason.

    Once something was asked, every failure of somebody who could answer is a refusal.
    """
    words = f"{reason.value} ({detail})" if detail else reason.value
    if reason in _JUDGED:
        return Captured(Outcome.REFUSED, words)
    if not was_asked:
        return Captured(Outcome.NO_RESPONSE, words)
    return Captured(Outcome.ASKED if is_recorded else Outcome.REFUSED, words)
