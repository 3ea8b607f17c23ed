"""People before a virtual camera: one who answers the prompts, and two who stand side by side."""

from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from pos_app.capture.frame import ImageBgr
from pos_app.capture.stage import Prompt, StageView
from pos_app.virtual.acting import Actor, Gesture
from pos_app.virtual.display_light import light_of
from pos_app.virtual.portrait import FRAME_SIZE
from pos_app.virtual.puppet import Puppet

_SEAM_PIXELS: Final = 48


class ShopperScene:
    """One person who does what the stage shows, as far as the photo can."""

    def __init__(
        self, puppet: Puppet, repertoire: dict[Prompt, Gesture], chance: Generator
    ) -> None:
        self.supported_prompts = frozenset(repertoire) | {Prompt.LOOK}
        self._puppet = puppet
        self._actor = Actor(repertoire, chance)

    def draw(self, now: float, view: StageView) -> ImageBgr:
        """Return the person as of now, lit by what the display shows."""
        self._actor.look_at(view, now)
        expression, pose = self._actor.pose(now)
        return self._puppet.draw(expression, pose, light_of(view.colour_rgb))

    def wipe(self) -> None:
        """Overwrite the photo."""
        self._puppet.wipe()


class PairScene:
    """Two people side by side; both answer the prompts, so neither can be told to be the payer."""

    def __init__(self, left: ShopperScene, right: ShopperScene) -> None:
        self.supported_prompts = left.supported_prompts & right.supported_prompts
        self._left, self._right = left, right
        self._share = _seam()

    def draw(self, now: float, view: StageView) -> ImageBgr:
        """Return both, each in one half of the frame."""
        quarter = FRAME_SIZE[0] // 4
        left, right = self._left.draw(now, view), self._right.draw(now, view)
        both = np.roll(left, -quarter, axis=1) * self._share
        both += np.roll(right, quarter, axis=1) * (1 - self._share)
        left.fill(0)
        right.fill(0)
        return both.astype(np.uint8)

    def wipe(self) -> None:
        """Overwrite both photos."""
        self._left.wipe()
        self._right.wipe()


def _seam() -> NDArray[np.float32]:
    """Return float32[1, 640, 1]: how much of the left person each column shows."""
    columns = np.arange(FRAME_SIZE[0], dtype=np.float32)
    share = 0.5 - (columns - FRAME_SIZE[0] / 2) / _SEAM_PIXELS
    return np.asarray(np.clip(share, 0, 1), np.float32)[None, :, None]
