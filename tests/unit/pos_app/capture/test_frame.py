"""A frame is a colour picture of a usable size, or it is refused by type."""

import pickle

import numpy as np
import pytest

from pos_app.capture.frame import Frame, FrameMalformedError


def test_a_frame_is_wiped_in_place() -> None:
    image = np.full((64, 80, 3), 200, np.uint8)
    Frame(image, 0.0, 0).wipe()
    assert not image.any()


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((1, 1, 3), np.uint8),
        np.zeros((64, 64), np.uint8),
        np.zeros((64, 64, 4), np.uint8),
        np.full((64, 64, 3), np.nan, np.float32),
        np.lib.stride_tricks.as_strided(
            np.zeros(3, np.uint8), shape=(4400, 7700, 3), strides=(0, 0, 1)
        ),
        None,
    ],
    ids=["1x1", "grey", "four channels", "not a number", "beyond 8K", "nothing"],
)
def test_what_is_not_a_picture_is_refused(image: object) -> None:
    with pytest.raises(FrameMalformedError):
        Frame(image, 0.0, 0)  # type: ignore[arg-type]


def test_a_picture_that_cannot_be_wiped_is_refused() -> None:
    image = np.zeros((64, 64, 3), np.uint8)
    image.setflags(write=False)
    with pytest.raises(FrameMalformedError):
        Frame(image, 0.0, 0)


def test_a_frame_without_a_time_is_refused() -> None:
    with pytest.raises(FrameMalformedError):
        Frame(np.zeros((64, 64, 3), np.uint8), float("nan"), 0)


def test_a_frame_shows_no_pixels_and_is_not_pickled() -> None:
    frame = Frame(np.zeros((64, 80, 3), np.uint8), 0.0, 4)
    assert repr(frame) == "Frame(80x64, sequence=4)"
    with pytest.raises(TypeError):
        pickle.dumps(frame)
