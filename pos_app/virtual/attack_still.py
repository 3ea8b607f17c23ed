"""Attacks without an instrument before the camera: a still fed into the stream."""

from pos_app.capture.frame import ImageBgr
from pos_app.capture.stage import Prompt, StageView
from pos_app.virtual.portrait import Portrait


class InjectedStill:
    """The same picture again and again, at exact times; with or without noise it is one picture."""

    supported_prompts: frozenset[Prompt] = frozenset()

    def __init__(self, portrait: Portrait) -> None:
        self._portrait = portrait

    def draw(self, now: float, view: StageView) -> ImageBgr:
        """Return the picture, whatever the stage shows."""
        del now, view
        return self._portrait.frame_bgr.copy()

    def wipe(self) -> None:
        """Overwrite the picture."""
        self._portrait.wipe()
