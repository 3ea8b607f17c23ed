"""The same with three real processes and the installed command, as a newcomer runs it."""

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from facepay_harness.program import Program
from facepay_harness.world import SandboxWorld


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[SandboxWorld]:
    world = await SandboxWorld.create_with_processes(tmp_path / "sandbox")
    try:
        await world.start()
        yield world
    finally:
        await world.stop()


async def test_approved_with_three_processes_and_one_command(world: SandboxWorld) -> None:
    first = await run(world, "pay", "--account", "wang.wei", "--amount", "888")
    assert (first["outcome"], first["response_code"]) == ("approved", "00")
    assert (first["amount_minor_units"], first["currency"]) == (888, "CNY")
    stranger = await run(world, "pay", "--face", "a stranger", "--no-enrol")
    assert (stranger["outcome"], stranger["reason"]) == ("ended", "not_routed")


async def run(world: SandboxWorld, *arguments: str) -> dict[str, object]:
    """Run `facepay-sim` to its end and return what it printed."""
    log = world.layout.root / f"sim-{arguments[-1].replace(' ', '-')}.log"
    command = [*arguments, "--directory", str(world.layout.root)]
    program = Program.start("facepay-sim", "facepay_harness", command, log)
    while program.process.poll() is None:
        await world.clock.sleep(0.05)
    lines = log.read_text(encoding="utf-8").splitlines()
    assert lines, sys.executable
    answer: dict[str, object] = json.loads(lines[-1])
    return answer
