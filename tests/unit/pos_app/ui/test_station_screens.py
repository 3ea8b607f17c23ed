"""Every page of the enrolment station, as painted: nothing cut, everything readable, named."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton

from pos_app.ui.enrolment_actions import StationActions
from pos_app.ui.enrolment_model import StationPage, StationView
from pos_app.ui.enrolment_window import EnrolmentWindow
from pos_app.ui.look import Look
from pos_app.ui.phrase import Language
from pos_app.ui.preview import LatestFrame
from pos_app.ui.screen_check import check_window
from pos_app.ui.theme import PIN_KEY_MIN, Theme
from tests.fakes.station import ONE_OF_EACH, START
from tests.unit.pos_app.ui.conftest import RecordedActions

Make = Callable[..., EnrolmentWindow]


@pytest.fixture
def station_window(family: str, actions: RecordedActions) -> Iterator[Make]:
    opened: list[EnrolmentWindow] = []

    def make(
        language: Language = Language.ENGLISH,
        scale: float = 1.0,
        size: tuple[int, int] = (1280, 800),
    ) -> EnrolmentWindow:
        asked: StationActions = actions
        window = EnrolmentWindow(Look(Theme(family, scale), language), asked, LatestFrame(), START)
        opened.append(window)
        window.resize(*size)
        window.show()
        return window

    yield make
    for window in opened:
        window.dispose()


def _show(window: EnrolmentWindow, view: StationView) -> None:
    window.render_view(view)
    for _ in range(5):
        QApplication.processEvents()


def _texts(window: EnrolmentWindow) -> list[str]:
    return [label.text() for label in window.findChildren(QLabel) if label.isVisible()]


def _button(window: EnrolmentWindow, name: str) -> QPushButton:
    return next(b for b in window.findChildren(QPushButton, name) if b.isVisible())


@pytest.mark.rule("CON-12")
@pytest.mark.parametrize(
    ("scale", "size"),
    [(1.0, (1280, 720)), (1.0, (720, 1000)), (1.5, (1280, 720)), (1.75, (720, 1000))],
    ids=["wide", "tall", "wide-150%", "tall-175%"],
)
@pytest.mark.parametrize("language", Language)
def test_every_page_is_readable_and_touchable(
    station_window: Make, language: Language, scale: float, size: tuple[int, int]
) -> None:
    window = station_window(language, scale, size)
    findings = {}
    for name, view in ONE_OF_EACH.items():
        _show(window, view)
        if found := check_window(window):
            findings[name] = found
    assert findings == {}
    assert {view.page for view in ONE_OF_EACH.values()} == set(StationPage)


@pytest.mark.rule("CON-03")
@pytest.mark.parametrize("language", Language)
def test_the_notice_shows_every_field(station_window: Make, language: Language) -> None:
    window = station_window(language)
    view = ONE_OF_EACH["notice"]
    _show(window, view)
    assert view.notice is not None
    notice = view.notice.zh if language is Language.CHINESE else view.notice.en
    shown = set(_texts(window))
    for name in type(notice).__dataclass_fields__:
        assert getattr(notice, name) in shown


@pytest.mark.rule("CON-02", "CON-09")
@pytest.mark.parametrize("page", ["consent_face", "consent_sending"])
def test_refusing_is_as_easy_as_agreeing_and_neither_is_preselected(
    station_window: Make, page: str
) -> None:
    window = station_window()
    _show(window, ONE_OF_EACH[page])
    agree, refuse = _button(window, "agree"), _button(window, "refuse")
    assert (agree.size(), agree.property("kind")) == (refuse.size(), refuse.property("kind"))
    assert not any(button.hasFocus() or button.isDefault() for button in (agree, refuse))
    assert not any(b.isCheckable() and b.isVisible() for b in window.findChildren(QPushButton))


@pytest.mark.rule("CON-09")
def test_opening_and_closing_are_offered_alike(station_window: Make) -> None:
    window = station_window()
    _show(window, START)
    opening, closing = _button(window, "begin_open"), _button(window, "begin_close")
    assert (opening.size(), opening.property("kind")) == (closing.size(), closing.property("kind"))


@pytest.mark.rule("CON-04")
def test_the_second_consent_names_who_gets_the_template(station_window: Make) -> None:
    window = station_window()
    view = ONE_OF_EACH["consent_sending"]
    _show(window, view)
    assert view.notice is not None
    assert view.notice.en.recipients in _texts(window)


def test_no_issuer_is_chosen_beforehand_and_fields_have_names(station_window: Make) -> None:
    window = station_window()
    _show(window, ONE_OF_EACH["sign_in"])
    issuers = [b for b in window.findChildren(QPushButton) if b.objectName().startswith("issuer_")]
    assert len(issuers) == 2
    assert not any(button.isChecked() for button in issuers)
    assert {f.accessibleName() for f in window.findChildren(QLineEdit)} == {
        "Login name",
        "One-time code",
    }
    assert any(text.startswith("Simulated") for text in _texts(window))


@pytest.mark.rule("AUT-03")
def test_passcode_keys_are_large_and_no_keyboard_can_reach_them(station_window: Make) -> None:
    window = station_window()
    _show(window, ONE_OF_EACH["passcode"])
    for name in (*map(str, range(10)), "clear", "confirm"):
        key = _button(window, f"pin_{name}")
        assert min(key.width(), key.height()) >= PIN_KEY_MIN
        assert key.focusPolicy() == key.focusPolicy().NoFocus


@pytest.mark.rule("CON-09")
def test_who_refused_is_not_asked_again(station_window: Make) -> None:
    window = station_window()
    _show(window, ONE_OF_EACH["refused_consent"])
    again = window.findChild(QPushButton, "startAgain")
    assert not again.isVisible()


@pytest.mark.rule("CON-05", "CON-06")
def test_closing_shows_one_receipt_of_each_party_with_its_time(station_window: Make) -> None:
    window = station_window()
    _show(window, ONE_OF_EACH["closed"])
    shown = _texts(window)
    for party in ("Clearing institution", "Custodian", "Witness"):
        assert party in shown
    assert sum("2026-03-02 10:05:31" in text for text in shown) == 3
    signed = [text for text in shown if text.startswith("Signature checked")]
    assert len(set(signed)) == 3


def test_an_open_face_payment_shows_its_dates_and_how_to_close_it(station_window: Make) -> None:
    window = station_window()
    _show(window, ONE_OF_EACH["active"])
    shown = _texts(window)
    assert {"2026-03-02 10:05:31", "2027-03-02 10:05:31"} <= set(shown)
    assert any("Close face payment" in text for text in shown)


def test_language_and_text_size_change_at_a_touch(station_window: Make) -> None:
    window = station_window()
    _show(window, ONE_OF_EACH["notice"])
    _button(window, "language").click()
    _button(window, "textSize").click()
    for _ in range(5):
        QApplication.processEvents()
    assert window.windowTitle() == "刷脸付款柜台"
    assert window.look.theme.text_scale == 1.25
    assert check_window(window) == []
