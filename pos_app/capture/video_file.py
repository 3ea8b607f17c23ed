"""A video file as a camera: for tests, demonstrations and measurements."""

from pathlib import Path

import cv2

from pos_app.capture.camera import CameraLostError, CameraUnavailableError
from pos_app.capture.frame import Frame, require_picture
from pos_app.capture.opencv_log import quiet_opencv

_FALLBACK_RATE = 30.0


class VideoFileCamera:
    """Gives the frames of a file in order, each stamped with its time in the file.

    It does not wait between frames: the capture runs on the file's own time.
    """

    def __init__(self, path: Path, *, is_looped: bool = False) -> None:
        """`is_looped` starts over at the end, with time and sequence going on."""
        self.name = "video file"
        self._path = path
        self._is_looped = is_looped
        self._video: cv2.VideoCapture | None = None
        self._interval_seconds = 1 / _FALLBACK_RATE
        self._sequence = 0

    def open(self) -> None:
        """Open the file at its start."""
        if self._video is not None:
            return
        with quiet_opencv():
            video = cv2.VideoCapture(str(self._path))
        if not video.isOpened():
            raise CameraUnavailableError(f"{self._path.name} does not open as a video")
        rate = video.get(cv2.CAP_PROP_FPS)
        self._interval_seconds = 1 / (rate if rate > 0 else _FALLBACK_RATE)
        self._video, self._sequence = video, 0

    def read(self) -> Frame:
        """Return the next frame; the end of a file that is not looped is a lost camera."""
        if self._video is None:
            raise CameraLostError("the video file is not open")
        is_read, image = self._video.read()
        if not is_read and self._is_looped:
            self._video.set(cv2.CAP_PROP_POS_FRAMES, 0)
            is_read, image = self._video.read()
        if not is_read:
            raise CameraLostError("the video file has ended")
        self._sequence += 1
        return Frame(
            require_picture(image), self._sequence * self._interval_seconds, self._sequence
        )

    def close(self) -> None:
        """Close the file."""
        if self._video is not None:
            self._video.release()
            self._video = None
