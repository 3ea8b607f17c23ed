"""One presentation, frame by frame: seek the payer, then prove the challenge.

Free of camera, thread and window: whoever has frames can run it. It ends with features and evidence
that passed, or with the reason why not; whatever it still holds is wiped by `wipe()`.
"""

from typing import Final

from facepay.pad_evidence import ChallengeStep
from pos_app.capture.frame import Frame
from pos_app.capture.guidance import Guidance
from pos_app.capture.judgement import Judgement
from pos_app.capture.observer import CaptureObserver
from pos_app.capture.stage import ColourRgb, Prompt, Stage
from pos_app.checkout.payment import CaptureFailureReason
from pos_app.features.face_models import FaceAnalysis
from pos_app.pad.stream_watch import StreamWatch
from pos_app.probe.capture_plan import CapturePlan, Outcome
from pos_app.probe.capture_policy import CapturePolicy
from pos_app.probe.face_finder import FoundFace, find_face
from pos_app.probe.proving import Proving
from pos_app.probe.seeking import Seeking, Sought

PROMPTS: Final = {
    ChallengeStep.BLINK: Prompt.BLINK,
    ChallengeStep.TURN_LEFT: Prompt.TURN_LEFT,
    ChallengeStep.TURN_RIGHT: Prompt.TURN_RIGHT,
    ChallengeStep.OPEN_MOUTH: Prompt.OPEN_MOUTH,
    ChallengeStep.TURN_EITHER_SIDE: Prompt.TURN_EITHER_SIDE,
}


class Prompter:
    """Shows the prompt on the stage and tells the observer, on change only."""

    def __init__(self, stage: Stage, observer: CaptureObserver, steps: int) -> None:
        self._stage, self._observer, self._steps = stage, observer, steps
        self._shown: tuple[Prompt, int] | None = None
        self._colour: ColourRgb | None = None

    def ask(self, prompt: Prompt, step: int) -> None:
        """Ask for `prompt` as step `step`, 0 while the person only has to look."""
        if self._shown != (prompt, step):
            self._shown = (prompt, step)
            self._stage.show(prompt, self._colour)
            self._observer.prompt(prompt, step, self._steps)

    def light(self, colour: ColourRgb | None) -> None:
        """Light the face, or stop lighting it."""
        if self._colour != colour:
            self._colour = colour
            self._stage.light(colour)
            self._observer.light(colour)

    def finish(self) -> None:
        """Ask and light nothing any more."""
        self.light(None)
        self._stage.clear()
        done = self._shown[1] if self._shown else 0
        self._observer.prompt(None, done, self._steps)


class Presentation:
    """Takes frames in order until there is an outcome; frames stay the caller's to wipe."""

    def __init__(
        self,
        analysis: FaceAnalysis,
        policy: CapturePolicy,
        plan: CapturePlan,
        stage: Stage,
        observer: CaptureObserver,
    ) -> None:
        self._analysis, self._policy, self._plan = analysis, policy, plan
        self._observer = observer
        self._prompter = Prompter(stage, observer, len(plan.challenge.steps))
        self._stream = StreamWatch()
        self._seeking = Seeking(analysis, policy, plan.effort, observer)
        self._proving: Proving | None = None

    @property
    def reason(self) -> CaptureFailureReason:
        """What to answer when time is up now."""
        return self._seeking.reason if self._proving is None else CaptureFailureReason.TIMED_OUT

    @property
    def judgement(self) -> Judgement | None:
        """What the decision rested on; None before there is one."""
        return None if self._proving is None else self._proving.judgement

    def take(self, frame: Frame) -> Outcome | None:
        """Take in one frame; None while more are needed.

        Raises `PadMeasureError` or `FeatureExtractionError` when a network gave no usable numbers:
        then there is no outcome and the presentation is over.
        """
        self._stream.follow(frame)
        seen = find_face(frame, self._analysis, self._policy)
        if self._proving is None:
            return self._seek(frame, seen)
        outcome = self._proving.take(frame, seen)
        self._ask_next(self._proving, frame.captured_at)
        if outcome is not None and self.judgement is not None:
            self._observer.judged(self.judgement)
        return outcome

    def wipe(self) -> None:
        """Wipe every buffer and clear the stage. A repeat does nothing more."""
        self._seeking.wipe()
        self._stream.clear()
        if self._proving is not None:
            self._proving.wipe()
        self._prompter.finish()

    def _seek(self, frame: Frame, seen: FoundFace | Guidance) -> CaptureFailureReason | None:
        self._prompter.ask(Prompt.LOOK, 0)
        sought = self._seeking.take(frame, seen)
        if not isinstance(sought, Sought):
            return sought
        self._proving = Proving(
            self._plan,
            sought,
            self._analysis,
            self._policy.pad,
            self._stream,
            started_at=frame.captured_at,
        )
        self._ask_next(self._proving, frame.captured_at)
        return None

    def _ask_next(self, proving: Proving, now: float) -> None:
        self._prompter.light(proving.light(now))
        steps = proving.challenge
        if steps is None:
            self._prompter.ask(Prompt.LOOK, 0)
        elif steps.asked is None:
            self._prompter.ask(Prompt.LOOK, len(steps.proven))
        else:
            self._prompter.ask(PROMPTS[steps.asked], len(steps.proven) + 1)
