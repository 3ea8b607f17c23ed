"""Funds brought in and taken out, and losses paid from the risk reserve.

Each function stages everything and returns DONE, or stages nothing and says why not. The entry's id
is the caller's: an act or a case has one, and booking it again is answered DONE once more, without
a second row. Who may ask for it, and how many people must agree, is decided by the caller.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from clearing_service.audit.entry import AuditKind, AuditRecord
from clearing_service.ledger.account import AccountId, AccountKind
from clearing_service.ledger.entries import Entry, Institution, adjust, enter, find_entry
from clearing_service.ledger.transfer import EntryId, Movement, Transfer, TransferKind
from clearing_service.payment.clearing_book import ClearingBook
from clearing_service.settlement.settlement import funds_account, funds_of
from facepay.identifiers import ParticipantId
from facepay.money import Money


class FundsOutcome(Enum):
    """What came of moving funds. Everything but DONE changed nothing."""

    DONE = 1
    UNKNOWN_PARTICIPANT = 2
    """It has no position in the book."""
    NO_AMOUNT = 3
    INSUFFICIENT_FUNDS = 4
    """Funds must stay at or above what the participant owes now, posted and held."""
    PARTICIPANT_SUSPENDED = 5
    """Nothing is paid out to a suspended participant."""
    ENTRY_TAKEN = 6
    """The entry's id belongs to another movement."""
    RESERVE_TOO_LOW = 7
    NO_COMPENSATION = 8
    MORE_THAN_COMPENSATED = 9


@dataclass(frozen=True, slots=True)
class FundsMove:
    """How much is moved, and which row it is. `entry_id` is random, one for each intention."""

    entry_id: EntryId
    amount: Money
    now: datetime


def fund_in(
    book: ClearingBook, institution: Institution, move: FundsMove, participant_id: ParticipantId
) -> FundsOutcome:
    """Book money that a participant brought, whatever its standing."""
    position = AccountId(participant_id, currency=move.amount.currency)
    if book.balances.get(position) is None:
        return FundsOutcome.UNKNOWN_PARTICIPANT
    movement = Movement(institution.mirror, funds_account(position), move.amount)
    return _book(book, move, TransferKind.FUNDS_IN, movement, None)


def fund_out(
    book: ClearingBook, institution: Institution, move: FundsMove, participant_id: ParticipantId
) -> FundsOutcome:
    """Book money paid out to a participant, as far as it is not needed for what it owes."""
    position = AccountId(participant_id, currency=move.amount.currency)
    movement = Movement(funds_account(position), institution.mirror, move.amount)
    balance = book.balances.get(position)
    if balance is None:
        return FundsOutcome.UNKNOWN_PARTICIPANT
    refusal = None
    available = funds_of(book.balances.get(movement.debit))
    needed = max(balance.net_debit_minor_units, 0)
    if balance.is_suspended:
        refusal = FundsOutcome.PARTICIPANT_SUSPENDED
    elif available - needed < move.amount.amount_minor_units:
        refusal = FundsOutcome.INSUFFICIENT_FUNDS
    return _book(book, move, TransferKind.FUNDS_OUT, movement, refusal)


def reserve_in(book: ClearingBook, institution: Institution, move: FundsMove) -> FundsOutcome:
    """Book money that the institution, or its insurer, put into the risk reserve."""
    movement = Movement(institution.mirror, institution.risk_reserve, move.amount)
    return _book(book, move, TransferKind.FUNDS_IN, movement, None)


def own_funds_out(
    book: ClearingBook, institution: Institution, move: FundsMove, kind: AccountKind
) -> FundsOutcome:
    """Book money that the institution took out of its FEE or RISK_RESERVE account."""
    account = AccountId(institution.participant_id, kind, move.amount.currency)
    movement = Movement(account, institution.mirror, move.amount)
    is_there = funds_of(book.balances.get(account)) >= move.amount.amount_minor_units
    refusal = None if is_there else FundsOutcome.INSUFFICIENT_FUNDS
    return _book(book, move, TransferKind.FUNDS_OUT, movement, refusal)


def compensate(
    book: ClearingBook, institution: Institution, move: FundsMove, participant_id: ParticipantId
) -> FundsOutcome:
    """Pay a loss from the risk reserve to the payer's issuer, in the window that is open now."""
    position = AccountId(participant_id, currency=move.amount.currency)
    if book.balances.get(position) is None:
        return FundsOutcome.UNKNOWN_PARTICIPANT
    movement = Movement(institution.risk_reserve, position, move.amount)
    is_there = funds_of(book.balances.get(movement.debit)) >= move.amount.amount_minor_units
    refusal = None if is_there else FundsOutcome.RESERVE_TOO_LOW
    return _book(book, move, TransferKind.COMPENSATION, movement, refusal)


@dataclass(frozen=True, slots=True)
class Recovery:
    """A part, from 1, of a compensation that a liable participant pays back."""

    part: int
    participant_id: ParticipantId


def recover(
    book: ClearingBook, institution: Institution, move: FundsMove, recovery: Recovery
) -> FundsOutcome:
    """Adjust a compensation: the liable participant owes the risk reserve what it paid.

    `move.entry_id` is the compensation's own id; the parts are told apart by `recovery.part`, and
    all parts before it must be booked.
    """
    compensation = find_entry(book, move.entry_id, TransferKind.COMPENSATION)
    if compensation is None:
        return FundsOutcome.NO_COMPENSATION
    position = AccountId(recovery.participant_id, currency=move.amount.currency)
    if book.balances.get(position) is None:
        return FundsOutcome.UNKNOWN_PARTICIPANT
    movement = Movement(position, institution.risk_reserve, move.amount)
    return _recover(book, move, recovery, movement, compensation)


def _recover(
    book: ClearingBook,
    move: FundsMove,
    recovery: Recovery,
    movement: Movement,
    compensation: Transfer,
) -> FundsOutcome:
    kind = TransferKind.ADJUSTMENT
    before = [find_entry(book, move.entry_id, kind, n) for n in range(1, recovery.part)]
    booked = find_entry(book, move.entry_id, kind, recovery.part)
    if booked is not None:
        is_repeat = booked.movement == movement
        return FundsOutcome.DONE if is_repeat else FundsOutcome.ENTRY_TAKEN
    if recovery.part < 1 or any(row is None for row in before):
        return FundsOutcome.NO_COMPENSATION
    recovered = sum(row.movement.amount.amount_minor_units for row in before if row is not None)
    left = compensation.movement.amount.amount_minor_units - recovered
    if not 0 < move.amount.amount_minor_units <= left:
        return FundsOutcome.MORE_THAN_COMPENSATED
    entry = Entry(move.entry_id, move.now, recovery.part)
    adjust(book, entry, movement, compensation)
    _audit(book, AuditKind.COMPENSATION_RECOVERED, move, movement)
    return FundsOutcome.DONE


_AUDIT_KINDS = {
    TransferKind.FUNDS_IN: AuditKind.FUNDS_IN,
    TransferKind.FUNDS_OUT: AuditKind.FUNDS_OUT,
    TransferKind.COMPENSATION: AuditKind.LOSS_COMPENSATED,
}


def _book(
    book: ClearingBook,
    move: FundsMove,
    kind: TransferKind,
    movement: Movement,
    refusal: FundsOutcome | None,
) -> FundsOutcome:
    if move.amount.amount_minor_units == 0:
        return FundsOutcome.NO_AMOUNT
    booked = find_entry(book, move.entry_id, kind)
    if booked is not None:
        is_repeat = booked.movement == movement
        return FundsOutcome.DONE if is_repeat else FundsOutcome.ENTRY_TAKEN
    if refusal is not None:
        return refusal
    enter(book, Entry(move.entry_id, move.now), kind, movement)
    _audit(book, _AUDIT_KINDS[kind], move, movement)
    return FundsOutcome.DONE


def _audit(book: ClearingBook, kind: AuditKind, move: FundsMove, movement: Movement) -> None:
    detail = (
        ("debit", str(movement.debit)),
        ("credit", str(movement.credit)),
        ("minor units", str(movement.amount.amount_minor_units)),
    )
    book.audit(AuditRecord(kind, f"entry/{move.entry_id}", move.now, detail))
