"""A video file behaves as a camera; an absent device is a typed error."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from facepay.ports import SystemClock
from pos_app.capture.camera import CameraLostError, CameraUnavailableError
from pos_app.capture.video_file import VideoFileCamera
from pos_app.capture.webcam import Webcam


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


def test_an_absent_webcam_is_unavailable_and_closing_it_does_no_harm() -> None:
    camera = Webcam(97, SystemClock())
    with pytest.raises(CameraUnavailableError):
        camera.open()
    camera.close()
    with pytest.raises(CameraLostError):
        camera.read()
