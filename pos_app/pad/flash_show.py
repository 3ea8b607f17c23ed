"""The colours of the customer display over time: one after another, coming up and going softly.

Times are those of the camera's frames, so a stepped camera sees the same as a paced one.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from facepay.pad_flash import FlashColour, FlashSequence
from pos_app.capture.stage import ColourRgb

LinearRgb = NDArray[np.float64]
"""float64[3], red-green-blue: light of the display, 1 being its full light in each."""

GAMMA: Final = 2.2
_DARK: Final = (0, 0, 0)
_COLOURS: Final[dict[FlashColour, ColourRgb]] = {
    FlashColour.RED: (255, 0, 0),
    FlashColour.GREEN: (0, 255, 0),
    FlashColour.BLUE: (0, 0, 255),
    FlashColour.YELLOW: (255, 255, 0),
    FlashColour.CYAN: (0, 255, 255),
    FlashColour.MAGENTA: (255, 0, 255),
}


class FlashShow:
    """What is shown at any time of one sequence."""

    def __init__(self, flash: FlashSequence, *, started_at: float, ramp_seconds: float) -> None:
        """`ramp_seconds`, shorter than a segment, is how long a colour takes to become the next."""
        self._colours = [_DARK, *(_COLOURS[colour] for colour in flash.colours), _DARK]
        self._segment_seconds = flash.segment_milliseconds / 1000
        self._ramp_seconds = ramp_seconds
        self._started_at = started_at
        self.ends_at = started_at + flash.seconds
        """Camera time at which the last colour begins to go."""

    def colour_at(self, now: float) -> ColourRgb:
        """Return the colour at camera time `now`; black before the first and after the last."""
        elapsed = now - self._started_at
        place = min(int(elapsed // self._segment_seconds), len(self._colours) - 2)
        if place < 0:
            return _DARK
        share = self._eased(elapsed - place * self._segment_seconds)
        return _between(self._colours[place], self._colours[place + 1], share)

    def light_at(self, now: float) -> LinearRgb:
        """Return how much light that is."""
        return np.asarray((np.array(self.colour_at(now)) / 255) ** GAMMA)

    def _eased(self, since: float) -> float:
        """Return 0-1: how far a change has come that began `since` seconds ago."""
        share = min(max(since / self._ramp_seconds, 0.0), 1.0)
        return share * share * (3 - 2 * share)


def _between(before: ColourRgb, after: ColourRgb, share: float) -> ColourRgb:
    """Return the mix of two colours that is even in light, not in numbers."""
    red, green, blue = (
        round(255 * ((1 - share) * (b / 255) ** GAMMA + share * (a / 255) ** GAMMA) ** (1 / GAMMA))
        for b, a in zip(before, after, strict=True)
    )
    return red, green, blue
