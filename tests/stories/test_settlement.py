"""The end of a business day at a running service, cut off by a restart in the middle."""

import pytest

from clearing_service.ledger.account import AccountId
from clearing_service.ledger.window import SettlementWindow, WindowState
from clearing_service.provisioning.sandbox import ACQUIRER_ID
from clearing_service.settlement.settlement import funds_account, funds_of
from clearing_service.settlement.window_steps import WindowOutcome
from facepay_harness.accounts import SandboxPerson
from facepay_harness.pytest_plugin import inspect
from facepay_harness.world import SandboxWorld
from pos_app.checkout.payment import Approved
from tests.fakes.operator_line import OperatorLine
from tests.stories.conftest import pay_until_served


async def funds(world: SandboxWorld, position: AccountId) -> int:
    balances = await inspect(world).clearing.stores.clearing.balances()
    return funds_of({item.account: item for item in balances}[funds_account(position)])


async def window(world: SandboxWorld, number: int) -> SettlementWindow:
    found = await inspect(world).clearing.stores.clearing.window(number)
    assert found is not None
    return found


@pytest.mark.rule("TPL-02")
async def test_a_day_is_settled_although_the_service_restarts_after_the_close(
    facepay_world: SandboxWorld, li_na: SandboxPerson
) -> None:
    till = facepay_world.terminal("TILL0001")
    till.stand(li_na)
    assert isinstance(await till.pay(1_000_00), Approved)
    settlement = inspect(facepay_world).clearing.settlement.use_cases
    number = (await settlement.open_window()).number
    assert await settlement.close(number) is WindowOutcome.DONE
    await facepay_world.parties.stop(1)
    await facepay_world.parties.start(1)
    assert (await window(facepay_world, number)).state is WindowState.PENDING_SETTLEMENT
    issuer, acquirer = AccountId(li_na.issuer_id), AccountId(ACQUIRER_ID)
    before = (await funds(facepay_world, issuer), await funds(facepay_world, acquirer))
    settlement = inspect(facepay_world).clearing.settlement.use_cases
    assert (await settlement.settle([number])).outcome is WindowOutcome.DONE
    after = (await funds(facepay_world, issuer), await funds(facepay_world, acquirer))
    moved = (after[0] - before[0], after[1] - before[1])
    assert moved == (-1_000_00 + 350 - 33, 1_000_00 - 350 - 33)
    assert isinstance(await pay_until_served(till), Approved)
    await inspect(facepay_world).book()
    assert (await window(facepay_world, number)).state is WindowState.SETTLED
    shown = await OperatorLine(facepay_world)("overview", is_json=True)
    assert shown.content["window"]["number"] > number
    assert shown.content["window"]["aborted_count"] == 0
