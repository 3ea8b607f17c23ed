"""A video file behaves as a camera; an absent device is a typed error."""

import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
import pytest

from facepay.ports import SystemClock
from pos_app.capture.camera import CameraLostError, CameraUnavailableError
from pos_app.capture.frame import FrameMalformedError
from pos_app.capture.video_file import VideoFileCamera
from pos_app.capture.webcam import Webcam
from tests.fakes.ports import ManualClock


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "three.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10.0, (96, 80))
    for value in (40, 120, 200):
        writer.write(np.full((80, 96, 3), value, np.uint8))
    writer.release()
    return path


def test_a_file_gives_its_frames_on_its_own_time_and_then_is_lost(video: Path) -> None:
    camera = VideoFileCamera(video)
    camera.open()
    camera.open()
    frames = [camera.read() for _ in range(3)]
    assert [frame.sequence for frame in frames] == [1, 2, 3]
    assert np.diff([frame.captured_at for frame in frames]) == pytest.approx([0.1, 0.1])
    with pytest.raises(CameraLostError):
        camera.read()
    camera.close()
    camera.close()


def test_a_looped_file_starts_over_and_its_time_goes_on(video: Path) -> None:
    camera = VideoFileCamera(video, is_looped=True)
    camera.open()
    times = [camera.read().captured_at for _ in range(7)]
    assert times == sorted(set(times))
    camera.close()


def test_a_closed_camera_gives_nothing(video: Path) -> None:
    with pytest.raises(CameraLostError):
        VideoFileCamera(video).read()


def test_a_file_that_is_no_video_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(CameraUnavailableError):
        VideoFileCamera(tmp_path / "absent.mp4").open()


class ScriptedDevice:
    """Gives the pictures it was told to, waiting before each until the test wants it."""

    def __init__(self, pictures: list[object]) -> None:
        self.pictures = pictures
        self.wanted = threading.Semaphore(0)
        self.released = threading.Event()

    def isOpened(self) -> bool:  # noqa: N802
        return True

    def set(self, propId: int, value: float, /) -> bool:  # noqa: N803
        return False

    def read(self) -> tuple[bool, object]:
        self.wanted.acquire()
        return (True, self.pictures.pop(0)) if self.pictures else (False, None)

    def release(self) -> None:
        self.released.set()


def shade(value: int) -> np.ndarray:
    return np.full((80, 96, 3), value, np.uint8)


@pytest.fixture
def device() -> ScriptedDevice:
    return ScriptedDevice([shade(10), shade(20), shade(30)])


@pytest.fixture
def webcam(device: ScriptedDevice, clock: ManualClock) -> Webcam:
    return Webcam(0, clock, open_device=lambda index: device)


def test_a_webcam_gives_each_frame_once_and_says_when_it_is_unplugged(
    device: ScriptedDevice, webcam: Webcam
) -> None:
    webcam.open()
    webcam.open()
    for expected in (10, 20, 30):
        device.wanted.release()
        assert webcam.read().image_bgr[0, 0, 0] == expected
    device.wanted.release()
    with pytest.raises(CameraLostError):
        webcam.read()
    assert device.released.is_set()
    webcam.close()


@pytest.mark.rule("CAP-04")
def test_a_frame_nobody_read_is_wiped_when_a_newer_one_comes_and_at_the_end(
    device: ScriptedDevice, webcam: Webcam
) -> None:
    pictures = list(device.pictures)
    webcam.open()
    for _ in range(4):
        device.wanted.release()
    assert device.released.wait(5)
    webcam.close()
    assert all(not np.asarray(picture).any() for picture in pictures)


def test_a_device_that_gives_something_else_is_refused_by_type(clock: ManualClock) -> None:
    device = ScriptedDevice([np.zeros((80, 96), np.uint8)])
    webcam = Webcam(0, clock, open_device=lambda index: device)
    device.wanted.release()
    webcam.open()
    with pytest.raises(FrameMalformedError):
        webcam.read()
    webcam.close()


def test_an_absent_webcam_is_unavailable_and_closing_it_does_no_harm() -> None:
    camera = Webcam(97, SystemClock())
    with pytest.raises(CameraUnavailableError):
        camera.open()
    camera.close()
    with pytest.raises(CameraLostError):
        camera.read()


class HangingDevice(ScriptedDevice):
    """Gives one picture, then does not come back until it is let go."""

    def __init__(self) -> None:
        super().__init__([shade(10)])
        self.is_hanging, self.let_go = threading.Event(), threading.Event()
        self.late = shade(99)

    def read(self) -> tuple[bool, object]:
        if self.pictures:
            return True, self.pictures.pop(0)
        self.is_hanging.set()
        self.let_go.wait()
        return True, self.late


@pytest.mark.rule("CAP-01", "CAP-04")
def test_a_device_that_hangs_is_lost_closes_and_is_released_when_it_comes_back(
    clock: ManualClock,
) -> None:
    device = HangingDevice()
    camera = Webcam(0, clock, open_device=lambda index: device, frame_wait_seconds=0.05)
    camera.open()
    assert device.is_hanging.wait(30)
    camera.read().wipe()
    with pytest.raises(CameraLostError):
        camera.read()
    camera.close()
    assert not device.released.is_set()
    device.let_go.set()
    assert device.released.wait(30)
    assert not device.late.any()


@pytest.mark.parametrize(
    "damage",
    [
        lambda film: b"",
        lambda film: b"not a film" * 100,
        lambda film: film[:100],
        lambda film: film[: len(film) // 2],
        lambda film: film[: len(film) // 2] + bytes(len(film) // 2),
        lambda film: bytes(byte ^ 0x55 for byte in film),
    ],
    ids=["empty", "text", "head only", "half", "half black", "scrambled"],
)
@pytest.mark.parametrize("is_looped", [False, True])
def test_a_damaged_film_is_unavailable_or_lost_and_nothing_else(
    damage: Callable[[bytes], bytes], tmp_path: Path, video: Path, *, is_looped: bool
) -> None:
    path = tmp_path / "damaged.avi"
    path.write_bytes(damage(video.read_bytes()))
    camera = VideoFileCamera(path, is_looped=is_looped)
    with suppress(CameraUnavailableError, CameraLostError):
        camera.open()
        for _ in range(10):
            camera.read().wipe()
    camera.close()


_OPEN_BOTH = """
import sys
from pathlib import Path
from facepay.ports import SystemClock
from pos_app.capture.camera import CameraUnavailableError
from pos_app.capture.video_file import VideoFileCamera
from pos_app.capture.webcam import Webcam
from pos_app.config import quiet_ffmpeg
quiet_ffmpeg()
for camera in (VideoFileCamera(Path(sys.argv[1])), Webcam(97, SystemClock())):
    try:
        camera.open()
    except CameraUnavailableError as error:
        print(error)
"""


def test_cameras_that_do_not_open_leave_nothing_on_stderr(tmp_path: Path) -> None:
    """In a process of its own: FFmpeg reads how loud to be once."""
    path = tmp_path / "text.mp4"
    path.write_bytes(b"not a film" * 100)
    run = subprocess.run(
        [sys.executable, "-c", _OPEN_BOTH, str(path)], capture_output=True, text=True, check=True
    )
    assert run.stderr == ""
    assert len(run.stdout.splitlines()) == 2
