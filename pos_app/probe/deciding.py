"""From what was measured to evidence, and from evidence to a decision that names what it rests on."""

from facepay.pad_evidence import EvidenceBasis, PadEvidence
from pos_app.capture.judgement import Judgement
from pos_app.pad.active_challenge import ActiveChallenge
from pos_app.pad.decision import PadDecision, PadRefusal, decide, judgement_of
from pos_app.pad.evidence import policy_cue, step_cues
from pos_app.pad.policy import PadPolicy
from pos_app.probe.capture_plan import CapturePlan
from pos_app.probe.gathering import Gathering
from pos_app.probe.illumination import Illumination


class Deciding:
    """Decides on one capture. `judgement` is what the last decision rested on, None before one."""

    def __init__(self, plan: CapturePlan, gathering: Gathering, policy: PadPolicy) -> None:
        self._plan, self._gathering, self._policy = plan, gathering, policy
        self.judgement: Judgement | None = None

    def decide(
        self,
        basis: EvidenceBasis,
        light: Illumination | None,
        steps: ActiveChallenge | None = None,
    ) -> PadDecision | PadRefusal:
        """Judge what is known by now, as evidence on `basis`.

        `light` and `steps` are None as long as nothing was shown or asked. Raises `PadMeasureError`
        for a measure that is no number.
        """
        evidence = self._evidence(basis, light, steps)
        decision = decide(evidence, self._plan.challenge, self._policy)
        reason = decision.reason if isinstance(decision, PadRefusal) else None
        self.judgement = judgement_of(evidence, reason, self._policy)
        return decision

    def _evidence(
        self, basis: EvidenceBasis, light: Illumination | None, steps: ActiveChallenge | None
    ) -> PadEvidence:
        nonce = self._plan.challenge.nonce
        measured = self._gathering.measured() | (light.measured() if light else {})
        general = [policy_cue(name, value, self._policy) for name, value in measured.items()]
        return PadEvidence(
            policy_id=self._policy.policy_id,
            model_id=self._plan.model_id,
            challenge_nonce=nonce,
            steps=steps.proven if steps else (),
            cues=(*step_cues(steps.cues if steps else ()), *general),
            basis=basis,
            attempt=self._plan.attempt,
            flash_digest=light.digest(nonce) if light else b"",
        )
