"""Whole payments through three parties, by gRPC over mutual TLS."""

from collections.abc import AsyncIterator

import pytest_asyncio

from facepay.wire.enrolment import EnrolmentActive
from facepay_harness.accounts import SandboxPerson
from facepay_harness.pytest_plugin import facepay_world
from facepay_harness.world import SandboxWorld

__all__ = ["facepay_world"]


async def enrol(world: SandboxWorld, *logins: str) -> list[SandboxPerson]:
    """Enrol these people at the world's enrolment station."""
    station = world.terminal("ENRL0001")
    people = [world.accounts[login] for login in logins]
    for person in people:
        assert isinstance(await station.enrol(person), EnrolmentActive)
    return people


@pytest_asyncio.fixture
async def li_na(facepay_world: SandboxWorld) -> AsyncIterator[SandboxPerson]:
    """Somebody who is enrolled and can pay."""
    (person,) = await enrol(facepay_world, "li.na")
    yield person
