"""The second phase of a capture: the challenge, by the same face, then the decision."""

import numpy as np

from facepay.pad_evidence import PadEvidence
from facepay.template import FeatureVector
from pos_app.capture.frame import Frame
from pos_app.capture.guidance import Guidance
from pos_app.checkout.payment import CaptureFailureReason
from pos_app.features.extractor import similarity
from pos_app.features.face_models import FaceAnalysis
from pos_app.pad.active_challenge import ActiveChallenge, ChallengeState
from pos_app.pad.decision import PadDecision, decide
from pos_app.pad.evidence import policy_cue, step_cues
from pos_app.pad.face_continuity import Continuity, FaceContinuity
from pos_app.pad.policy import PadPolicy
from pos_app.pad.stream_watch import StreamWatch
from pos_app.probe.capture_plan import CapturePlan, Outcome, Presented
from pos_app.probe.face_finder import FoundFace
from pos_app.probe.seeking import Sought

_FAILURES = {
    Continuity.LOST: CaptureFailureReason.FACE_LOST,
    Continuity.CHANGED: CaptureFailureReason.FACE_CHANGED,
}


class Proving:
    """Runs the challenge on the frames after the neutral face was taken.

    After the last step it waits until the face, near frontal again, was compared once more, so that
    every proven step lies between two comparisons.
    """

    def __init__(
        self,
        plan: CapturePlan,
        sought: Sought,
        analysis: FaceAnalysis,
        policy: PadPolicy,
        *,
        started_at: float,
    ) -> None:
        """Take over `sought`; `started_at` is the camera time of the first prompt."""
        self._plan, self._sought, self._analysis, self._policy = plan, sought, analysis, policy
        self._challenge = ActiveChallenge(
            plan.challenge, sought.neutral, policy.steps, started_at=started_at
        )
        same_face_min = policy.cue("same_face").threshold_milli / 1000
        self._continuity = FaceContinuity(policy.continuity, similarity_min=same_face_min)
        self._is_check_due = True
        self._checked_at = started_at
        self._last_proof_at = started_at
        self._passive_scores: list[float] = []

    @property
    def challenge(self) -> ActiveChallenge:
        """The challenge, for the prompt to show."""
        return self._challenge

    def take(self, frame: Frame, seen: FoundFace | Guidance, stream: StreamWatch) -> Outcome | None:
        """Take in one frame; None while the challenge goes on."""
        found = seen if isinstance(seen, FoundFace) else None
        try:
            continuity = self._continuity.follow(found.face if found else None, frame.captured_at)
            if continuity is not Continuity.UNBROKEN:
                is_rival = seen is Guidance.SEVERAL_FACES
                failure = _FAILURES[continuity]
                return CaptureFailureReason.SEVERAL_FACES if is_rival else failure
            return self._go_on(frame, found, stream) if found else None
        finally:
            if found:
                found.reading.wipe()

    def wipe(self) -> None:
        """Wipe neutral face and features. A repeat does nothing."""
        self._sought.neutral.wipe()
        self._sought.features.wipe()

    def _go_on(self, frame: Frame, found: FoundFace, stream: StreamWatch) -> Outcome | None:
        proven_before = len(self._challenge.proven)
        state = self._challenge.observe(found.reading)
        if state in (ChallengeState.OUT_OF_TIME, ChallengeState.WRONG_ACTION):
            return CaptureFailureReason.CHALLENGE_FAILED
        if len(self._challenge.proven) > proven_before:
            self._is_check_due, self._last_proof_at = True, frame.captured_at
        if self._compare_if_due(frame, found) is Continuity.CHANGED:
            return CaptureFailureReason.FACE_CHANGED
        if self._challenge.asked is not None:
            return None
        if not self._is_check_due:
            return self._decide(stream)
        is_late = (
            frame.captured_at - self._last_proof_at > self._plan.challenge.step_deadline_seconds
        )
        return CaptureFailureReason.CHALLENGE_FAILED if is_late else None

    def _compare_if_due(self, frame: Frame, found: FoundFace) -> Continuity:
        """Compare features with the probe's when it is time and the face is turned little enough."""
        limits = self._policy.continuity
        turned = found.reading.measures.yaw_degrees - self._sought.neutral.measures.yaw_degrees
        is_time = frame.captured_at - self._checked_at >= limits.check_seconds
        if not (self._is_check_due or is_time) or not abs(turned) <= limits.check_yaw_degrees_max:
            return Continuity.UNBROKEN
        self._is_check_due, self._checked_at = False, frame.captured_at
        passive = self._analysis.judge_passively(frame.image_bgr, found.face)
        if passive is not None:
            self._passive_scores.append(passive)
        features = self._analysis.extract(frame.image_bgr, found.face)
        try:
            return self._continuity.compare(similarity(features, self._sought.features))
        finally:
            features.wipe()

    def _decide(self, stream: StreamWatch) -> Outcome:
        evidence = self._evidence(stream)
        decision = decide(evidence, self._plan.challenge, self._policy)
        if not isinstance(decision, PadDecision):
            return CaptureFailureReason.PRESENTATION_ATTACK_SUSPECTED
        return Presented(FeatureVector(self._sought.features.values.copy()), decision)

    def _evidence(self, stream: StreamWatch) -> PadEvidence:
        same_face = self._continuity.similarity_smallest
        measured = {
            "fresh_frames": stream.fresh_fraction,
            "same_face": -1.0 if same_face is None else same_face,
            "face_overlap": self._continuity.overlap_smallest,
            "irregular_timing": stream.timing_irregularity,
        }
        if self._passive_scores:  # there only where such a network is installed
            measured["passive"] = float(np.median(self._passive_scores))
        general = [policy_cue(name, value, self._policy) for name, value in measured.items()]
        return PadEvidence(
            policy_id=self._policy.policy_id,
            model_id=self._plan.model_id,
            challenge_nonce=self._plan.challenge_nonce,
            steps=self._challenge.proven,
            cues=(*step_cues(self._challenge.cues), *general),
            attempt=self._plan.attempt,
        )
