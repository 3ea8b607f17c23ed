"""Draw what a capture must answer: colours, steps, a nonce; nobody can foresee any of them."""

from dataclasses import dataclass

from facepay.pad_challenge import NONCE_BYTES, PadChallenge, PadMode, Presentation, draw_steps
from facepay.pad_evidence import ChallengeStep
from facepay.pad_flash import FlashSequence
from facepay.ports import Randomness

_UNTIMED_STEPS = (ChallengeStep.TURN_EITHER_SIDE,)


@dataclass(frozen=True, slots=True)
class ChallengePolicy:
    """How much is asked.

    `steps_with_light` are asked beside colours that were answered, `steps_without_light` where
    there is no light or it proved nothing: what is missing there is made up for. `untimed_seconds`
    is less than the minute that a camera may be on. `captures` is how many a payment may take.
    """

    steps_with_light: int = 2
    steps_without_light: int = 3
    step_deadline_seconds: int = 5
    untimed_seconds: int = 50
    captures: int = 3
    flash_segments: int = 4
    flash_segment_milliseconds: int = 400


def draw_pad_challenge(
    mode: PadMode, presentation: Presentation, policy: ChallengePolicy, randomness: Randomness
) -> PadChallenge:
    """Draw a challenge of `mode`, SILENT_FIRST or CHALLENGE, as far as `presentation` allows it.

    Without light nothing can be silent, so steps are asked; accessibility goes before both.
    """
    nonce = randomness.bytes(NONCE_BYTES)
    match presentation:
        case Presentation.ACCESSIBLE:
            return PadChallenge(PadMode.UNTIMED, nonce, _UNTIMED_STEPS, policy.untimed_seconds)
        case Presentation.WITHOUT_LIGHT:
            steps = draw_steps(policy.steps_without_light, randomness)
            return PadChallenge(PadMode.CHALLENGE, nonce, steps, policy.step_deadline_seconds)
        case Presentation.WITH_LIGHT:
            is_silent = mode is PadMode.SILENT_FIRST
            count = policy.steps_without_light if is_silent else policy.steps_with_light
            return PadChallenge(
                mode,
                nonce,
                draw_steps(count, randomness),
                policy.step_deadline_seconds,
                tuple(_draw_flash(policy, randomness) for _ in range(policy.captures)),
            )


def _draw_flash(policy: ChallengePolicy, randomness: Randomness) -> FlashSequence:
    milliseconds = policy.flash_segment_milliseconds
    return FlashSequence.draw(policy.flash_segments, milliseconds, randomness)
