"""Stories of a line that loses things: money moves once or not at all, and nobody is left in doubt."""

import asyncio

import pytest

from facepay.response_code import ResponseCode
from facepay.vocabulary import ReversalReason
from facepay_harness.accounts import SandboxPerson
from facepay_harness.line import FaultyLine, LineFault
from facepay_harness.pytest_plugin import inspect
from facepay_harness.world import SandboxWorld
from pos_app.checkout.clearing_answers import ClearingErrorReason
from pos_app.checkout.payment import Approved, Declined, Ended, EndReason, PaymentStep, Reversing
from pos_app.checkout.payment_state import TerminalState
from pos_app.checkout.recovery import Recovery
from tests.stories.conftest import pay_until_served


@pytest.fixture
def line() -> FaultyLine:
    return FaultyLine()


@pytest.mark.rule("OFF-03", "WIR-05")
async def test_a_reply_lost_and_repeated_gets_the_same_answer_and_one_debit(
    facepay_world: SandboxWorld, li_na: SandboxPerson, line: FaultyLine
) -> None:
    till = facepay_world.terminal("TILL0001", [line])
    till.stand(li_na)
    line.fail("AuthorizePayment", LineFault.BREAK_AFTER, LineFault.BREAK_AFTER)
    assert isinstance(await till.pay(1250), Approved)
    sent = [content for name, content in line.sent if name == "AuthorizePayment"]
    assert len(sent) == 3
    assert len(set(sent)) == 1
    assert await inspect(facepay_world).spent(li_na) == 1250


@pytest.mark.rule("OFF-03")
async def test_a_reply_that_never_comes_is_asked_for(
    facepay_world: SandboxWorld, li_na: SandboxPerson, line: FaultyLine
) -> None:
    till = facepay_world.terminal("TILL0001", [line])
    till.stand(li_na)
    line.fail("AuthorizePayment", LineFault.LOSE_REPLY)
    assert isinstance(await till.pay(1250), Approved)
    assert PaymentStep.QUERYING in till.person.steps
    assert await inspect(facepay_world).spent(li_na) == 1250


@pytest.mark.rule("OFF-03")
async def test_a_request_that_never_arrived_is_reversed_and_nothing_is_debited(
    facepay_world: SandboxWorld, li_na: SandboxPerson, line: FaultyLine
) -> None:
    till = facepay_world.terminal("TILL0001", [line])
    till.stand(li_na)
    line.fail("AuthorizePayment", LineFault.LOSE_REQUEST)
    assert await till.pay(1250) == Reversing(ReversalReason.NO_REPLY, is_acknowledged=True)
    assert await inspect(facepay_world).spent(li_na) == 0


@pytest.mark.rule("OFF-03")
async def test_an_approval_nobody_heard_of_is_taken_back(
    facepay_world: SandboxWorld, li_na: SandboxPerson, line: FaultyLine
) -> None:
    till = facepay_world.terminal("TILL0001", [line])
    till.stand(li_na)
    line.fail("AuthorizePayment", LineFault.LOSE_REPLY)
    line.fail("GetPayment", *[LineFault.LOSE_REQUEST] * 13)
    assert await till.pay(1250) == Reversing(ReversalReason.NO_REPLY, is_acknowledged=True)
    books = inspect(facepay_world)
    await _until_back(facepay_world, li_na)
    assert (await books.book()).debits_held == 0


@pytest.mark.rule("OFF-02", "OFF-03")
async def test_power_lost_between_send_and_reply(
    facepay_world: SandboxWorld, li_na: SandboxPerson, line: FaultyLine
) -> None:
    """The process ends after the request left; the next one asks, and finds the one debit."""
    till = facepay_world.terminal("TILL0001", [line])
    till.stand(li_na)
    arrived = asyncio.Event()
    line.hold("AuthorizePayment", arrived)
    payment = asyncio.create_task(till.pay(1250))
    await arrived.wait()
    payment.cancel()
    await asyncio.gather(payment, return_exceptions=True)
    await till.close()
    restarted = facepay_world.terminal("TILL0001")
    left_over = await restarted.checkout.left_over()
    assert [item.state for item in left_over] == [TerminalState.AUTHORIZING]
    (recovered,) = await restarted.checkout.recover()
    assert recovered.recovery is Recovery.FOUND_APPROVED
    assert recovered.decision is not None
    assert recovered.decision.response_code is ResponseCode.APPROVED
    assert await inspect(facepay_world).spent(li_na) == 1250
    assert list(await restarted.checkout.left_over()) == []


@pytest.mark.rule("OFF-01")
async def test_with_the_clearing_institution_gone_nothing_is_approved(
    facepay_world: SandboxWorld, li_na: SandboxPerson
) -> None:
    till = facepay_world.terminal("TILL0001")
    till.stand(li_na)
    await till.checkout.sign_on()
    await facepay_world.parties.stop(1)
    outcome = await till.pay(1250)
    assert outcome == Ended(EndReason.CLEARING_FAILED, clearing=ClearingErrorReason.UNREACHABLE)
    await facepay_world.parties.start(1)
    assert isinstance(await pay_until_served(till), Approved)


@pytest.mark.rule("OFF-02")
async def test_a_reversal_overtakes_its_request(
    facepay_world: SandboxWorld, li_na: SandboxPerson, line: FaultyLine
) -> None:
    """The request was slower than its reversal: it finds the payment closed and moves nothing."""
    till = facepay_world.terminal("TILL0001", [line])
    till.stand(li_na)
    waiting, release = asyncio.Event(), asyncio.Event()
    line.delay("AuthorizePayment", waiting, release)
    payment = asyncio.create_task(till.pay(1250))
    await waiting.wait()
    (running,) = await till.terminal.journal.unfinished()
    assert await till.checkout.reverse(running.binding.payment_id, ReversalReason.CASHIER)
    release.set()
    assert isinstance(await payment, Declined)
    assert await inspect(facepay_world).spent(li_na) == 0
    after = await till.terminal.journal.payment(running.binding.payment_id)
    assert after.state is TerminalState.REVERSED


async def _until_back(world: SandboxWorld, person: SandboxPerson) -> None:
    """Wait until the issuer, too, has undone its debit."""
    books = inspect(world)
    async with asyncio.timeout(20):
        while await books.spent(person):
            await world.clock.sleep(0.5)
