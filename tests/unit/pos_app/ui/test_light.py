"""The customer display as a lamp, and how the payer and the cashier are told of the liveness check."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from facepay.pad_challenge import Presentation
from pos_app.capture.judgement import Judgement
from pos_app.capture.stage import ColourRgb
from pos_app.ui.phrase import Language
from pos_app.ui.text_customer import LIT
from pos_app.ui.text_evidence import evidence_words
from pos_app.ui.tongue import Tongue
from tests.fakes.till_views import ONE_OF_EACH

Make = Callable[..., object]
CYAN: ColourRgb = (0, 255, 255)


def share_of(window: QWidget, colour: ColourRgb) -> float:
    """The part of a window that has exactly this colour, sampled."""
    for _ in range(3):
        QApplication.processEvents()
    image = window.grab().toImage()
    points = [(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)]
    wanted = QColor(*colour).rgb()
    return sum(image.pixel(x, y) == wanted for x, y in points) / len(points)


def button(window: QWidget, name: str) -> QPushButton:
    return next(b for b in window.findChildren(QPushButton, name) if b.isVisible())


@pytest.mark.parametrize("size", [(720, 1000), (1280, 800)])
def test_the_display_shines_broadly_and_words_and_ways_out_stay_legible(
    windows: Make, size: tuple[int, int]
) -> None:
    both = windows(customer_size=size)
    both.show(ONE_OF_EACH["capture"])
    assert share_of(both.customer, CYAN) == 0
    both.frames.lit.emit(CYAN)
    assert share_of(both.customer, CYAN) > 0.25
    other = button(both.customer, "otherWays")
    centre = other.mapTo(both.customer, other.rect().center())
    assert both.customer.grab().toImage().pixelColor(centre) != QColor(*CYAN)
    shown = {label.text() for label in both.customer.findChildren(QLabel) if label.isVisible()}
    assert Tongue(Language.CHINESE).say(LIT) in shown
    both.frames.lit.emit(None)
    assert share_of(both.customer, CYAN) == 0


@pytest.mark.rule("CON-12")
def test_light_comes_up_from_the_page_and_never_passes_through_darkness(windows: Make) -> None:
    both = windows()
    both.show(ONE_OF_EACH["capture"])
    before = both.customer.grab().toImage()
    for dark in ((0, 0, 0), (9, 0, 0)):
        both.frames.lit.emit(dark)
        QApplication.processEvents()
        now = both.customer.grab().toImage()
        corners = [(x, y) for x in (2, 700) for y in (400, 800)]
        assert all(
            abs(now.pixelColor(x, y).lightness() - before.pixelColor(x, y).lightness()) < 20
            for x, y in corners
        )


@pytest.mark.rule("CON-08")
def test_touches_go_through_the_light(windows: Make) -> None:
    both = windows()
    both.show(ONE_OF_EACH["capture"])
    both.frames.lit.emit(CYAN)
    QApplication.processEvents()
    other = button(both.customer, "otherWays")
    centre = other.mapTo(both.customer, other.rect().center())
    assert both.customer.childAt(centre) is other or other.isAncestorOf(
        both.customer.childAt(centre)
    )


@pytest.mark.rule("CON-12", "CON-03")
def test_who_wants_no_coloured_light_is_told_of_it_and_asked_before_the_camera(
    windows: Make,
) -> None:
    both = windows(Language.ENGLISH)
    both.show(ONE_OF_EACH["notice"])
    shown = {label.text() for label in both.customer.findChildren(QLabel) if label.isVisible()}
    assert any("changing colours" in text for text in shown)
    calmly, agree = (button(both.customer, name) for name in ("agreeToFaceCalmly", "agreeToFace"))
    assert (calmly.size(), calmly.property("kind")) == (agree.size(), agree.property("kind"))
    both.show(replace(ONE_OF_EACH["notice"], presentation=Presentation.ACCESSIBLE))
    assert not calmly.isVisible()


def test_the_cashier_reads_what_a_refusal_rested_on(windows: Make) -> None:
    both = windows(Language.ENGLISH)
    judgement = Judgement("flash", "light_unanswered", ("same_face",), ("flash_spatial",))
    both.show(replace(ONE_OF_EACH["stopped"], judgement=judgement))
    words = evidence_words(judgement, Tongue(Language.ENGLISH))
    assert "shape of the answer" in words
    assert "one person throughout" in words
    line = both.cashier.findChild(QLabel, "evidence")
    assert (line.text(), line.isVisible()) == (words, True)


def test_a_cue_without_words_stands_with_its_name() -> None:
    judgement = Judgement("flash", None, ("glow_of_health",), ())
    assert "glow_of_health" in evidence_words(judgement, Tongue(Language.CHINESE))
