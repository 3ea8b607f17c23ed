"""A webcam: a thread keeps only the newest frame, so that a slow reader never sees an old one."""

import threading
from collections.abc import Callable
from typing import Final, Protocol

import cv2

from facepay.ports import Clock
from pos_app.capture.camera import CameraLostError, CameraUnavailableError
from pos_app.capture.frame import Frame, FrameMalformedError, require_picture
from pos_app.capture.opencv_log import quiet_opencv

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
        frame_wait_seconds: float = FRAME_WAIT_SECONDS,
    ) -> None:
        """`clock` stamps the frames; `size`, width and height, is asked for, not guaranteed.

        A device that gives nothing for `frame_wait_seconds` of real time is lost.
        """
        self.name = f"webcam {index}"
        self._index = index
        self._clock = clock
        self._size = size
        self._open_device = open_device
        self._wait_seconds = frame_wait_seconds
        self._feed: _Feed | None = None

    def open(self) -> None:
        """Start the camera and its thread."""
        if self._feed is not None:
            return
        with quiet_opencv():
            device = self._open_device(self._index)
        if not device.isOpened():
            device.release()
            raise CameraUnavailableError(f"{self.name} does not open; is it there and not in use?")
        device.set(cv2.CAP_PROP_FRAME_WIDTH, self._size[0])
        device.set(cv2.CAP_PROP_FRAME_HEIGHT, self._size[1])
        self._feed = _Feed(device, self._clock, self.name)

    def read(self) -> Frame:
        """Return the newest frame that was not returned before."""
        frame = None if self._feed is None else self._feed.take(self._wait_seconds)
        if frame is None:
            raise CameraLostError(f"{self.name} gives no frames")
        return frame

    def close(self) -> None:
        """Stop the thread, release the device, wipe the waiting frame.

        A device that hangs is not waited for: its thread releases it when it comes back.
        """
        feed, self._feed = self._feed, None
        if feed is not None:
            feed.stop(self._wait_seconds)


class _Feed:
    """The frames of one opening: a thread keeps the newest and wipes those that nobody took."""

    def __init__(self, device: VideoDevice, clock: Clock, name: str) -> None:
        self._device, self._clock = device, clock
        self._news = threading.Condition()
        self._newest: Frame | None = None
        self._sequence = 0
        self._is_running = True
        self._failure: FrameMalformedError | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def take(self, wait_seconds: float) -> Frame | None:
        """Return the newest frame; None when none comes. Raises `FrameMalformedError`."""
        with self._news:
            self._news.wait_for(
                lambda: self._newest is not None or not self._is_running, wait_seconds
            )
            frame, self._newest = self._newest, None
            if frame is None and self._failure is not None:
                raise self._failure
            return frame

    def stop(self, wait_seconds: float) -> None:
        """End the thread and wipe the waiting frame."""
        with self._news:
            self._is_running = False
            self._news.notify_all()
        self._thread.join(wait_seconds)
        self._replace(None)

    def _run(self) -> None:
        try:
            while self._is_running:
                is_read, image = self._device.read()
                if not is_read:
                    break
                self._sequence += 1
                self._replace(
                    Frame(require_picture(image), self._clock.monotonic(), self._sequence)
                )
        except FrameMalformedError as error:
            self._failure = error
        finally:
            self._device.release()
            with self._news:
                self._is_running = False
                self._news.notify_all()

    def _replace(self, frame: Frame | None) -> None:
        with self._news:
            for old in (self._newest, None if self._is_running else frame):
                if old is not None:
                    old.wipe()
            self._newest = frame if self._is_running else None
            self._news.notify_all()
