"""A recording of a person at another till: other prompts and other colours were shown then."""

from typing import Final, Protocol

from numpy.random import Generator

from pos_app.capture.frame import ImageBgr
from pos_app.capture.stage import ColourRgb, Prompt, StageView
from pos_app.virtual.display_light import DisplayLag
from pos_app.virtual.shopper import Shopper

_PROMPTS: Final = (Prompt.BLINK, Prompt.TURN_LEFT, Prompt.OPEN_MOUTH, Prompt.TURN_RIGHT)
_PROMPT_SECONDS: Final = 2.4
_COLOURS: Final[tuple[ColourRgb, ...]] = (
    (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (0, 255, 255), (255, 0, 255),
)  # fmt: skip
_COLOUR_SECONDS: Final = 0.5
_COLOUR_COUNT: Final = 24


class Footage(Protocol):
    """Pictures that were made before: nothing that happens now changes them."""

    def draw(self, now: float) -> ImageBgr:
        """Return a fresh frame as of `now` seconds; the caller owns it."""

    def wipe(self) -> None:
        """Overwrite the pictures. A repeat does nothing."""


class Recording:
    """Plays a shopper through all actions in its own order, lit by its own sequence of colours."""

    def __init__(self, person: Shopper, chance: Generator) -> None:
        """Take over the person who was recorded. `chance` chooses the colours of that session."""
        self._person = person
        self._colours = [int(n) for n in chance.integers(len(_COLOURS), size=_COLOUR_COUNT)]
        self._display = DisplayLag()

    def draw(self, now: float) -> ImageBgr:
        """Return a fresh frame of the recording; the caller owns it."""
        image, _ = self._person.draw(now, self._display.seen(self._recorded_view(now), now))
        return image

    def wipe(self) -> None:
        """Overwrite the person's photo."""
        self._person.wipe()

    def _recorded_view(self, now: float) -> StageView:
        asked = int(now // _PROMPT_SECONDS)
        colour = self._colours[int(now // _COLOUR_SECONDS) % _COLOUR_COUNT]
        return StageView(_PROMPTS[asked % len(_PROMPTS)], _COLOURS[colour], asked)
