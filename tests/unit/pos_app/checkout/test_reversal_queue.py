"""Reversals wait, are sent until acknowledged, and never get lost or sent to excess."""

from datetime import timedelta

import pytest

from facepay.message_header import Purpose
from pos_app.checkout.payment import Ended, EndReason, Reversing
from pos_app.checkout.payment_state import TerminalState
from pos_app.checkout.reversal_queue import ENTRIES_MAX, LONGEST_DELAY, delay_after
from tests.fakes.clearing import LineFault
from tests.fakes.shop import FakeShop


@pytest.fixture
async def shop() -> FakeShop:
    """A shop whose line went down while a payment was authorized, and was approved."""
    shop = FakeShop()
    shop.clearing.fail(Purpose.AUTHORIZE_PAYMENT, LineFault.LOSE_REPLY)
    shop.clearing.fail(Purpose.GET_PAYMENT, *[LineFault.LOSE_REQUEST] * 13)
    shop.clearing.fail(Purpose.REVERSE_PAYMENT, LineFault.LOSE_REQUEST)
    assert isinstance(await shop.pay(), Reversing)
    assert shop.debit_count == 1
    return shop


def test_the_delay_doubles_from_five_seconds_to_a_quarter_of_an_hour() -> None:
    seconds = [delay_after(count).total_seconds() for count in range(10)]
    assert seconds == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]
    assert delay_after(10_000) == LONGEST_DELAY


@pytest.mark.rule("OFF-02")
async def test_nothing_is_sent_before_it_is_due(shop: FakeShop) -> None:
    state = await shop.checkout.reversals.sweep()
    assert state.waiting == 1
    assert shop.clearing.calls.count(Purpose.REVERSE_PAYMENT) == 1


async def test_what_is_due_is_sent_and_its_acknowledgement_ends_it(shop: FakeShop) -> None:
    shop.clock.advance(5)
    state = await shop.checkout.reversals.sweep()
    assert state.waiting == 0
    assert shop.debit_count == 0
    assert shop.journal.state_of(shop.payment_id) is TerminalState.REVERSED


@pytest.mark.rule("OFF-03")
async def test_a_lost_acknowledgement_is_asked_for_again_and_reverses_once(shop: FakeShop) -> None:
    shop.clearing.fail(Purpose.REVERSE_PAYMENT, LineFault.LOSE_REPLY)
    shop.clock.advance(5)
    await shop.checkout.reversals.sweep()
    shop.clock.advance(10)
    await shop.checkout.reversals.sweep()
    assert shop.debit_count == 0
    assert list(await shop.journal.reversals()) == []


@pytest.mark.rule("OFF-02")
async def test_after_a_day_it_becomes_a_case_for_people(shop: FakeShop) -> None:
    shop.clearing.cut_line()
    shop.clock.advance(timedelta(hours=24).total_seconds())
    state = await shop.checkout.reversals.sweep()
    assert (state.waiting, state.became_cases) == (0, 1)
    assert shop.journal.state_of(shop.payment_id) is TerminalState.CASE


@pytest.mark.rule("OFF-02")
async def test_it_survives_a_restart(shop: FakeShop) -> None:
    restarted = shop.restarted()
    shop.clock.advance(5)
    await restarted.reversals.sweep()
    assert shop.debit_count == 0


@pytest.mark.rule("OFF-02")
async def test_a_full_queue_stops_face_payments_and_loses_nothing(shop: FakeShop) -> None:
    (entry,) = await shop.journal.reversals()
    shop.journal.reversals = _always([entry] * ENTRIES_MAX)  # type: ignore[assignment,method-assign] # a full queue
    assert await shop.pay() == Ended(EndReason.JOURNAL_FAILED)


def _always(entries: list[object]) -> object:
    async def reversals() -> list[object]:
        return entries

    return reversals
