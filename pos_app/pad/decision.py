"""The PAD decision: the one thing that lets a probe be sealed, and only a passing policy makes it."""

from dataclasses import dataclass
from enum import Enum

from facepay.pad_evidence import PadCue, PadEvidence
from pos_app.errors import PosError
from pos_app.pad.active_challenge import Challenge
from pos_app.pad.evidence import STEP_CUES
from pos_app.pad.policy import CuePolicy, CueRole, PadPolicy


class PadRefusalReason(Enum):
    """Why evidence does not pass. Values are stable names for logs; a payer never sees them."""

    OTHER_POLICY = "other_policy"
    CHALLENGE_TOO_SHORT = "challenge_too_short"
    STEP_MISSING = "step_missing"
    STEP_LATE = "step_late"
    CUE_MISSING = "cue_missing"
    CUE_FAILED = "cue_failed"
    RISK_TOO_HIGH = "risk_too_high"


@dataclass(frozen=True, slots=True)
class PadRefusal:
    """The evidence did not pass."""

    reason: PadRefusalReason


class PadRefusedError(PosError):
    """Somebody tried to make a decision from evidence that does not pass."""


@dataclass(frozen=True, slots=True)
class PadDecision:
    """Evidence that passed its policy for the challenge that was set.

    There is no other way to get one: the constructor judges, and raises `PadRefusedError` unless
    the evidence passes. Use `decide` where refusal is an expected outcome.
    """

    evidence: PadEvidence
    challenge: Challenge
    policy: PadPolicy

    def __post_init__(self) -> None:
        """Refuse to exist without evidence that passes."""
        reason = refusal_reason(self.evidence, self.challenge, self.policy)
        if reason is not None:
            raise PadRefusedError(f"the evidence does not pass: {reason.value}")


def decide(
    evidence: PadEvidence, challenge: Challenge, policy: PadPolicy
) -> PadDecision | PadRefusal:
    """Judge the evidence."""
    reason = refusal_reason(evidence, challenge, policy)
    return PadDecision(evidence, challenge, policy) if reason is None else PadRefusal(reason)


def refusal_reason(
    evidence: PadEvidence, challenge: Challenge, policy: PadPolicy
) -> PadRefusalReason | None:
    """Return the first reason to refuse, or None if the evidence passes."""
    if evidence.policy_id != policy.policy_id:
        return PadRefusalReason.OTHER_POLICY
    if len(challenge.steps) < policy.steps_min:
        return PadRefusalReason.CHALLENGE_TOO_SHORT
    if tuple(proven.step for proven in evidence.steps) != challenge.steps:
        return PadRefusalReason.STEP_MISSING
    limit = challenge.step_deadline_seconds * 1000
    if any(proven.elapsed_milliseconds > limit for proven in evidence.steps):
        return PadRefusalReason.STEP_LATE
    return _reason_in_cues(evidence, policy)


def _reason_in_cues(evidence: PadEvidence, policy: PadPolicy) -> PadRefusalReason | None:
    present = {cue.name: cue for cue in evidence.cues}
    if not _required_names(evidence, policy) <= present.keys():
        return PadRefusalReason.CUE_MISSING
    roles = {cue.name: cue for cue in policy.cues}
    failed = [cue for cue in present.values() if not _has_passed(cue, roles.get(cue.name))]
    risks = [roles[cue.name] for cue in failed if _is_risk(roles.get(cue.name))]
    if len(risks) < len(failed):
        return PadRefusalReason.CUE_FAILED
    is_too_high = bool(risks) and sum(cue.weight for cue in risks) >= policy.risk_limit
    return PadRefusalReason.RISK_TOO_HIGH if is_too_high else None


def _required_names(evidence: PadEvidence, policy: PadPolicy) -> set[str]:
    always = {cue.name for cue in policy.cues if cue.role is CueRole.REQUIRED}
    return always.union(*(STEP_CUES[proven.step] for proven in evidence.steps))


def _has_passed(cue: PadCue, judged: CuePolicy | None) -> bool:
    """Hold a cue to its own threshold and to the policy's, whichever is higher."""
    is_enough = judged is None or cue.score_milli >= judged.threshold_milli
    return cue.has_passed and is_enough


def _is_risk(judged: CuePolicy | None) -> bool:
    return judged is not None and judged.role is CueRole.RISK
