"""A webcam: a thread keeps only the newest frame, so that a slow reader never sees an old one."""

import threading
from collections.abc import Callable
from typing import Final, Protocol

import cv2

from facepay.ports import Clock
from pos_app.capture.camera import CameraLostError, CameraUnavailableError
from pos_app.capture.frame import Frame, FrameMalformedError, require_picture

FRAME_WAIT_SECONDS: Final = 2.0
"""A camera that is silent for this long is gone."""


class VideoDevice(Protocol):
    """The part of `cv2.VideoCapture` that a webcam needs."""

    def isOpened(self) -> bool:  # noqa: N802  OpenCV's name
        """Whether the device gives frames."""

    def set(self, propId: int, value: float, /) -> bool:  # noqa: N803  OpenCV's name
        """Ask for a property; False if the device does not care."""

    def read(self) -> tuple[bool, object]:
        """Block for a frame; False and nothing when there is none."""

    def release(self) -> None:
        """Give the device back."""


class Webcam:
    """A camera of this machine, opened by its index."""

    def __init__(
        self,
        index: int,
        clock: Clock,
        *,
        size: tuple[int, int] = (640, 480),
        open_device: Callable[[int], VideoDevice] = cv2.VideoCapture,
    ) -> None:
        """`clock` stamps the frames; `size`, width and height, is asked for, not guaranteed."""
        self.name = f"webcam {index}"
        self._index = index
        self._clock = clock
        self._size = size
        self._open_device = open_device
        self._thread: threading.Thread | None = None
        self._news = threading.Condition()
        self._newest: Frame | None = None
        self._sequence = 0
        self._is_running = False
        self._failure: FrameMalformedError | None = None

    def open(self) -> None:
        """Start the camera and its thread."""
        if self._thread is not None:
            return
        device = self._open_device(self._index)
        if not device.isOpened():
            device.release()
            raise CameraUnavailableError(f"{self.name} does not open; is it there and not in use?")
        device.set(cv2.CAP_PROP_FRAME_WIDTH, self._size[0])
        device.set(cv2.CAP_PROP_FRAME_HEIGHT, self._size[1])
        self._is_running, self._failure = True, None
        self._thread = threading.Thread(target=self._run, args=(device,), name=self.name)
        self._thread.start()

    def read(self) -> Frame:
        """Return the newest frame that was not returned before."""
        with self._news:
            self._news.wait_for(
                lambda: self._newest is not None or not self._is_running, FRAME_WAIT_SECONDS
            )
            frame, self._newest = self._newest, None
        if frame is None:
            raise self._failure or CameraLostError(f"{self.name} gives no frames")
        return frame

    def close(self) -> None:
        """Stop the thread, release the device, wipe the waiting frame."""
        with self._news:
            self._is_running = False
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._replace(None)

    def _run(self, device: VideoDevice) -> None:
        try:
            while self._is_running:
                is_read, image = device.read()
                if not is_read:
                    break
                self._replace(self._frame(image))
        except FrameMalformedError as error:
            self._failure = error
        finally:
            device.release()
            with self._news:
                self._is_running = False
                self._news.notify_all()

    def _frame(self, image: object) -> Frame:
        self._sequence += 1
        return Frame(require_picture(image), self._clock.monotonic(), self._sequence)

    def _replace(self, frame: Frame | None) -> None:
        with self._news:
            if self._newest is not None:
                self._newest.wipe()
            self._newest = frame
            self._news.notify_all()
