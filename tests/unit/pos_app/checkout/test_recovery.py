"""After a power cut: only questions and reversals, and money moved once or not at all."""

import asyncio

import pytest

from facepay.message_header import Purpose
from facepay.payment_decision import PaymentState
from pos_app.checkout.payment import PaymentStep
from pos_app.checkout.payment_state import TerminalState
from pos_app.checkout.recovery import RecoveredPayment, Recovery
from tests.fakes.clearing import LineFault
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
    checkout = shop.restarted()
    return await checkout.recover(await checkout.left_over())


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
