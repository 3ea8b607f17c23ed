"""Whole payments through three parties, by gRPC over mutual TLS."""

from collections.abc import AsyncIterator

import pytest_asyncio

from facepay.wire.enrolment import EnrolmentActive
from facepay_harness.accounts import SandboxPerson
from facepay_harness.pytest_plugin import facepay_world
from facepay_harness.terminal import ScenarioTerminal
from facepay_harness.world import SandboxWorld
from pos_app.checkout.enrolment import EnrolmentFailed
from pos_app.checkout.payment import Ended, EndReason, PaymentOutcome

__all__ = ["facepay_world"]


TRIES = 20


async def enrol(world: SandboxWorld, *logins: str) -> list[SandboxPerson]:
    """Enrol these people at the world's enrolment station."""
    station = world.terminal("ENRL0001")
    people = [world.accounts[login] for login in logins]
    for person in people:
        outcome = await station.enrol(person)
        for _ in range(TRIES):
            if not isinstance(outcome, EnrolmentFailed):
                break
            await world.clock.sleep(30)  # a busy machine did not let somebody answer in time
            outcome = await station.enrol(person)
        assert isinstance(outcome, EnrolmentActive), outcome
    return people


async def pay_until_served(till: ScenarioTerminal) -> PaymentOutcome:
    """Try again while a party or the line is not back yet, as a cashier would."""
    outcome = await till.pay(1250)
    for _ in range(TRIES):
        if not isinstance(outcome, Ended) or outcome.reason is not EndReason.CLEARING_FAILED:
            break
        await till.terminal.clock.sleep(1)
        outcome = await till.pay(1250)
    return outcome


@pytest_asyncio.fixture
async def li_na(facepay_world: SandboxWorld) -> AsyncIterator[SandboxPerson]:
    """Somebody who is enrolled and can pay."""
    (person,) = await enrol(facepay_world, "li.na")
    yield person
