"""Stories at the till: real buttons in both windows over a scripted checkout."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from facepay.pad_challenge import Presentation
from facepay.response_code import ResponseCode
from facepay.vocabulary import CancelReason
from pos_app.checkout.clearing_answers import ClearingErrorReason
from pos_app.checkout.payment import Declined, Ended, EndReason
from pos_app.checkout.tenders import Tender
from pos_app.ui.checkout_port import TillParts
from pos_app.ui.desk import PayerDesk
from pos_app.ui.screen_platform import DisplayUnavailableError
from pos_app.ui.till_model import LineState, Page, Verdict
from tests.fakes.checkout import Script
from tests.unit.pos_app.ui.conftest import OpenTill

Open = Callable[..., OpenTill]


def _find(window: QWidget, name: str) -> QPushButton | None:
    found = window.findChildren(QPushButton, name)
    return next((b for b in found if b.isVisible() and b.isEnabled()), None)


class _Story:
    def __init__(self, opened: OpenTill, qtbot: QtBot) -> None:
        self.opened = opened
        self._qtbot = qtbot
        self.wait(lambda: opened.view.line is not LineState.STARTING)

    def wait(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=5000)

    def page(self, page: Page) -> None:
        self.wait(lambda: self.opened.view.page is page)

    def cashier(self, *names: str) -> None:
        for name in names:
            self._click(self.opened.till.cashier, name)

    def customer(self, *names: str) -> None:
        for name in names:
            self._click(self.opened.till.customer, name)

    def _click(self, window: QWidget, name: str) -> None:
        self.wait(lambda: _find(window, name) is not None)
        QTest.mouseClick(_find(window, name), Qt.MouseButton.LeftButton)

    def until_pin(self) -> None:
        self.cashier("product_tea", "tender_face")
        self.customer("agreeToFace")
        self.page(Page.DIGITS)
        self.customer("digit_1", "digit_3", "digit_5", "digit_7", "digit_confirm")
        self.page(Page.CONFIRM)
        self.customer("confirmPayment")
        self.page(Page.PIN)

    def enter_pin(self) -> None:
        for _ in range(6):
            self.customer("pin_5")
        self.wait(lambda: self.opened.view.pin.entered == 6)
        self.customer("pin_confirm")


@pytest.fixture
def story(open_till: Open, qtbot: QtBot) -> Callable[..., _Story]:
    return lambda script=None: _Story(open_till(script), qtbot)


Tell = Callable[..., _Story]


@pytest.mark.rule("AUT-02")
def test_a_payment_by_face_ends_with_a_receipt_in_both_windows(story: Tell) -> None:
    told = story()
    told.until_pin()
    told.enter_pin()
    told.page(Page.OUTCOME)
    view = told.opened.view
    assert view.outcome is not None
    assert (view.outcome.verdict, view.outcome.code) == (Verdict.PAID, "00")
    told.customer("customerReceipt")
    assert told.opened.view.page is Page.RECEIPT
    told.cashier("receiptNewSale")
    assert told.opened.view.cart.lines == ()
    assert len(told.opened.view.receipts) == 1


@pytest.mark.rule("CON-12")
def test_a_payer_may_pay_without_coloured_light_and_hurry(story: Tell) -> None:
    told = story()
    told.cashier("product_tea", "tender_face")
    told.customer("agreeToFaceCalmly")
    told.page(Page.DIGITS)
    assert told.opened.checkout.presentations == [Presentation.ACCESSIBLE]


@pytest.mark.rule("CON-08", "CON-09")
def test_refusing_face_leads_to_the_same_purchase_and_face_is_not_offered_again(
    story: Tell,
) -> None:
    told = story()
    told.cashier("product_tea", "tender_face")
    told.customer("otherWays")
    assert told.opened.view.page is Page.CHOOSING
    assert not told.opened.view.offers(Tender.FACE)
    told.customer("choose_card")
    told.cashier("received")
    receipt = told.opened.view.receipt
    assert receipt is not None
    assert (receipt.tender, receipt.amount.amount_minor_units) == (Tender.CARD, 3880)
    assert told.opened.checkout.sales == []


@pytest.mark.rule("CAP-01")
def test_nothing_is_sent_and_no_camera_starts_before_the_payers_touch(story: Tell) -> None:
    told = story()
    told.cashier("product_tea", "tender_face")
    assert told.opened.view.page is Page.NOTICE
    assert told.opened.checkout.sales == []


@pytest.mark.rule("CON-08")
def test_another_way_at_the_pin_pad_stops_the_payment_and_shows_no_failure(story: Tell) -> None:
    told = story()
    told.until_pin()
    told.customer("otherWays")
    told.wait(lambda: told.opened.checkout.stops == [CancelReason.PAYER])
    told.customer("choose_cash")
    told.cashier("received")
    assert told.opened.view.receipt is not None
    assert told.opened.view.receipt.tender is Tender.CASH


def test_the_cashier_may_switch_the_tender_at_any_moment(story: Tell) -> None:
    told = story()
    told.until_pin()
    told.cashier("tender_qr_code")
    assert told.opened.view.page is Page.OTHER_TENDER
    told.wait(lambda: told.opened.checkout.stops == [CancelReason.CASHIER])


def test_a_cancelled_payment_leaves_the_cart_and_a_usable_till(story: Tell) -> None:
    told = story()
    told.until_pin()
    told.cashier("cancelPayment")
    assert told.opened.view.page is Page.SELLING
    assert told.opened.view.cart.piece_count == 1
    told.wait(lambda: told.opened.checkout.stops == [CancelReason.CASHIER])
    told.until_pin()
    told.enter_pin()
    told.page(Page.OUTCOME)
    assert told.opened.view.is_paid


def test_nobody_can_leave_while_the_bank_decides(story: Tell) -> None:
    told = story(Script(hold_authorization=True))
    told.until_pin()
    told.enter_pin()
    told.wait(lambda: told.opened.view.money_may_move)
    presenter = told.opened.till.presenter
    presenter.cancel_payment()
    presenter.pay_another_way()
    presenter.choose_tender(Tender.CASH)
    assert told.opened.view.page is Page.WORKING
    assert told.opened.checkout.stops == []
    told.opened.till.flow.call(told.opened.checkout.released.set)
    told.page(Page.OUTCOME)


def test_a_decline_keeps_the_cart_and_says_how_many_tries_are_left(story: Tell) -> None:
    told = story(Script(outcome=Declined(ResponseCode.VERIFICATION_FAILED, 2)))
    told.until_pin()
    told.enter_pin()
    told.page(Page.OUTCOME)
    outcome = told.opened.view.outcome
    assert outcome is not None
    assert (outcome.verdict, outcome.code, outcome.tries_left) == (Verdict.REFUSED, "55", 2)
    told.customer("otherWays")
    assert told.opened.view.offers(Tender.FACE)
    told.customer("choose_card")
    told.cashier("received")
    assert told.opened.view.is_paid


@pytest.mark.rule("OFF-01")
def test_with_the_line_down_face_is_closed_and_the_other_ways_stay_open(story: Tell) -> None:
    told = story(Script(online=False))
    told.cashier("product_tea")
    assert not told.opened.view.offers(Tender.FACE)
    told.cashier("tender_cash", "received")
    assert told.opened.view.is_paid


def test_a_terminal_part_that_cannot_start_closes_face_and_nothing_else(
    open_till: Open, qtbot: QtBot
) -> None:
    async def connect(desk: PayerDesk) -> TillParts:
        raise DisplayUnavailableError("the journal cannot be opened")

    told = _Story(open_till(connect=connect), qtbot)
    assert told.opened.view.line is LineState.OUT_OF_ORDER
    told.cashier("product_tea")
    assert not told.opened.view.offers(Tender.FACE)
    told.cashier("tender_card", "received")
    assert told.opened.view.is_paid


def test_a_line_found_down_by_a_payment_shows_at_once(story: Tell) -> None:
    unreachable = Ended(EndReason.CLEARING_FAILED, clearing=ClearingErrorReason.UNREACHABLE)
    script = Script(outcome=unreachable, ends_before_pin=True)
    told = story(script)
    script.online = False
    told.cashier("product_tea", "tender_face")
    told.customer("agreeToFace")
    told.page(Page.DIGITS)
    told.customer("digit_1", "digit_3", "digit_5", "digit_7", "digit_confirm")
    told.page(Page.OUTCOME)
    told.wait(lambda: told.opened.view.line is LineState.OFFLINE)


def test_somebody_elses_name_is_answered_with_not_me(story: Tell) -> None:
    told = story(Script(digits=0))
    told.cashier("product_tea", "tender_face")
    told.customer("agreeToFace")
    told.page(Page.CONFIRM)
    told.customer("notMe")
    told.page(Page.OUTCOME)
    assert not told.opened.view.is_paid


def test_no_account_found_offers_another_try_and_never_takes_it_by_itself(story: Tell) -> None:
    told = story(Script(digits=0, retries=1))
    told.cashier("product_tea", "tender_face")
    told.customer("agreeToFace")
    told.page(Page.RETRY)
    assert told.opened.view.tries_left == 1
    told.customer("tryAgain")
    told.page(Page.CONFIRM)


@pytest.mark.rule("AUT-04", "CON-12")
def test_the_pin_pad_counts_clears_and_gives_more_time_twice(story: Tell) -> None:
    told = story()
    told.until_pin()
    told.customer("pin_1", "pin_2")
    told.wait(lambda: told.opened.view.pin.entered == 2)
    told.customer("pin_clear")
    told.wait(lambda: told.opened.view.pin.entered == 0)
    told.customer("moreTime")
    told.wait(lambda: told.opened.view.pin.was_extended)
    told.customer("moreTime")
    told.wait(lambda: told.opened.view.pin.extensions_left == 0)


@pytest.mark.rule("AUT-04")
def test_a_keyboard_or_scanner_cannot_type_a_pin(story: Tell) -> None:
    told = story()
    told.until_pin()
    window = told.opened.till.customer
    for target in (window, window.findChild(QWidget, "pin"), window.findChild(QWidget, "pin_5")):
        QTest.keyClicks(target, "123456 ")
        QTest.keyClick(target, Qt.Key.Key_Return)
    assert told.opened.view.pin.entered == 0
    assert told.opened.view.page is Page.PIN


def test_digits_typed_are_forgotten_once_they_are_sent(story: Tell) -> None:
    told = story()
    told.until_pin()
    assert told.opened.view.digits.typed == ""


def test_quantity_keys_change_the_chosen_row_and_zero_removes_it(story: Tell) -> None:
    told = story()
    told.cashier("product_tea", "quantity_1", "quantity_2")
    assert told.opened.view.cart.piece_count == 12
    told.cashier("deleteDigit")
    assert told.opened.view.cart.piece_count == 1
    told.cashier("product_bun", "line_tea", "quantity_0")
    assert [line.item.sku for line in told.opened.view.cart.lines] == ["bun"]
    told.cashier("line_bun", "removeLine")
    assert told.opened.view.cart.lines == ()


def test_closing_the_till_during_a_capture_ends_everything(story: Tell) -> None:
    told = story()
    told.until_pin()
    checkout = told.opened.checkout
    told.opened.till.close()
    assert checkout.closed
    assert told.opened.till.flow.loop.is_closed()
