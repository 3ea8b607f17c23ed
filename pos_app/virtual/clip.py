"""A filmed clip as a scene: a real person who cannot see the stage."""

from pathlib import Path

from pos_app.capture.camera import CameraLostError, CameraUnavailableError
from pos_app.capture.frame import ImageBgr
from pos_app.capture.stage import Prompt, StageView
from pos_app.capture.video_file import VideoFileCamera


class ClipScene:
    """Plays a file frame by frame; after its end it starts over if it is looped."""

    supported_prompts: frozenset[Prompt] = frozenset()

    def __init__(self, path: Path, *, is_looped: bool) -> None:
        """Open the file. Raises `CameraUnavailableError` if it is not a video."""
        self._video = VideoFileCamera(path, is_looped=is_looped)
        self._video.open()

    def draw(self, now: float, view: StageView) -> ImageBgr:
        """Return the next frame; the stage changes nothing."""
        del now, view
        return self._video.read().image_bgr

    def wipe(self) -> None:
        """Close the file."""
        self._video.close()


def still_from(path: Path, frame_number: int) -> ImageBgr:
    """Return one frame of a clip, counted from 0; the caller owns it.

    Raises `CameraUnavailableError` if the file is no video or is shorter.
    """
    video = VideoFileCamera(path)
    video.open()
    try:
        for _ in range(frame_number):
            video.read().wipe()
        return video.read().image_bgr
    except CameraLostError as cause:
        raise CameraUnavailableError(f"{path.name} has no frame {frame_number}") from cause
    finally:
        video.close()
