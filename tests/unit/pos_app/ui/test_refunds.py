"""Refunds in the cashier's window: every page as painted, and stories over scripted refunds."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from facepay.refund_decision import RefundOutcome
from pos_app.checkout.refund import RefundRefused, RefundResult
from pos_app.ui import text_refund as words
from pos_app.ui.phrase import Explanation, Language
from pos_app.ui.refund_model import RefundStage, RefundView
from pos_app.ui.screen_check import check_window
from pos_app.ui.till_model import LineState, Page
from tests.fakes.checkout import Script
from tests.fakes.refund_views import (
    APPROVED_PAYMENTS,
    CHECK_DIGITS,
    CHOSEN,
    LINE_DOWN,
    ONE_OF_EACH_REFUND,
    PART,
    UNKNOWN,
    VOID,
    refunded,
)
from tests.fakes.till_views import SELLING
from tests.unit.pos_app.ui.conftest import OpenTill, Windows

Make = Callable[..., Windows]


@pytest.mark.rule("CON-12")
@pytest.mark.parametrize(
    ("scale", "size"),
    [(1.0, (1280, 720)), (1.5, (1280, 720)), (1.75, (1200, 1000))],
    ids=["100%", "150%", "175%"],
)
@pytest.mark.parametrize("language", Language)
def test_every_page_of_a_refund_is_readable_and_touchable(
    windows: Make, language: Language, scale: float, size: tuple[int, int]
) -> None:
    both = windows(language, scale, size)
    both.show(SELLING)
    findings = {}
    for name, view in ONE_OF_EACH_REFUND.items():
        both.cashier.render_refund(view)
        for _ in range(5):
            QApplication.processEvents()
        if found := check_window(both.cashier):
            findings[name] = found
    assert findings == {}
    shown = {view.stage for view in ONE_OF_EACH_REFUND.values()}
    assert shown == set(RefundStage) - {RefundStage.CLOSED}


def test_the_reference_number_is_shown_nowhere_before_the_refund_is_made(windows: Make) -> None:
    both = windows(Language.ENGLISH)
    both.show(SELLING)
    for view in ONE_OF_EACH_REFUND.values():
        if view.stage is RefundStage.ENDED:
            continue
        both.cashier.render_refund(view)
        shown = [label.text() for label in both.cashier.findChildren(QLabel) if label.isVisible()]
        assert not any(CHOSEN.rrn.value in text for text in shown)


class _Story:
    def __init__(self, opened: OpenTill, qtbot: QtBot) -> None:
        self.opened = opened
        self._qtbot = qtbot
        self.wait(lambda: opened.view.line is not LineState.STARTING)

    @property
    def view(self) -> RefundView:
        return self.opened.till.refunds.view

    @property
    def happened(self) -> Explanation | None:
        return self.view.outcome.explanation if self.view.outcome else None

    def wait(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=5000)

    def find(self, name: str) -> QPushButton | None:
        found = self.opened.till.cashier.findChildren(QPushButton, name)
        return next((b for b in found if b.isVisible() and b.isEnabled()), None)

    def touch(self, *names: str) -> None:
        for name in names:
            self.wait(lambda name=name: self.find(name) is not None)
            QTest.mouseClick(self.find(name), Qt.MouseButton.LeftButton)

    def stage(self, stage: RefundStage) -> None:
        self.wait(lambda: self.view.stage is stage)

    def choose(self, kind: str) -> None:
        self.touch("refunds", f"refund_{CHOSEN.rrn.value}", f"refund_{kind}")

    def type(self, pad: str, digits: str) -> None:
        self.touch(*(f"{pad}_{digit}" for digit in digits))

    def will_end(self, *results: RefundResult) -> None:
        self.opened.checkout.refunds.results.extend(results)


Tell = Callable[..., _Story]


@pytest.fixture
def story(open_till: Callable[..., OpenTill], qtbot: QtBot) -> Tell:
    return lambda script=None: _Story(open_till(script), qtbot)


def test_a_part_is_refunded_after_the_receipts_digits_and_gives_a_slip(story: Tell) -> None:
    told = story()
    told.choose("REFUND")
    told.type("refundKey", "30000")
    told.touch("refundGoOn")
    told.stage(RefundStage.CHECK)
    assert told.find("confirmRefund") is None
    told.type("checkKey", CHECK_DIGITS)
    told.touch("confirmRefund")
    told.stage(RefundStage.ENDED)
    assert told.opened.checkout.refunds.asked == [(CHOSEN.rrn, PART)]
    assert told.happened is words.OUTCOMES[RefundOutcome.REFUNDED]
    assert told.view.receipt == refunded(PART).receipt
    told.touch("refundDone")
    assert told.view == RefundView(is_online=True)
    told.touch("product_tea")


def test_a_void_is_of_the_whole_and_asks_for_no_amount(story: Tell) -> None:
    told = story()
    told.choose("VOID")
    told.stage(RefundStage.CHECK)
    told.type("checkKey", CHECK_DIGITS)
    told.touch("confirmRefund")
    told.stage(RefundStage.ENDED)
    assert told.opened.checkout.refunds.asked == [(CHOSEN.rrn, VOID)]


def test_another_receipts_digits_send_nothing(story: Tell) -> None:
    told = story()
    told.choose("VOID")
    told.type("checkKey", "9999")
    assert told.find("confirmRefund") is None
    told.opened.till.refunds.confirm_refund()
    assert told.view.stage is RefundStage.CHECK
    told.touch("checkKey_clear")
    assert told.view.checked == ""
    assert told.opened.checkout.refunds.asked == []


def test_more_than_was_paid_cannot_be_typed_on(story: Tell) -> None:
    told = story()
    told.choose("REFUND")
    assert told.find("refundGoOn") is None
    told.type("refundKey", "9999999")
    assert told.view.typed_minor_units == 999_999
    assert told.find("refundGoOn") is None
    told.touch("refundBack", "refund_REFUND")
    assert told.view.typed_minor_units == 0


@pytest.mark.rule("OFF-01", "OFF-02")
def test_nothing_is_refunded_while_offline_not_even_what_was_begun(story: Tell) -> None:
    told = story(Script(online=False))
    assert told.find("refunds") is None
    told.opened.till.refunds.open_refunds()
    assert told.view.stage is RefundStage.CLOSED

    told = story()
    told.choose("VOID")
    told.type("checkKey", CHECK_DIGITS)
    told.opened.till.refunds.take_line(LineState.OFFLINE)
    assert told.find("confirmRefund") is None
    told.opened.till.refunds.confirm_refund()
    assert told.view.stage is RefundStage.CHECK
    told.touch("leaveRefunds")
    assert told.opened.checkout.refunds.asked == []


@pytest.mark.rule("OFF-03")
def test_an_unknown_end_is_said_and_can_be_asked_about_again(story: Tell) -> None:
    told = story()
    told.will_end(UNKNOWN, UNKNOWN, refunded(VOID))
    told.choose("VOID")
    told.type("checkKey", CHECK_DIGITS)
    told.touch("confirmRefund")
    told.wait(lambda: told.happened is words.UNKNOWN)
    told.touch("askRefundAgain")
    told.wait(lambda: told.happened is words.UNKNOWN)
    told.touch("askRefundAgain")
    told.wait(lambda: told.happened is words.OUTCOMES[RefundOutcome.VOIDED])
    assert told.find("askRefundAgain") is None
    assert len(told.opened.checkout.refunds.asked) == 1


@pytest.mark.parametrize(
    ("result", "explanation"),
    [
        (RefundRefused(RefundOutcome.DAY_IS_OVER), words.OUTCOMES[RefundOutcome.DAY_IS_OVER]),
        (LINE_DOWN, words.STOPS[LINE_DOWN.stop]),
    ],
    ids=["refused", "line down"],
)
def test_other_ends_are_told_without_a_slip(
    story: Tell, result: RefundResult, explanation: Explanation
) -> None:
    told = story()
    told.will_end(result)
    told.choose("VOID")
    told.type("checkKey", CHECK_DIGITS)
    told.touch("confirmRefund")
    told.stage(RefundStage.ENDED)
    assert (told.happened, told.view.receipt) == (explanation, None)


def test_a_journal_that_cannot_be_read_is_said(story: Tell) -> None:
    told = story()
    told.opened.checkout.refunds.is_damaged = True
    told.touch("refunds")
    told.stage(RefundStage.ENDED)
    assert told.happened is not None
    assert told.opened.checkout.refunds.asked == []


def test_refunds_are_closed_while_somebody_pays(story: Tell) -> None:
    told = story()
    told.touch("product_tea", "tender_cash")
    told.wait(lambda: told.opened.view.page is Page.OTHER_TENDER)
    told.wait(lambda: told.find("refunds") is None)
    told.touch("cancelTender")
    told.touch("refunds")
    told.stage(RefundStage.LIST)
    assert told.view.payments == tuple(APPROVED_PAYMENTS)
    told.touch("leaveRefunds")
    assert told.opened.view.cart.lines
