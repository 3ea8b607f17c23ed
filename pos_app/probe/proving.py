"""The second phase of a capture: is this a person, here and now? Silent evidence comes first.

1. Where the policy lets a passive network carry a decision, it is asked.
2. Else the display's colours are shown, and the face answers them, or does not.
3. Only when that falls short, or steps are wanted anyway, is anything asked of the person.

Meanwhile the face must stay the same and the stream plausible (`gathering`). What contradicts a
person refuses at once; nothing that is asked afterwards makes up for it.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from facepay.pad_challenge import PadMode
from facepay.pad_evidence import EvidenceBasis
from facepay.template import FeatureVector
from pos_app.capture.frame import Frame
from pos_app.capture.guidance import Guidance
from pos_app.capture.judgement import Judgement
from pos_app.capture.stage import ColourRgb
from pos_app.checkout.payment import CaptureFailureReason
from pos_app.features.face_models import FaceAnalysis
from pos_app.pad.active_challenge import ActiveChallenge, ChallengeState
from pos_app.pad.decision import PadDecision, PadRefusal, PadRefusalReason
from pos_app.pad.policy import PadPolicy
from pos_app.pad.stream_watch import StreamWatch
from pos_app.probe.capture_plan import CapturePlan, Outcome, Presented
from pos_app.probe.deciding import Deciding
from pos_app.probe.face_finder import FoundFace
from pos_app.probe.gathering import Gathering
from pos_app.probe.illumination import Illumination
from pos_app.probe.seeking import Sought

_Phase = Callable[[Frame, FoundFace], Outcome | None]
"""What is done with each frame at present."""

_FAILED_STATES: Final = (ChallengeState.OUT_OF_TIME, ChallengeState.WRONG_ACTION)
_SUSPECTED: Final = CaptureFailureReason.PRESENTATION_ATTACK_SUSPECTED


class Proving:
    """Runs on the frames after the neutral face was taken.

    Whatever was shown or done counts only once the face, near frontal again, was compared with the
    probe's features after it.
    """

    def __init__(
        self,
        plan: CapturePlan,
        sought: Sought,
        analysis: FaceAnalysis,
        policy: PadPolicy,
        stream: StreamWatch,
        *,
        started_at: float,
    ) -> None:
        """Take over `sought`; `started_at` is the camera time of its last frame."""
        self._plan, self._sought, self._policy = plan, sought, policy
        self._canonical = analysis.canonical_points
        self._gathering = Gathering(sought, analysis, policy, stream, started_at=started_at)
        self._deciding = Deciding(plan, self._gathering, policy)
        self._light: Illumination | None = None
        self._steps: ActiveChallenge | None = None
        self._done_at = started_at
        self._go_on = self._first_phase(started_at)

    @property
    def challenge(self) -> ActiveChallenge | None:
        """The challenge, for the prompt to show; None while nothing is asked."""
        return self._steps

    @property
    def judgement(self) -> Judgement | None:
        """What the decision rested on; None before there is one."""
        return self._deciding.judgement

    def light(self, now: float) -> ColourRgb | None:
        """Return what is to light the face from camera time `now` on; None for nothing."""
        return self._light.advance(now) if self._light else None

    def take(self, frame: Frame, seen: FoundFace | Guidance) -> Outcome | None:
        """Take in one frame; None while more are needed."""
        found = seen if isinstance(seen, FoundFace) else None
        try:
            failure = self._gathering.follow(frame, found)
            if failure is not None:
                is_rival = seen is Guidance.SEVERAL_FACES
                return CaptureFailureReason.SEVERAL_FACES if is_rival else failure
            return self._go_on(frame, found) if found else None
        finally:
            if found:
                found.reading.wipe()

    def wipe(self) -> None:
        """Wipe neutral face and features. A repeat does nothing."""
        self._sought.neutral.wipe()
        self._sought.features.wipe()

    def _first_phase(self, now: float) -> _Phase:
        is_silent = self._plan.challenge.mode is PadMode.SILENT_FIRST
        if is_silent and EvidenceBasis.PASSIVE in self._policy.silent:
            return self._ask_network
        return self._light_phase(now)

    def _light_phase(self, now: float) -> _Phase:
        flash = self._plan.challenge.flash_for(self._plan.attempt)
        if flash is None:
            return self._step_phase(now)
        limits = self._policy.flash
        self._light = Illumination(flash, self._canonical, limits)
        return partial(self._watch_light, self._light)

    def _step_phase(self, now: float) -> _Phase:
        neutral, limits = self._sought.neutral, self._policy.steps
        self._steps = ActiveChallenge(self._plan.challenge, neutral, limits, started_at=now)
        self._require_comparison(now)
        return partial(self._watch_steps, self._steps)

    def _ask_network(self, frame: Frame, found: FoundFace) -> Outcome | None:
        is_there = self._gathering.ask_passively(frame, found)
        if is_there and self._gathering.passive_count < self._policy.passive_frames:
            return None
        decision = self._deciding.decide(EvidenceBasis.PASSIVE, None) if is_there else None
        if isinstance(decision, PadDecision):
            return self._presented(decision)
        self._go_on = self._light_phase(frame.captured_at)
        return None

    def _watch_light(self, light: Illumination, frame: Frame, found: FoundFace) -> Outcome | None:
        if light.is_over(frame.captured_at):
            self._require_comparison(frame.captured_at)
            self._go_on = partial(self._judge_light, light)
        else:
            light.follow(frame, found.reading.mesh)
        return None

    def _judge_light(self, light: Illumination, frame: Frame, found: FoundFace) -> Outcome | None:
        del found
        if self._gathering.is_check_due:
            return self._late_or_none(frame.captured_at)
        decision = self._deciding.decide(EvidenceBasis.FLASH, light)
        if isinstance(decision, PadDecision):
            return self._presented(decision)
        if decision.reason is not PadRefusalReason.SILENT_EVIDENCE_SHORT:
            return _failure_of(decision)
        self._go_on = self._step_phase(frame.captured_at)
        return None

    def _watch_steps(
        self, steps: ActiveChallenge, frame: Frame, found: FoundFace
    ) -> Outcome | None:
        proven_before = len(steps.proven)
        if steps.observe(found.reading) in _FAILED_STATES:
            return CaptureFailureReason.CHALLENGE_FAILED
        if len(steps.proven) > proven_before:
            self._require_comparison(frame.captured_at)
        if steps.asked is not None:
            return None
        if self._gathering.is_check_due:
            return self._late_or_none(frame.captured_at)
        is_untimed = self._plan.challenge.mode is PadMode.UNTIMED
        basis = EvidenceBasis.UNTIMED if is_untimed else EvidenceBasis.CHALLENGE
        decision = self._deciding.decide(basis, self._light, steps)
        if isinstance(decision, PadDecision):
            return self._presented(decision)
        return _failure_of(decision)

    def _require_comparison(self, now: float) -> None:
        """Nothing is decided before the face was compared after this."""
        self._gathering.is_check_due, self._done_at = True, now

    def _late_or_none(self, now: float) -> CaptureFailureReason | None:
        is_late = now - self._done_at > self._plan.challenge.step_deadline_seconds
        return CaptureFailureReason.CHALLENGE_FAILED if is_late else None

    def _presented(self, decision: PadDecision) -> Presented:
        return Presented(FeatureVector(self._sought.features.values.copy()), decision)


def _failure_of(refusal: PadRefusal) -> CaptureFailureReason:
    is_light = refusal.reason is PadRefusalReason.LIGHT_UNANSWERED
    return CaptureFailureReason.LIGHT_UNANSWERED if is_light else _SUSPECTED
