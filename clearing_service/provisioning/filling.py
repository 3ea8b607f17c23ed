"""Fills the databases of a new sandbox, and writes the table of accounts for testers."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from clearing_service.issuer.account import Account
from clearing_service.issuer.issuer_book import IssuerStore
from clearing_service.issuer.sign_in import OpenAccountWork
from clearing_service.participants.register import ParticipantStore, register_terminal
from clearing_service.participants.terminal import Terminal
from clearing_service.provisioning.private_files import write_private
from clearing_service.provisioning.sandbox import (
    ACCOUNTS,
    SandboxAccount,
    acceptor,
    participants,
)
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
