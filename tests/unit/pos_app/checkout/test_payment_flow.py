"""The path of a payment, on a clearing service and a line that can misbehave."""

import asyncio
import json

import pytest

from facepay.errors import KeyExhaustedError
from facepay.message_header import Purpose
from facepay.response_code import ResponseCode
from facepay.vocabulary import CancelReason, ReversalReason
from pos_app.checkout.clearing_answers import ClearingErrorReason
from pos_app.checkout.payment import (
    Approved,
    CaptureFailureReason,
    Declined,
    Ended,
    EndReason,
    PaymentStep,
    Reversing,
)
from pos_app.checkout.payment_state import TerminalState
from pos_app.checkout.pin_entry import PinEntryCancelled, PinEntryTimedOut, PinPadError
from pos_app.checkout.ports import CaptureFailure, PayerWord
from pos_app.checkout.tenders import OTHER_TENDERS, Tender
from tests.fakes.clearing import LineFault
from tests.fakes.shop import FakeShop


@pytest.fixture
def shop() -> FakeShop:
    return FakeShop()


class TestApproved:
    async def test_a_payment_ends_with_a_receipt_and_one_debit(self, shop: FakeShop) -> None:
        outcome = await shop.pay()
        assert isinstance(outcome, Approved)
        assert shop.debit_count == 1
        assert shop.journal.state_of(shop.payment_id) is TerminalState.APPROVED
        content = json.loads(outcome.receipt.to_json())
        assert content["response_code"] == "00"
        assert content["rrn"] == "606100000001"
        assert content["amount_minor_units"] == 1300
        assert content["complaint_phone"]

    async def test_the_steps_are_announced_in_their_order(self, shop: FakeShop) -> None:
        shop.clearing.phone_digits = 4
        await shop.pay()
        assert shop.observer.steps == [
            PaymentStep.OPENING,
            PaymentStep.ASKING_DIGITS,
            PaymentStep.CAPTURING,
            PaymentStep.ROUTING,
            PaymentStep.CONFIRMING,
            PaymentStep.ENTERING_PIN,
            PaymentStep.AUTHORIZING,
            PaymentStep.FINISHED,
        ]

    @pytest.mark.rule("AUT-02")
    async def test_the_payer_sees_payee_and_amount_before_the_pin(self, shop: FakeShop) -> None:
        await shop.pay()
        (shown,) = shop.payer.shown
        assert shown.amount.amount_minor_units == 1300
        assert shown.payee.name_zh == "云杉便利店"
        assert shop.pin_pad.prompts[0].amount == shown.amount

    async def test_phone_digits_are_wiped_when_routing_is_over(self, shop: FakeShop) -> None:
        shop.clearing.phone_digits = 4
        await shop.pay()
        (digits,) = shop.payer.given_digits
        with pytest.raises(ValueError, match="wiped"):
            _ = digits.view

    @pytest.mark.rule("WIR-05")
    async def test_every_call_is_journaled_before_it_is_made(self, shop: FakeShop) -> None:
        """At each call the journal already holds as many operations as calls were made."""
        behind: list[Purpose] = []

        def check(purpose: Purpose) -> None:
            if purpose not in [operation.purpose for operation in shop.journal.operations]:
                behind.append(purpose)

        shop.clearing.on_call = check
        await shop.pay()
        assert behind == []

    async def test_the_journal_knows_that_money_may_move_before_the_request_leaves(
        self, shop: FakeShop
    ) -> None:
        states: list[TerminalState] = []

        def look(purpose: Purpose) -> None:
            if purpose is Purpose.AUTHORIZE_PAYMENT:
                states.append(shop.journal.state_of(shop.payment_id))

        shop.clearing.on_call = look
        await shop.pay()
        assert states == [TerminalState.AUTHORIZING]


class TestDeclined:
    @pytest.mark.rule("WIR-07")
    @pytest.mark.parametrize("code", [code for code in ResponseCode if not code.is_approval])
    async def test_every_decline_is_shown_with_its_code_and_moves_no_money(
        self, shop: FakeShop, code: ResponseCode
    ) -> None:
        shop.clearing.authorization_code = code
        assert await shop.pay() == Declined(code)
        assert shop.debit_count == 0
        assert shop.journal.state_of(shop.payment_id) is TerminalState.DECLINED

    async def test_a_declined_opening_never_turns_the_camera_on(self, shop: FakeShop) -> None:
        shop.clearing.opening_code = ResponseCode.INVALID_AMOUNT
        assert await shop.pay() == Declined(ResponseCode.INVALID_AMOUNT)
        assert shop.capture.capture_count == 0

    async def test_the_tries_left_come_with_a_wrong_pin(self, shop: FakeShop) -> None:
        shop.clearing.authorization_code = ResponseCode.VERIFICATION_FAILED
        shop.clearing.pin_tries_left = 2
        assert await shop.pay() == Declined(ResponseCode.VERIFICATION_FAILED, 2)


class TestRouting:
    async def test_a_face_that_leads_nowhere_may_be_tried_three_times(self, shop: FakeShop) -> None:
        shop.clearing.route_answers.extend(["not_routed"] * 3)
        assert await shop.pay() == Ended(EndReason.NOT_ROUTED)
        assert shop.capture.capture_count == 3

    @pytest.mark.rule("CAP-01", "CON-09")
    async def test_no_second_capture_starts_without_the_payers_touch(self, shop: FakeShop) -> None:
        shop.clearing.route_answers.append("not_routed")
        shop.payer.tries_again = False
        assert await shop.pay() == Ended(EndReason.NOT_ROUTED)
        assert shop.capture.capture_count == 1

    async def test_a_search_that_was_cut_off_is_tried_with_a_new_capture(
        self, shop: FakeShop
    ) -> None:
        shop.clearing.fail(Purpose.ROUTE_PROBE, LineFault.CUT_OFF)
        assert isinstance(await shop.pay(), Approved)
        assert shop.capture.capture_count == 2
        assert PaymentStep.OFFERING_RECAPTURE in shop.observer.steps
        assert PaymentStep.OFFERING_RETRY not in shop.observer.steps

    @pytest.mark.parametrize("cut_off", [1, 3])
    async def test_a_search_that_stays_cut_off_is_not_called_an_unknown_face(
        self, shop: FakeShop, cut_off: int
    ) -> None:
        shop.clearing.fail(Purpose.ROUTE_PROBE, *[LineFault.CUT_OFF] * cut_off)
        shop.payer.tries_again = cut_off > 1
        cut_off_again = ClearingErrorReason.CAPTURE_AGAIN
        assert await shop.pay() == Ended(EndReason.CLEARING_FAILED, clearing=cut_off_again)
        assert shop.capture.capture_count == cut_off
        assert shop.debit_count == 0

    async def test_digits_asked_for_by_the_search_lead_to_a_new_capture(
        self, shop: FakeShop
    ) -> None:
        shop.clearing.route_answers.append("digits")
        assert isinstance(await shop.pay(), Approved)
        assert shop.clearing.digits_seen == [0, 4]

    async def test_digits_are_asked_for_once_however_often_the_face_is_tried(
        self, shop: FakeShop
    ) -> None:
        shop.clearing.phone_digits = 4
        shop.clearing.route_answers.append("not_routed")
        assert isinstance(await shop.pay(), Approved)
        assert len(shop.payer.given_digits) == 1

    @pytest.mark.parametrize(
        "reason",
        [reason for reason in CaptureFailureReason if reason is not CaptureFailureReason.CANCELLED],
    )
    async def test_a_failed_capture_ends_the_payment_and_sends_nothing_of_the_face(
        self, shop: FakeShop, reason: CaptureFailureReason
    ) -> None:
        shop.capture.failure = CaptureFailure(reason)
        assert await shop.pay() == Ended(EndReason.CAPTURE_FAILED, capture=reason)
        assert Purpose.ROUTE_PROBE not in shop.clearing.calls
        assert shop.clearing.cancel_reasons == [CancelReason.CAPTURE_FAILED]


class TestStopping:
    """CON-08: a person may stop, or choose another tender, at any moment."""

    @pytest.mark.rule("CON-08")
    @pytest.mark.parametrize(
        "step",
        [
            PaymentStep.OPENING,
            PaymentStep.ASKING_DIGITS,
            PaymentStep.CAPTURING,
            PaymentStep.ROUTING,
            PaymentStep.CONFIRMING,
            PaymentStep.ENTERING_PIN,
        ],
    )
    async def test_a_stop_before_authorizing_ends_the_payment_without_money(
        self, shop: FakeShop, step: PaymentStep
    ) -> None:
        shop.clearing.phone_digits = 4
        _stop_at(shop, step)
        assert await shop.pay() == Ended(EndReason.STOPPED_BY_CASHIER)
        assert shop.debit_count == 0
        assert not shop.capture.is_running
        assert shop.journal.state_of(shop.payment_id) is TerminalState.ENDED

    @pytest.mark.rule("CON-08")
    async def test_a_stop_while_authorizing_takes_the_approval_back(self, shop: FakeShop) -> None:
        _stop_at(shop, PaymentStep.AUTHORIZING)
        assert await shop.pay() == Reversing(ReversalReason.CASHIER, is_acknowledged=True)
        assert shop.debit_count == 0

    async def test_a_stop_ends_a_capture_that_hangs(self, shop: FakeShop) -> None:
        shop.capture.hangs = True
        task = asyncio.create_task(shop.pay())
        await shop.capture.started.wait()
        shop.checkout.stop(CancelReason.PAYER)
        assert await task == Ended(EndReason.STOPPED_BY_PAYER)
        assert shop.capture.cancel_count == 1
        assert not shop.capture.is_running

    async def test_not_me_voids_the_routing(self, shop: FakeShop) -> None:
        shop.payer.word = PayerWord.NOT_ME
        assert await shop.pay() == Ended(EndReason.NOT_ME)
        assert shop.clearing.cancel_reasons == [CancelReason.NOT_ME]

    async def test_a_payer_who_walks_away_lets_the_payment_expire(self, shop: FakeShop) -> None:
        shop.payer.is_asleep = True
        assert await shop.pay() == Ended(EndReason.EXPIRED)
        assert shop.clock.monotonic() == pytest.approx(120)

    async def test_refusing_the_digits_stops(self, shop: FakeShop) -> None:
        shop.clearing.phone_digits = 4
        shop.payer.digits = None
        assert await shop.pay() == Ended(EndReason.STOPPED_BY_PAYER)

    async def test_stopping_at_the_pin_pad_stops(self, shop: FakeShop) -> None:
        shop.pin_pad.answer = PinEntryCancelled()
        assert await shop.pay() == Ended(EndReason.STOPPED_BY_PAYER)

    async def test_no_pin_in_time_ends_the_payment(self, shop: FakeShop) -> None:
        shop.pin_pad.answer = PinEntryTimedOut()
        assert await shop.pay() == Ended(EndReason.PIN_TIMED_OUT)
        assert Purpose.AUTHORIZE_PAYMENT not in shop.clearing.calls

    @pytest.mark.parametrize("error", [PinPadError("no key"), KeyExhaustedError("used up")])
    async def test_a_pin_pad_that_cannot_work_ends_the_payment(
        self, shop: FakeShop, error: Exception
    ) -> None:
        shop.pin_pad.error = error
        assert await shop.pay() == Ended(EndReason.TERMINAL_FAULT)

    @pytest.mark.rule("CON-08")
    def test_three_other_tenders_are_always_on_offer(self) -> None:
        assert Tender.FACE not in OTHER_TENDERS
        assert len(OTHER_TENDERS) == 3


class TestNoLine:
    @pytest.mark.rule("OFF-01")
    async def test_with_the_line_down_nothing_is_approved_and_nothing_is_captured(
        self, shop: FakeShop
    ) -> None:
        shop.clearing.cut_line()
        outcome = await shop.pay()
        assert outcome == Ended(EndReason.CLEARING_FAILED, clearing=ClearingErrorReason.UNREACHABLE)
        assert shop.capture.capture_count == 0

    @pytest.mark.rule("OFF-01")
    @pytest.mark.parametrize("purpose", [Purpose.OPEN_PAYMENT, Purpose.ROUTE_PROBE])
    async def test_a_line_cut_before_authorizing_ends_the_payment(
        self, shop: FakeShop, purpose: Purpose
    ) -> None:
        shop.clearing.fail(purpose, LineFault.LOSE_REQUEST)
        outcome = await shop.pay()
        assert isinstance(outcome, Ended)
        assert outcome.reason is EndReason.CLEARING_FAILED
        assert shop.debit_count == 0

    async def test_a_refused_authorization_ends_without_a_query(self, shop: FakeShop) -> None:
        shop.clearing.fail(Purpose.AUTHORIZE_PAYMENT, LineFault.REFUSE)
        assert await shop.pay() == Ended(
            EndReason.CLEARING_FAILED, clearing=ClearingErrorReason.SERVICE_UNAVAILABLE
        )
        assert Purpose.GET_PAYMENT not in shop.clearing.calls


class TestForgedRefusal:
    """A refusal has no signature, so it alone ends no payment that may have moved money."""

    @pytest.mark.rule("OFF-03", "MER-01")
    async def test_an_approval_hidden_behind_a_refusal_is_found(self, shop: FakeShop) -> None:
        shop.clearing.fail(Purpose.AUTHORIZE_PAYMENT, LineFault.FORGE_REFUSAL)
        assert isinstance(await shop.pay(), Approved)
        assert shop.debit_count == 1

    @pytest.mark.rule("OFF-03", "MER-01")
    async def test_what_nobody_signs_is_reversed(self, shop: FakeShop) -> None:
        shop.clearing.fail(Purpose.AUTHORIZE_PAYMENT, LineFault.FORGE_REFUSAL)
        shop.clearing.fail(Purpose.CANCEL_PAYMENT, *[LineFault.REFUSE] * 3)
        shop.clearing.fail(Purpose.GET_PAYMENT, *[LineFault.REFUSE] * 20)
        assert await shop.pay() == Reversing(ReversalReason.NO_REPLY, is_acknowledged=True)
        assert shop.debit_count == 0


class TestDoubt:
    @pytest.mark.rule("OFF-03")
    async def test_a_lost_reply_is_asked_for_and_debited_once(self, shop: FakeShop) -> None:
        shop.clearing.fail(Purpose.AUTHORIZE_PAYMENT, LineFault.LOSE_REPLY)
        assert isinstance(await shop.pay(), Approved)
        assert shop.debit_count == 1
        assert shop.clearing.calls.count(Purpose.AUTHORIZE_PAYMENT) == 1

    @pytest.mark.rule("OFF-03")
    async def test_a_request_that_never_arrived_is_reversed_after_a_minute(
        self, shop: FakeShop
    ) -> None:
        shop.clearing.fail(Purpose.AUTHORIZE_PAYMENT, LineFault.LOSE_REQUEST)
        assert await shop.pay() == Reversing(ReversalReason.NO_REPLY, is_acknowledged=True)
        assert shop.debit_count == 0
        assert shop.journal.state_of(shop.payment_id) is TerminalState.REVERSED

    async def test_the_questions_come_after_1_2_4_and_then_every_5_seconds(
        self, shop: FakeShop
    ) -> None:
        asked_at: list[float] = []

        def note(purpose: Purpose) -> None:
            if purpose is Purpose.GET_PAYMENT:
                asked_at.append(shop.clock.monotonic())

        shop.clearing.on_call = note
        shop.clearing.fail(Purpose.AUTHORIZE_PAYMENT, LineFault.LOSE_REQUEST)
        await shop.pay()
        assert asked_at == [1, 3, 7, 12, 17, 22, 27, 32, 37, 42, 47, 52, 57]

    async def test_a_reply_that_is_not_genuine_is_never_believed(self, shop: FakeShop) -> None:
        """The forged reply moves the terminal to ask; what is then verified counts."""
        shop.clearing.fail(Purpose.AUTHORIZE_PAYMENT, LineFault.FORGE_REPLY)
        shop.clearing.fail(Purpose.GET_PAYMENT, *[LineFault.FORGE_REPLY] * 13)
        assert await shop.pay() == Reversing(ReversalReason.NO_REPLY, is_acknowledged=True)
        assert shop.debit_count == 0

    async def test_with_the_line_down_the_reversal_waits(self, shop: FakeShop) -> None:
        shop.clearing.on_call = lambda purpose: (
            shop.clearing.cut_line() if purpose is Purpose.AUTHORIZE_PAYMENT else None
        )
        assert await shop.pay() == Reversing(ReversalReason.NO_REPLY, is_acknowledged=False)
        assert len(await shop.journal.reversals()) == 1

    async def test_a_stop_in_doubt_reverses_at_once(self, shop: FakeShop) -> None:
        shop.clearing.fail(Purpose.AUTHORIZE_PAYMENT, LineFault.LOSE_REPLY)
        _stop_at(shop, PaymentStep.QUERYING)
        assert await shop.pay() == Reversing(ReversalReason.NO_REPLY, is_acknowledged=True)
        assert shop.clock.monotonic() == 0
        assert shop.debit_count == 0


class TestReversedMeanwhile:
    """Somebody reverses a payment whose authorization is still on the line."""

    @pytest.mark.parametrize("code", [ResponseCode.APPROVED, ResponseCode.INSUFFICIENT_FUNDS])
    async def test_the_reversal_stands_whatever_the_authorization_says(
        self, shop: FakeShop, code: ResponseCode
    ) -> None:
        shop.clearing.authorization_code = code

        def reverse(purpose: Purpose) -> None:
            if purpose is Purpose.AUTHORIZE_PAYMENT:
                shop.journal.force(shop.payment_id, TerminalState.REVERSING)

        shop.clearing.on_call = reverse
        assert not isinstance(await shop.pay(), Approved)
        assert shop.journal.state_of(shop.payment_id) is TerminalState.REVERSING


class TestJournalFault:
    @pytest.mark.parametrize("writes", range(6))
    async def test_nothing_that_moves_money_is_sent_without_a_journal(
        self, shop: FakeShop, writes: int
    ) -> None:
        """Writes: sign-on, payment, open, route, authorize operation, AUTHORIZING."""
        shop.journal.fail_after(writes)
        assert await shop.pay() == Ended(EndReason.JOURNAL_FAILED)
        assert Purpose.AUTHORIZE_PAYMENT not in shop.clearing.calls
        assert shop.observer.steps[-1] is PaymentStep.FINISHED

    async def test_an_approval_that_cannot_be_journaled_is_undone_and_gives_no_receipt(
        self, shop: FakeShop
    ) -> None:
        """A restart would find it in doubt, and might reverse it after the receipt was given."""
        shop.journal.fail_after(6)
        assert await shop.pay() == Reversing(ReversalReason.NO_REPLY, is_acknowledged=False)
        shop.journal.repair()
        await shop.checkout.reversals.sweep()
        assert shop.debit_count == 0
        assert shop.journal.state_of(shop.payment_id) is TerminalState.REVERSED

    async def test_a_reversal_the_journal_cannot_take_is_kept_and_sent_later(
        self, shop: FakeShop
    ) -> None:
        shop.clearing.fail(Purpose.AUTHORIZE_PAYMENT, LineFault.LOSE_REPLY)
        shop.journal.fail_after(6)
        assert await shop.pay() == Reversing(ReversalReason.NO_REPLY, is_acknowledged=False)
        shop.journal.repair()
        await shop.checkout.reversals.sweep()
        assert shop.debit_count == 0
        assert shop.journal.state_of(shop.payment_id) is TerminalState.REVERSED

    async def test_the_next_payment_works_once_the_journal_does(self, shop: FakeShop) -> None:
        shop.journal.fail_after(0)
        await shop.pay()
        shop.journal.repair()
        assert isinstance(await shop.pay(), Approved)


def _stop_at(shop: FakeShop, wanted: PaymentStep) -> None:
    announce = shop.observer.step_changed

    def stop_there(step: PaymentStep, details: object) -> None:
        announce(step, details)  # type: ignore[arg-type] # passed on as it came
        if step is wanted:
            shop.checkout.stop(CancelReason.CASHIER)

    shop.observer.step_changed = stop_there  # type: ignore[method-assign] # a spy
