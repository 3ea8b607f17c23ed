"""The operators' guide: whoever follows it on a fresh sandbox gets the same figures."""

import asyncio
import contextlib
import shlex
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from clearing_service.bootstrap.command_line import run as run_clearing
from clearing_service.payment.refund_credits import RefundCreditSender
from facepay.business_date import business_date
from facepay.ports import SystemClock
from facepay_harness.__main__ import main as run_simulator
from facepay_harness.world import InProcessParties, SandboxWorld
from pos_app.__main__ import main as run_till
from tests.fakes.guide import for_today, steps_of, without_days
from tests.fakes.operator_line import OwnOutput

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = {"facepay-clearing": run_clearing, "facepay-sim": run_simulator, "facepay-pos": run_till}


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[SandboxWorld]:
    """A fresh sandbox on the machine's own clock, which the commands go by too."""
    now = SystemClock().now()
    if business_date(now) != business_date(now + timedelta(minutes=10)):
        pytest.skip("the business day ends meanwhile, and with it the guide's window")
    world = await SandboxWorld.create(tmp_path / "sandbox")
    try:
        await world.start()
        yield world
    finally:
        await world.stop()


@pytest.mark.rule("TPL-02", "GOV-03", "OPS-01", "OPS-02")
async def test_whoever_follows_the_guide_gets_the_same_figures(
    world: SandboxWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(world.layout.root.parent)
    printed = ""
    for step in steps_of(ROOT / "docs" / "operations.md", "A day, step by step"):
        output = await asyncio.to_thread(typed, for_today(step.command, printed))
        assert without_days(output) == without_days(step.output), step.command
        printed += output
        await catch_up(world)


def typed(command: str) -> str:
    """Run one command and return everything that it printed."""
    program, *arguments = shlex.split(command)
    output = OwnOutput(sys.stdout)
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        PROGRAMS[program](arguments)
    return output.getvalue().rstrip("\n")


async def catch_up(world: SandboxWorld) -> None:
    """Let the service do now what it would do within a second: book fees, tell issuers of credits."""
    parties = world.parties
    assert isinstance(parties, InProcessParties)
    clearing = parties.clearing
    assert clearing is not None
    await clearing.settlement.run.run()
    store, gateway = clearing.stores.clearing, clearing._issuers.gateway
    await RefundCreditSender(store, gateway, clearing._policy, world.clock).send_due()


def test_what_passes_is_masked_and_nothing_else() -> None:
    text = "case 1 of 2026-11-22, 632600000007 at 2026-11-22 17:53: 64.00 of 61020001"
    assert without_days(text) == (
        "case 1 of YYYY-MM-DD, YDDD00000007 at YYYY-MM-DD hh:mm: 64.00 of 61020001"
    )
    assert for_today("open --rrn 632600000007", "of 700100000001") == "open --rrn 700100000007"
    assert for_today("open --rrn 632600000007", "nothing") == "open --rrn 632600000007"
    assert for_today("write of-2026-11-22.csv", "on 2027-01-02") == "write of-2027-01-02.csv"
