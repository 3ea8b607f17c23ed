"""How each institution stands: from the register and the balances, for operators to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from clearing_service.ledger.account import AccountId, AccountKind, Balance
from clearing_service.participants.participant import (
    WITH_POSITION,
    Participant,
    ParticipantKey,
    ParticipantRole,
    Standing,
)
from clearing_service.participants.register import Register
from clearing_service.settlement.settlement import funds_of
from facepay.identifiers import ParticipantId


@dataclass(frozen=True, slots=True)
class ParticipantPosition:
    """One institution. `position_minor_units`: above 0 it is owed, below 0 it owes.

    `room_minor_units` is what is left of the cap, `funds_minor_units` what it can settle with.
    """

    participant_id: ParticipantId
    name: str
    roles: tuple[ParticipantRole, ...]
    standing: Standing
    licence_expires_on: date
    net_debit_cap_minor_units: int
    position_minor_units: int
    held_minor_units: int
    room_minor_units: int
    funds_minor_units: int


class ParticipantSource(Protocol):
    """Where the register is read; `participants.register.ParticipantStore` has it too."""

    async def load(self) -> Register:
        """Return everything registered; raises `StoreError`."""


class BalanceSource(Protocol):
    """Where balances are read."""

    async def balances(self) -> Sequence[Balance]:
        """Return the balance of every account; raises `StoreError`."""


@dataclass(frozen=True, slots=True)
class ParticipantView:
    """Reads both stores; what was committed between the two reads may show in one of them only."""

    participants: ParticipantSource
    balances: BalanceSource

    async def positions(self) -> tuple[ParticipantPosition, ...]:
        """Return every issuer and acquirer, by number; raises `StoreError`."""
        register = await self.participants.load()
        balances = {item.account: item for item in await self.balances.balances()}
        found: dict[ParticipantId, list[Participant]] = {}
        for key, institution in _institutions(register):
            found.setdefault(key[0], []).append(institution)
        return tuple(_position(found[number], balances) for number in sorted(found))


def _institutions(register: Register) -> list[tuple[ParticipantKey, Participant]]:
    return [(item.key, item) for role in WITH_POSITION for item in register.participants(role)]


def _position(
    institution: Sequence[Participant], balances: dict[AccountId, Balance]
) -> ParticipantPosition:
    first = institution[0]
    number, cap = first.participant_id, first.net_debit_cap_minor_units
    balance = balances.get(AccountId(number)) or Balance(AccountId(number), cap)
    funds = balances.get(AccountId(number, AccountKind.SETTLEMENT))
    return ParticipantPosition(
        participant_id=number,
        name=first.name,
        roles=tuple(item.role for item in institution),
        standing=first.standing,
        licence_expires_on=min(item.licence_expires_on for item in institution),
        net_debit_cap_minor_units=balance.net_debit_cap_minor_units,
        position_minor_units=balance.credit_minor_units,
        held_minor_units=balance.debits_held,
        room_minor_units=balance.net_debit_cap_minor_units - balance.net_debit_minor_units,
        funds_minor_units=funds_of(funds),
    )
