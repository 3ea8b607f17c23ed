"""The rows of the central book as its rules see them, and how one more is appended."""

from collections.abc import Iterable
from typing import Protocol

from clearing_service.audit.chain import ChainHead
from clearing_service.errors import LedgerInvariantError
from clearing_service.ledger.account import AccountId, AccountKind, Balance
from clearing_service.ledger.transfer import (
    FIRST_WINDOW,
    PAYMENT_KINDS,
    Movement,
    RowName,
    SubjectId,
    Transfer,
    TransferKind,
)
from clearing_service.ledger.window import SettlementWindow
from clearing_service.ledger.working_set import AppendedRows, WorkingSet
from facepay.business_date import business_date
from facepay.identifiers import PaymentId

WINDOW_SEQUENCE = "window"
"""The sequence whose last number is that of the open window; it is read with every batch."""

TransferKey = tuple[bytes, int, int]
"""A subject's id, a kind's number and a part: plain values, a busy writer compares thousands."""


def transfer_key(subject: SubjectId, kind: TransferKind, part: int = 0) -> TransferKey:
    """Return by what a row of a kind is found; refunds and adjustments have parts from 1."""
    return (subject.value, kind.value, part)


def transfer_keys(payment_id: PaymentId) -> tuple[TransferKey, ...]:
    """Return by what any row of a payment is found, but for refunds after the first."""
    return tuple((payment_id.value, number, part) for number, part in _PAYMENT_ROWS)


_PAYMENT_ROWS = tuple(
    (kind.value, int(kind is TransferKind.REFUND)) for kind in TransferKind if kind in PAYMENT_KINDS
)


class LedgerBook(Protocol):
    """The rows the rules read and write."""

    balances: WorkingSet[AccountId, Balance]
    transfers: WorkingSet[TransferKey, Transfer]
    new_transfers: AppendedRows[Transfer]
    heads: WorkingSet[str, ChainHead]
    windows: WorkingSet[int, SettlementWindow]
    sequences: WorkingSet[str, int]
    ledger_chain: str


def open_window_number(book: LedgerBook) -> int:
    """Return the number of the window that takes rows now."""
    return book.sequences.get(WINDOW_SEQUENCE) or FIRST_WINDOW


def last_row(book: LedgerBook) -> int:
    """Return the number of the newest row, 0 if there is none."""
    head = book.heads.get(book.ledger_chain)
    return head.number if head else 0


def append_row(book: LedgerBook, name: RowName, movement: Movement) -> Transfer:
    """Append a row to the book's chain. One of that name must not be there yet."""
    key = transfer_key(name.subject, name.kind, name.part)
    if book.transfers.get(key) is not None:
        raise LedgerInvariantError(f"{name.kind.name} of {name.subject} is booked already")
    head = book.heads.get(book.ledger_chain) or ChainHead(book.ledger_chain)
    row = Transfer(
        name.kind,
        name.subject,
        movement,
        name.answers,
        business_date(name.booked_at),
        name.booked_at,
        head.link(name.content(movement)),
        name.part,
        name.window,
    )
    book.heads.put(book.ledger_chain, row.head)
    book.transfers.put(key, row)
    book.new_transfers.add(row)
    return row


def change_balances(
    book: LedgerBook, movement: Movement, *, held: int = 0, posted: int = 0
) -> None:
    """Add so many minor units to what debtor and creditor have held and posted."""
    debtor = balance_of(book, movement.debit).changed(debits_held=held, debits_posted=posted)
    book.balances.put(movement.debit, debtor)
    creditor = balance_of(book, movement.credit).changed(credits_held=held, credits_posted=posted)
    book.balances.put(movement.credit, creditor)


def balance_of(book: LedgerBook, account: AccountId) -> Balance:
    """Return an account's balance. Positions are opened with a cap; the others by their first row."""
    balance = book.balances.get(account)
    if balance is not None:
        return balance
    if account.kind is AccountKind.POSITION:
        raise LedgerInvariantError(f"account {account} is gone")
    return Balance(account, 0)


def accounts_of(movements: Iterable[Movement]) -> tuple[AccountId, ...]:
    """Return every account that is moved, each once: what such work needs to have fetched."""
    found = {account for item in movements for account in (item.debit, item.credit)}
    return tuple(sorted(found, key=str))
