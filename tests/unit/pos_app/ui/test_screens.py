"""Every state of both windows, as painted: nothing cut, everything readable, touchable, named."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from pos_app.capture.guidance import Guidance
from pos_app.capture.stage import Prompt
from pos_app.ui.phrase import Language
from pos_app.ui.screen_check import check_window
from pos_app.ui.theme import PIN_KEY_MIN
from pos_app.ui.till_model import CaptureView, Page
from tests.fakes.till_views import ONE_OF_EACH, SELLING
from tests.unit.pos_app.ui.conftest import Windows

Make = Callable[..., Windows]
_WIDE = ((1280, 720), (1280, 720))
_TALL = ((1200, 1000), (720, 1000))


@pytest.mark.rule("CON-12")
@pytest.mark.parametrize(
    ("scale", "sizes"),
    [(1.0, _WIDE), (1.0, _TALL), (1.5, _WIDE), (1.75, _TALL)],
    ids=["wide", "tall", "wide-150%", "tall-175%"],
)
@pytest.mark.parametrize("language", Language)
def test_every_screen_is_readable_and_touchable(
    windows: Make, language: Language, scale: float, sizes: tuple[tuple[int, int], ...]
) -> None:
    both = windows(language, scale, *sizes)
    findings = {}
    for name, view in ONE_OF_EACH.items():
        both.show(view)
        for window in (both.cashier, both.customer):
            if found := check_window(window):
                findings[f"{name}, {type(window).__name__}"] = found
    assert findings == {}


SAYINGS = {
    **{f"guidance-{item.value}": CaptureView(guidance=item) for item in Guidance},
    **{f"prompt-{item.value}": CaptureView(None, item, 1, 2) for item in Prompt},
}
"""Everything that is ever said to the person before the camera."""


@pytest.mark.rule("CON-12")
@pytest.mark.parametrize(
    ("scale", "sizes"), [(1.0, _WIDE), (1.5, _WIDE), (1.75, _TALL)], ids=["100%", "150%", "175%"]
)
@pytest.mark.parametrize("language", Language)
def test_whatever_the_person_before_the_camera_is_told_is_readable(
    windows: Make, language: Language, scale: float, sizes: tuple[tuple[int, int], ...]
) -> None:
    """`FACEPAY_SCREENS` names a folder for pictures of every state, for people to look at."""
    both = windows(language, scale, *sizes)
    folder = os.environ.get("FACEPAY_SCREENS")
    findings = {}
    for name, capture in SAYINGS.items():
        both.show(replace(ONE_OF_EACH["capture"], capture=capture))
        if found := [*check_window(both.customer), *_out_of_sight(both)]:
            findings[name] = found
        if folder:
            path = Path(folder) / f"{name}-{language.name.lower()}-{round(100 * scale)}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            assert both.customer.grab().save(str(path))
    assert findings == {}


def _out_of_sight(both: Windows) -> list[str]:
    """Return what the person is told that can be seen only after scrolling."""
    labels = [both.customer.findChild(QLabel, name) for name in ("prompt", "guidance")]
    return [
        f"{label.objectName()} is out of sight"
        for label in labels
        if label.text() and label.visibleRegion().boundingRect().height() < label.height()
    ]


def test_language_changes_on_a_window_at_any_moment_and_on_no_other(windows: Make) -> None:
    both = windows(Language.CHINESE)
    both.show(ONE_OF_EACH["notice"])
    both.customer.findChild(QPushButton, "customerLanguage").click()
    QApplication.processEvents()
    assert both.customer.windowTitle() == "Customer display"
    assert both.cashier.windowTitle() == "收银窗口"
    assert check_window(both.customer) == []


@pytest.mark.rule("CON-12")
def test_text_grows_at_a_touch_and_comes_back_after_the_largest(windows: Make) -> None:
    both = windows()
    both.show(SELLING)
    button = both.customer.findChild(QPushButton, "customerTextSize")
    scales = []
    for _ in range(4):
        button.click()
        scales.append(both.customer.look.theme.text_scale)
    assert scales == [1.25, 1.5, 1.75, 1.0]


@pytest.mark.rule("AUT-02")
def test_pin_keys_are_large_and_no_keyboard_can_reach_them(windows: Make) -> None:
    both = windows()
    both.show(ONE_OF_EACH["pin"])
    for name in (*map(str, range(10)), "clear", "confirm"):
        key = both.customer.findChild(QPushButton, f"pin_{name}")
        assert min(key.width(), key.height()) >= PIN_KEY_MIN
        assert key.focusPolicy() == key.focusPolicy().NoFocus


@pytest.mark.rule("CON-08")
def test_another_way_to_pay_is_offered_at_every_step_before_the_bank_decides(
    windows: Make,
) -> None:
    both = windows()
    pages = (Page.NOTICE, Page.DIGITS, Page.CAPTURE, Page.RETRY, Page.CONFIRM, Page.PIN)
    for view in ONE_OF_EACH.values():
        if view.page in pages:
            both.show(view)
            other = [
                button
                for button in both.customer.findChildren(QPushButton, "otherWays")
                if button.isVisible() and button.isEnabled()
            ]
            assert len(other) == 1, view.page


@pytest.mark.rule("CON-09")
def test_face_is_neither_chosen_nor_focused_nor_larger_than_the_other_ways(
    windows: Make,
) -> None:
    both = windows()
    both.show(ONE_OF_EACH["choosing"])
    names = ("qr_code", "card", "cash", "face")
    choices = [both.customer.findChild(QPushButton, f"choose_{name}") for name in names]
    assert len({(choice.width(), choice.height()) for choice in choices}) == 1
    assert len({choice.property("kind") for choice in choices}) == 1
    assert not any(choice.isDefault() or choice.hasFocus() for choice in choices)
    both.show(ONE_OF_EACH["notice"])
    agree = both.customer.findChild(QPushButton, "agreeToFace")
    other = next(b for b in both.customer.findChildren(QPushButton, "otherWays") if b.isVisible())
    assert (agree.size(), agree.property("kind")) == (other.size(), other.property("kind"))
    assert not agree.hasFocus()


@pytest.mark.rule("OPS-01")
def test_complaints_are_one_touch_away_and_name_phone_page_and_reference(windows: Make) -> None:
    both = windows(Language.ENGLISH)
    both.show(ONE_OF_EACH["receipt"])
    both.customer.findChild(QPushButton, "complaints").click()
    QApplication.processEvents()
    shown = _texts(both)
    assert any("400-000-0000" in text for text in shown)
    assert any("https://complaints.example/" in text for text in shown)
    assert any("606100000042" in text for text in shown)
    both.customer.findChild(QPushButton, "leaveComplaints").click()
    QApplication.processEvents()
    assert "Thank you" in _texts(both)


@pytest.mark.rule("OPS-01")
def test_a_receipt_shows_every_fact_and_that_no_real_money_moved(windows: Make) -> None:
    both = windows(Language.ENGLISH)
    both.show(ONE_OF_EACH["receipt"])
    expected = {
        "Spring Breeze Store",
        "¥98.70",
        "606100000042",
        "A7K3Q9",
        "*小明",
        "2026-03-02 10:05:31",
        "400-000-0000",
        "Simulated payment: no real money was moved.",
    }
    assert expected <= set(_texts(both))


@pytest.mark.rule("CON-03")
@pytest.mark.parametrize("language", Language)
def test_the_notice_page_shows_every_field_of_the_notice(windows: Make, language: Language) -> None:
    both = windows(language)
    view = ONE_OF_EACH["notice"]
    assert view.notice is not None
    notice = view.notice.zh if language is Language.CHINESE else view.notice.en
    both.show(view)
    shown = set(_texts(both))
    for name in type(notice).__dataclass_fields__:
        assert getattr(notice, name) in shown


def _texts(both: Windows) -> list[str]:
    return [label.text() for label in both.customer.findChildren(QLabel) if label.isVisible()]
