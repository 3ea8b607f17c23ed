"""Runs the terminal's own capture on one presentation, with and without the passive network."""

import math
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from numpy.random import PCG64, Generator

from facepay.pad_challenge import TIMED_STEPS, PadChallenge, PadMode, draw_steps
from facepay.pad_evidence import ChallengeStep
from facepay.pad_flash import SEGMENT_MILLISECONDS_MIN, FlashColour, FlashSequence
from facepay.ports import SystemClock
from pos_app.capture.camera import Camera, CameraLostError, CameraUnavailableError
from pos_app.capture.detected_face import DetectedFace
from pos_app.capture.frame import Frame, FrameMalformedError, ImageBgr
from pos_app.capture.guidance import Guidance
from pos_app.capture.judgement import Judgement
from pos_app.capture.observer import SilentObserver
from pos_app.capture.stage import Prompt, Stage
from pos_app.checkout.payment import CaptureFailureReason
from pos_app.evaluation.presentations.drawn import Drawn
from pos_app.evaluation.presentations.recorded_camera import recorded_camera
from pos_app.evaluation.presentations.recordings import Recording
from pos_app.evaluation.presentations.settings import PresentationSettings
from pos_app.evaluation.presentations.trial import (
    UNREADABLE,
    Captured,
    Outcome,
    Setup,
    Trial,
    captured_of,
)
from pos_app.features.extractor import FeatureExtractionError
from pos_app.features.face_models import FaceAnalysis
from pos_app.pad.evidence import PadMeasureError
from pos_app.probe.capture_plan import CapturePlan, Presented
from pos_app.probe.capture_plan import Outcome as CaptureOutcome
from pos_app.probe.capture_policy import CapturePolicy
from pos_app.probe.capture_session import CAMERA_SECONDS_MAX
from pos_app.probe.cue_gauge import CueGauge
from pos_app.probe.face_finder import find_face
from pos_app.probe.illumination import Illumination
from pos_app.probe.presentation import PROMPTS, Presentation
from pos_app.virtual.registry import open_virtual_camera
from pos_app.virtual.studio import Studio, packaged_stores
from pos_app.virtual.virtual_camera import VirtualCamera

_NONCE: Final = bytes(32)
_FLASH_SEGMENTS: Final = 4

Shown = Recording | Drawn
"""A presentation that can be run."""


class WithoutPassive:
    """An analysis whose passive network is not installed."""

    def __init__(self, analysis: FaceAnalysis) -> None:
        self.model_id = analysis.model_id
        self.canonical_points = analysis.canonical_points
        self.detect, self.locate = analysis.detect, analysis.locate
        self.extract, self.extract_aligned = analysis.extract, analysis.extract_aligned
        self.wipe = analysis.wipe

    def judge_passively(self, image_bgr: ImageBgr, face: DetectedFace) -> float | None:
        """Return nothing."""
        del image_bgr, face
        return None


class _Chance:
    """A seeded generator as the source of what is asked."""

    def __init__(self, generator: Generator) -> None:
        self._generator = generator

    def bytes(self, count: int) -> bytes:
        """Return `count` bytes."""
        return self._generator.bytes(count)


class CaptureWatch(SilentObserver):
    """Remembers whether anything was asked, and what the decision rested on."""

    def __init__(self) -> None:
        self.was_asked = False
        self.judgement: Judgement | None = None

    def prompt(self, prompt: Prompt | None, step: int, steps: int) -> None:
        """Take notice of a step."""
        del steps
        self.was_asked = self.was_asked or (prompt is not None and step > 0)

    def judged(self, judgement: Judgement) -> None:
        """Take notice of the decision."""
        self.judgement = judgement

    @property
    def detail(self) -> str:
        """Why it was refused and by which cues; empty where nothing was decided."""
        if self.judgement is None or self.judgement.reason is None:
            return ""
        return ", ".join((self.judgement.reason, *sorted(self.judgement.failed)))


class TrialRunner:
    """Runs presentations one after the other; used by one thread."""

    def __init__(
        self,
        analysis: FaceAnalysis,
        policy: CapturePolicy,
        settings: PresentationSettings,
        *,
        has_passive: bool,
    ) -> None:
        self._policy, self._settings = policy, settings
        self._analysis = analysis
        self._plain = WithoutPassive(analysis)
        self._studio: Studio | None = None
        self._setups = tuple(setup for setup in Setup if has_passive or not setup.has_passive)

    def run(self, shown: Shown) -> Trial:
        """Return what a presentation comes to; a file that cannot be read is a trial too.

        Raises `CameraUnavailableError` for a virtual camera whose media are missing.
        """
        is_drawn = isinstance(shown, Drawn)
        setups = [setup for setup in self._setups if is_drawn or not setup.has_light]
        try:
            cues = self._gauge(shown)
            if isinstance(shown, Drawn):
                cues |= self._light(shown)
            captures = {setup: self._capture(shown, setup) for setup in setups}
        except (CameraUnavailableError, FrameMalformedError):
            if is_drawn:
                raise
            cues, captures = {}, dict.fromkeys(setups, UNREADABLE)
        return Trial(shown.species, is_drawn, cues, captures)

    def _gauge(self, shown: Shown) -> dict[str, float]:
        gauge = CueGauge(self._analysis, self._policy, self._settings.effort)
        with ExitStack() as ending:
            ending.callback(self._analysis.wipe)
            ending.callback(gauge.wipe)
            camera = ending.enter_context(self._opened(shown, Stage()))
            for frame in _frames(camera, self._settings.seconds_max):
                gauge.follow(frame)
            return gauge.cues()

    def _light(self, shown: Drawn) -> dict[str, float]:
        """Return how the presentation answers one sequence of colours; nothing without a face."""
        stage, light = Stage(), None
        with ExitStack() as ending:
            ending.callback(self._analysis.wipe)
            camera = ending.enter_context(self._opened(shown, stage))
            for frame in _frames(camera, self._settings.seconds_max):
                seen = find_face(frame, self._analysis, self._policy)
                if isinstance(seen, Guidance):
                    continue
                light = light or self._illumination(shown)
                light.follow(frame, seen.reading.mesh)
                seen.reading.wipe()
                stage.light(light.advance(frame.captured_at))
                if light.is_over(frame.captured_at):
                    break
        return light.measured() if light else {}

    def _illumination(self, shown: Drawn) -> Illumination:
        canonical, limits = self._analysis.canonical_points, self._policy.pad.flash
        return Illumination(_flash(_chance_of(shown)), canonical, limits)

    def _capture(self, shown: Shown, setup: Setup) -> Captured:
        stage, watch = Stage(), CaptureWatch()
        analysis = self._analysis if setup.has_passive else self._plain
        with ExitStack() as ending:
            ending.callback(analysis.wipe)
            camera = ending.enter_context(self._opened(shown, stage))
            plan = self._plan(shown, setup, _steps_of(camera))
            presentation = Presentation(analysis, self._policy, plan, stage, watch)
            ending.callback(presentation.wipe)
            outcome = _present(presentation, camera)
        if isinstance(outcome, Presented):
            basis = outcome.decision.evidence.basis.name.lower()
            outcome.wipe()
            return Captured(Outcome.ACCEPTED, basis)
        return captured_of(
            outcome,
            was_asked=watch.was_asked,
            is_recorded=isinstance(shown, Recording),
            detail=watch.detail,
        )

    def _plan(self, shown: Shown, setup: Setup, steps: tuple[ChallengeStep, ...]) -> CapturePlan:
        """Draw what is asked by the presentation's own key, so that a repeat asks the same."""
        chance = _chance_of(shown)
        flashes = (_flash(chance),) if setup.has_light else ()
        count = min(int(self._settings.steps), len(steps))
        challenge = PadChallenge(
            mode=PadMode.SILENT_FIRST if setup.has_light else PadMode.CHALLENGE,
            nonce=_NONCE,
            steps=draw_steps(count, _Chance(chance), steps),
            step_deadline_seconds=math.ceil(self._settings.step_deadline_seconds),
            flashes=flashes,
        )
        return CapturePlan(challenge, self._analysis.model_id, self._policy.payment)

    @contextmanager
    def _opened(self, shown: Shown, stage: Stage) -> Iterator[Camera]:
        """Open a camera that shows the presentation from its start, and close it at the end."""
        camera = self._camera_of(shown, stage)
        try:
            camera.open()
            yield camera
        finally:
            camera.close()

    def _camera_of(self, shown: Shown, stage: Stage) -> Camera:
        if isinstance(shown, Recording):
            return recorded_camera(shown, _chance_of(shown))
        self._studio = self._studio or Studio(packaged_stores())
        return open_virtual_camera(
            shown.camera, stage, SystemClock(), is_paced=False, studio=self._studio
        )


def _chance_of(shown: Shown) -> Generator:
    return Generator(PCG64(zlib.crc32(shown.key.encode())))


def _steps_of(camera: Camera) -> tuple[ChallengeStep, ...]:
    """Return what may be asked: of a shopper only what her photo can do; of others anything."""
    able = camera.supported_prompts if isinstance(camera, VirtualCamera) else frozenset()
    return tuple(step for step in TIMED_STEPS if not able or PROMPTS[step] in able)


def _flash(chance: Generator) -> FlashSequence:
    """Draw colours as many and as long as the clearing service usually does."""
    colours = tuple(FlashColour)
    drawn = tuple(colours[at] for at in chance.permutation(len(colours))[:_FLASH_SEGMENTS])
    return FlashSequence(drawn, SEGMENT_MILLISECONDS_MIN)


def _frames(camera: Camera, seconds: float) -> Iterator[Frame]:
    """Yield frames until the camera is lost or `seconds` have passed; each is wiped afterwards."""
    started_at: float | None = None
    while True:
        try:
            frame = camera.read()
        except CameraLostError:
            return
        try:
            started_at = frame.captured_at if started_at is None else started_at
            if frame.captured_at - started_at > seconds:
                return
            yield frame
        finally:
            frame.wipe()


def _present(presentation: Presentation, camera: Camera) -> CaptureOutcome:
    try:
        for frame in _frames(camera, CAMERA_SECONDS_MAX):
            outcome = presentation.take(frame)
            if outcome is not None:
                return outcome
    except (FeatureExtractionError, PadMeasureError):
        return CaptureFailureReason.POOR_QUALITY
    return presentation.reason
