"""Windows are drawn one turn of the event loop after the other, and once for many changes."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from pos_app.ui.look import Look
from pos_app.ui.next_turn import NextTurn
from pos_app.ui.phrase import Language
from pos_app.ui.theme import TextRole, Theme
from pos_app.ui.till_model import CaptureView, PinView, TillView
from pos_app.ui.widgets import TextLabel
from tests.fakes.till_views import ONE_OF_EACH


def test_it_draws_once_in_the_next_turn_however_often_it_was_asked(qtbot: QtBot) -> None:
    drawn: list[None] = []
    turn = NextTurn(lambda: drawn.append(None))
    turn.ask()
    turn.ask()
    assert drawn == []
    qtbot.waitUntil(lambda: bool(drawn))
    for _ in range(5):
        QApplication.processEvents()
    assert len(drawn) == 1


def test_what_was_stopped_is_not_drawn(qapp: QApplication) -> None:
    drawn: list[None] = []
    turn = NextTurn(lambda: drawn.append(None))
    turn.ask()
    turn.stop()
    for _ in range(5):
        QApplication.processEvents()
    assert drawn == []


def test_what_only_the_payer_sees_changes_nothing_for_the_cashier() -> None:
    view: TillView = ONE_OF_EACH["pin"]
    typed = replace(view, pin=PinView(entered=3), capture=CaptureView(step=2, steps=2))
    assert typed != view
    assert typed.for_cashier == view.for_cashier
    assert replace(view, unsent_count=1).for_cashier != view.for_cashier


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_a_label_gets_its_font_once_and_again_with_another_text_size(
    family: str, scale: float
) -> None:
    look = Look(Theme(family, 1.0), Language.ENGLISH)
    root = QLabel()
    inside = TextLabel(TextRole.TITLE)
    inside.setParent(root)
    look.dress(root)
    look.use_theme(Theme(family, scale))
    look.dress(root)
    assert inside.font().pixelSize() == look.theme.pixels(TextRole.TITLE)
