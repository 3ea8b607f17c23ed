"""The window of a calibration is the stage's colour, and stays until the camera is off."""

import threading

import pytest
from PySide6.QtWidgets import QApplication

from pos_app.capture.stage import ColourRgb, Prompt, Stage
from pos_app.ui.light_window import LightWindow, run_beside_light
from pos_app.ui.theme import Theme


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def window(stage: Stage, family: str) -> LightWindow:
    return LightWindow(stage, Theme(family), lambda prompt: f"please {prompt.value}")


def corner_of(window: LightWindow) -> ColourRgb:
    colour = window.grab().toImage().pixelColor(3, 3)
    return colour.red(), colour.green(), colour.blue()


@pytest.mark.parametrize("colour", [(255, 0, 0), (0, 255, 255), (12, 34, 56)])
def test_the_whole_window_is_the_colour_and_nothing_is_written_on_it(
    colour: ColourRgb, stage: Stage, window: LightWindow
) -> None:
    window.resize(300, 200)
    stage.show(Prompt.LOOK, colour)
    image = window.grab().toImage()
    seen = {image.pixelColor(x, y).getRgb()[:3] for x in range(0, 300, 5) for y in range(0, 200, 5)}
    assert seen == {colour}
    window.finish()


def test_without_a_colour_it_is_dark_and_says_what_is_asked(
    stage: Stage, window: LightWindow
) -> None:
    window.resize(600, 200)
    stage.clear()
    blank = window.grab().toImage()
    assert corner_of(window) == (0, 0, 0)
    stage.show(Prompt.BLINK)
    assert window.grab().toImage() != blank
    window.finish()


def test_it_closes_when_the_work_is_done_and_not_before(
    qapp: QApplication, stage: Stage, window: LightWindow
) -> None:
    threads: list[str] = []
    still_open: list[bool] = []

    def work() -> str:
        threads.append(threading.current_thread().name)
        return "done"

    window.show()
    still_open.append(not window.close() and window.isVisible())
    assert run_beside_light(window, work) == "done"
    assert still_open == [True]
    assert threads[0].startswith("calibration")
    assert not window.isVisible()


def test_what_the_work_raises_comes_out_after_the_window_is_gone(
    qapp: QApplication, window: LightWindow
) -> None:
    def work() -> None:
        raise ValueError("the camera is gone")

    with pytest.raises(ValueError, match="camera is gone"):
        run_beside_light(window, work)
    assert not window.isVisible()
