"""The PAD policy as data: which evidence is required, which only adds risk, and every threshold."""

import math
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from facepay.pad_evidence import EvidenceBasis
from pos_app.capture.policy_table import PolicyError, read_numbers

_DECISION_WORDS: Final = frozenset({"cue", "challenge", "silent"})


class CueRole(Enum):
    """What a cue does to the decision."""

    REQUIRED = "required"
    """It must be there and pass, whatever the decision rests on."""
    SILENT = "silent"
    """With its like it may carry a decision without anything being asked of the person."""
    RISK = "risk"
    """It adds its weight to the risk when it is there and fails."""


class ChallengeUse(Enum):
    """When steps are asked although the service leaves it to silent evidence."""

    WHEN_SHORT = "when_short"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class CuePolicy:
    """How one cue is judged. Its score and threshold are in thousandths, higher is more bona fide.

    Between `refuse_below_milli`, if there is one, and the threshold the evidence falls short; below
    it the evidence contradicts a person, and nothing else makes up for that. `silent_milli`, if there
    is one, is what the cue has to reach where it carries a decision without steps.
    """

    name: str
    threshold_milli: int
    role: CueRole
    weight: float = 1.0
    refuse_below_milli: int | None = None
    silent_milli: int | None = None


@dataclass(frozen=True, slots=True)
class FlashPolicy:
    """How colours are shown and their answer is read.

    `lag_seconds_max` is how late display and camera together may be; `tail_seconds` how long is
    watched after the last colour; `frames_min` how many frames must show the face;
    `frames_each` how many see each colour at least, so that a slow machine shows them for longer;
    `noise` how much the light on a face may change without the display, in parts of the room's.
    """

    ramp_seconds: float
    lag_seconds_max: float
    tail_seconds: float
    frames_min: float
    frames_each: float
    noise: float


@dataclass(frozen=True, slots=True)
class NeutralPolicy:
    """When a row of frames counts as the person's own neutral face."""

    yaw_spread_degrees_max: float
    eye_aspect_min: float
    mouth_aspect_max: float


@dataclass(frozen=True, slots=True)
class StepPolicy:
    """What proves a challenge step; ratios are to the person's own neutral."""

    eye_closed_ratio: float
    eye_open_ratio: float
    eye_closed_seconds_max: float
    mouth_open_aspect: float
    mouth_closed_aspect: float
    mouth_change_min: float
    proportion_change_max: float
    turn_degrees: float
    turn_back_degrees: float
    depth_residual: float
    frames_to_prove: float
    wrong_actions_max: float


@dataclass(frozen=True, slots=True)
class ContinuityPolicy:
    """What still counts as one unbroken presentation of one face."""

    overlap_min: float
    check_yaw_degrees_max: float
    gap_seconds_max: float
    check_seconds: float


@dataclass(frozen=True, slots=True)
class ScreenCuePolicy:
    """What counts as a sign of a screen or a print.

    `edge_contrast` is the gradient, in grey levels, that makes an edge; `side_length_min` the least
    length of a side, in face heights; `side_slope_degrees_max` how far a side may lean from the
    upright or the level; `clearance_min` how far outside the face box it lies at least, in widths or
    heights of the face; `frames_min` how many frames are needed before anything is said.
    """

    edge_contrast: float
    side_length_min: float
    side_slope_degrees_max: float
    clearance_min: float
    frames_min: float


@dataclass(frozen=True, slots=True)
class DepthPolicy:
    """When a turn of the head, asked for or not, says whether it is deep.

    Degrees are of yaw from the person's own neutral: below `degrees_min` nothing is said, from
    `deep_degrees_min` on a face can show that it is deep. Residuals are over the eye distance: at
    most `flat_residual_max` is a plane, at least `deep_residual_min` is not. `frames_min` is how
    many frames must have an answer.
    """

    degrees_min: float
    deep_degrees_min: float
    flat_residual_max: float
    deep_residual_min: float
    frames_min: float


@dataclass(frozen=True, slots=True)
class PadPolicy:
    """Everything a PAD decision depends on. `policy_id` travels in the signed evidence.

    Weights of failed risk cues add up: at `challenge_risk` silent evidence is not enough any more, at
    `risk_limit` nothing is. `silent` names what may carry a decision without a challenge, FLASH or
    PASSIVE; a passive network that may is asked first, over `passive_frames`, and where it is sure
    no light is shown.
    """

    policy_id: str
    neutral: NeutralPolicy
    flash: FlashPolicy
    steps: StepPolicy
    continuity: ContinuityPolicy
    screen: ScreenCuePolicy
    depth: DepthPolicy
    cues: tuple[CuePolicy, ...]
    steps_min: float
    risk_limit: float
    challenge_risk: float
    passive_frames: float
    challenge: ChallengeUse
    silent: tuple[EvidenceBasis, ...]

    def cue(self, name: str) -> CuePolicy:
        """Return how the cue called `name` is judged. Raises `PolicyError` if the policy is silent."""
        for cue in self.cues:
            if cue.name == name:
                return cue
        raise PolicyError(f"the policy does not name the cue {name}")


def parse_pad_policy(document: dict[str, object]) -> PadPolicy:
    """Return the PAD part of a parsed policy file. Raises `PolicyError` if it is not complete."""
    policy_id, decision = document.get("policy_id"), document.get("decision")
    if not isinstance(policy_id, str) or not policy_id.isascii() or not isinstance(decision, dict):
        raise PolicyError("a policy has an ASCII policy_id and a decision table")
    cues = _parse_cues(decision.get("cue"))
    limits = read_numbers(
        _DecisionLimits,
        {name: value for name, value in decision.items() if name not in _DECISION_WORDS},
    )
    return PadPolicy(
        policy_id=policy_id,
        neutral=read_numbers(NeutralPolicy, document.get("neutral")),
        flash=read_numbers(FlashPolicy, document.get("flash")),
        steps=read_numbers(StepPolicy, document.get("steps")),
        continuity=read_numbers(ContinuityPolicy, document.get("continuity")),
        screen=read_numbers(ScreenCuePolicy, document.get("screen")),
        depth=read_numbers(DepthPolicy, document.get("depth")),
        cues=cues,
        steps_min=limits.steps_min,
        risk_limit=limits.risk_limit,
        challenge_risk=limits.challenge_risk,
        passive_frames=limits.passive_frames,
        challenge=_parse_challenge_use(decision.get("challenge")),
        silent=_parse_silent(decision.get("silent")),
    )


@dataclass(frozen=True, slots=True)
class _DecisionLimits:
    steps_min: float
    risk_limit: float
    challenge_risk: float
    passive_frames: float


def _parse_challenge_use(word: object) -> ChallengeUse:
    try:
        return ChallengeUse(word)
    except ValueError as cause:
        raise PolicyError("a challenge is asked when_short or always") from cause


def _parse_silent(names: object) -> tuple[EvidenceBasis, ...]:
    known = {basis.name.lower(): basis for basis in (EvidenceBasis.FLASH, EvidenceBasis.PASSIVE)}
    if not isinstance(names, list) or not set(names) <= known.keys():
        raise PolicyError(f"silent evidence is a list of {sorted(known)}")
    return tuple(known[name] for name in names)


def _parse_cues(tables: object) -> tuple[CuePolicy, ...]:
    if not isinstance(tables, list):
        raise PolicyError("a policy lists its cues")
    cues = tuple(_parse_cue(table) for table in tables)
    if len({cue.name for cue in cues}) != len(cues):
        raise PolicyError("a policy names each cue once")
    return cues


def _parse_cue(table: object) -> CuePolicy:
    try:
        cue = CuePolicy(**table) if isinstance(table, dict) else None
        if cue is None or type(cue.threshold_milli) is not int:
            raise PolicyError("a cue has a name, a whole threshold and a role")
        if not all(isinstance(n, int | None) for n in (cue.refuse_below_milli, cue.silent_milli)):
            raise PolicyError("refuse_below_milli and silent_milli are whole")
        weight = float(cue.weight)
        if not 0 <= weight < math.inf:
            raise PolicyError("the weight of a cue is finite and not below zero")
        return replace(cue, role=CueRole(cue.role), weight=weight)
    except (TypeError, ValueError) as cause:
        raise PolicyError("a cue has a name, a whole threshold and a role") from cause
