"""After a power cut: only questions and reversals, and money moved once or not at all."""

import asyncio

import pytest

from facepay.message_header import Purpose
from facepay.payment_decision import PaymentState
from facepay.vocabulary import ReversalReason
from pos_app.checkout.payment import Ended, EndReason, PaymentStep
from pos_app.checkout.payment_state import TerminalState
from pos_app.checkout.recovery import RecoveredPayment, Recovery
from pos_app.checkout.refund_flow import RefundFlow
from pos_app.checkout.upkeep import TillUpkeep
from tests.fakes.clearing import LineFault
from tests.fakes.refunds import FakeRefunds, NoRefunds
from tests.fakes.shop import FakeShop


class PowerCutError(BaseException):
    """The process is gone: nothing below may catch this."""


async def cut_power_at(shop: FakeShop, wanted: PaymentStep) -> None:
    """Run a payment and lose the process at a step."""
    announce = shop.observer.step_changed

    def cut(step: PaymentStep, details: object) -> None:
        announce(step, details)  # type: ignore[arg-type] # passed on as it came
        if step is wanted:
            raise PowerCutError

    shop.observer.step_changed = cut  # type: ignore[method-assign] # a fault
    with pytest.raises(PowerCutError):
        await shop.pay()
    shop.observer.step_changed = announce  # type: ignore[method-assign] # repaired


async def recover(shop: FakeShop) -> tuple[RecoveredPayment, ...]:
    """Start another process and let it settle what it finds."""
    return await shop.restarted().recover()


@pytest.mark.rule("OFF-03")
async def test_power_lost_before_the_request_left_is_reversed() -> None:
    shop = FakeShop()
    await cut_power_at(shop, PaymentStep.AUTHORIZING)
    (recovered,) = await recover(shop)
    assert recovered.recovery is Recovery.REVERSED
    assert shop.debit_count == 0


@pytest.mark.rule("OFF-03")
async def test_power_lost_between_send_and_reply_finds_the_approval() -> None:
    shop = FakeShop()
    shop.clearing.fail(Purpose.AUTHORIZE_PAYMENT, LineFault.LOSE_REPLY)
    await cut_power_at(shop, PaymentStep.QUERYING)
    assert shop.clearing.state_of(shop.payment_id) is PaymentState.APPROVED
    (recovered,) = await recover(shop)
    assert recovered.recovery is Recovery.FOUND_APPROVED
    assert recovered.decision is not None
    assert recovered.decision.rrn is not None
    assert shop.debit_count == 1
    assert shop.clearing.calls.count(Purpose.AUTHORIZE_PAYMENT) == 1


@pytest.mark.parametrize("step", [PaymentStep.CAPTURING, PaymentStep.CONFIRMING])
async def test_power_lost_before_the_pin_just_ends_the_payment(step: PaymentStep) -> None:
    shop = FakeShop()
    await cut_power_at(shop, step)
    (recovered,) = await recover(shop)
    assert recovered.recovery is Recovery.FOUND_OVER
    assert shop.clearing.state_of(shop.payment_id) is PaymentState.CANCELLED
    assert shop.journal.state_of(shop.payment_id) is TerminalState.ENDED


async def test_a_line_that_stays_down_after_the_restart_queues_the_reversal() -> None:
    shop = FakeShop()
    await cut_power_at(shop, PaymentStep.AUTHORIZING)
    shop.clearing.cut_line()
    (recovered,) = await recover(shop)
    assert recovered.recovery is Recovery.REVERSAL_QUEUED
    assert len(await shop.journal.reversals()) == 1


async def test_a_second_recovery_finds_nothing() -> None:
    shop = FakeShop()
    await cut_power_at(shop, PaymentStep.AUTHORIZING)
    await recover(shop)
    assert await recover(shop) == ()


async def test_the_sweep_runs_until_it_is_cancelled() -> None:
    shop = FakeShop()
    task = asyncio.create_task(shop.checkout.reversals.run())
    await shop.clock.sleep(60)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.rule("OFF-03")
async def test_what_the_journal_cannot_take_now_is_settled_later_and_holds_nothing_up() -> None:
    """The first of two left-over payments meets a full disk; the second is settled all the same."""
    shop = FakeShop()
    await cut_power_at(shop, PaymentStep.CAPTURING)
    shop.checkout = shop.restarted()
    await cut_power_at(shop, PaymentStep.CAPTURING)
    first, second = shop.journal.payment_ids
    checkout = shop.restarted()
    shop.journal.fail_next(1)
    (settled,) = await checkout.recover()
    assert settled.payment.binding.payment_id == second
    assert [item.binding.payment_id for item in await checkout.left_over()] == [first]
    (later,) = await checkout.recover()
    assert later.payment.binding.payment_id == first
    assert shop.journal.state_of(first) is TerminalState.ENDED
    assert list(await checkout.left_over()) == []


async def test_a_payment_of_this_process_is_never_taken_for_one_left_over() -> None:
    shop = FakeShop()
    await shop.pay()
    shop.journal.force(shop.payment_id, TerminalState.UNKNOWN)
    assert await shop.checkout.recover() == ()


async def test_what_somebody_else_settled_meanwhile_is_left_as_it_is() -> None:
    shop = FakeShop()
    await cut_power_at(shop, PaymentStep.AUTHORIZING)
    checkout = shop.restarted()
    await checkout.left_over()
    assert await checkout.reverse(shop.payment_id, ReversalReason.CASHIER)
    assert await checkout.recover() == ()
    assert shop.journal.state_of(shop.payment_id) is TerminalState.REVERSED


async def test_upkeep_settles_what_a_journal_unreadable_at_the_start_left() -> None:
    shop = FakeShop()
    await cut_power_at(shop, PaymentStep.AUTHORIZING)
    settled: list[RecoveredPayment] = []
    refunds = RefundFlow(FakeRefunds(shop.clock), shop.journal, NoRefunds(), shop.clock)
    shop.journal.is_unreadable = True
    upkeep = asyncio.create_task(
        TillUpkeep(shop.restarted(), refunds, shop.clock, settled.append).run()
    )
    await shop.clock.sleep(30)
    assert settled == []
    shop.journal.repair()
    await shop.clock.sleep(300)
    upkeep.cancel()
    await asyncio.gather(upkeep, return_exceptions=True)
    assert [item.recovery for item in settled] == [Recovery.REVERSED]
    assert shop.debit_count == 0


async def test_no_payment_begins_before_it_is_known_what_is_left_over() -> None:
    shop = FakeShop()
    shop.journal.is_unreadable = True
    assert await shop.pay() == Ended(EndReason.JOURNAL_FAILED)
    assert shop.clearing.calls == []
