"""The register of participants, in the clearing database.

It changes rarely and by an operator, in transactions of its own beside the payments' writer: the
rows are others than payments touch, but for the net debit cap, which `save_participant` sets
through the clearing store's writer as one more unit of work.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Row, Table, select
from sqlalchemy.engine import Connection

from clearing_service.ledger.account import AccountId, Balance
from clearing_service.participants.participant import (
    WITH_POSITION,
    Acceptor,
    Participant,
    Standing,
)
from clearing_service.participants.register import Register
from clearing_service.participants.terminal import (
    Terminal,
    TerminalBinding,
    TerminalKeys,
    TerminalRole,
    TerminalState,
)
from clearing_service.payment.clearing_book import ClearingBook, Needs
from clearing_service.stores import clearing_tables as tables
from clearing_service.stores.clearing_store import ClearingStore
from clearing_service.stores.columns import from_milliseconds, to_milliseconds
from clearing_service.stores.engine import Database
from clearing_service.stores.participant_mappings import read_participant, write_participant
from clearing_service.stores.reading import Reader
from clearing_service.stores.row_mapping import Columns, upsert
from clearing_service.stores.writing import Writer
from facepay.identifiers import AcceptorId, ParticipantId, TerminalId


class ParticipantDatabase:
    """Implements `participants.register.ParticipantStore`.

    `database` is one of its own on the clearing store's URL.
    """

    def __init__(self, database: Database, clearing: ClearingStore) -> None:
        self._database = database
        self._reader = Reader(database)
        self._writer = Writer(database)
        self._clearing = clearing

    async def load(self) -> Register:
        """Return everything registered."""
        return await self._reader.run(_load)

    async def save_participant(self, participant: Participant) -> None:
        """Add or change an institution; an issuer or acquirer gets its position with the cap."""
        await self._save(tables.PARTICIPANT, write_participant(participant))
        if participant.role in WITH_POSITION:
            cap = participant.net_debit_cap_minor_units
            await self._clearing.execute(SetCapWork(AccountId(participant.participant_id), cap))

    async def save_acceptor(self, acceptor: Acceptor) -> None:
        """Add or change an acceptor."""
        await self._save(tables.ACCEPTOR, _write_acceptor(acceptor))

    async def save_terminal(self, terminal: Terminal) -> None:
        """Add or change a terminal."""
        await self._save(tables.TERMINAL, _write_terminal(terminal))

    def close(self) -> None:
        """Finish what waits, then close every connection. A repeat does nothing."""
        self._writer.close()
        self._reader.close()
        self._database.close()

    async def _save(self, table: Table, columns: Columns) -> None:
        def change(connection: Connection) -> None:
            connection.execute(upsert(table, connection.dialect.name), [columns])

        await self._writer.run(change)


@dataclass(frozen=True, slots=True)
class SetCapWork:
    """Open an account of the central book, or give it another net debit cap."""

    account: AccountId
    net_debit_cap_minor_units: int

    @property
    def needs(self) -> Needs:
        """The account's balance."""
        return Needs(balances=(self.account,))

    def apply(self, book: ClearingBook) -> None:
        """Set the cap; sums that are posted or held stay."""
        cap = self.net_debit_cap_minor_units
        balance = book.balances.get(self.account) or Balance(self.account, cap)
        book.balances.put(self.account, replace(balance, net_debit_cap_minor_units=cap))


def _load(connection: Connection) -> Register:
    def read(table: Table, reader: Callable[[Row[Any]], Any]) -> list[Any]:
        return [reader(row) for row in connection.execute(select(table))]

    return Register(
        read(tables.PARTICIPANT, read_participant),
        read(tables.ACCEPTOR, _read_acceptor),
        read(tables.TERMINAL, _read_terminal),
    )


def _write_acceptor(acceptor: Acceptor) -> Columns:
    return {
        "acceptor_id": acceptor.acceptor_id.value,
        "acquirer_id": acceptor.acquirer_id.value,
        "name": acceptor.name,
        "credit_code": acceptor.credit_code,
        "settlement_account": acceptor.settlement_account,
        "agreement_expires_on": acceptor.agreement_expires_on.isoformat(),
        "forbids_face_retention": int(acceptor.forbids_face_retention),
        "standing": acceptor.standing.name,
    }


def _read_acceptor(row: Row[Any]) -> Acceptor:
    return Acceptor(
        AcceptorId(row.acceptor_id),
        ParticipantId(row.acquirer_id),
        row.name,
        row.credit_code,
        row.settlement_account,
        date.fromisoformat(row.agreement_expires_on),
        bool(row.forbids_face_retention),
        Standing[row.standing],
    )


def _write_terminal(terminal: Terminal) -> Columns:
    binding, keys = terminal.binding, terminal.keys
    return {
        "terminal_id": terminal.terminal_id.value,
        "serial_number": terminal.serial_number,
        "role": terminal.role.value,
        "model": terminal.model,
        "model_certificate_valid_until_ms": to_milliseconds(terminal.model_certificate_valid_until),
        "acquirer_id": binding.acquirer_id.value,
        "acceptor_id": binding.acceptor_id.value,
        "acceptor_credit_code": binding.acceptor_credit_code,
        "settlement_account": binding.settlement_account,
        "placement": binding.placement,
        "signing_key_id": keys.signing_key_id,
        "signing_public_key": keys.signing_public_key,
        "kem_key_id": keys.kem_key_id,
        "kem_public_key": keys.kem_public_key,
        "tls_certificate_sha256": keys.tls_certificate_sha256,
        "keys_valid_until_ms": to_milliseconds(keys.valid_until),
        "state": terminal.state.name,
    }


def _read_terminal(row: Row[Any]) -> Terminal:
    return Terminal(
        TerminalId(row.terminal_id),
        row.serial_number,
        TerminalRole(row.role),
        row.model,
        from_milliseconds(row.model_certificate_valid_until_ms),
        TerminalBinding(
            ParticipantId(row.acquirer_id),
            AcceptorId(row.acceptor_id),
            row.acceptor_credit_code,
            row.settlement_account,
            row.placement,
        ),
        TerminalKeys(
            row.signing_key_id,
            row.signing_public_key,
            row.kem_key_id,
            row.kem_public_key,
            row.tls_certificate_sha256,
            from_milliseconds(row.keys_valid_until_ms),
        ),
        TerminalState[row.state],
    )
