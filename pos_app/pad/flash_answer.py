"""How a face answers the display's colours: whether in time, how strongly, and where.

Each patch of skin is followed in each channel. What it gets of the display's light, over what it has
from the room, is its answer. A head answers most where it faces the display; a print answers all
over alike, the glass of a screen most where its picture is dark, and an injected stream not at all.
A recording of somebody whom other colours lit changes as strongly, and not because of the display.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pos_app.capture.frame import Frame
from pos_app.pad.face_geometry import Points
from pos_app.pad.flash_patches import SkinLight, facing, read_skin
from pos_app.pad.flash_show import FlashShow
from pos_app.pad.policy import FlashPolicy

Series = NDArray[np.float64]

_LAG_STEP_SECONDS: Final = 1 / 30
_TINY: Final = 1e-6


@dataclass(frozen=True, slots=True)
class FlashAnswer:
    """How a face answered a sequence.

    `correlation` is of the skin's light with the display's over all channels, -1 to 1; `amplitude`
    what the display's full light adds to the room's on the skin, 0.01 being one part in a hundred;
    `spatial` the correlation over the patches of their answers with how much they face the display;
    `purity` the display's part, 0 to 1, in what changed the light beyond the policy's noise: 1 if
    nothing else did, however weak the display is.
    """

    correlation: float
    amplitude: float
    spatial: float
    purity: float


class FlashWatch:
    """Follows one face through one sequence; used by one thread. It keeps light, never pictures."""

    def __init__(self, show: FlashShow, canonical: Points, policy: FlashPolicy) -> None:
        """`canonical` is float64[468, 3], the average face."""
        self._show, self._policy = show, policy
        self._facing = facing(canonical)
        self._times: list[float] = []
        self._skin: list[SkinLight] = []

    def follow(self, frame: Frame, mesh: Points) -> None:
        """Take in one frame with its mesh."""
        self._times.append(frame.captured_at)
        self._skin.append(read_skin(frame.image_bgr, mesh))

    def answer(self) -> FlashAnswer | None:
        """Return how the face answered; None if it was seen in too few frames to say."""
        if len(self._times) < self._policy.frames_min:
            return None
        light = np.array(self._skin)
        skin = _without_drift(light / np.maximum(light.mean(axis=0), _TINY))
        whole = skin.mean(axis=1)
        shown = max(self._shown_at_lags(), key=lambda lagged: _correlation(whole, lagged))
        answers = np.einsum("tnc,tc->n", skin, shown) / max(float((shown**2).sum()), _TINY)
        unexplained = skin - answers[None, :, None] * shown[:, None, :]
        noise = (unexplained**2).mean(axis=(0, 2))
        amplitude = float(answers.mean())
        return FlashAnswer(
            correlation=_correlation(whole, shown),
            amplitude=amplitude,
            spatial=_weighted_correlation(
                answers, self._facing, 1 / (noise + np.median(noise) + _TINY**2)
            ),
            purity=_purity(amplitude, _other_light(whole, shown, amplitude), self._policy.noise),
        )

    def _shown_at_lags(self) -> list[Series]:
        """Return float64[t, 3] of what was shown, as if it arrived later and later."""
        lags = np.arange(0, self._policy.lag_seconds_max + _TINY, _LAG_STEP_SECONDS)
        return [
            _without_drift(np.array([self._show.light_at(at - lag) for at in self._times]))
            for lag in lags
        ]


def _without_drift(series: Series) -> Series:
    """Return a series of any shape, time first, without its mean and its even rise or fall."""
    time = np.linspace(-1, 1, len(series))
    basis = np.stack([np.full_like(time, 1 / np.sqrt(len(time))), time / np.linalg.norm(time)])
    flat = series.reshape(len(series), -1)
    return np.asarray((flat - basis.T @ (basis @ flat)).reshape(series.shape))


def _other_light(whole: Series, shown: Series, amplitude: float) -> float:
    """Return how strongly the light changed without the display, in the unit of `amplitude`."""
    rest = whole - amplitude * shown
    return float(np.linalg.norm(rest) / max(float(np.linalg.norm(shown)), _TINY))


def _purity(amplitude: float, other_light: float, noise: float) -> float:
    if amplitude <= 0:
        return 0.0
    beyond_noise = max(other_light**2 - noise**2, 0.0)
    return float(amplitude / np.sqrt(amplitude**2 + beyond_noise))


def _correlation(one: Series, other: Series) -> float:
    """Return Pearson's correlation of all values; 0 where one of them does not vary."""
    return _weighted_correlation(one.ravel(), other.ravel(), np.ones(one.size))


def _weighted_correlation(one: Series, other: Series, weights: Series) -> float:
    a = one - np.average(one, weights=weights)
    b = other - np.average(other, weights=weights)
    scale = float(np.sqrt((weights * a**2).sum() * (weights * b**2).sum()))
    return float((weights * a * b).sum() / scale) if scale > _TINY**2 else 0.0
