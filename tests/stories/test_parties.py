"""Stories of a matching party or an issuer that is down, comes back, or answers too late."""

import asyncio
import shutil

import pytest

from clearing_service.issuer.fault_profile import Fault
from facepay.response_code import ResponseCode
from facepay_harness.accounts import SandboxPerson
from facepay_harness.inspection import set_issuer_fault
from facepay_harness.pytest_plugin import inspect
from facepay_harness.world import SandboxWorld
from pos_app.checkout.clearing_answers import ClearingErrorReason
from pos_app.checkout.payment import Approved, Declined, Ended
from tests.stories.conftest import enrol, pay_until_served

NO_ANSWER = {
    ClearingErrorReason.SERVICE_UNAVAILABLE,
    ClearingErrorReason.CAPTURE_AGAIN,
    ClearingErrorReason.UNREACHABLE,
}
"""A service that says so, or one that a busy machine does not let say so in time."""


@pytest.mark.parametrize("party", [2, 3])
async def test_a_matching_party_is_down_and_comes_back(
    facepay_world: SandboxWorld, li_na: SandboxPerson, party: int
) -> None:
    till = facepay_world.terminal("TILL0001")
    till.stand(li_na)
    await facepay_world.parties.stop(party)
    outcome = await till.pay(1250)
    assert isinstance(outcome, Ended)
    assert outcome.clearing in NO_ANSWER
    assert await inspect(facepay_world).spent(li_na) == 0
    await facepay_world.parties.start(party)
    assert isinstance(await pay_until_served(till), Approved)


@pytest.mark.parametrize("party", [2, 3])
async def test_a_party_one_generation_behind_never_routes_wrongly(
    facepay_world: SandboxWorld, li_na: SandboxPerson, party: int
) -> None:
    """It lost the last change: it catches up or refuses, and never matches rows out of step."""
    gallery = facepay_world.layout.party(party) / "gallery.sqlite"
    before = gallery.with_name("before.sqlite")
    await facepay_world.parties.stop(party)
    shutil.copy(gallery, before)
    await facepay_world.parties.start(party)
    await facepay_world.wait_until_ready()
    (newer,) = await enrol(facepay_world, "chen.jie")
    await facepay_world.parties.stop(party)
    for suffix in ("-wal", "-shm"):
        gallery.with_name(gallery.name + suffix).unlink(missing_ok=True)
    shutil.copy(before, gallery)
    await facepay_world.parties.start(party)
    till = facepay_world.terminal("TILL0001")
    till.stand(newer)
    outcome = await pay_until_served(till)
    books = inspect(facepay_world)
    is_unanswered = isinstance(outcome, Ended) and outcome.clearing in NO_ANSWER
    assert isinstance(outcome, Approved) or is_unanswered
    assert await books.spent(li_na) == 0
    assert await books.spent(newer) == (1250 if isinstance(outcome, Approved) else 0)


async def test_the_clearing_institution_restarts_and_knows_everybody(
    facepay_world: SandboxWorld, li_na: SandboxPerson
) -> None:
    await facepay_world.parties.stop(1)
    await facepay_world.parties.start(1)
    till = facepay_world.terminal("TILL0001")
    till.stand(li_na)
    assert isinstance(await pay_until_served(till), Approved)
    books = inspect(facepay_world)
    assert (await books.moved(), (await books.book()).debits_held) == (1250, 0)


@pytest.mark.rule("OFF-03")
async def test_an_issuer_times_out_and_answers_late(
    facepay_world: SandboxWorld, li_na: SandboxPerson
) -> None:
    """Declined with 91; the late debit is undone by a reversal that waits until it is heard."""
    set_issuer_fault(facepay_world.layout, li_na.issuer_id, Fault.ANSWERS_LATE)
    till = facepay_world.terminal("TILL0001")
    till.stand(li_na)
    outcome = await till.pay(1250)
    assert outcome == Declined(ResponseCode.ISSUER_UNAVAILABLE)
    await facepay_world.clock.sleep(15)
    set_issuer_fault(facepay_world.layout, li_na.issuer_id, Fault.NONE)
    books = inspect(facepay_world)
    async with asyncio.timeout(20):
        while await books.spent(li_na):
            await facepay_world.clock.sleep(0.5)
    assert (await books.moved(), (await books.book()).debits_held) == (0, 0)
    assert isinstance(await till.pay(1250), Approved)
