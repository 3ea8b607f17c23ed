"""The PAD decision: the one thing that lets a probe be sealed, and only a passing policy makes it."""

from dataclasses import dataclass
from enum import Enum

from facepay.pad_challenge import PadChallenge, PadMode
from facepay.pad_evidence import EvidenceBasis, PadCue, PadEvidence
from pos_app.capture.judgement import Judgement
from pos_app.errors import PosError
from pos_app.pad.evidence import SILENT_CUES, STEP_CUES, UNTIMED_CUES
from pos_app.pad.policy import ChallengeUse, CuePolicy, CueRole, PadPolicy


class PadRefusalReason(Enum):
    """Why evidence does not pass. Values are stable names for logs and reports."""

    OTHER_POLICY = "other_policy"
    OTHER_FLASH = "other_flash"
    CHALLENGE_TOO_SHORT = "challenge_too_short"
    STEP_MISSING = "step_missing"
    STEP_LATE = "step_late"
    CUE_MISSING = "cue_missing"
    CUE_REPEATED = "cue_repeated"
    CUE_FAILED = "cue_failed"
    LIGHT_UNANSWERED = "light_unanswered"
    CONTRADICTED = "contradicted"
    RISK_TOO_HIGH = "risk_too_high"
    SILENT_EVIDENCE_SHORT = "silent_evidence_short"
    """Nothing speaks against a person, but too little for one: asking may still settle it."""


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
    challenge: PadChallenge
    policy: PadPolicy

    def __post_init__(self) -> None:
        """Refuse to exist without evidence that passes."""
        reason = refusal_reason(self.evidence, self.challenge, self.policy)
        if reason is not None:
            raise PadRefusedError(f"the evidence does not pass: {reason.value}")


def decide(
    evidence: PadEvidence, challenge: PadChallenge, policy: PadPolicy
) -> PadDecision | PadRefusal:
    """Judge the evidence by the basis it claims."""
    reason = refusal_reason(evidence, challenge, policy)
    return PadDecision(evidence, challenge, policy) if reason is None else PadRefusal(reason)


def judgement_of(
    evidence: PadEvidence, reason: PadRefusalReason | None, policy: PadPolicy
) -> Judgement:
    """Return what a decision rested on, in names alone."""
    passed = [cue.name for cue in evidence.cues if _has_passed(cue, policy)]
    failed = [cue.name for cue in evidence.cues if not _has_passed(cue, policy)]
    return Judgement(
        basis=evidence.basis.name.lower(),
        reason=reason.value if reason else None,
        passed=tuple(passed),
        failed=tuple(failed),
    )


def refusal_reason(
    evidence: PadEvidence, challenge: PadChallenge, policy: PadPolicy
) -> PadRefusalReason | None:
    """Return the first reason to refuse, or None if the evidence passes."""
    if evidence.policy_id != policy.policy_id:
        return PadRefusalReason.OTHER_POLICY
    if not _is_flash_of(evidence, challenge):
        return PadRefusalReason.OTHER_FLASH
    reason = _reason_in_cues(evidence, policy)
    if reason is not None:
        return reason
    match evidence.basis:
        case EvidenceBasis.FLASH | EvidenceBasis.PASSIVE:
            return _reason_in_silence(evidence, challenge, policy)
        case EvidenceBasis.CHALLENGE | EvidenceBasis.UNTIMED:
            return _reason_in_steps(evidence, challenge, policy)


def _is_flash_of(evidence: PadEvidence, challenge: PadChallenge) -> bool:
    """Whether the light that was shown is the one that was asked for this capture."""
    if not evidence.flash_digest:
        return not challenge.flashes or evidence.basis is EvidenceBasis.PASSIVE
    flash = challenge.flash_for(evidence.attempt)
    return flash is not None and evidence.flash_digest == flash.digest(challenge.nonce)


def _reason_in_cues(evidence: PadEvidence, policy: PadPolicy) -> PadRefusalReason | None:
    """Judge what holds whatever the decision rests on.

    Light that was shown and seen on no face is not made up for: else hiding from it would pay. A cue
    that stands there twice is not believed: the better of the two would hide the worse.
    """
    present = {cue.name: cue for cue in evidence.cues}
    if len(present) != len(evidence.cues):
        return PadRefusalReason.CUE_REPEATED
    required = {cue.name for cue in policy.cues if cue.role is CueRole.REQUIRED}
    if not required <= present.keys():
        return PadRefusalReason.CUE_MISSING
    if evidence.flash_digest and not SILENT_CUES[EvidenceBasis.FLASH] <= present.keys():
        return PadRefusalReason.LIGHT_UNANSWERED
    for judged in policy.cues:
        cue = present.get(judged.name)
        if cue is not None and _contradicts(cue, judged):
            is_light = judged.name in SILENT_CUES[EvidenceBasis.FLASH]
            contradicted = PadRefusalReason.CONTRADICTED
            return PadRefusalReason.LIGHT_UNANSWERED if is_light else contradicted
    if any(not _has_passed(present[name], policy) for name in required):
        return PadRefusalReason.CUE_FAILED
    risk = _risk_of(evidence, policy)
    return PadRefusalReason.RISK_TOO_HIGH if risk and risk >= policy.risk_limit else None


def _reason_in_silence(
    evidence: PadEvidence, challenge: PadChallenge, policy: PadPolicy
) -> PadRefusalReason | None:
    is_enough = (
        challenge.mode is PadMode.SILENT_FIRST
        and evidence.basis in policy.silent
        and policy.challenge is ChallengeUse.WHEN_SHORT
        and _risk_of(evidence, policy) < policy.challenge_risk
        and _all_passed(evidence, SILENT_CUES[evidence.basis], policy)
        and _carry_alone(evidence, policy)
    )
    return None if is_enough else PadRefusalReason.SILENT_EVIDENCE_SHORT


def _reason_in_steps(
    evidence: PadEvidence, challenge: PadChallenge, policy: PadPolicy
) -> PadRefusalReason | None:
    if (evidence.basis is EvidenceBasis.UNTIMED) != (challenge.mode is PadMode.UNTIMED):
        return PadRefusalReason.STEP_MISSING
    if len(challenge.steps) < policy.steps_min:
        return PadRefusalReason.CHALLENGE_TOO_SHORT
    if tuple(proven.step for proven in evidence.steps) != challenge.steps:
        return PadRefusalReason.STEP_MISSING
    limit = challenge.step_deadline_seconds * 1000
    if any(proven.elapsed_milliseconds > limit for proven in evidence.steps):
        return PadRefusalReason.STEP_LATE
    needed = set[str]().union(*(STEP_CUES[proven.step] for proven in evidence.steps))
    if evidence.basis is EvidenceBasis.UNTIMED:
        needed |= UNTIMED_CUES
    if not needed <= {cue.name for cue in evidence.cues}:
        return PadRefusalReason.CUE_MISSING
    if not _all_passed(evidence, needed, policy):
        return PadRefusalReason.CUE_FAILED
    is_light_wanted = challenge.mode is PadMode.CHALLENGE and bool(challenge.flashes)
    flash = SILENT_CUES[EvidenceBasis.FLASH]
    is_lit = not is_light_wanted or _all_passed(evidence, flash, policy)
    return None if is_lit else PadRefusalReason.LIGHT_UNANSWERED


def _all_passed(evidence: PadEvidence, names: set[str] | frozenset[str], policy: PadPolicy) -> bool:
    passed = {cue.name for cue in evidence.cues if _has_passed(cue, policy)}
    return names <= passed


def _carry_alone(evidence: PadEvidence, policy: PadPolicy) -> bool:
    """Whether every cue reaches what is wanted of it where no step is done."""
    wanted = {cue.name: cue.silent_milli for cue in policy.cues if cue.silent_milli is not None}
    return all(cue.score_milli >= wanted.get(cue.name, cue.score_milli) for cue in evidence.cues)


def _has_passed(cue: PadCue, policy: PadPolicy) -> bool:
    """Hold a cue to its own threshold and to the policy's, whichever is higher."""
    floors = [judged.threshold_milli for judged in policy.cues if judged.name == cue.name]
    return cue.has_passed and all(cue.score_milli >= floor for floor in floors)


def _contradicts(cue: PadCue, judged: CuePolicy) -> bool:
    floor = judged.refuse_below_milli
    return floor is not None and cue.score_milli < floor


def _risk_of(evidence: PadEvidence, policy: PadPolicy) -> float:
    roles = {cue.name: cue for cue in policy.cues if cue.role is CueRole.RISK}
    return sum(
        roles[cue.name].weight
        for cue in evidence.cues
        if cue.name in roles and not _has_passed(cue, policy)
    )
