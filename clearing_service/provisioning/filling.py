"""Fills the databases of a new sandbox, and writes the table of accounts for testers."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from clearing_service.issuer.account import Account
from clearing_service.issuer.issuer_book import IssuerStore
from clearing_service.issuer.sign_in import OpenAccountWork
from clearing_service.ledger.entries import Institution
from clearing_service.ledger.transfer import EntryId
from clearing_service.participants.participant import WITH_POSITION, Participant
from clearing_service.participants.register import ParticipantStore, register_terminal
from clearing_service.participants.terminal import Terminal
from clearing_service.payment.clearing_book import ClearingBook, Needs
from clearing_service.payment.duplicate_check import whole_milliseconds
from clearing_service.provisioning.private_files import write_private
from clearing_service.provisioning.sandbox import (
    ACCOUNTS,
    CLEARING_ID,
    RISK_RESERVE_MINOR_UNITS,
    SandboxAccount,
    acceptor,
    participants,
)
from clearing_service.settlement.funds import FundsMove, fund_in, reserve_in
from clearing_service.settlement.ports import WindowBook
from facepay.identifiers import AccountAlias
from facepay.money import Money
from facepay.ports import Clock, Randomness

LOGIN_SEED_BYTES = 20
_ALIAS_BYTES = 12


@dataclass(frozen=True, slots=True)
class OpenedAccount:
    """An account as it was opened, with what a tester needs of it."""

    planned: SandboxAccount
    account: Account

    def row(self) -> dict[str, str | int]:
        """Return what `sandbox.json` says of it."""
        return {
            "issuer": self.planned.issuer_id.value,
            "login": self.planned.login,
            "login_seed": self.account.login_seed.hex(),
            "name": self.planned.name,
            "phone_tail": self.planned.phone_tail,
            "balance_minor_units": self.planned.balance_minor_units,
            "passcode": self.planned.passcode,
            "purpose": self.planned.purpose,
        }


async def fill_register(
    store: ParticipantStore, terminals: tuple[Terminal, ...], clock: Clock
) -> None:
    """Register institutions, the shop and its terminals."""
    now = clock.now()
    for participant in participants(now):
        await store.save_participant(participant)
    await store.save_acceptor(acceptor(now))
    for terminal in terminals:
        await add_terminal(store, terminal)


async def bring_funds(store: WindowBook, clock: Clock) -> None:
    """Bring every participant as much as it may owe, and fill the risk reserve."""
    now = clock.now()
    owing = [item for item in participants(now) if item.role in WITH_POSITION]
    await store.execute(OpeningFundsWork(tuple(owing), now))


@dataclass(frozen=True, slots=True)
class OpeningFundsWork:
    """One commit: the funds that a sandbox begins with. A repeat changes nothing."""

    participants: tuple[Participant, ...]
    now: datetime

    @property
    def needs(self) -> Needs:
        """Nothing: it is done once in the life of a sandbox."""
        return Needs()

    def apply(self, book: ClearingBook) -> None:
        """Book them."""
        institution = Institution(CLEARING_ID)
        reserve_in(book, institution, self._move("risk reserve", RISK_RESERVE_MINOR_UNITS))
        for item in self.participants:
            name, cap = str(item.participant_id), item.net_debit_cap_minor_units
            fund_in(book, institution, self._move(name, cap), item.participant_id)

    def _move(self, name: str, minor_units: int) -> FundsMove:
        entry_id = EntryId.derived("sandbox", name)
        return FundsMove(entry_id, Money(minor_units), whole_milliseconds(self.now))


async def add_terminal(store: ParticipantStore, terminal: Terminal) -> bool:
    """Register one terminal; return False if its serial number was there and both are blocked."""
    changed = register_terminal(await store.load(), terminal)
    for item in changed:
        await store.save_terminal(item)
    return len(changed) == 1


async def open_accounts(store: IssuerStore, randomness: Randomness) -> tuple[OpenedAccount, ...]:
    """Open every account of the sandbox."""
    opened = tuple(OpenedAccount(planned, _account(planned, randomness)) for planned in ACCOUNTS)
    for item in opened:
        await store.execute(OpenAccountWork(item.account))
    return opened


def write_account_table(path: Path, accounts: tuple[OpenedAccount, ...]) -> None:
    """Write the table that harness and testers read; private, though everything in it is invented."""
    rows = [item.row() for item in accounts]
    content = json.dumps({"accounts": rows}, ensure_ascii=False, indent=1)
    write_private(path, content.encode())


def _account(planned: SandboxAccount, randomness: Randomness) -> Account:
    account = Account(
        issuer_id=planned.issuer_id,
        account_alias=AccountAlias(randomness.bytes(_ALIAS_BYTES).hex()),
        login=planned.login,
        login_seed=randomness.bytes(LOGIN_SEED_BYTES),
        name=planned.name,
        phone_tail=planned.phone_tail,
        birth_date=planned.birthday,
        balance=Money(planned.balance_minor_units),
    )
    return account if planned.is_open else replace(account, is_open=False)
