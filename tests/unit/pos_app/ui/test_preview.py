"""The preview is a copy, softened, the newest only, and wiped."""

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from pos_app.capture.softened import softened
from pos_app.ui.preview import LatestFrame, PreviewView


def _frame(value: int) -> np.ndarray:
    return np.full((480, 640, 3), value, np.uint8)


def test_a_preview_survives_the_wiping_of_its_frame() -> None:
    frames, frame = LatestFrame(), _frame(90)
    frames.put(frame)
    frame.fill(0)
    image = frames.take()
    assert image is not None
    assert image.min() == image.max() == 90


def test_a_preview_is_too_small_to_show_fine_lines() -> None:
    frames = LatestFrame()
    frames.put(_frame(90))
    image = frames.take()
    assert image is not None
    assert image.shape == (120, 160, 3)


@pytest.mark.parametrize("size", [(1080, 1920), (64, 64), (97, 1001)])
def test_a_preview_of_any_size_is_a_copy_of_its_own_shape(size: tuple[int, int]) -> None:
    picture = np.full((*size, 3), 70, np.uint8)
    small = softened(picture)
    assert not np.shares_memory(small, picture)
    assert small.shape[1] <= 160
    assert small.shape[0] / small.shape[1] == pytest.approx(size[0] / size[1], rel=0.05)
    assert small.flags.c_contiguous
    assert (small == 70).all()


def test_only_the_newest_frame_is_kept_and_the_older_is_wiped() -> None:
    frames = LatestFrame()
    arrivals: list[None] = []
    frames.arrived.connect(lambda: arrivals.append(None))
    frames.put(_frame(1))
    frames.put(_frame(2))
    assert len(arrivals) == 1
    newest = frames.take()
    assert newest is not None
    assert newest.max() == 2
    assert frames.take() is None


def test_leaving_the_page_wipes_what_was_shown(qapp: QApplication) -> None:
    frames = LatestFrame()
    view = PreviewView(frames)
    view.show()
    frames.put(_frame(200))
    QApplication.processEvents()
    shown = view._image
    assert shown is not None
    view.wipe()
    assert shown.max() == 0
    view.deleteLater()


@pytest.mark.rule("CAP-04")
def test_a_frame_that_comes_after_the_page_was_left_is_wiped_unseen(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = LatestFrame()
    view = PreviewView(frames)
    view.show()
    taken: list[np.ndarray | None] = []
    take = frames.take
    monkeypatch.setattr(frames, "take", lambda: taken.append(take()) or taken[-1])
    view.hide()
    frames.put(_frame(200))
    QApplication.processEvents()
    (late,) = taken
    assert late is not None
    assert late.max() == 0
    assert view._image is None
    view.deleteLater()


def test_a_concealed_preview_is_not_in_a_picture_of_the_window(qapp: QApplication) -> None:
    frames = LatestFrame()
    view = PreviewView(frames)
    view.resize(300, 300)
    view.show()
    frames.put(np.tile(np.uint8([0, 0, 255]), (480, 640, 1)))
    QApplication.processEvents()
    red = 0xFFFF0000
    assert view.grab().toImage().pixel(150, 150) == red
    with view.concealed():
        assert view.grab().toImage().pixel(150, 150) != red
    assert view.grab().toImage().pixel(150, 150) == red
    view.deleteLater()
