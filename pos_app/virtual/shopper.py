"""People before a virtual camera: one who behaves in some manner, and two who stand side by side."""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from pos_app.capture.frame import ImageBgr
from pos_app.capture.stage import Prompt, StageView
from pos_app.virtual.acting import Actor, Gesture
from pos_app.virtual.display_light import light_of
from pos_app.virtual.expression import Expression, Pose
from pos_app.virtual.face_mesh import eye_centres
from pos_app.virtual.manner import WILLING, Manner
from pos_app.virtual.portrait import MeshPoints
from pos_app.virtual.puppet import Puppet
from pos_app.virtual.shop_floor import Place, ShopFloor, expose, level_for, stand
from pos_app.virtual.silhouette import Outline

_NOSE: Final = 1
_FACE_PIXELS: Final = 215.0
"""Who stands nearer or farther than framed does so by this height of a face, whatever the photo."""
_PAIR: Final = (Place(0.82, -155.0), Place(0.82, 155.0))


class Shopper:
    """A person who does what the stage shows, as far as the photo and her manner allow."""

    def __init__(
        self,
        puppet: Puppet,
        repertoire: dict[Prompt, Gesture],
        chance: Generator,
        manner: Manner = WILLING,
    ) -> None:
        """Take over `puppet`."""
        acted = {prompt: manner.answers.get(prompt, prompt) for prompt in Prompt}
        known = {
            prompt: repertoire[done]
            for prompt, done in acted.items()
            if done is not None and done in repertoire
        }
        self.manner = manner
        self.supported_prompts = frozenset(repertoire if not manner.answers else ()) | {Prompt.LOOK}
        self.puppet = puppet
        self._actor = Actor(known, chance)
        self._aside = 1 if puppet.mesh[_NOSE, 0] > eye_centres(puppet.mesh)[:, 0].mean() else -1
        self._began_at: float | None = None
        face = puppet.face_at_rest
        luma = manner.room.face_luma
        self.level = 1.0 if luma is None else level_for(face, luma)
        """The light on the person, 1 being a lit shop's in linear terms."""

    @property
    def mesh(self) -> MeshPoints:
        """The face at rest, in pixels of the frame; not to be changed."""
        return self.puppet.mesh

    def place(self, now: float) -> Place:
        """Return where the person stands as of now."""
        place = self.manner.stand(self.since(now))
        if place.size == 1:
            return place
        low, high = self.mesh[:, 1].min(), self.mesh[:, 1].max()
        return replace(place, size=place.size * _FACE_PIXELS / float(high - low))

    def since(self, now: float) -> float:
        """Return the seconds since the first frame, which is the one of the first call."""
        if self._began_at is None:
            self._began_at = now
        return now - self._began_at

    def pose(self, now: float, view: StageView) -> tuple[Expression, Pose]:
        """Return what the person does as of now."""
        self._actor.look_at(view, now)
        expression, pose = self._actor.pose(now)
        return self.manner.hold(expression, pose, self.since(now), aside=self._aside)

    def draw(self, now: float, view: StageView) -> tuple[ImageBgr, Outline]:
        """Return a fresh frame of the person in her own photo, and her outline in it."""
        expression, pose = self.pose(now, view)
        light = light_of(view.colour_rgb, self.level)
        image, outline = self.puppet.draw_cut_out(expression, pose, light)
        expose(image, self.level)
        return image, outline

    def wipe(self) -> None:
        """Overwrite the photo."""
        self.puppet.wipe()


class ShopperScene:
    """One person, in the room of her photo or, where that will not do, in the shop."""

    def __init__(self, shopper: Shopper) -> None:
        """Take over `shopper`."""
        self._shopper = shopper
        manner = shopper.manner
        wall = shopper.level if manner.room.wall is None else manner.room.wall
        self._floor = ShopFloor(wall) if manner.needs_floor else None

    @property
    def supported_prompts(self) -> frozenset[Prompt]:
        """What this person does when asked."""
        return self._shopper.supported_prompts

    def draw(self, now: float, view: StageView) -> ImageBgr:
        """Return the person as of now, lit by what the display shows."""
        manner, since = self._shopper.manner, self._shopper.since(now)
        image, outline = self._shopper.draw(now, view)
        if self._floor is not None:
            empty = self._floor.empty(view.colour_rgb)
            person, image = image, stand(empty, image, outline, self._shopper.place(now))
            person.fill(0)
        _smear(image, manner.smear(since))
        return image

    def wipe(self) -> None:
        """Overwrite the photo."""
        self._shopper.wipe()


class PairScene:
    """Two people side by side; both answer the prompts, so neither can be told to be the payer."""

    def __init__(self, left: Shopper, right: Shopper) -> None:
        """Take over both."""
        self.supported_prompts = left.supported_prompts & right.supported_prompts
        self._people = (left, right)
        self._floor = ShopFloor()

    def draw(self, now: float, view: StageView) -> ImageBgr:
        """Return both before the same shelves."""
        image = self._floor.empty(view.colour_rgb)
        for person, place in zip(self._people, _PAIR, strict=True):
            drawn, outline = person.draw(now, view)
            image = stand(image, drawn, outline, place)
            drawn.fill(0)
        return image

    def wipe(self) -> None:
        """Overwrite both photos."""
        for person in self._people:
            person.wipe()


def _smear(image: ImageBgr, way: NDArray[np.complex128]) -> None:
    """Blur a frame in place, as a movement along `way`, pixels right and down, in an exposure."""
    reach = round(float(np.abs(way).max()))
    if reach < 1:
        return
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    rows, columns = (reach + np.round(part).astype(int) for part in (way.imag, way.real))
    np.add.at(kernel, (rows, columns), 1 / len(way))
    cv2.filter2D(image, -1, kernel, dst=image)
