"""Collect what was measured into the evidence that is judged here and signed for the service.

Scores are in thousandths and rounded down, so rounding never helps a score over its threshold.
"""

import math
from collections.abc import Sequence

from facepay.pad_evidence import ChallengeStep, EvidenceBasis, PadCue
from pos_app.errors import PosError
from pos_app.pad.challenge_steps import StepCue
from pos_app.pad.policy import PadPolicy

SCORE_LIMIT_MILLI = 1_000_000
_FLOAT_NOISE = 1e-3
"""In thousandths: 0.35 is not quite 350 thousandths in binary."""

STEP_CUES = {
    ChallengeStep.BLINK: frozenset({"eye_closure"}),
    ChallengeStep.OPEN_MOUTH: frozenset({"mouth_opening"}),
    ChallengeStep.TURN_LEFT: frozenset({"turn_degrees", "depth"}),
    ChallengeStep.TURN_RIGHT: frozenset({"turn_degrees", "depth"}),
    ChallengeStep.TURN_EITHER_SIDE: frozenset({"turn_degrees", "depth"}),
}
"""The cues that a proven step leaves; a decision refuses a step without them."""


SILENT_CUES = {
    EvidenceBasis.FLASH: frozenset(
        {"flash_correlation", "flash_amplitude", "flash_spatial", "flash_purity"}
    ),
    EvidenceBasis.PASSIVE: frozenset({"passive"}),
}
"""The cues that together carry a decision without a challenge."""

UNTIMED_CUES = frozenset({"irregular_timing"})
"""What has to pass beside the steps where there is neither light nor hurry."""


class PadMeasureError(PosError):
    """A measure is not a finite number: there is no evidence, so there is no decision."""


def milli(value: float) -> int:
    """Return `value` in thousandths, rounded down and kept within the form's limit.

    Raises `PadMeasureError` if it is not finite.
    """
    if not math.isfinite(value):
        raise PadMeasureError("a PAD measure is not a number")
    scaled = math.floor(value * 1000 + _FLOAT_NOISE)
    return max(-SCORE_LIMIT_MILLI, min(SCORE_LIMIT_MILLI, scaled))


def step_cues(cues: Sequence[StepCue]) -> tuple[PadCue, ...]:
    """Return one cue per name, the weakest where several steps gave the same."""
    weakest: dict[str, StepCue] = {}
    for cue in cues:
        known = weakest.get(cue.name)
        if known is None or cue.value - cue.threshold < known.value - known.threshold:
            weakest[cue.name] = cue
    return tuple(
        PadCue(cue.name, milli(cue.value), math.ceil(cue.threshold * 1000 - _FLOAT_NOISE))
        for cue in weakest.values()
    )


def policy_cue(name: str, value: float, policy: PadPolicy) -> PadCue:
    """Return `value` as the cue `name` with the policy's threshold.

    Raises `PolicyError` if the policy does not name the cue, `PadMeasureError` as `milli`.
    """
    return PadCue(name, milli(value), policy.cue(name).threshold_milli)
