"""Refunds over the real line: money back once, by number, and never while the line is down."""

import pytest

from facepay.identifiers import RetrievalReferenceNumber
from facepay.money import Money
from facepay.refund_decision import RefundOutcome
from facepay.vocabulary import RefundKind
from facepay_harness.accounts import SandboxPerson
from facepay_harness.line import FaultyLine, LineFault
from facepay_harness.pytest_plugin import inspect
from facepay_harness.terminal import ScenarioTerminal
from facepay_harness.world import SandboxWorld
from pos_app.checkout.payment import Approved
from pos_app.checkout.refund import (
    NotRefunded,
    Refunded,
    RefundIntent,
    RefundRefused,
    RefundResult,
    RefundStop,
)


async def _number_of_a_payment(till: ScenarioTerminal) -> RetrievalReferenceNumber:
    outcome = await till.pay(12_50)
    assert isinstance(outcome, Approved)
    assert outcome.receipt.face is not None
    return outcome.receipt.face.rrn


@pytest.mark.rule("OFF-03", "WIR-05")
async def test_refunds_come_back_to_the_payer_in_parts(
    facepay_world: SandboxWorld, li_na: SandboxPerson
) -> None:
    line = FaultyLine()
    till = facepay_world.terminal("TILL0001", [line])
    till.stand(li_na)
    rrn = await _number_of_a_payment(till)
    refunds = till.terminal.refund_flow()
    line.fail("RefundPayment", LineFault.BREAK_AFTER)
    part = RefundIntent(RefundKind.REFUND, Money(10_00))
    assert isinstance(await refunds.refund(rrn, part), Refunded)
    sent = [content for name, content in line.sent if name == "RefundPayment"]
    assert (len(sent), len(set(sent))) == (2, 1)
    assert await refunds.refund(rrn, part) == RefundRefused(RefundOutcome.MORE_THAN_IS_LEFT)
    await _until_spent(facepay_world, li_na, 2_50)
    rest = RefundIntent(RefundKind.REFUND, Money(2_50))
    assert isinstance(await refunds.refund(rrn, rest), Refunded)
    assert await refunds.refund(rrn, rest) == RefundRefused(RefundOutcome.REFUNDED_BEFORE)
    await _until_spent(facepay_world, li_na, 0)
    assert await inspect(facepay_world).moved() == 2 * 12_50


@pytest.mark.rule("OFF-01")
async def test_a_void_undoes_a_payment_but_not_with_the_line_down(
    facepay_world: SandboxWorld, li_na: SandboxPerson
) -> None:
    till = facepay_world.terminal("TILL0001")
    till.stand(li_na)
    rrn = await _number_of_a_payment(till)
    whole = RefundIntent(RefundKind.VOID, Money(12_50))
    await facepay_world.parties.stop(1)
    stopped = await till.terminal.refund_flow().refund(rrn, whole)
    assert isinstance(stopped, NotRefunded)
    assert stopped.stop is RefundStop.OFFLINE
    await facepay_world.parties.start(1)
    await facepay_world.wait_until_ready()
    voided = await _once_the_line_is_back(facepay_world, till, rrn, whole)
    if isinstance(voided, RefundRefused):  # the business day may have ended meanwhile
        assert voided.outcome is RefundOutcome.DAY_IS_OVER
        return
    assert isinstance(voided, Refunded)
    await _until_spent(facepay_world, li_na, 0)


async def _once_the_line_is_back(
    world: SandboxWorld,
    till: ScenarioTerminal,
    rrn: RetrievalReferenceNumber,
    intent: RefundIntent,
) -> RefundResult:
    """Ask as a cashier would: again, until this till's own line has found the service."""
    for _ in range(120):
        result = await till.terminal.refund_flow().refund(rrn, intent)
        if not isinstance(result, NotRefunded) or result.stop is not RefundStop.OFFLINE:
            return result
        await world.clock.sleep(0.5)
    pytest.fail("the line never came back")


async def _until_spent(world: SandboxWorld, person: SandboxPerson, amount: int) -> None:
    """Wait until the issuer, too, has credited."""
    books = inspect(world)
    for _ in range(200):
        if await books.spent(person) == amount:
            return
        await world.clock.sleep(0.5)
    pytest.fail("the issuer never credited")
