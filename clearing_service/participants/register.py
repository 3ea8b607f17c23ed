"""The register of all who take part, held in memory and read on every payment.

It changes rarely, by an operator; whoever changes the store reloads the snapshot, so that every
payment sees one consistent register and no payment waits for a query.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from typing import Protocol

from clearing_service.participants.participant import Acceptor, Participant, ParticipantRole
from clearing_service.participants.terminal import Terminal, TerminalBinding, TerminalState
from facepay.identifiers import AcceptorId, ParticipantId, TerminalId


class Admission(Enum):
    """Whether a terminal may sell for an acceptor through an acquirer now."""

    ADMITTED = 1
    TERMINAL_NOT_LIVE = 2
    BINDING_BROKEN = 3
    ACCEPTOR_NOT_LIVE = 4
    ACQUIRER_NOT_LIVE = 5


@dataclass(frozen=True, slots=True)
class SaleParties:
    """Who claims to sell: taken from a payment's fields."""

    terminal_id: TerminalId
    acceptor_id: AcceptorId
    acquirer_id: ParticipantId


class ParticipantStore(Protocol):
    """Where the register is kept. Raises `StoreError`."""

    async def load(self) -> "Register":
        """Return everything registered."""

    async def save_participant(self, participant: Participant) -> None:
        """Add or change an institution; an issuer or acquirer gets its position with the cap."""

    async def save_acceptor(self, acceptor: Acceptor) -> None:
        """Add or change an acceptor."""

    async def save_terminal(self, terminal: Terminal) -> None:
        """Add or change a terminal."""


class Register:
    """A snapshot of the register."""

    def __init__(
        self,
        participants: Iterable[Participant] = (),
        acceptors: Iterable[Acceptor] = (),
        terminals: Iterable[Terminal] = (),
    ) -> None:
        self._participants = {(item.participant_id, item.role): item for item in participants}
        self._acceptors = {item.acceptor_id: item for item in acceptors}
        self._terminals = {item.terminal_id: item for item in terminals}
        self._by_certificate = {
            item.keys.tls_certificate_sha256: item for item in self._terminals.values()
        }

    def terminal(self, terminal_id: TerminalId) -> Terminal | None:
        """Return a terminal, live or not."""
        return self._terminals.get(terminal_id)

    def terminal_of_certificate(self, certificate_sha256: bytes) -> Terminal | None:
        """Return the terminal that a TLS leaf (SHA-256 of its DER) belongs to."""
        return self._by_certificate.get(certificate_sha256)

    def acceptor(self, acceptor_id: AcceptorId) -> Acceptor | None:
        """Return an acceptor, live or not."""
        return self._acceptors.get(acceptor_id)

    def participant(
        self, participant_id: ParticipantId, role: ParticipantRole
    ) -> Participant | None:
        """Return an institution in a role, live or not."""
        return self._participants.get((participant_id, role))

    def participants(self, role: ParticipantRole) -> tuple[Participant, ...]:
        """Return every institution in a role, by number."""
        found = [item for item in self._participants.values() if item.role is role]
        return tuple(sorted(found, key=lambda item: item.participant_id))

    @property
    def terminals(self) -> tuple[Terminal, ...]:
        """Every terminal, live or not."""
        return tuple(self._terminals.values())

    def is_live_participant(
        self, participant_id: ParticipantId, role: ParticipantRole, today: date
    ) -> bool:
        """Whether the institution may act in this role today."""
        found = self.participant(participant_id, role)
        return found is not None and found.may_take_part(today)

    def may_give_back(
        self, participant_id: ParticipantId, role: ParticipantRole, today: date
    ) -> bool:
        """Whether money of the institution's earlier payments may go back today."""
        found = self.participant(participant_id, role)
        return found is not None and found.may_give_back(today)

    def admit(self, parties: SaleParties, now: datetime, today: date) -> Admission:
        """Judge terminal, its binding, acceptor and acquirer for a payment, in this order."""
        refusal = self._judge_shop(parties, now, today)
        if refusal is not None:
            return refusal
        if not self.is_live_participant(parties.acquirer_id, ParticipantRole.ACQUIRER, today):
            return Admission.ACQUIRER_NOT_LIVE
        return Admission.ADMITTED

    def admit_refund(self, parties: SaleParties, now: datetime, today: date) -> Admission:
        """Judge them for a refund, which a suspended acquirer still gives."""
        refusal = self._judge_shop(parties, now, today)
        if refusal is not None:
            return refusal
        if not self.may_give_back(parties.acquirer_id, ParticipantRole.ACQUIRER, today):
            return Admission.ACQUIRER_NOT_LIVE
        return Admission.ADMITTED

    def _judge_shop(self, parties: SaleParties, now: datetime, today: date) -> Admission | None:
        terminal = self.terminal(parties.terminal_id)
        if terminal is None or not terminal.is_live(now):
            return Admission.TERMINAL_NOT_LIVE
        acceptor = self.acceptor(parties.acceptor_id)
        if acceptor is None or not acceptor.may_sell(today):
            return Admission.ACCEPTOR_NOT_LIVE
        if not _is_bound(terminal.binding, acceptor, parties):
            return Admission.BINDING_BROKEN
        return None


def register_terminal(register: Register, candidate: Terminal) -> tuple[Terminal, ...]:
    """Return the terminals to save when `candidate` asks to be registered.

    One serial number is one device: if another terminal has it, both are blocked, because one of
    them is a copy and nobody can tell which.
    """
    twins = [
        terminal
        for terminal in register.terminals
        if terminal.serial_number == candidate.serial_number
        and terminal.terminal_id != candidate.terminal_id
    ]
    if not twins:
        return (candidate,)
    return tuple(replace(item, state=TerminalState.BLOCKED) for item in (candidate, *twins))


def _is_bound(binding: TerminalBinding, acceptor: Acceptor, parties: SaleParties) -> bool:
    return (
        binding.acceptor_id == parties.acceptor_id
        and binding.acquirer_id == parties.acquirer_id == acceptor.acquirer_id
        and binding.acceptor_credit_code == acceptor.credit_code
        and binding.settlement_account == acceptor.settlement_account
        and bool(binding.placement)
    )
