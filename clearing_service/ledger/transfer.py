"""The immutable rows of the central book."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from clearing_service.audit.chain import ChainHead
from clearing_service.ledger.account import AccountId
from facepay.canonical import encode_fields
from facepay.identifiers import PaymentId
from facepay.money import Money


class TransferKind(Enum):
    """What a row does.

    A hold is answered by exactly one post or release; a post by one reversal, or by refunds that
    together are no more than it.
    """

    HOLD = 1
    POST = 2
    RELEASE = 3
    REVERSAL = 4
    REFUND = 5


@dataclass(frozen=True, slots=True)
class Movement:
    """From which account to which, and how much."""

    debit: AccountId
    credit: AccountId
    amount: Money

    def reversed(self) -> "Movement":
        """Return the movement that undoes this one."""
        return Movement(debit=self.credit, credit=self.debit, amount=self.amount)


@dataclass(frozen=True, slots=True)
class Transfer:
    """One row. `answers` is the number, in the same chain, of the row this one answers.

    `part` counts the refunds of a payment from 1; every other row is a payment's only one of its
    kind and has part 0.
    """

    kind: TransferKind
    payment_id: PaymentId
    movement: Movement
    answers: int | None
    business_date: date
    booked_at: datetime
    head: ChainHead
    part: int = 0

    @property
    def number(self) -> int:
        """The row's number in its chain: its name in the book."""
        return self.head.number

    def content(self) -> bytes:
        """Return the canonical bytes that the chain covers."""
        return transfer_content(
            self.kind, self.payment_id, self.movement, self.answers, self.booked_at, self.part
        )


def transfer_content(
    kind: TransferKind,
    payment_id: PaymentId,
    movement: Movement,
    answers: int | None,
    booked_at: datetime,
    part: int = 0,
) -> bytes:
    """Return the canonical bytes of a row; the business date follows from the time."""
    parted = (
        [part.to_bytes(4)] if part else []
    )  # rows written before there were parts stay as they were
    return encode_fields(
        [
            bytes([kind.value]),
            payment_id.value,
            str(movement.debit).encode(),
            str(movement.credit).encode(),
            str(movement.amount.amount_minor_units).encode(),
            movement.amount.currency.value.encode(),
            (answers or 0).to_bytes(8),
            round(booked_at.timestamp() * 1000).to_bytes(8),
            *parted,
        ]
    )
