"""How often a recording that was lit by some colours answers others that were asked: docs/pad.md."""

from itertools import pairwise, product

import numpy as np
import pytest
from numpy.typing import NDArray

from facepay.pad_flash import FlashColour
from pos_app.probe.capture_policy import CapturePolicy

_PRIMARIES = {
    FlashColour.RED: (1, 0, 0),
    FlashColour.GREEN: (0, 1, 0),
    FlashColour.BLUE: (0, 0, 1),
    FlashColour.YELLOW: (1, 1, 0),
    FlashColour.CYAN: (0, 1, 1),
    FlashColour.MAGENTA: (1, 0, 1),
}
_FRAMES_EACH, _LAG_FRAMES = 12, 6


def answers(late_frames: int) -> NDArray[np.float64]:
    """Return float64[sequences, n]: the light of each possible sequence, of mean 0 and length 1."""
    drawn = [
        colours
        for colours in product(FlashColour, repeat=4)
        if all(before is not after for before, after in pairwise(colours))
    ]
    light = np.array([[_PRIMARIES[colour] for colour in colours] for colours in drawn], float)
    frames = np.repeat(light, _FRAMES_EACH, axis=1)
    shown = np.zeros_like(frames)
    shown[:, late_frames:] = frames[:, : frames.shape[1] - late_frames]
    flat = (shown - shown.mean(axis=1, keepdims=True)).reshape(len(drawn), -1)
    return np.asarray(flat / np.linalg.norm(flat, axis=1, keepdims=True))


@pytest.mark.rule("PAD-03")
def test_few_recordings_answer_by_chance_what_they_were_not_lit_by(
    capture_policy: CapturePolicy,
) -> None:
    cue = capture_policy.pad.cue("flash_correlation")
    recorded = answers(_LAG_FRAMES // 2)
    alike = np.max([recorded @ answers(late).T for late in range(_LAG_FRAMES + 1)], axis=0)
    passes = 1000 * alike >= cue.threshold_milli
    assert len(alike) == 750
    assert passes.mean() < 0.04
    assert passes.mean(axis=1).max() < 0.07
    assert cue.refuse_below_milli is not None
    assert (1000 * alike >= cue.refuse_below_milli).mean() < 0.2
