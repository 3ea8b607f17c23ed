"""An operator stops face payment of one account at the running service, and lets it go on."""

import pytest

from clearing_service.bootstrap.stores import open_stores
from clearing_service.config import load_config
from clearing_service.rpc.operator_client import OperatorClient
from facepay.vocabulary import LossReporter
from facepay.wire.operator import LossReportRequest
from facepay_harness.accounts import SandboxPerson
from facepay_harness.world import SandboxWorld
from pos_app.checkout.payment import Approved, Ended, EndReason
from tests.fakes.operator_line import OperatorLine


@pytest.mark.rule("RSK-01", "GOV-03")
async def test_a_loss_report_stops_the_next_payment_and_lifting_it_lets_people_pay(
    facepay_world: SandboxWorld, li_na: SandboxPerson
) -> None:
    till = facepay_world.terminal("TILL0001")
    till.stand(li_na)
    login = li_na.issuer_login
    stores = open_stores(load_config(facepay_world.layout.clearing))
    account = await stores.issuers.find_by_login(login.issuer_id, login.login)
    stores.close()
    assert account is not None
    async with OperatorClient(facepay_world.layout.operator) as client:
        asked = LossReportRequest(account.issuer_id, account.account_alias, LossReporter.PAYER)
        await client.report_loss(asked)
        stopped = await till.pay(12_50)
        assert isinstance(stopped, Ended)
        assert stopped.reason is EndReason.NOT_ROUTED
    operator = OperatorLine(facepay_world)
    lifted = await operator.act(f"lift-loss-report --issuer {account.issuer_id} --login li.na")
    assert lifted.code == 0
    assert isinstance(await till.pay(12_50), Approved)
