"""How the events strike that are about settlement."""

import asyncio
from typing import TYPE_CHECKING

from tests.simulation.faults import FaultEvent, FaultKind
from tests.simulation.settling import STEPS, StepStrike

if TYPE_CHECKING:
    from tests.simulation.world import World

LOOK_SECONDS = 30.0


def step(world: "World", event: FaultEvent) -> None:
    """Plan what strikes at the next commit of a step."""
    number = event.target % len(STEPS)
    is_lost = event.kind is FaultKind.STEP_UNKNOWN

    def strike() -> None:
        if world.is_healed:
            return
        world.trace.add(world.loop.time(), "service", f"STEP {STEPS[number].__name__} {event}")
        world.records.count(f"{event.kind.name} in {STEPS[number].__name__}")
        if event.kind is FaultKind.STEP_CRASH:
            world.service.kill(event.seconds)
        elif event.kind is FaultKind.STEP_DISK_FULL:
            world.service.disk.full_until = world.loop.time() + event.seconds

    is_after = event.is_after or is_lost
    world.service.steps.plan(StepStrike(number, is_after, event.later, strike, is_lost))


async def close(world: "World", _: FaultEvent) -> None:
    """Close the window before its cutover."""
    await world.at_desk(world.treasury.close())


async def abort(world: "World", event: FaultEvent) -> None:
    """Give up the next settlement, if one comes within the time."""
    until = world.loop.time() + event.seconds
    while world.loop.time() < until and not world.is_healed:
        if await world.at_desk(world.treasury.abort_pending()):
            world.records.count("settlements given up")
            return
        await asyncio.sleep(LOOK_SECONDS)


async def take_funds(world: "World", event: FaultEvent) -> None:
    """Take out all that a participant does not owe."""
    everybody = (*world.issuer_ids, world.acquirer_id)
    await world.at_desk(world.treasury.take_all(everybody[event.target % len(everybody)]))


async def compensate(world: "World", event: FaultEvent) -> None:
    """Pay a loss, and let it be paid back in two parts."""
    issuer = world.issuer_ids[event.target % len(world.issuer_ids)]
    loss = await world.at_desk(world.treasury.compensate(issuer, 10_000 + event.number))
    if loss is None:
        return
    for part, amount in enumerate((loss.amount // 3, loss.amount - loss.amount // 3), start=1):
        await asyncio.sleep(event.seconds)
        await world.at_desk(world.treasury.recover(loss, part, amount))
