"""Stories at the enrolment station: real buttons and fields over a scripted counter."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from facepay.vocabulary import ConsentScope, EnrolmentRefusal
from facepay.wire.enrolment import EnrolmentRefused
from pos_app.checkout.clearing_answers import ClearingErrorReason
from pos_app.checkout.enrolment_captures import LOOK_STEPS
from pos_app.checkout.enrolment_ports import EnrolmentEnd, EnrolmentFailed, EnrolmentStep
from pos_app.checkout.payment import CaptureFailureReason
from pos_app.checkout.pin_entry import PinStage
from pos_app.ui import text_enrolment_end as words
from pos_app.ui.enrolment_model import StationPage, StationView
from pos_app.ui.enrolment_station import Station, StationOptions
from pos_app.ui.phrase import Language
from pos_app.ui.till_model import LineState, Verdict
from tests.fakes.station import (
    ACTIVE,
    CLOSED,
    GOOD_CODE,
    ISSUERS,
    STATION_ID,
    ScriptedCounter,
    StationScript,
    connect_station_to,
)
from tests.unit.pos_app.ui.conftest import StoppedClock


class _Story:
    def __init__(self, station: Station, made: list[ScriptedCounter], qtbot: QtBot) -> None:
        self.station = station
        self._made = made
        self._qtbot = qtbot
        self.steps = 0
        self.wait(lambda: self.view.line is not LineState.STARTING)

    @property
    def view(self) -> StationView:
        return self.station.presenter.view

    @property
    def counter(self) -> ScriptedCounter:
        return self._made[0]

    def wait(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=5000)

    def page(self, page: StationPage) -> None:
        self.wait(lambda: self.view.page is page)

    def touch(self, *names: str) -> None:
        for name in names:
            self.wait(lambda name=name: self._find(name) is not None)
            QTest.mouseClick(self._find(name), Qt.MouseButton.LeftButton)
            self.steps += 1

    def type(self, code: str = GOOD_CODE) -> None:
        self.page(StationPage.SIGN_IN)
        self.touch("issuer_61010001")
        for name, typed in (("login", "li.na"), ("oneTimeCode", code)):
            field = self._field(name)
            field.clear()
            QTest.keyClicks(field, typed)

    def until_sign_in(self) -> None:
        self.touch("begin_open", "goOn", "agree")
        self.page(StationPage.CONSENT_SENDING)
        self.touch("agree")
        self.page(StationPage.SIGN_IN)

    def until_passcode(self) -> None:
        self.until_sign_in()
        self.type()
        self.touch("signIn")
        self.page(StationPage.PASSCODE)

    def enter_passcode(self) -> None:
        stage = self.view.pin_stage
        for count in range(1, 7):
            self.touch("pin_5")
            self.wait(lambda count=count: self.view.pin.entered == count)
        self.touch("pin_confirm")
        self.wait(
            lambda: self.view.pin_stage is not stage or self.view.page is not StationPage.PASSCODE
        )

    def until_ready(self) -> None:
        self.until_passcode()
        self.enter_passcode()
        self.enter_passcode()
        self.page(StationPage.READY)

    def ready_for(self, step: EnrolmentStep) -> None:
        self.wait(lambda: self.view.page is StationPage.READY and self.view.step is step)

    def take_captures(self) -> None:
        for step in (*LOOK_STEPS, EnrolmentStep.CAPTURING_TO_CONFIRM):
            self.ready_for(step)
            self.touch("startCamera")

    def ended(self) -> StationView:
        self.page(StationPage.ENDED)
        return self.view

    def _find(self, name: str) -> QPushButton | None:
        found = self.station.window.findChildren(QPushButton, name)
        return next((b for b in found if b.isVisible() and b.isEnabled()), None)

    def _field(self, name: str) -> QLineEdit:
        field = self.station.window.findChild(QLineEdit, name)
        assert isinstance(field, QLineEdit)
        return field

    def typed(self, name: str) -> str:
        return self._field(name).text()


@pytest.fixture
def story(qapp: QApplication, qtbot: QtBot) -> Iterator[Callable[..., _Story]]:
    opened: list[Station] = []

    def tell(script: StationScript | None = None) -> _Story:
        made: list[ScriptedCounter] = []
        options = StationOptions(STATION_ID, ISSUERS, Language.ENGLISH, clock=StoppedClock())
        station = Station(options, connect_station_to(script or StationScript(), made))
        opened.append(station)
        station.open()
        return _Story(station, made, qtbot)

    yield tell
    for station in opened:
        station.close()


Tell = Callable[..., _Story]


@pytest.mark.rule("CON-02", "CON-03")
def test_an_enrolment_goes_from_the_notice_over_two_consents_to_an_open_face_payment(
    story: Tell,
) -> None:
    told = story()
    told.until_ready()
    told.take_captures()
    view = told.ended()
    assert view.outcome is not None
    assert (view.outcome.verdict, view.active) == (Verdict.DONE, ACTIVE)
    assert told.counter.consents == [
        (ConsentScope.FACE_PROCESSING, True),
        (ConsentScope.NETWORK_TRANSMISSION, True),
    ]
    told.touch("done")
    assert told.view.page is StationPage.START
    assert told.view.active is None


@pytest.mark.rule("CON-05", "CON-06")
def test_closing_takes_fewer_touches_than_opening_and_gives_three_receipts(story: Tell) -> None:
    told = story()
    told.until_ready()
    told.take_captures()
    told.ended()
    opening, told.steps = told.steps, 0
    told.touch("done", "begin_close")
    told.type()
    told.touch("signIn")
    view = told.ended()
    assert view.receipts == CLOSED.receipts
    assert told.steps < opening


@pytest.mark.rule("CON-02", "CON-09")
@pytest.mark.parametrize("refused", [1, 2])
def test_either_consent_can_be_refused_and_nothing_is_sent(story: Tell, refused: int) -> None:
    told = story()
    told.touch("begin_open", "goOn")
    if refused == 2:
        told.touch("agree")
        told.page(StationPage.CONSENT_SENDING)
    told.touch("refuse")
    view = told.ended()
    assert view.outcome is not None
    assert view.outcome.explanation is words.ENDS[EnrolmentEnd.CONSENT_NOT_GIVEN]
    assert told.counter.logins == []
    assert told.counter.capture_count == 0


@pytest.mark.rule("CON-02", "CON-09")
def test_a_double_click_gives_one_consent_and_not_the_next(story: Tell) -> None:
    told = story()
    told.touch("begin_open", "goOn", "agree")
    told.page(StationPage.CONSENT_SENDING)
    agree = told._find("agree")
    assert agree is not None
    for kind in (QEvent.Type.MouseButtonDblClick, QEvent.Type.MouseButtonRelease):
        middle, left = QPointF(agree.rect().center()), Qt.MouseButton.LeftButton
        keys = Qt.KeyboardModifier.NoModifier
        event = QMouseEvent(kind, middle, agree.mapToGlobal(middle), left, left, keys)
        QApplication.sendEvent(agree, event)
    for _ in range(5):
        QApplication.processEvents()
    assert told.view.page is StationPage.CONSENT_SENDING
    assert len(told.counter.consents) == 1


def test_a_refused_login_is_said_and_asked_again_with_a_fresh_code(story: Tell) -> None:
    told = story()
    told.until_sign_in()
    told.type("000000")
    told.touch("signIn")
    told.wait(lambda: told.view.login_was_refused)
    assert told.typed("login") == "li.na"
    assert told.typed("oneTimeCode") == ""
    told.type()
    told.touch("signIn")
    told.page(StationPage.PASSCODE)
    assert len(told.counter.consents) == 2


def test_a_refused_login_at_closing_is_asked_again_too(story: Tell) -> None:
    told = story()
    told.touch("begin_close")
    told.type("000000")
    told.touch("signIn")
    told.wait(lambda: told.view.login_was_refused)
    told.type()
    told.touch("signIn")
    assert told.ended().receipts


def test_sign_in_waits_for_bank_login_and_code_and_the_next_person_sees_none_of_it(
    story: Tell,
) -> None:
    told = story()
    told.touch("begin_close")
    QTest.keyClicks(told._field("login"), "li.na")
    QTest.keyClicks(told._field("oneTimeCode"), GOOD_CODE)
    assert told._find("signIn") is None
    told.touch("issuer_61020001", "issuer_61020001")
    assert told._find("signIn") is not None
    bank = told._find("issuer_61020001")
    assert bank is not None
    assert bank.isChecked()
    told.touch("stop")
    assert told.view.page is StationPage.START
    told.touch("begin_close")
    assert (told.typed("login"), told.typed("oneTimeCode")) == ("", "")
    assert told.view.issuer_id is None


@pytest.mark.rule("AUT-03")
def test_a_weak_passcode_is_refused_with_its_reason_before_any_picture(story: Tell) -> None:
    told = story(StationScript(is_first_passcode_weak=True))
    told.until_passcode()
    told.enter_passcode()
    assert told.view.pin_stage is PinStage.CHOOSE_NO_RUN
    assert told.counter.capture_count == 0
    told.enter_passcode()
    told.enter_passcode()
    told.page(StationPage.READY)


@pytest.mark.rule("AUT-04")
def test_a_keyboard_cannot_type_a_passcode(story: Tell) -> None:
    told = story()
    told.until_passcode()
    window = told.station.window
    for target in (window, window.findChild(QWidget, "pin"), window.findChild(QWidget, "pin_5")):
        QTest.keyClicks(target, "123456 ")
    assert told.view.pin.entered == 0


@pytest.mark.rule("CAP-01")
def test_each_camera_waits_for_its_own_touch(story: Tell) -> None:
    told = story()
    told.until_ready()
    assert told.counter.capture_count == 0
    told.touch("startCamera")
    told.ready_for(EnrolmentStep.TAKING_SECOND_LOOK)
    assert told.counter.capture_count == 1


def test_a_failed_picture_says_why_and_is_tried_again(story: Tell) -> None:
    told = story(StationScript(capture_failures=[CaptureFailureReason.TOO_DARK]))
    told.until_ready()
    told.touch("startCamera")
    told.wait(lambda: told.view.capture_failure is CaptureFailureReason.TOO_DARK)
    assert told.view.page is StationPage.READY
    told.touch("startCamera")
    told.ready_for(EnrolmentStep.TAKING_SECOND_LOOK)
    assert len(told.counter.consents) == 2


@pytest.mark.parametrize("page", ["notice", "sign_in", "passcode", "ready", "capture"])
def test_every_page_can_be_left(story: Tell, page: str) -> None:
    told = story(StationScript(holds_capture=True))
    ways: dict[str, Callable[[], None]] = {
        "notice": lambda: told.touch("begin_open"),
        "sign_in": told.until_sign_in,
        "passcode": told.until_passcode,
        "ready": told.until_ready,
        "capture": told.until_ready,
    }
    ways[page]()
    if page == "capture":
        told.touch("startCamera")
        told.page(StationPage.CAPTURE)
    told.touch("stop")
    assert told.ended().outcome is not None
    told.touch("done")
    assert told.view.page is StationPage.START


@pytest.mark.parametrize(
    "outcome",
    [
        EnrolmentRefused(EnrolmentRefusal.FACE_ENROLLED_ELSEWHERE),
        EnrolmentFailed(EnrolmentEnd.CLEARING_FAILED, clearing=ClearingErrorReason.UNREACHABLE),
    ],
    ids=["refused", "answer lost"],
)
def test_other_endings_are_told_and_may_be_tried_again(
    story: Tell, outcome: EnrolmentRefused | EnrolmentFailed
) -> None:
    told = story(StationScript(outcome=outcome))
    told.until_ready()
    told.take_captures()
    view = told.ended()
    assert view.outcome is not None
    is_lost = isinstance(outcome, EnrolmentFailed)
    expected = words.OPENING_UNKNOWN if is_lost else words.REFUSALS[outcome.reason]
    assert view.outcome.explanation == expected
    told.wait(lambda: told.view.line is LineState.ONLINE)
    told.touch("startAgain")
    told.page(StationPage.NOTICE)


def test_without_a_line_neither_errand_begins(story: Tell) -> None:
    told = story(StationScript(online=False))
    assert told._find("begin_open") is None
    assert told._find("begin_close") is None


def test_closing_the_window_in_the_middle_ends_everything(story: Tell) -> None:
    told = story()
    told.until_passcode()
    counter = told.counter
    told.station.close()
    assert counter.closed
