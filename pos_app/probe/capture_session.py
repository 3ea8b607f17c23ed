"""The face capture of a terminal: camera on, presentation, seal, camera off.

The camera and the networks run on a thread of an executor; sealing, which asks the gateway for its
header, runs on the event loop.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from facepay.ports import Randomness
from pos_app.capture.camera import Camera, CameraLostError, CameraUnavailableError
from pos_app.capture.frame import Frame, FrameMalformedError
from pos_app.capture.judgement import Judgement
from pos_app.capture.observer import CaptureObserver, PreviewImage
from pos_app.capture.stage import Stage
from pos_app.checkout.enrolment_ports import HeldLook
from pos_app.checkout.payment import CaptureFailureReason
from pos_app.checkout.ports import CaptureFailure, SealedProbe, SealingContext
from pos_app.errors import PosError
from pos_app.features.extractor import FeatureExtractionError
from pos_app.features.face_models import FaceAnalysis
from pos_app.features.model_file import ModelError
from pos_app.pad.evidence import PadMeasureError
from pos_app.probe.capture_plan import CapturePlan, Outcome, Presented
from pos_app.probe.capture_policy import CapturePolicy, EffortPolicy
from pos_app.probe.capture_tally import CaptureEnd, CaptureTally
from pos_app.probe.looks import fuse_looks
from pos_app.probe.presentation import Presentation
from pos_app.probe.sealing import require_same_challenge, seal_features

CAMERA_SECONDS_MAX: Final = 60.0
"""The rules' own limit: the camera stops one minute after it started, whatever happens."""
_FRAMES_MAX: Final = 60 * 240
"""So that a camera whose clock stands still ends too."""


class CaptureBusyError(PosError):
    """A capture is running; a terminal has one camera and one payer at a time."""


@dataclass(frozen=True, slots=True)
class CaptureEquipment:
    """What a capture works with: the camera, the models, the thresholds, the stage, the window.

    `analysis` gives the loaded models; it is called on the capture's thread and may load them then.
    """

    camera: Camera
    analysis: Callable[[], FaceAnalysis]
    policy: CapturePolicy
    stage: Stage
    observer: CaptureObserver


class CaptureSession:
    """Implements `FaceCapture` and `ReferenceCapture` of the checkout, one capture at a time."""

    def __init__(
        self,
        equipment: CaptureEquipment,
        randomness: Randomness,
        *,
        effort: EffortPolicy | None = None,
        camera_seconds: float = CAMERA_SECONDS_MAX,
        executor: Executor | None = None,
        report: Callable[[CaptureEnd], None] = lambda _: None,
    ) -> None:
        """Prepare; the camera stays off.

        `effort` is the policy's for payments unless given (enrolment gives more frames).
        `camera_seconds` is cut to the minute that the rules allow. `executor` runs the capture;
        None means the event loop's own. `report` is told of every end, by words alone.
        """
        self._equipment, self._randomness, self._executor = equipment, randomness, executor
        self._effort = effort or equipment.policy.payment
        self._camera_seconds = min(camera_seconds, CAMERA_SECONDS_MAX)
        self._is_cancelled = threading.Event()
        self._is_running = False
        self._tally, self._report = CaptureTally(), report
        self._judgement: Judgement | None = None

    async def capture(self, context: SealingContext) -> SealedProbe | CaptureFailure:
        """Run one capture, as the port says. Raises `CaptureBusyError` while another one runs."""
        taken = await self.look(context)
        if isinstance(taken, CaptureFailure):
            return taken
        try:
            return seal_features(taken.features, context, taken.decision, self._randomness)
        finally:
            taken.wipe()

    async def look(self, context: SealingContext) -> Presented | CaptureFailure:
        """Run one capture and keep what it gave, as the port says; the caller wipes it."""
        if self._is_running:
            raise CaptureBusyError("a capture is running")
        self._is_running = True
        self._is_cancelled.clear()
        try:
            outcome = await self._present_on_thread(self._plan_for(context))
        finally:
            self._is_running = False
        self._count(outcome)
        if not isinstance(outcome, Presented):
            return CaptureFailure(outcome)
        if self._is_cancelled.is_set():
            outcome.wipe()
            return CaptureFailure(CaptureFailureReason.CANCELLED)
        return outcome

    def seal_looks(
        self, looks: Sequence[HeldLook], context: SealingContext
    ) -> SealedProbe | CaptureFailure:
        """Fuse looks of this session and seal them as one probe, as the port says.

        Raises `SealingRefusedError` if one was not taken for this context.
        """
        presented = [_require_presented(look) for look in looks]
        for look in presented:
            require_same_challenge(context, look.decision)
        fused = fuse_looks(presented)
        if not isinstance(fused, Presented):
            return CaptureFailure(fused)
        try:
            return seal_features(fused.features, context, fused.decision, self._randomness)
        finally:
            fused.wipe()

    def cancel(self) -> None:
        """Make a running capture return CANCELLED at its next frame; any thread."""
        self._is_cancelled.set()

    def _count(self, outcome: Outcome) -> None:
        failure = None if isinstance(outcome, Presented) else outcome
        told, self._judgement = self._judgement, None
        self._report(self._tally.count(failure, told))

    def _plan_for(self, context: SealingContext) -> CapturePlan:
        return CapturePlan(context.challenge, context.model_id, self._effort, context.attempt)

    async def _present_on_thread(self, plan: CapturePlan) -> Outcome:
        """Wait for the thread even when this task is cancelled: until then the camera is on."""
        loop = asyncio.get_running_loop()
        job = loop.run_in_executor(self._executor, self._present, plan)
        try:
            return await asyncio.shield(job)
        except asyncio.CancelledError:
            self.cancel()
            job.add_done_callback(_wipe_result)  # also if this wait is cancelled, too
            await asyncio.wait([job])
            raise

    def _present(self, plan: CapturePlan) -> Outcome:
        """Run on the thread; every operating failure becomes a reason."""
        try:
            analysis = self._equipment.analysis()
            if analysis.model_id != plan.model_id:
                return CaptureFailureReason.MODEL_UNAVAILABLE
            return self._present_with(analysis, plan)
        except ModelError:
            return CaptureFailureReason.MODEL_UNAVAILABLE
        except CameraUnavailableError:
            return CaptureFailureReason.CAMERA_UNAVAILABLE
        except (CameraLostError, FrameMalformedError):
            return CaptureFailureReason.CAMERA_LOST
        except (FeatureExtractionError, PadMeasureError):
            return CaptureFailureReason.POOR_QUALITY

    def _present_with(self, analysis: FaceAnalysis, plan: CapturePlan) -> Outcome:
        equipment = self._equipment
        presentation = Presentation(
            analysis, equipment.policy, plan, equipment.stage, equipment.observer
        )
        with ExitStack() as unless_given:
            with ExitStack() as ending:
                ending.callback(analysis.wipe)
                ending.callback(presentation.wipe)
                ending.callback(equipment.camera.close)
                equipment.camera.open()
                outcome = self._run(presentation)
                unless_given.callback(_wipe_outcome, outcome)
                self._judgement = presentation.judgement
            unless_given.pop_all()
        return outcome

    def _run(self, presentation: Presentation) -> Outcome:
        started_at: float | None = None
        for _ in range(_FRAMES_MAX):
            if self._is_cancelled.is_set():
                return CaptureFailureReason.CANCELLED
            frame = self._equipment.camera.read()
            started_at = frame.captured_at if started_at is None else started_at
            try:
                if frame.captured_at - started_at >= self._camera_seconds:
                    return presentation.reason
                outcome = self._take(presentation, frame)
            finally:
                frame.wipe()
            if outcome is not None:
                return outcome
        return presentation.reason

    def _take(self, presentation: Presentation, frame: Frame) -> Outcome | None:
        self._equipment.observer.frame_ready(PreviewImage(frame.image_bgr))
        return presentation.take(frame)


def _wipe_result(job: asyncio.Future[Outcome]) -> None:
    if not job.cancelled() and job.exception() is None:
        _wipe_outcome(job.result())


def _wipe_outcome(outcome: Outcome) -> None:
    if isinstance(outcome, Presented):
        outcome.wipe()


def _require_presented(look: HeldLook) -> Presented:
    if not isinstance(look, Presented):
        raise TypeError("looks are sealed by the capture that took them")
    return look
