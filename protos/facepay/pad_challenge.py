"""What the clearing service asks of whoever stands before a camera, for one payment or enrolment.

Silent evidence comes first: the display's colours, answered by a face. Steps are done when it falls
short, or always where the service says so. Who needs more time or no flashing light is asked for one
turn of the head, in their own time.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import Self

from facepay.canonical import decode_field_list, decode_fields, encode_fields
from facepay.errors import MalformedFieldError
from facepay.pad_evidence import ChallengeStep
from facepay.pad_flash import FLASHES_MAX, FlashSequence
from facepay.ports import Randomness

NONCE_BYTES = 32
STEPS_MAX = 4
STEP_DEADLINE_SECONDS_MAX = 60
"""A camera is never on for longer."""


TIMED_STEPS = (
    ChallengeStep.BLINK,
    ChallengeStep.TURN_LEFT,
    ChallengeStep.TURN_RIGHT,
    ChallengeStep.OPEN_MOUTH,
)
"""What is drawn from when an order that nobody can foresee is wanted."""
MOUTH_ASKED_FROM = 3
"""Of so many steps one opens the mouth."""


class Presentation(Enum):
    """What a terminal says about the presentation to come, before it is told what to ask."""

    WITH_LIGHT = 1
    WITHOUT_LIGHT = 2
    """The customer display gives a face no light worth measuring."""
    ACCESSIBLE = 3
    """The payer, or the terminal for all payers, wants no flashing light and no hurry."""


class PadMode(Enum):
    """What the service asks for."""

    SILENT_FIRST = 1
    """Silent evidence is enough; when it falls short, all steps are asked."""
    CHALLENGE = 2
    """All steps are asked, whatever the silent evidence says."""
    UNTIMED = 3
    """No light, and steps that wait for the person."""


@dataclass(frozen=True, slots=True)
class PadChallenge:
    """What evidence must answer.

    `nonce` is 32 random bytes; `steps` are in order. `flashes` holds one sequence for each capture
    that the payment allows, or nothing where no light is to be shown.
    """

    mode: PadMode
    nonce: bytes
    steps: tuple[ChallengeStep, ...]
    step_deadline_seconds: int
    flashes: tuple[FlashSequence, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no capture could carry out; raises `MalformedFieldError`."""
        is_whole = (
            len(self.nonce) == NONCE_BYTES
            and 1 <= len(self.steps) <= STEPS_MAX
            and 1 <= self.step_deadline_seconds <= STEP_DEADLINE_SECONDS_MAX
            and len(self.flashes) <= FLASHES_MAX
        )
        is_dark_if_untimed = self.mode is not PadMode.UNTIMED or not self.flashes
        is_lit_if_silent = self.mode is not PadMode.SILENT_FIRST or self.flashes
        if not (is_whole and is_dark_if_untimed and is_lit_if_silent):
            raise MalformedFieldError("not a challenge")

    @property
    def presentation(self) -> Presentation:
        """What the terminal had said when this was drawn."""
        if self.mode is PadMode.UNTIMED:
            return Presentation.ACCESSIBLE
        return Presentation.WITH_LIGHT if self.flashes else Presentation.WITHOUT_LIGHT

    def to_bytes(self) -> bytes:
        """Return the one encoding of the challenge, for keeping."""
        return encode_fields(
            [
                bytes([self.mode.value, self.step_deadline_seconds]),
                self.nonce,
                bytes(step.value for step in self.steps),
                encode_fields([flash.to_bytes() for flash in self.flashes]),
            ]
        )

    @classmethod
    def from_bytes(cls, encoded: bytes) -> Self:
        """Read what `to_bytes` wrote; raises `MalformedFieldError` for anything else."""
        kind, nonce, steps, flashes = decode_fields(encoded, count=4)
        fields = decode_field_list(flashes, count_max=FLASHES_MAX)
        try:
            mode, deadline = kind
            return cls(
                mode=PadMode(mode),
                nonce=nonce,
                steps=tuple(ChallengeStep(step) for step in steps),
                step_deadline_seconds=deadline,
                flashes=tuple(map(FlashSequence.from_bytes, fields)),
            )
        except ValueError as error:
            raise MalformedFieldError("not a challenge") from error

    def flash_for(self, attempt: int) -> FlashSequence | None:
        """Return the colours of capture number `attempt`, from 1; None where there are none."""
        place = attempt - 1
        return self.flashes[place] if 0 <= place < len(self.flashes) else None


def draw_steps(
    count: int, randomness: Randomness, able: Collection[ChallengeStep] = TIMED_STEPS
) -> tuple[ChallengeStep, ...]:
    """Draw `count` different steps of those that somebody is `able` to do, in any order alike.

    Of three or more one opens the mouth: all others can be done behind a printed lower face. Drawn as
    a Fisher-Yates prefix; 8 random bytes each leave a bias below 2^-60.
    """
    left = list(able)
    is_mouth_asked = count >= MOUTH_ASKED_FROM and ChallengeStep.OPEN_MOUTH in left
    if is_mouth_asked:
        left.remove(ChallengeStep.OPEN_MOUTH)
    drawn = [left.pop(_draw(len(left), randomness)) for _ in range(count - is_mouth_asked)]
    if is_mouth_asked:
        drawn.insert(_draw(count, randomness), ChallengeStep.OPEN_MOUTH)
    return tuple(drawn)


def _draw(choices: int, randomness: Randomness) -> int:
    return int.from_bytes(randomness.bytes(8)) % choices
