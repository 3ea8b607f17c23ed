"""The only ways a payment moves money in the central book.

    HOLD -> POST -> REVERSAL
                 -> REFUND, one or more, never more than the post
         -> RELEASE

Each row names the row it answers, and each is booked at most once: booking it again is a broken
invariant, because the payment's state should have kept the caller away. A payment is never both
reversed and refunded.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from clearing_service.errors import LedgerInvariantError
from clearing_service.ledger.book import (
    LedgerBook,
    append_row,
    change_balances,
    open_window_number,
    transfer_key,
)
from clearing_service.ledger.transfer import Movement, RowName, Transfer, TransferKind
from facepay.identifiers import PaymentId
from facepay.money import Money


@dataclass(frozen=True, slots=True)
class Booking:
    """Which payment a row is booked for, and when."""

    payment_id: PaymentId
    booked_at: datetime


class HoldOutcome(Enum):
    """Whether a sum could be held."""

    HELD = 1
    NET_DEBIT_CAP_EXCEEDED = 2
    NO_POSITION = 3
    DEBTOR_SUSPENDED = 4
    CREDITOR_SUSPENDED = 5


def hold(book: LedgerBook, booking: Booking, movement: Movement) -> HoldOutcome:
    """Hold a sum against the debtor's cap, or say why not; nothing is booked then."""
    debtor, creditor = book.balances.get(movement.debit), book.balances.get(movement.credit)
    if debtor is None or creditor is None:
        return HoldOutcome.NO_POSITION
    if debtor.is_suspended:
        return HoldOutcome.DEBTOR_SUSPENDED
    if creditor.is_suspended:
        return HoldOutcome.CREDITOR_SUSPENDED
    if not debtor.has_room_for(movement.amount):
        return HoldOutcome.NET_DEBIT_CAP_EXCEEDED
    amount = movement.amount.amount_minor_units
    change_balances(book, movement, held=amount)
    _append(book, booking, TransferKind.HOLD, movement, answers=None)
    return HoldOutcome.HELD


def post(book: LedgerBook, booking: Booking) -> Transfer:
    """Turn the payment's hold into a posted debt."""
    held = _open_hold(book, booking)
    amount = held.movement.amount.amount_minor_units
    change_balances(book, held.movement, held=-amount, posted=amount)
    return _append(book, booking, TransferKind.POST, held.movement, answers=held.number)


def release(book: LedgerBook, booking: Booking) -> Transfer:
    """Let the payment's hold go; nothing is owed."""
    held = _open_hold(book, booking)
    change_balances(book, held.movement, held=-held.movement.amount.amount_minor_units)
    return _append(book, booking, TransferKind.RELEASE, held.movement, answers=held.number)


def reverse(book: LedgerBook, booking: Booking) -> Transfer:
    """Undo the payment's post with a row of its own, in the window that is open now."""
    posted = _post_of(book, booking)
    if book.transfers.get(transfer_key(booking.payment_id, TransferKind.REFUND, 1)) is not None:
        raise LedgerInvariantError(f"payment {booking.payment_id} was refunded")
    undoing = posted.movement.reversed()
    change_balances(book, undoing, posted=undoing.amount.amount_minor_units)
    return _append(book, booking, TransferKind.REVERSAL, undoing, answers=posted.number)


@dataclass(frozen=True, slots=True)
class RefundPart:
    """One refund of a payment: its number from 1, its sum, and what went back before it."""

    number: int
    amount: Money
    refunded_before: Money


def refund(book: LedgerBook, booking: Booking, part: RefundPart) -> Transfer:
    """Give back a part of the payment's post, in the window that is open now."""
    posted = _post_of(book, booking)
    if book.transfers.get(transfer_key(booking.payment_id, TransferKind.REVERSAL)) is not None:
        raise LedgerInvariantError(f"payment {booking.payment_id} was reversed")
    if part.refunded_before + part.amount > posted.movement.amount:
        raise LedgerInvariantError(f"payment {booking.payment_id} would give back too much")
    undoing = replace(posted.movement.reversed(), amount=part.amount)
    change_balances(book, undoing, posted=undoing.amount.amount_minor_units)
    kind = TransferKind.REFUND
    return _append(book, booking, kind, undoing, answers=posted.number, part=part.number)


def post_of(book: LedgerBook, payment_id: PaymentId) -> Transfer | None:
    """Return the payment's post, if there is one."""
    return book.transfers.get(transfer_key(payment_id, TransferKind.POST))


def _post_of(book: LedgerBook, booking: Booking) -> Transfer:
    posted = post_of(book, booking.payment_id)
    if posted is None:
        raise LedgerInvariantError(f"payment {booking.payment_id} has nothing posted")
    return posted


def _open_hold(book: LedgerBook, booking: Booking) -> Transfer:
    held = book.transfers.get(transfer_key(booking.payment_id, TransferKind.HOLD))
    if held is None:
        raise LedgerInvariantError(f"payment {booking.payment_id} has no hold")
    for ending in (TransferKind.POST, TransferKind.RELEASE):
        if book.transfers.get(transfer_key(booking.payment_id, ending)) is not None:
            raise LedgerInvariantError(f"the hold of payment {booking.payment_id} has ended")
    return held


def _append(
    book: LedgerBook,
    booking: Booking,
    kind: TransferKind,
    movement: Movement,
    *,
    answers: int | None,
    part: int = 0,
) -> Transfer:
    window = open_window_number(book)
    name = RowName(booking.payment_id, kind, booking.booked_at, window, answers, part)
    return append_row(book, name, movement)
