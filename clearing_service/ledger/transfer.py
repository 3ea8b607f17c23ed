"""The immutable rows of the central book."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Self

from clearing_service.audit.chain import ChainHead
from clearing_service.ledger.account import AccountId
from facepay.canonical import encode_fields
from facepay.errors import MalformedFieldError
from facepay.identifiers import PaymentId
from facepay.money import Money

FIRST_WINDOW = 1
"""Every row belongs to a window. Those written before there were windows belong to the first."""

_ENTRY_LABEL = b"facepay/entry/1"


class TransferKind(Enum):
    """What a row does.

    A hold is answered by exactly one post or release; a post by one reversal, or by refunds that
    together are no more than it; a compensation by adjustments that are no more than it. All other
    rows stand for themselves.
    """

    HOLD = 1
    POST = 2
    RELEASE = 3
    REVERSAL = 4
    REFUND = 5
    FEE = 6
    COMPENSATION = 7
    ADJUSTMENT = 8
    FUNDS_IN = 9
    FUNDS_OUT = 10
    SETTLEMENT = 11


PAYMENT_KINDS = frozenset(
    {
        TransferKind.HOLD,
        TransferKind.POST,
        TransferKind.RELEASE,
        TransferKind.REVERSAL,
        TransferKind.REFUND,
    }
)
"""Rows of a payment. All others are entries: they have a name of their own, an `EntryId`."""

HOLDING_KINDS = frozenset({TransferKind.HOLD, TransferKind.RELEASE})
"""Rows that move nothing: they promise, or take a promise back."""


@dataclass(frozen=True, slots=True)
class EntryId:
    """What a row that is no payment's was booked for: 16 bytes.

    Rows that follow from a window have a derived id, so that they can be booked once only; an
    operator's act or a case has a random one of its own.
    """

    value: bytes

    def __post_init__(self) -> None:
        """Refuse another length."""
        if len(self.value) != 16:
            raise MalformedFieldError("not an EntryId")

    def __str__(self) -> str:
        """Return 32 hexadecimal digits."""
        return self.value.hex()

    @classmethod
    def derived(cls, *parts: str) -> Self:
        """Return the one id of what `parts` name."""
        fields = [_ENTRY_LABEL, *(part.encode() for part in parts)]
        return cls(hashlib.sha256(encode_fields(fields)).digest()[:16])


SubjectId = PaymentId | EntryId


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
class RowName:
    """All of a row but what it moves and where it stands: what it is booked for, and when."""

    subject: SubjectId
    kind: TransferKind
    booked_at: datetime
    window: int
    answers: int | None = None
    part: int = 0

    def content(self, movement: Movement) -> bytes:
        """Return the row's canonical bytes; the business date follows from the time.

        A part of 0 and the first window leave no field, so that rows written before there were
        parts and windows keep their bytes. A part has 4 bytes and a window 8, so neither can be
        taken for the other.
        """
        fields = [
            bytes([self.kind.value]),
            self.subject.value,
            str(movement.debit).encode(),
            str(movement.credit).encode(),
            b"%d" % movement.amount.amount_minor_units,
            movement.amount.currency.value.encode(),
            (self.answers or 0).to_bytes(8),
            round(self.booked_at.timestamp() * 1000).to_bytes(8),
        ]
        if self.part:
            fields.append(self.part.to_bytes(4))
        if self.window != FIRST_WINDOW:
            fields.append(self.window.to_bytes(8))
        return encode_fields(fields)


@dataclass(frozen=True, slots=True)
class Transfer:
    """One row. `answers` is the number, in the same chain, of the row this one answers.

    `subject` is what it was booked for, and it has one row of a kind and part: refunds of a payment
    and adjustments of a case count their parts from 1, a fee has the part of its line, and every
    other row has part 0. `window` is the settlement window it belongs to.
    """

    kind: TransferKind
    subject: SubjectId
    movement: Movement
    answers: int | None
    business_date: date
    booked_at: datetime
    head: ChainHead
    part: int = 0
    window: int = FIRST_WINDOW

    @property
    def number(self) -> int:
        """The row's number in its chain: its name in the book."""
        return self.head.number

    @property
    def payment_id(self) -> PaymentId | None:
        """The payment it was booked for, if it was one."""
        return self.subject if isinstance(self.subject, PaymentId) else None

    def content(self) -> bytes:
        """Return the canonical bytes that the chain covers."""
        name = RowName(
            self.subject, self.kind, self.booked_at, self.window, self.answers, self.part
        )
        return name.content(self.movement)
