"""The guided minute before a camera: look ahead, prove to be a person, answer the display's light.

The steps are held to the packaged policy, whatever the camera: a print or a screen that could shift
thresholds towards itself would have to pass the challenge first.
"""

import math
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Protocol

from facepay.pad_challenge import NONCE_BYTES, PadChallenge, PadMode
from facepay.pad_evidence import ChallengeStep
from facepay.pad_flash import FlashSequence
from pos_app.calibration.measures import CalibrationRefusal, Measures, RefusalReason, implausible
from pos_app.calibration.settings import CalibrationSettings
from pos_app.capture.camera import Camera, CameraLostError
from pos_app.capture.frame import Frame, FrameMalformedError
from pos_app.capture.guidance import Guidance
from pos_app.capture.stage import Prompt, Stage
from pos_app.features.extractor import FeatureExtractionError
from pos_app.features.face_models import FaceAnalysis
from pos_app.pad.active_challenge import ActiveChallenge, ChallengeState
from pos_app.pad.face_reading import FaceReading, NeutralFace, neutral_from
from pos_app.probe.capture_policy import CapturePolicy
from pos_app.probe.cue_gauge import CueGauge
from pos_app.probe.face_finder import FoundFace, find_face
from pos_app.probe.illumination import Illumination
from pos_app.probe.presentation import PROMPTS


class Guide(Protocol):
    """Tells the person what to do and how far it is."""

    def ask(self, prompt: Prompt) -> None:
        """Take what is asked now; once per prompt."""

    def progress(self, done: float) -> None:
        """Take how much of the looking is done, 0-1."""

    def seen(self, guidance: Guidance | None) -> None:
        """Take what is wrong with what the camera sees; None for a face. Called on change."""

    def light(self, *, is_answered: bool) -> None:
        """Take whether the face answered the customer display's light, once it was shown."""


class GuidedMinute:
    """One calibration; used by one thread. Everything of the person is wiped when `run` returns."""

    def __init__(
        self,
        analysis: FaceAnalysis,
        policy: CapturePolicy,
        settings: CalibrationSettings,
        stage: Stage,
        guide: Guide,
        flashes: tuple[FlashSequence, ...] = (),
    ) -> None:
        """`policy` is the packaged one; `flashes` are shown at the end, one after the other."""
        self._analysis, self._policy, self._settings = analysis, policy, settings
        self._stage, self._guide, self._flashes = stage, guide, flashes
        self._measures = Measures()
        self._gauge = self._fresh_gauge()
        self._row: deque[FaceReading] = deque()
        self._told: list[Guidance | None] = []

    def run(self, camera: Camera) -> Measures | CalibrationRefusal:
        """Open the camera, guide through the minute, close it.

        Raises `CameraUnavailableError`.
        """
        with ExitStack() as ending:
            ending.callback(self._wipe)
            ending.callback(self._analysis.wipe)
            ending.callback(self._stage.clear)
            ending.callback(camera.close)
            camera.open()
            try:
                return self._run(_frames_of(camera))
            except (CameraLostError, FrameMalformedError, FeatureExtractionError):
                return CalibrationRefusal(RefusalReason.CAMERA_LOST)

    def _run(self, frames: Iterator[Frame]) -> Measures | CalibrationRefusal:
        refusal = self._look(frames) or implausible(self._measures, self._settings)
        if refusal is not None:
            return refusal
        neutral = neutral_from(tuple(self._row), self._policy.pad.neutral) if self._row else None
        if neutral is None:
            return CalibrationRefusal(RefusalReason.NO_NEUTRAL)
        try:
            return self._prove(frames, neutral) or self._gain(frames)
        finally:
            neutral.wipe()

    def _look(self, frames: Iterator[Frame]) -> CalibrationRefusal | None:
        """Measure while the person looks ahead."""
        minute = self._settings.minute
        self._ask(Prompt.LOOK)
        started_at = window_at = None
        frame_count = face_count = window_count = 0
        for frame in frames:
            now = frame.captured_at
            started_at = now if started_at is None else started_at
            window_at = now if window_at is None else window_at
            if now - window_at >= minute.window_seconds:
                window_at, window_count = now, window_count + self._end_window()
            frame_count, face_count = frame_count + 1, face_count + self._measure(frame)
            self._guide.progress(min((now - started_at) / minute.look_seconds, 1.0))
            if now - started_at >= minute.look_seconds:
                break
        has_faces = face_count >= minute.faces_min * max(frame_count, 1)
        if has_faces and window_count >= minute.windows_min:
            return None
        return CalibrationRefusal(RefusalReason.TOO_FEW_FACES)

    def _measure(self, frame: Frame) -> bool:
        """Measure one frame; return whether it shows one face."""
        seen = find_face(frame, self._analysis, self._policy)
        if isinstance(seen, FoundFace):
            self._keep(seen.reading)
        self._gauge.take(frame, seen)
        if isinstance(seen, Guidance):
            self._tell(seen)
            return False
        self._tell(None)
        self._measures.add_frame(frame.image_bgr, seen.face)
        return True

    def _keep(self, reading: FaceReading) -> None:
        """Keep the last readings for the neutral face; those that are kept are wiped at the end."""
        self._row.append(reading)
        if len(self._row) > self._policy.enrolment.neutral_frames:
            self._row.popleft().wipe()

    def _end_window(self) -> bool:
        """Take the cues of a window; return whether it had any."""
        cues = self._gauge.cues()
        self._measures.add(cues)
        self._gauge.wipe()
        self._gauge = self._fresh_gauge()
        return bool(cues)

    def _prove(self, frames: Iterator[Frame], neutral: NeutralFace) -> CalibrationRefusal | None:
        """Ask for the steps; None when all are proven."""
        deadline = self._settings.minute.step_deadline_seconds
        challenge: ActiveChallenge | None = None
        asked: ChallengeStep | None = None
        asked_at = 0.0
        for frame in frames:
            challenge = challenge or self._challenge(neutral, frame.captured_at)
            if challenge.asked is not asked and challenge.asked is not None:
                asked, asked_at = challenge.asked, frame.captured_at
                self._ask(PROMPTS[asked])
            state = self._observe(frame, challenge)
            if state is ChallengeState.PASSED:
                return None
            is_late = not 0 <= frame.captured_at - asked_at <= deadline
            if is_late or state in (ChallengeState.OUT_OF_TIME, ChallengeState.WRONG_ACTION):
                break
        return CalibrationRefusal(RefusalReason.STEP_NOT_DONE, asked.name.lower() if asked else "")

    def _observe(self, frame: Frame, challenge: ActiveChallenge) -> ChallengeState:
        seen = find_face(frame, self._analysis, self._policy)
        if isinstance(seen, Guidance):
            return ChallengeState.WAITING
        try:
            return challenge.observe(seen.reading)
        finally:
            seen.reading.wipe()

    def _gain(self, frames: Iterator[Frame]) -> Measures | CalibrationRefusal:
        """Measure what the display's light adds, where the face mostly answers it.

        Returns all measures.
        """
        if not self._flashes:
            return self._measures
        self._ask(Prompt.LOOK)
        self._rest(frames)
        needed = self._policy.pad.cue("flash_correlation").threshold_milli / 1000
        answers = [self._answer_to(flash, frames) for flash in self._flashes]
        heard = [answer for answer in answers if answer.get("flash_correlation", 0.0) >= needed]
        is_answered = 2 * len(heard) > len(answers)
        self._guide.light(is_answered=is_answered)
        for answer in heard if is_answered else ():
            self._measures.add(answer)
        return implausible(self._measures, self._settings) or self._measures

    def _rest(self, frames: Iterator[Frame]) -> None:
        """Let the head come back from the last step."""
        started_at: float | None = None
        for frame in frames:
            started_at = frame.captured_at if started_at is None else started_at
            if frame.captured_at - started_at >= self._settings.minute.rest_seconds:
                return

    def _answer_to(self, flash: FlashSequence, frames: Iterator[Frame]) -> dict[str, float]:
        """Show one sequence; nothing if the face is not seen when it is over."""
        canonical, limits = self._analysis.canonical_points, self._policy.pad.flash
        light = Illumination(flash, canonical, limits)
        for frame in frames:
            seen = find_face(frame, self._analysis, self._policy)
            if isinstance(seen, FoundFace):
                light.follow(frame, seen.reading.mesh)
                seen.reading.wipe()
            self._stage.light(light.advance(frame.captured_at))
            if light.is_over(frame.captured_at):
                break
        return light.measured()

    def _challenge(self, neutral: NeutralFace, started_at: float) -> ActiveChallenge:
        wanted = PadChallenge(
            PadMode.CHALLENGE,
            bytes(NONCE_BYTES),
            self._settings.steps,
            math.ceil(self._settings.minute.step_deadline_seconds),
        )
        return ActiveChallenge(wanted, neutral, self._policy.pad.steps, started_at=started_at)

    def _fresh_gauge(self) -> CueGauge:
        return CueGauge(self._analysis, self._policy, self._settings.minute.effort)

    def _ask(self, prompt: Prompt) -> None:
        self._stage.show(prompt)
        self._guide.ask(prompt)

    def _tell(self, guidance: Guidance | None) -> None:
        if self._told != [guidance]:
            self._told = [guidance]
            self._guide.seen(guidance)

    def _wipe(self) -> None:
        self._gauge.wipe()
        while self._row:
            self._row.pop().wipe()


def _frames_of(camera: Camera) -> Iterator[Frame]:
    """Yield frames, each wiped when the next is asked for and at the end."""
    while True:
        frame = camera.read()
        try:
            yield frame
        finally:
            frame.wipe()
