"""Attacks with two people: a swap in mid-capture, and a print beside a living face."""

from typing import Final

import numpy as np
from numpy.random import Generator

from pos_app.capture.frame import ImageBgr
from pos_app.capture.stage import Prompt, StageView
from pos_app.virtual.attack_print import printed_sheet
from pos_app.virtual.display_light import light_of, relight
from pos_app.virtual.flat_instrument import Hold, hold_before
from pos_app.virtual.portrait import Portrait
from pos_app.virtual.shop_floor import Place, ShopFloor, stand
from pos_app.virtual.shopper import Shopper

_SHOWN_SECONDS: Final = 0.25
"""The victim is shown at least so long, even if the questions begin at once."""
_BESIDE: Final = Place(0.84, -150.0)
_SHEET_SHIFT: Final = (165.0, 20.0)
_PRINTED_SHARE: Final = 0.95
"""Of the height of the living face."""
_TREMBLE_SECONDS: Final = 2.3


class FaceSwap:
    """The victim for the picture that identifies, an accomplice for everything that proves life."""

    supported_prompts: frozenset[Prompt] = frozenset()

    def __init__(self, victim: Shopper, accomplice: Shopper) -> None:
        """Take over both."""
        self._victim, self._accomplice = victim, accomplice
        self._is_swapped = False

    def draw(self, now: float, view: StageView) -> ImageBgr:
        """Return whoever is shown now; once swapped it stays so."""
        is_asked = view.prompt not in (None, Prompt.LOOK) or view.colour_rgb is not None
        if is_asked and self._victim.since(now) >= _SHOWN_SECONDS:
            self._is_swapped = True
        shown = self._accomplice if self._is_swapped else self._victim
        return shown.draw(now, view)[0]

    def wipe(self) -> None:
        """Overwrite both photos."""
        self._victim.wipe()
        self._accomplice.wipe()


class PrintBeside:
    """An accomplice who answers every prompt, and the victim's print held beside the face."""

    supported_prompts: frozenset[Prompt] = frozenset()

    def __init__(self, portrait: Portrait, accomplice: Shopper, chance: Generator) -> None:
        """Print the portrait and wipe it; take over the accomplice."""
        self._sheet = printed_sheet(portrait, chance)
        heights = [float(np.ptp(mesh[:, 1])) for mesh in (accomplice.mesh, portrait.mesh)]
        self._size = _PRINTED_SHARE * _BESIDE.size * heights[0] / heights[1]
        portrait.wipe()
        self._accomplice = accomplice
        self._floor = ShopFloor()

    def draw(self, now: float, view: StageView) -> ImageBgr:
        """Return both as of now."""
        light = light_of(view.colour_rgb)
        person, outline = self._accomplice.draw(now, view)
        image = stand(self._floor.empty(view.colour_rgb), person, outline, _BESIDE)
        sheet = self._sheet.copy()
        relight(sheet, light)
        tremble = float(np.sin(2 * np.pi * now / _TREMBLE_SECONDS))
        at = Hold(2 * tremble, tremble, _SHEET_SHIFT, self._size)
        both = hold_before(image, sheet, at)
        for picture in (person, sheet, image):
            picture.fill(0)
        return both

    def wipe(self) -> None:
        """Overwrite print and photo."""
        self._sheet.fill(0)
        self._accomplice.wipe()
