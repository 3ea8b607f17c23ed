"""A video file behaves as a camera; an absent device is a typed error."""

import threading
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
