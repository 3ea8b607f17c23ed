"""What the clearing service itself demands of a terminal's PAD evidence.

A terminal decides first, with its own thresholds; the service then refuses what is below its own,
whatever the terminal thought of it: an unknown policy, a basis that was not asked for, light that is
not the light it chose for this capture, a step that is missing, late or out of order, a cue that is
absent, too low, or higher than any measure can be. Cues that a terminal weighs as risk only are
recorded and not judged again here, except where no light and no hurry leave little else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from clearing_service.routing.evidence_rules import EvidenceRules, Floors, load_evidence_rules
from facepay.pad_challenge import PadChallenge, PadMode
from facepay.pad_evidence import EvidenceBasis, PadCue, PadEvidence

SYNTHETIC_POLICY = "synthetic"
"""States that no camera was there. For sandboxes: nobody stands behind such evidence."""
_SYNTHETIC_FLOORS: Floors = {"synthetic": 1000}

_BASES: Mapping[PadMode, frozenset[EvidenceBasis]] = {
    PadMode.SILENT_FIRST: frozenset(
        {EvidenceBasis.FLASH, EvidenceBasis.PASSIVE, EvidenceBasis.CHALLENGE}
    ),
    PadMode.CHALLENGE: frozenset({EvidenceBasis.CHALLENGE}),
    PadMode.UNTIMED: frozenset({EvidenceBasis.UNTIMED}),
}
"""What evidence may rest on, by what was asked."""
_SILENT = frozenset({EvidenceBasis.FLASH, EvidenceBasis.PASSIVE})


@dataclass(frozen=True, slots=True)
class EvidencePolicy:
    """Which terminals' policies are accepted, with which floors; by default cameras alone."""

    rules: Mapping[str, EvidenceRules] = field(default_factory=load_evidence_rules)
    accepts_synthetic: bool = False

    @classmethod
    def with_synthetic(cls) -> "EvidencePolicy":
        """Return the policy of a sandbox, which also takes captures without a camera."""
        return cls(accepts_synthetic=True)

    def accepts(self, evidence: PadEvidence, asked: PadChallenge) -> bool:
        """Whether the evidence answers this challenge and is not below this policy."""
        cues = {cue.name: cue for cue in evidence.cues}
        if evidence.challenge_nonce != asked.nonce or len(cues) != len(evidence.cues):
            return False
        if evidence.policy_id == SYNTHETIC_POLICY:
            is_complete = _are_steps_done(evidence, asked) and _pass(cues, _SYNTHETIC_FLOORS)
            return self.accepts_synthetic and is_complete
        rules = self.rules.get(evidence.policy_id)
        return (
            rules is not None
            and _is_measurable(cues, rules)
            and evidence.basis in _BASES[asked.mode]
            and _is_asked_light(evidence, asked)
            and _is_answered(evidence, asked)
            and _is_light_harmless(evidence, cues, rules)
            and all(_pass(cues, floors) for floors in _floors_of(evidence, asked, rules))
        )


def _is_measurable(cues: Mapping[str, PadCue], rules: EvidenceRules) -> bool:
    """Whether no score is higher than its measure goes: who states one did not measure it."""
    return all(
        name not in cues or cues[name].score_milli <= most for name, most in rules.at_most.items()
    )


def _is_asked_light(evidence: PadEvidence, asked: PadChallenge) -> bool:
    """Whether the light that was shown is the one chosen for this very capture."""
    if not evidence.flash_digest:
        return not asked.flashes or evidence.basis is EvidenceBasis.PASSIVE
    flash = asked.flash_for(evidence.attempt)
    return flash is not None and evidence.flash_digest == flash.digest(asked.nonce)


def _is_answered(evidence: PadEvidence, asked: PadChallenge) -> bool:
    if evidence.basis in _SILENT:
        return not evidence.steps
    return _are_steps_done(evidence, asked)


def _are_steps_done(evidence: PadEvidence, asked: PadChallenge) -> bool:
    deadline_milliseconds = asked.step_deadline_seconds * 1000
    return tuple(proven.step for proven in evidence.steps) == asked.steps and all(
        proven.elapsed_milliseconds <= deadline_milliseconds for proven in evidence.steps
    )


def _floors_of(
    evidence: PadEvidence, asked: PadChallenge, rules: EvidenceRules
) -> list[Floors | None]:
    """Return every table of floors that this evidence has to pass; None is never passed."""
    floors: list[Floors | None] = [rules.always]
    floors += [rules.steps[proven.step] for proven in evidence.steps]
    is_light_demanded = asked.mode is PadMode.CHALLENGE and bool(evidence.flash_digest)
    if is_light_demanded:
        floors.append(rules.flash)
    if evidence.basis is EvidenceBasis.FLASH:
        floors.append(rules.silent)
    if evidence.basis is EvidenceBasis.PASSIVE:
        floors.append(rules.passive)
    if evidence.basis is EvidenceBasis.UNTIMED:
        floors.append(rules.untimed)
    return floors


def _is_light_harmless(
    evidence: PadEvidence, cues: Mapping[str, PadCue], rules: EvidenceRules
) -> bool:
    """Whether light that was shown, though it may have fallen short, speaks against no face."""
    return not evidence.flash_digest or all(
        name in cues and cues[name].score_milli >= least
        for name, least in rules.shown_light.items()
    )


def _pass(cues: Mapping[str, PadCue], floors: Floors | None) -> bool:
    """Whether each cue reaches its floor, and the threshold that the terminal held it against."""
    return floors is not None and all(
        name in cues and cues[name].has_passed and cues[name].score_milli >= least
        for name, least in floors.items()
    )
