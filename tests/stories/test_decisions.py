"""Stories that end with a clear answer: approved, declined, not routed, locked."""

import pytest

from facepay.response_code import ResponseCode
from facepay.wire.enrolment import FacePaymentClosed
from facepay_harness.accounts import SandboxPerson
from facepay_harness.pytest_plugin import inspect
from facepay_harness.world import SandboxWorld
from pos_app.checkout.payment import Approved, Declined, Ended, EndReason
from tests.stories.conftest import enrol


@pytest.mark.rule("TPL-01", "AUT-01")
async def test_approved(facepay_world: SandboxWorld, li_na: SandboxPerson) -> None:
    till = facepay_world.terminal("TILL0001")
    till.stand(li_na)
    outcome = await till.pay(1250)
    assert isinstance(outcome, Approved)
    assert outcome.receipt.face is not None
    assert outcome.receipt.face.response_code is ResponseCode.APPROVED
    books = inspect(facepay_world)
    assert await books.spent(li_na) == 1250
    assert (await books.moved(), (await books.book()).debits_held) == (1250, 0)
    assert await books.is_audit_intact()


async def test_insufficient_funds(facepay_world: SandboxWorld) -> None:
    (poor,) = await enrol(facepay_world, "zhao.min")
    till = facepay_world.terminal("TILL0001")
    till.stand(poor)
    assert await till.pay(101) == Declined(ResponseCode.INSUFFICIENT_FUNDS)
    books = inspect(facepay_world)
    assert (await books.moved(), (await books.book()).debits_held) == (0, 0)
    assert isinstance(await till.pay(100), Approved)


@pytest.mark.rule("AUT-07")
async def test_wrong_pin_thrice_locks_across_two_terminals_and_no_other_channel(
    facepay_world: SandboxWorld, li_na: SandboxPerson
) -> None:
    tills = [facepay_world.terminal(name) for name in ("TILL0001", "TILL0002")]
    for till in tills:
        till.stand(li_na)
        till.fingers.passcode = "508214"
    first = await tills[0].pay(1250)
    second = await tills[1].pay(1250)
    third = await tills[0].pay(1250)
    assert first == Declined(ResponseCode.VERIFICATION_FAILED, 2)
    assert second == Declined(ResponseCode.VERIFICATION_FAILED, 1)
    assert isinstance(third, Declined)
    tills[1].fingers.passcode = li_na.passcode
    assert await tills[1].pay(1250) == Declined(ResponseCode.PIN_TRIES_EXCEEDED)
    account = await inspect(facepay_world).account(li_na)
    assert account.is_face_locked
    assert account.is_open
    assert account.balance.amount_minor_units == li_na.balance_minor_units


@pytest.mark.rule("TPL-01", "CON-05", "CON-01")
async def test_an_unknown_face_is_not_routed_like_a_closed_one(
    facepay_world: SandboxWorld, li_na: SandboxPerson
) -> None:
    till = facepay_world.terminal("TILL0001")
    till.stand(None, face="a stranger")
    unknown = await till.pay(1250)
    station = facepay_world.terminal("ENRL0001")
    assert isinstance(await station.close_face_payment(li_na), FacePaymentClosed)
    till.stand(li_na)
    closed = await till.pay(1250)
    assert unknown == closed == Ended(EndReason.NOT_ROUTED)
    assert await inspect(facepay_world).spent(li_na) == 0


async def test_a_closed_person_can_enrol_and_pay_again(
    facepay_world: SandboxWorld, li_na: SandboxPerson
) -> None:
    await facepay_world.terminal("ENRL0001").close_face_payment(li_na)
    await enrol(facepay_world, "li.na")
    till = facepay_world.terminal("TILL0001")
    till.stand(li_na)
    assert isinstance(await till.pay(1250), Approved)


@pytest.mark.rule("TPL-01", "AUT-01")
async def test_a_strangers_passcode_does_not_help_and_a_face_alone_pays_nothing(
    facepay_world: SandboxWorld, li_na: SandboxPerson
) -> None:
    (other,) = await enrol(facepay_world, "chen.jie")
    till = facepay_world.terminal("TILL0001")
    till.stand(li_na, face="chen.jie")
    outcome = await till.pay(1250)
    assert outcome == Declined(ResponseCode.VERIFICATION_FAILED, 2)
    books = inspect(facepay_world)
    assert (await books.spent(li_na), await books.spent(other)) == (0, 0)


@pytest.mark.rule("LIM-02")
async def test_an_amount_above_the_limit_is_declined_before_the_camera(
    facepay_world: SandboxWorld, li_na: SandboxPerson
) -> None:
    till = facepay_world.terminal("TILL0001")
    till.stand(li_na)
    assert await till.pay(100_001) == Declined(ResponseCode.AMOUNT_LIMIT_EXCEEDED)


async def test_a_zero_amount_is_declined(facepay_world: SandboxWorld, li_na: SandboxPerson) -> None:
    till = facepay_world.terminal("TILL0001")
    till.stand(li_na)
    assert await till.pay(0) == Declined(ResponseCode.INVALID_AMOUNT)
