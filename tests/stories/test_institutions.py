"""One counter, one machine, several institutions: the message says whose account pays."""

import pytest

from clearing_service.ledger.account import AccountId
from facepay_harness.pytest_plugin import inspect
from facepay_harness.world import SandboxWorld
from pos_app.checkout.payment import Approved

AMOUNTS = {"li.na": 12_50, "chen.jie": 7_00}


@pytest.mark.rule("CAP-08", "TPL-02")
async def test_one_till_takes_payments_from_accounts_at_two_institutions(
    facepay_world: SandboxWorld,
) -> None:
    people = {login: facepay_world.accounts[login] for login in AMOUNTS}
    assert len({person.issuer_id for person in people.values()}) == len(people)
    station = facepay_world.terminal("ENRL0001")
    till = facepay_world.terminal("TILL0001")
    for login, person in people.items():
        await station.enrol(person)
        till.stand(person)
        assert isinstance(await till.pay(AMOUNTS[login]), Approved)
    books = inspect(facepay_world)
    stores = books.clearing.stores
    debts = {row.account: row.debits_posted for row in await stores.clearing.balances()}
    for login, person in people.items():
        assert await books.spent(person) == AMOUNTS[login]
        assert debts[AccountId(person.issuer_id)] == AMOUNTS[login]
