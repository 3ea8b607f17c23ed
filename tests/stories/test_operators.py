"""Two operators at a running service: one proposes, the other approves, payments follow at once."""

import json

import pytest

from facepay_harness.accounts import SandboxPerson
from facepay_harness.world import SandboxWorld
from pos_app.checkout.payment import Approved, Declined
from tests.fakes.operator_line import CHECKER, MAKER, OperatorLine

FIRST_BANK = "61010001"


@pytest.mark.rule("GOV-03", "TPL-02")
async def test_a_suspended_bank_is_refused_until_two_operators_restore_it(
    facepay_world: SandboxWorld, li_na: SandboxPerson
) -> None:
    operator = OperatorLine(facepay_world)
    till = facepay_world.terminal("TILL0001")
    till.stand(li_na)
    proposed = await operator(f"participants suspend {FIRST_BANK} --reason drill", by=MAKER)
    assert proposed.code == 0
    assert "it waits for another operator's approval" in proposed.output
    assert isinstance(await till.pay(12_50), Approved)
    own = await operator("acts approve 1", by=MAKER)
    assert (own.code, own.output) == (3, "")
    assert "OWN_ACT" in own.error
    done = await operator("acts approve 1", by=CHECKER)
    assert done.output == (
        "act 1: suspend participant 61010001: done; "
        "proposed by operator-1, approved by operator-2\n"
    )
    declined = await till.pay(12_50)
    assert isinstance(declined, Declined)
    assert declined.response_code.value == "91"
    assert (await operator.act(f"participants restore {FIRST_BANK}")).code == 0
    assert isinstance(await till.pay(12_50), Approved)
    listed = (await operator("participants list", is_json=True)).content["participants"]
    bank = next(item for item in listed if item["participant_id"] == FIRST_BANK)
    assert (bank["standing"], bank["position_minor_units"]) == ("active", -25_00)


@pytest.mark.rule("GOV-03")
async def test_a_repeat_and_a_stranger_change_nothing(facepay_world: SandboxWorld) -> None:
    operator = OperatorLine(facepay_world)
    await operator.act(f"participants cap {FIRST_BANK} --amount 1,000.00")
    again = await operator("acts approve 1", by=CHECKER)
    assert again.code == 0
    other = await operator("acts approve 1")
    assert (other.code, "ACT_ENDED" in other.error) == (3, True)
    nobody = await operator("acts approve 1", by="operator-9")
    assert nobody.code == 1
    assert "there is no operator-9" in nobody.error
    same = await operator(f"participants cap {FIRST_BANK} --amount 1000 --reason x", by=MAKER)
    assert "ALREADY_SO" in same.error
    wrong = await operator(f"participants cap {FIRST_BANK} --amount 1.234 --reason x", by=MAKER)
    assert wrong.code == 1
    listed = await operator("acts list")
    assert listed.output.splitlines()[1].split()[:5] == ["1", "change", "net", "debit", "cap"]
    assert "1,000.00" in (await operator("participants list")).output
    removal = await operator("participants remove 99990000 --reason x", by=MAKER, is_json=True)
    assert removal.content["outcome"] == "unknown_participant"


@pytest.mark.rule("OPS-01", "OPS-02")
async def test_a_loss_is_paid_first_and_recovered_from_the_acquirer(
    facepay_world: SandboxWorld, li_na: SandboxPerson
) -> None:
    operator = OperatorLine(facepay_world)
    till = facepay_world.terminal("TILL0001")
    till.stand(li_na)
    paid = await till.pay(12_50)
    assert isinstance(paid, Approved)
    rrn = json.loads(paid.receipt.to_json())["rrn"]
    opened = await operator(f"cases open --kind loss --rrn {rrn}", by=MAKER, is_json=True)
    case = opened.content
    assert (case["owner"], case["state"], case["amount_minor_units"]) == (MAKER, "open", 12_50)
    refused = await operator("cases dismiss 1 --evidence face_matched --reason x", by=MAKER)
    assert (refused.code, "NO_PROOF" in refused.error) == (3, True)
    assert (await operator.act("cases pay 1")).code == 0
    recovered = await operator.act("cases recover 1 --liable 51010001 --amount 12.50")
    assert recovered.code == 0
    shown = await operator("cases show 1")
    assert shown.output.splitlines()[2].split() == ["state", "recovered"]
    listed = await operator("cases list", is_json=True)
    assert listed.content["cases"][0]["paid_minor_units"] == 12_50
    again = await operator(f"cases open --kind loss --rrn {rrn}", by=CHECKER)
    assert "CLAIMED_BEFORE" in again.error
    assert (await operator("cases show 9")).code == 3


@pytest.mark.rule("GOV-03")
async def test_funds_move_by_two_people(facepay_world: SandboxWorld) -> None:
    operator = OperatorLine(facepay_world)
    before = await funds_of(operator)
    assert (await operator.act(f"funds in {FIRST_BANK} --amount 100.00")).code == 0
    assert await funds_of(operator) == before + 100_00
    assert (await operator.act(f"funds out {FIRST_BANK} --amount 40.00")).code == 0
    assert await funds_of(operator) == before + 60_00
    assert (await operator.act("funds reserve-in --amount 5.00")).code == 0
    refused = await operator("funds fees-out --amount 5.00 --reason x", by=MAKER)
    assert "INSUFFICIENT_FUNDS" in refused.error


async def funds_of(operator: OperatorLine) -> int:
    listed = (await operator("participants list", is_json=True)).content["participants"]
    (bank,) = [item for item in listed if item["participant_id"] == FIRST_BANK]
    return int(bank["funds_minor_units"])
