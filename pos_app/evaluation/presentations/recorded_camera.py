"""Recorded presentations as cameras."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import cv2
from numpy.random import Generator

from pos_app.capture.camera import Camera, CameraLostError
from pos_app.capture.frame import Frame, require_picture
from pos_app.capture.video_file import VideoFileCamera
from pos_app.evaluation.presentations.recordings import Recording

_FRAME_SECONDS: Final = 1 / 30
_JITTER_SECONDS: Final = 0.0006


class PictureSequence:
    """Gives pictures as thirty frames a second, then is lost."""

    def __init__(self, pictures: Sequence[Path]) -> None:
        self.name = "pictures"
        self._pictures = tuple(pictures)
        self._next: int | None = None

    def open(self) -> None:
        """Start at the first picture."""
        if self._next is None:
            self._next = 0

    def read(self) -> Frame:
        """Return the next picture; one that cannot be read raises `FrameMalformedError`."""
        if self._next is None or self._next >= len(self._pictures):
            raise CameraLostError("the pictures have ended")
        number = self._next
        self._next += 1
        image = cv2.imread(str(self._pictures[number]))
        return Frame(require_picture(image), number * _FRAME_SECONDS, number)

    def close(self) -> None:
        """Go back to the start at the next opening."""
        self._next = None


class SensorTimes:
    """A recording with times as uneven as a sensor's.

    A file says when frames are to be shown, not when they were taken. Left even, every recording,
    bona fide too, would look injected.
    """

    def __init__(self, camera: Camera, chance: Generator) -> None:
        self.name = camera.name
        self._camera, self._chance = camera, chance
        self.open, self.close = camera.open, camera.close

    def read(self) -> Frame:
        """Return the next frame, less than a millisecond off its time in the file."""
        frame = self._camera.read()
        uneven = float(self._chance.uniform(-1, 1)) * _JITTER_SECONDS
        return Frame(frame.image_bgr, frame.captured_at + uneven, frame.sequence)


def recorded_camera(recording: Recording, chance: Generator) -> Camera:
    """Return a camera, not yet open, that plays a recording once."""
    if recording.is_video:
        return SensorTimes(VideoFileCamera(recording.files[0]), chance)
    return SensorTimes(PictureSequence(recording.files), chance)
