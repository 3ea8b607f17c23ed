"""Fixtures for tests of a whole sandbox. Import the ones you use into a `conftest.py`."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from facepay.ports import SystemClock
from facepay_harness.inspection import Inspection
from facepay_harness.scaled_clock import ScaledClock
from facepay_harness.world import InProcessParties, SandboxWorld

SPEED = 20.0
"""Seconds of the world's clock in one of the machine's."""


@pytest_asyncio.fixture
async def facepay_world(tmp_path: Path) -> AsyncIterator[SandboxWorld]:
    """A fresh sandbox whose three parties run and can route, on a clock twenty times as fast."""
    clock = ScaledClock(SystemClock(), SPEED)
    world = await SandboxWorld.create(tmp_path / "sandbox", clock)
    try:
        await world.start()
        yield world
    finally:
        await world.stop()


def inspect(world: SandboxWorld) -> Inspection:
    """Return a look into the books of an in-process world whose clearing institution runs."""
    assert isinstance(world.parties, InProcessParties)
    assert world.parties.clearing is not None
    return Inspection(world.parties.clearing)
