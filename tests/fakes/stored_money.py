"""The use cases of payments on whichever stores are tried."""

from dataclasses import dataclass
from typing import cast

from clearing_service.audit.chain import ChainHead, verify_chain
from clearing_service.directory.ports import Directory
from clearing_service.issuer.account import Account
from clearing_service.issuer.issuer_book import IssuerStore
from clearing_service.issuer.sign_in import OpenAccountWork
from clearing_service.ledger.account import AccountId
from clearing_service.ledger.trial_balance import TrialBalance, verify_book
from clearing_service.payment.clearing_book import (
    AUDIT_CHAIN,
    LEDGER_CHAIN,
)
from clearing_service.payment.ports import PaymentStore
from clearing_service.stores.clearing_store import ClearingStore
from clearing_service.stores.engine import Database, open_database
from clearing_service.stores.migrate import upgrade
from clearing_service.stores.participant_store import SetCapWork
from tests.fakes.money_stores import MemoryClearingStore
from tests.fakes.money_world import (
    ACQUIRER,
    CAP,
    ISSUER,
    OTHER_ISSUER,
    MoneyWorld,
    make_account,
    make_entry,
)


@dataclass
class World:
    """The use cases on whichever stores are tried."""

    money: MoneyWorld
    clearing: PaymentStore
    issuer: IssuerStore
    directory: Directory

    async def fill(self) -> None:
        for participant_id in (ACQUIRER, ISSUER, OTHER_ISSUER):
            await self.clearing.execute(SetCapWork(AccountId(participant_id), CAP))

    async def enrol(self, number: int = 1, balance: int = 2_000_00) -> Account:
        account = make_account(number, balance=balance)
        await self.issuer.execute(OpenAccountWork(account))
        await self.directory.save(make_entry(account, number))
        self.money.show(number)
        return account

    async def balance_of(self, account: Account) -> int:
        found = await self.issuer.find_account((account.issuer_id, account.account_alias))
        assert found is not None
        return found.balance.amount_minor_units

    async def verify(self) -> TrialBalance:
        if isinstance(self.clearing, MemoryClearingStore):
            return self.money.verify()
        store = cast("ClearingStore", self.clearing)
        verify_chain(ChainHead(AUDIT_CHAIN), await store.audit_entries(AUDIT_CHAIN))
        return verify_book(
            LEDGER_CHAIN, await store.transfers(LEDGER_CHAIN), await store.balances()
        )


def opened(name: str, url: str) -> Database:
    database = open_database(name, url)
    upgrade(database.writer, name)
    return database


async def made_ready(world: World) -> World:
    money = world.money
    money.store = world.clearing  # type: ignore[assignment]
    money.issuer_store = world.issuer  # type: ignore[assignment]
    money.directory = world.directory  # type: ignore[assignment]
    money.restart()
    await world.fill()
    return world
