"""How often a recording that was lit by some colours answers others that were asked: docs/pad.md.

The display's own show, seen without noise at thirty frames a second, by every recording of every
sequence: the shares in the document are those that are asserted here, to the last digit shown.
"""

from collections.abc import Sequence
from itertools import pairwise, product

import numpy as np
import pytest
from numpy.typing import NDArray

from facepay.pad_flash import FlashColour, FlashSequence
from pos_app.pad.flash_show import FlashShow
from pos_app.pad.policy import FlashPolicy
from pos_app.probe.capture_policy import CapturePolicy

SEGMENTS, SEGMENT_MILLISECONDS = 4, 400
FRAME_SECONDS = 1 / 30
LATE_SECONDS = 0.1
"""How much later than the display a recorded face was lit."""

FULL_AMPLITUDE = 0.05
"""What a display close by adds to the light on a shopper's face, in parts of the room's."""


def possible_sequences() -> list[FlashSequence]:
    return [
        FlashSequence(colours, SEGMENT_MILLISECONDS)
        for colours in product(FlashColour, repeat=SEGMENTS)
        if all(before is not after for before, after in pairwise(colours))
    ]


def shown(flash: FlashSequence, policy: FlashPolicy) -> tuple[FlashShow, list[float]]:
    show = FlashShow(flash, ramp_seconds=policy.ramp_seconds, frames_each=policy.frames_each)
    times = [0.0]
    show.advance(0.0)
    while show.dark_seconds(times[-1]) < policy.tail_seconds:
        times.append(times[-1] + FRAME_SECONDS)
        show.advance(times[-1])
    return show, times


def light(
    shows: Sequence[tuple[FlashShow, list[float]]], late_seconds: float
) -> NDArray[np.float64]:
    """Return float64[sequences, n]: what each lights a face with, without drift, of length 1."""
    rows = []
    for show, times in shows:
        seen = np.array([show.light_at(at - late_seconds) for at in times])
        drift = np.vander(times, 2)
        rows.append((seen - drift @ np.linalg.lstsq(drift, seen, rcond=None)[0]).ravel())
    flat = np.array(rows)
    flat -= flat.mean(axis=1, keepdims=True)
    return np.asarray(flat / np.linalg.norm(flat, axis=1, keepdims=True))


def purity(alike: NDArray[np.float64], noise: float) -> NDArray[np.float64]:
    """Return the display's part in the light of a recording of full strength."""
    answered = np.maximum(FULL_AMPLITUDE * alike, 0)
    other = np.maximum(FULL_AMPLITUDE**2 * (1 - alike**2) - noise**2, 0)
    return np.asarray(answered / np.sqrt(answered**2 + other + 1e-12))


@pytest.mark.rule("PAD-03")
def test_few_recordings_answer_by_chance_what_they_were_not_lit_by(
    capture_policy: CapturePolicy,
) -> None:
    policy, cue = capture_policy.pad.flash, capture_policy.pad.cue("flash_correlation")
    assert cue.refuse_below_milli is not None
    shows = [shown(flash, policy) for flash in possible_sequences()]
    recorded = light(shows, LATE_SECONDS)
    lags = np.arange(0, policy.lag_seconds_max + 1e-6, FRAME_SECONDS)
    alike = np.max([recorded @ light(shows, lag).T for lag in lags], axis=0)
    assert len(alike) == 750
    passes = 1000 * alike >= cue.threshold_milli
    is_asked = 1000 * alike >= cue.refuse_below_milli
    assert round(100 * passes.mean(), 1) == 3.0
    assert round(100 * passes.mean(axis=1).max(), 1) == 5.5
    assert round(100 * is_asked.mean()) == 16
    assert round(100 * is_asked.mean(axis=1).max()) == 23
    # a recording that is lit as strongly as a shopper is: what the display does not explain shows
    pure, limit = purity(alike, policy.noise), capture_policy.pad.cue("flash_purity")
    assert limit.refuse_below_milli is not None
    passes &= 1000 * pure >= limit.threshold_milli
    is_asked &= 1000 * pure >= limit.refuse_below_milli
    assert round(100 * passes.mean(), 1) == 1.4
    assert round(100 * is_asked.mean(), 1) == 3.5
