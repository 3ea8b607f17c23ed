"""The stage shows the latest prompt and counts its showings."""

from pos_app.capture.stage import Prompt, Stage, StageView


def test_every_showing_has_its_own_serial() -> None:
    stage = Stage()
    first = stage.show(Prompt.BLINK)
    second = stage.show(Prompt.BLINK, (255, 0, 0))
    assert second.serial == first.serial + 1
    assert stage.view == StageView(Prompt.BLINK, (255, 0, 0), second.serial)


def test_a_cleared_stage_asks_nothing() -> None:
    stage = Stage()
    stage.show(Prompt.LOOK)
    assert stage.clear().prompt is None
