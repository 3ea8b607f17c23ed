"""The colours of the customer display over time: one after another, coming up and going softly.

Colours change only when a frame has been seen, and each stays for its whole time, and for a few
frames, from when it was first shown. However slow a machine is, the display never changes faster than
it may, every colour is seen, and what a frame can have seen is known. Times are those of the camera's frames.
"""

import bisect
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
    """One showing of one sequence; used by one thread."""

    def __init__(self, flash: FlashSequence, *, ramp_seconds: float, frames_each: float) -> None:
        """Show nothing yet.

        `ramp_seconds`, shorter than a segment, is how long a colour takes to become the next;
        `frames_each` how many frames see each colour at least, whatever that takes.
        """
        self._colours = [_DARK, *(_COLOURS[colour] for colour in flash.colours), _DARK]
        self._segment_seconds = flash.segment_milliseconds / 1000
        self._ramp_seconds, self._frames_each = ramp_seconds, frames_each
        self._place, self._frames = 0, 0
        self._since: float | None = None
        self._times: list[float] = []
        self._shown: list[ColourRgb] = []

    def advance(self, now: float) -> ColourRgb:
        """Return the colour to show from camera time `now` on, which never goes back."""
        if self._is_next_due(now) and self._place < len(self._colours) - 1:
            self._place, self._since, self._frames = self._place + 1, now, 0
        self._frames += 1
        colour = self._colour_at(now)
        self._times.append(now)
        self._shown.append(colour)
        return colour

    def dark_seconds(self, now: float) -> float:
        """Return for how long the last colour has been going by `now`; below zero before that."""
        is_last = self._place == len(self._colours) - 1
        return now - self._since if is_last and self._since is not None else -1.0

    def light_at(self, moment: float) -> LinearRgb:
        """Return the light that was on at a camera time in the past; none before the first."""
        place = bisect.bisect_right(self._times, moment) - 1
        colour = self._shown[place] if place >= 0 else _DARK
        return np.asarray((np.array(colour) / 255) ** GAMMA)

    def _is_next_due(self, now: float) -> bool:
        if self._since is None:
            return True
        is_time = now - self._since >= self._segment_seconds
        return is_time and self._frames >= self._frames_each

    def _colour_at(self, now: float) -> ColourRgb:
        elapsed = now - self._since if self._since is not None else 0.0
        share = min(max(elapsed / self._ramp_seconds, 0.0), 1.0)
        eased = share * share * (3 - 2 * share)
        return _between(self._colours[self._place - 1], self._colours[self._place], eased)


def _between(before: ColourRgb, after: ColourRgb, share: float) -> ColourRgb:
    """Return the mix of two colours that is even in light, not in numbers."""
    red, green, blue = (
        round(255 * ((1 - share) * (b / 255) ** GAMMA + share * (a / 255) ** GAMMA) ** (1 / GAMMA))
        for b, a in zip(before, after, strict=True)
    )
    return red, green, blue
