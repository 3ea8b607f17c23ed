"""A business day from its payments to reports that each participant can check."""

import asyncio
from pathlib import Path

import pytest

from clearing_service.bootstrap.command_line import run
from facepay_harness.accounts import SandboxPerson
from facepay_harness.world import InProcessParties, SandboxWorld
from pos_app.checkout.payment import Approved
from tests.fakes.operator_line import MAKER, OperatorLine

FIRST_BANK, ACQUIRER = "61010001", "51010001"


async def price(world: SandboxWorld) -> None:
    """Let the service book the fees of closed windows now instead of within a second."""
    parties = world.parties
    assert isinstance(parties, InProcessParties)
    assert parties.clearing is not None
    await parties.clearing.settlement.run.run()


@pytest.mark.rule("TPL-02", "GOV-03")
async def test_a_day_is_closed_settled_and_reported(
    facepay_world: SandboxWorld, li_na: SandboxPerson, tmp_path: Path
) -> None:
    operator = OperatorLine(facepay_world)
    till = facepay_world.terminal("TILL0001")
    till.stand(li_na)
    for _ in range(2):
        assert isinstance(await till.pay(50_00), Approved)
    too_early = await operator(f"reports write --window 1 --to {tmp_path}")
    assert (too_early.code, "FAILED_PRECONDITION" in too_early.error) == (1, True)
    closed = await operator("windows close 1 --reason drill", by=MAKER)
    assert closed.output == "act 1: close window 1: done by operator-1\n"
    empty = await operator("windows close 2 --reason drill", by=MAKER)
    assert (empty.code, "WINDOW_EMPTY" in empty.error) == (3, True)
    await price(facepay_world)
    shown = (await operator("windows show 1", is_json=True)).content
    assert (shown["state"], shown["total_minor_units"]) == ("pending_settlement", 0)
    net = {item["participant_id"]: item["net_minor_units"] for item in shown["positions"]}
    assert net[FIRST_BANK] < -99_00
    assert (await operator.act("windows settle 1")).code == 0
    again = await operator("windows settle 1 --reason drill", by=MAKER)
    assert "SETTLED_BEFORE" in again.error
    listed = (await operator("windows list", is_json=True)).content["windows"]
    assert [item["state"] for item in listed] == ["settled", "open"]
    accounts = (await operator("positions", is_json=True)).content["accounts"]
    assert sum(item["balance_minor_units"] for item in accounts) == 0
    assert {item["balance_minor_units"] for item in accounts if item["account"] == "position"} == {
        0
    }
    written = await operator(f"reports write --window 1 --to {tmp_path}", is_json=True)
    assert len(written.content["reports"]) == 6
    report = tmp_path / f"{ACQUIRER}-window-000001.csv"
    first = contents(tmp_path)
    key = facepay_world.layout.root / "decision_key.pem"
    assert await asyncio.to_thread(run, ["verify-report", str(report), "--key", str(key)]) == 0
    await operator(f"reports write --window 1 --to {tmp_path}")
    assert contents(tmp_path) == first
    missing = await operator("windows show 9")
    assert (missing.code, "NOT_FOUND" in missing.error) == (1, True)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*-window-*")}
