"""The camera as a port: a webcam, a video file and a virtual shopper all look like this."""

from typing import Protocol

from pos_app.capture.frame import Frame
from pos_app.errors import PosError


class CameraError(PosError):
    """Root of what can go wrong with a camera."""


class CameraUnavailableError(CameraError):
    """The camera could not be opened: absent, in use, or not permitted."""


class CameraLostError(CameraError):
    """An open camera stopped giving frames: unplugged, or its stream ended."""


class Camera(Protocol):
    """A source of frames, used by one thread at a time.

    Every deadline of a capture runs on `Frame.captured_at`, so a camera that steps its own clock
    makes the capture run as fast as the machine.
    """

    @property
    def name(self) -> str:
        """A short name for people and logs; never a path or a serial number."""

    def open(self) -> None:
        """Start the camera. On an open camera a repeat does nothing.

        Raises `CameraUnavailableError`.
        """

    def read(self) -> Frame:
        """Block for the next frame; the caller owns and wipes it.

        Raises `CameraLostError` when no frame will come, also when the camera is not open;
        `FrameMalformedError` when the device gives something that is not a picture.
        """

    def close(self) -> None:
        """Stop the camera and wipe what it still holds. A repeat does nothing."""
