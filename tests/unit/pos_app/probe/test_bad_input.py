"""Whatever a camera or a network gives, a capture ends in one named reason, and never in a probe."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest

from facepay.pad_challenge import PadChallenge, PadMode
from facepay.pad_evidence import ChallengeStep
from facepay.sealed_envelope import KemPrivateKey, RecipientKey
from facepay.template import EpochKey
from pos_app.capture.detected_face import DetectedFace
from pos_app.capture.frame import Frame, ImageBgr
from pos_app.capture.stage import Stage
from pos_app.checkout.payment import CaptureFailureReason
from pos_app.checkout.ports import CaptureFailure
from pos_app.features.landmarks import Landmarks
from pos_app.probe import capture_session
from pos_app.probe.capture_policy import CapturePolicy
from pos_app.probe.capture_session import CaptureEquipment, CaptureSession
from tests.fakes.faces import (
    MODEL_ID,
    Line,
    Pose,
    RecordingObserver,
    ScriptedAnalysis,
    ScriptedCamera,
    Shopper,
)
from tests.fakes.ports import SeededRandomness

Reason = CaptureFailureReason
PRIVATE_KEY = KemPrivateKey.generate(SeededRandomness(5))
IN_SEEKING, IN_PROVING = 4, 12
"""Frames of the scripted shopper: before the neutral face is known, and while the step is asked."""


class Context:
    """A sealing context that nothing may be sealed for."""

    model_id = MODEL_ID
    epoch = 1
    attempt = 1
    challenge = PadChallenge(PadMode.CHALLENGE, bytes(range(32)), (ChallengeStep.TURN_LEFT,), 6)

    def __init__(self) -> None:
        self.epoch_key = EpochKey.generate(SeededRandomness(9))
        self.asked_count = 0

    @property
    def recipients(self) -> tuple[RecipientKey, RecipientKey, RecipientKey]:
        return (PRIVATE_KEY.recipient,) * 3

    def header_for(self, commitments: object, pad_evidence: bytes) -> bytes:
        self.asked_count += 1
        return b"header"


class BadCamera(ScriptedCamera):
    """A camera whose frames go wrong from frame `since` on."""

    def __init__(self, since: int, change: Callable[[Frame], Frame] | None) -> None:
        super().__init__()
        self.since, self.change = since, change

    def read(self) -> Frame:
        frame = super().read()
        is_bad = self.change is not None and len(self.given) > self.since
        return self.change(frame) if is_bad and self.change is not None else frame


@dataclass
class BadAnalysis(ScriptedAnalysis):
    """A landmark model whose numbers go wrong from frame `since` on."""

    since: int = 0
    spoil: Callable[[np.typing.NDArray[np.float64]], None] | None = None

    def locate(self, image_bgr: ImageBgr, face: DetectedFace) -> Landmarks:
        landmarks = super().locate(image_bgr, face)
        if self.spoil is not None and len(self.located) > self.since:
            self.spoil(landmarks.points)
        return landmarks


async def failure_of(
    policy: CapturePolicy,
    camera: ScriptedCamera,
    director: Callable[[], Line] | None = None,
    analysis: ScriptedAnalysis | None = None,
) -> CaptureFailureReason:
    """Capture; assert that there is no probe, that nothing is left and that the camera is off."""
    stage, context = Stage(), Context()
    camera.director = director or Shopper(stage)
    used = analysis or ScriptedAnalysis(camera)
    equipment = CaptureEquipment(camera, lambda: used, policy, stage, RecordingObserver())
    result = await CaptureSession(equipment, SeededRandomness(3)).capture(context)
    assert isinstance(result, CaptureFailure)
    assert context.asked_count == 0
    assert not camera.is_open
    assert all(not frame.image_bgr.any() for frame in camera.given)
    assert all(not vector.values.any() for vector in used.extracted)
    return result.reason


def picture_as(image: object) -> Callable[[Frame], Frame]:
    """Return what a camera does that suddenly gives `image`."""

    def spoil(frame: Frame) -> Frame:
        frame.wipe()
        return Frame(image, frame.captured_at, frame.sequence)  # type: ignore[arg-type]

    return spoil


def later_by(seconds: float) -> Callable[[Frame], Frame]:
    return lambda frame: Frame(frame.image_bgr, frame.captured_at + seconds, frame.sequence)


@pytest.mark.rule("PAD-01", "CAP-04")
@pytest.mark.parametrize("since", [0, IN_SEEKING, IN_PROVING])
@pytest.mark.parametrize(
    "image",
    [
        np.zeros((1, 1, 3), np.uint8),
        np.lib.stride_tricks.as_strided(
            np.zeros(3, np.uint8), shape=(4400, 7700, 3), strides=(0, 0, 1)
        ),
        np.zeros((240, 320), np.uint8),
        np.zeros((240, 320, 1), np.uint8),
        np.zeros((240, 320, 4), np.uint8),
        np.zeros((240, 320, 3), np.uint16),
        np.full((240, 320, 3), np.nan, np.float32),
        None,
        "a picture",
    ],
    ids=["1x1", "over 8K", "grey", "one channel", "four", "16 bit", "float", "nothing", "text"],
)
async def test_frames_that_are_no_pictures_end_the_capture_as_a_lost_camera(
    image: object, since: int, capture_policy: CapturePolicy
) -> None:
    camera = BadCamera(since, picture_as(image))
    assert await failure_of(capture_policy, camera) is Reason.CAMERA_LOST


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize("frames", [0, 1, IN_SEEKING, IN_PROVING])
async def test_a_video_that_ends_is_a_lost_camera(
    frames: int, capture_policy: CapturePolicy
) -> None:
    camera = ScriptedCamera()
    shopper = Line()

    def end_at() -> Line:
        camera.is_open = camera.is_open and len(camera.given) < frames
        return shopper

    assert await failure_of(capture_policy, camera, end_at) is Reason.CAMERA_LOST


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize(
    ("since", "seconds", "reason"),
    [
        (IN_SEEKING, 30.0, Reason.TIMED_OUT),
        (IN_SEEKING, 70.0, Reason.TIMED_OUT),
        (IN_PROVING, 2.0, Reason.FACE_LOST),
        (IN_PROVING, -2.0, Reason.FACE_LOST),
        (IN_PROVING, 70.0, Reason.TIMED_OUT),
    ],
    ids=["stalls", "stalls past the minute", "stalls while asked", "goes back", "a minute"],
)
async def test_a_stream_that_stalls_or_goes_back_proves_nothing(
    since: int, seconds: float, reason: CaptureFailureReason, capture_policy: CapturePolicy
) -> None:
    camera = BadCamera(since, later_by(seconds))
    assert await failure_of(capture_policy, camera) is reason


@pytest.mark.rule("PAD-01", "CAP-01")
async def test_a_clock_that_stands_still_ends_too(
    capture_policy: CapturePolicy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capture_session, "_FRAMES_MAX", 60)
    camera = BadCamera(0, lambda frame: Frame(frame.image_bgr, 1.0, frame.sequence))
    assert await failure_of(capture_policy, camera, Line) is Reason.TIMED_OUT


@pytest.mark.rule("PAD-01")
async def test_a_frame_a_second_is_too_few_to_follow_a_face(capture_policy: CapturePolicy) -> None:
    """The first face is bridged to nowhere: every frame starts over until the time is up."""
    camera = ScriptedCamera(frames_a_second=1.0)
    assert await failure_of(capture_policy, camera) is Reason.TIMED_OUT


@pytest.mark.rule("PAD-01")
async def test_a_stream_that_changes_its_size_while_a_step_is_asked_loses_the_face(
    capture_policy: CapturePolicy,
) -> None:
    """Half the size: the face is elsewhere in the picture, and smaller."""
    camera = ScriptedCamera()

    def shrink() -> Line:
        is_small = len(camera.given) > IN_PROVING
        return Line((Pose(centre=(60, 40), size=50),)) if is_small else Line()

    assert await failure_of(capture_policy, camera, shrink) in (
        Reason.FACE_CHANGED,
        Reason.FACE_LOST,
    )


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize("since", [0, IN_PROVING])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda points: points.fill(np.nan),
        lambda points: points.fill(np.inf),
        lambda points: points.fill(0.0),
        lambda points: points.__setitem__(33, np.nan),
        lambda points: points.__setitem__(4, np.nan),
        lambda points: points.__setitem__(234, np.inf),
        lambda points: points.__imul__(1e300),
    ],
    ids=["NaN", "infinite", "all in one", "an eye", "the nose", "an ear", "huge"],
)
async def test_landmarks_that_are_no_numbers_prove_nothing(
    spoil: Callable[[np.typing.NDArray[np.float64]], None],
    since: int,
    capture_policy: CapturePolicy,
) -> None:
    brief = replace(capture_policy, timing=replace(capture_policy.timing, seek_seconds=2.0))
    camera = ScriptedCamera()
    analysis = BadAnalysis(camera, since=since, spoil=spoil)
    assert await failure_of(brief, camera, analysis=analysis) in (
        Reason.NO_FACE,
        Reason.FACE_LOST,
        Reason.TIMED_OUT,
        Reason.CHALLENGE_FAILED,
    )


TWENTY = tuple(Pose(centre=(20 + 14 * at, 60 + 6 * at), size=80) for at in range(20))


@pytest.mark.rule("PAD-01", "CAP-02")
@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (Line((), brightness=0), Reason.NO_FACE),
        (Line(brightness=0), Reason.TOO_DARK),
        (Line(brightness=255), Reason.TOO_BRIGHT),
        (Line((Pose(centre=(10, 120)),)), Reason.NO_FACE),
        (Line((Pose(centre=(315, 235)),)), Reason.NO_FACE),
        (Line((Pose(centre=(70, 120), size=220),)), Reason.POOR_QUALITY),
        (Line(TWENTY), Reason.SEVERAL_FACES),
        (Line((Pose(presence=float("nan")),)), Reason.NO_FACE),
        (Line((Pose(presence=0.0),)), Reason.NO_FACE),
    ],
    ids=[
        "all black", "a black face", "all white", "at the left edge", "in a corner", "half outside",
        "twenty faces", "presence is no number", "no face in it",
    ],
)  # fmt: skip
async def test_a_scene_that_cannot_be_judged_ends_with_its_reason(
    line: Line, reason: CaptureFailureReason, capture_policy: CapturePolicy
) -> None:
    brief = replace(capture_policy, timing=replace(capture_policy.timing, seek_seconds=4.0))
    assert await failure_of(brief, ScriptedCamera(), lambda: line) is reason
