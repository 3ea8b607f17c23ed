"""Who watches a capture: the window that shows the preview, the guidance and the prompt."""

from dataclasses import dataclass
from typing import Protocol

from pos_app.capture.frame import ImageBgr
from pos_app.capture.guidance import Guidance
from pos_app.capture.judgement import Judgement
from pos_app.capture.stage import ColourRgb, Prompt


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PreviewImage:
    """A picture for the person to see herself, mirrored by whoever shows it.

    `image_bgr` is uint8[height, width, 3]. The capture wipes it as soon as the call that gave it
    returns; who wants to show it copies it and wipes the copy when the next one comes.
    """

    image_bgr: ImageBgr


class CaptureObserver(Protocol):
    """Takes notice of a capture. Every method is called on the capture's own thread.

    Methods return quickly and do not raise; what they raise ends the capture as a failure.
    """

    def frame_ready(self, preview: PreviewImage) -> None:
        """Take the newest frame."""

    def guidance(self, guidance: Guidance) -> None:
        """Take what to tell the person; called on change only."""

    def prompt(self, prompt: Prompt | None, step: int, steps: int) -> None:
        """Take what is asked now, as step `step` of `steps`; 0 while looking. None at the end."""

    def light(self, colour_rgb: ColourRgb | None) -> None:
        """Take the colour to light the face with, None for none; called on change only."""

    def judged(self, judgement: Judgement) -> None:
        """Take what the liveness check rested on, once there is a decision."""


class SilentObserver:
    """Nobody watches."""

    def frame_ready(self, preview: PreviewImage) -> None:
        """Do nothing."""

    def guidance(self, guidance: Guidance) -> None:
        """Do nothing."""

    def light(self, colour_rgb: ColourRgb | None) -> None:
        """Do nothing."""

    def judged(self, judgement: Judgement) -> None:
        """Do nothing."""

    def prompt(self, prompt: Prompt | None, step: int, steps: int) -> None:
        """Do nothing."""
