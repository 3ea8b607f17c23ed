"""What the payer is being shown right now: the prompt and the colour of the customer display.

The probe writes it; the window and the virtual shoppers read it. It is the only channel from the
capture to a person, real or virtual.
"""

import threading
from dataclasses import dataclass
from enum import Enum

ColourRgb = tuple[int, int, int]
"""Red, green, blue, 0-255."""


class Prompt(Enum):
    """What the capture subject is asked to do. Left and right are the subject's own."""

    LOOK = "look"
    BLINK = "blink"
    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    OPEN_MOUTH = "open_mouth"
    TURN_EITHER_SIDE = "turn_either_side"


@dataclass(frozen=True, slots=True)
class StageView:
    """One moment of the stage. `serial` rises by one with every `show`, even of the same prompt.

    `prompt` is None while nothing is asked; `colour_rgb` is None while the display is not lit.
    """

    prompt: Prompt | None
    colour_rgb: ColourRgb | None
    serial: int


class Stage:
    """The current prompt and colour; safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._view = StageView(prompt=None, colour_rgb=None, serial=0)

    @property
    def view(self) -> StageView:
        """What is shown now."""
        with self._lock:
            return self._view

    def show(self, prompt: Prompt | None, colour_rgb: ColourRgb | None = None) -> StageView:
        """Replace what is shown and return it. A repeat is a new showing with its own serial."""
        with self._lock:
            self._view = StageView(prompt, colour_rgb, self._view.serial + 1)
            return self._view

    def light(self, colour_rgb: ColourRgb | None) -> StageView:
        """Change the colour alone: what is asked stays the same showing."""
        with self._lock:
            self._view = StageView(self._view.prompt, colour_rgb, self._view.serial)
            return self._view

    def clear(self) -> StageView:
        """Show nothing."""
        return self.show(None)
