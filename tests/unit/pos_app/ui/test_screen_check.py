"""The checks find what they are for: each with a planted fault."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget

from pos_app.ui.screen_check import (
    cut_texts,
    missing_glyphs,
    nameless_widgets,
    poor_contrasts,
    small_targets,
)


@pytest.fixture
def window(qapp: QApplication) -> Iterator[QWidget]:
    window = QWidget()
    window.resize(400, 300)
    window.setStyleSheet("QWidget { background: white; }")
    window.show()
    yield window
    window.deleteLater()


def _label(window: QWidget, text: str, style: str = "color: black;") -> QLabel:
    label = QLabel(text, window)
    label.setStyleSheet(style)
    label.setGeometry(10, 10, 200, 30)
    label.show()
    return label


def test_a_good_label_has_no_findings(window: QWidget, family: str) -> None:
    _label(window, "付款").setFont(QFont(family, 12))
    for check in (cut_texts, poor_contrasts, missing_glyphs):
        assert list(check(window)) == []


def test_text_wider_than_its_label_is_found(window: QWidget) -> None:
    _label(window, "much more text than fits").setFixedWidth(40)
    assert len(list(cut_texts(window))) == 1


def test_lines_higher_than_their_label_are_found(window: QWidget) -> None:
    label = _label(window, "several words on several lines")
    label.setWordWrap(True)
    label.setFixedSize(60, 20)
    assert any("lines" in finding for finding in cut_texts(window))


def test_a_label_half_outside_its_window_is_found(window: QWidget) -> None:
    _label(window, "text").move(390, 10)
    assert any("outside" in finding for finding in cut_texts(window))


def test_pale_text_is_found(window: QWidget) -> None:
    _label(window, "HHHH", "color: #BBBBBB;")
    assert len(list(poor_contrasts(window))) == 1


def test_a_button_too_small_for_a_finger_is_found(window: QWidget) -> None:
    button = QPushButton("x", window)
    button.setGeometry(10, 50, 48, 47)
    button.show()
    assert len(list(small_targets(window))) == 1
    button.setGeometry(10, 50, 48, 48)
    assert list(small_targets(window)) == []


def test_a_text_field_too_low_for_a_finger_or_without_a_name_is_found(window: QWidget) -> None:
    window.setAccessibleName("window")
    field = QLineEdit(window)
    field.setGeometry(10, 50, 200, 30)
    field.show()
    assert len(list(small_targets(window))) == 1
    assert len(list(nameless_widgets(window))) == 1


def test_a_character_that_the_font_lacks_is_found(window: QWidget) -> None:
    _label(window, "付款").setFont(QFont("DejaVu Sans", 12))
    assert list(missing_glyphs(window)) == ['"付款": no glyphs for 付款']


def test_a_button_without_a_name_for_screen_readers_is_found(window: QWidget) -> None:
    window.setAccessibleName("window")
    button = QPushButton(window)
    button.show()
    assert len(list(nameless_widgets(window))) == 1
