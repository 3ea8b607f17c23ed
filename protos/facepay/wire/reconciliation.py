"""ReconcileTotals: a terminal's totals of a day, and the service's."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from facepay.errors import MalformedFieldError
from facepay.identifiers import PaymentId, RetrievalReferenceNumber
from facepay.money import Money
from facepay.terminal_totals import ENTRIES_MAX, EntryKind, TerminalTotals, TotalsEntry
from facepay.v1 import terminal_pb2 as pb
from facepay.wire.strict import SALT_BYTES, exactly, parse_strictly, require_strict, serialize, word

SUM_MAX_MINOR_UNITS = 10**17
"""A day's sum beyond any terminal's, and within a signed 64-bit integer."""


@dataclass(frozen=True, slots=True)
class ReconcileTotalsBody:
    """The terminal's totals of one business date."""

    salt: bytes
    business_date: date
    totals: TerminalTotals

    def to_bytes(self) -> bytes:
        """Return the bytes that the header's body hash covers."""
        return serialize(
            pb.ReconcileTotalsBody(
                salt=self.salt,
                business_date=self.business_date.isoformat(),
                totals=_totals_to_message(self.totals),
            )
        )

    @classmethod
    def from_bytes(cls, encoded: bytes) -> Self:
        """Read a body strictly; raises `MalformedFieldError`."""
        body = parse_strictly(pb.ReconcileTotalsBody, encoded)
        return cls(
            exactly(body.salt, SALT_BYTES, "a salt"),
            _date(body.business_date),
            _totals_from_message(body.totals),
        )


@dataclass(frozen=True, slots=True)
class ReconcileTotalsReply:
    """The service's totals, and its entries of the day if the totals differ."""

    totals: TerminalTotals
    entries: tuple[TotalsEntry, ...] = ()

    def to_message(self) -> pb.ReconcileTotalsResponse:
        """Return the protobuf message."""
        return pb.ReconcileTotalsResponse(
            totals=_totals_to_message(self.totals),
            entries=[_entry_to_message(entry) for entry in self.entries],
        )

    @classmethod
    def from_message(cls, message: pb.ReconcileTotalsResponse) -> Self:
        """Read a reply strictly; raises `MalformedFieldError`."""
        require_strict(message)
        if len(message.entries) > ENTRIES_MAX:
            raise MalformedFieldError(f"a reply has at most {ENTRIES_MAX} entries")
        return cls(
            _totals_from_message(message.totals), tuple(map(_entry_from_message, message.entries))
        )


def _totals_to_message(totals: TerminalTotals) -> pb.TerminalTotals:
    return pb.TerminalTotals(
        payment_count=totals.payment_count,
        payments_minor_units=totals.payments_minor_units,
        refund_count=totals.refund_count,
        refunds_minor_units=totals.refunds_minor_units,
    )


def _totals_from_message(message: pb.TerminalTotals) -> TerminalTotals:
    sums = (message.payments_minor_units, message.refunds_minor_units)
    if not all(0 <= item <= SUM_MAX_MINOR_UNITS for item in sums):
        raise MalformedFieldError("a sum of a day is out of range")
    return TerminalTotals(message.payment_count, sums[0], message.refund_count, sums[1])


def _entry_to_message(entry: TotalsEntry) -> pb.TotalsEntry:
    return pb.TotalsEntry(
        kind=pb.TotalsEntryKind.ValueType(entry.kind.value),
        payment_id=entry.payment_id.value,
        rrn=entry.rrn.value,
        amount_minor_units=entry.amount.amount_minor_units,
    )


def _entry_from_message(message: pb.TotalsEntry) -> TotalsEntry:
    return TotalsEntry(
        word(EntryKind, message.kind),
        PaymentId(message.payment_id),
        RetrievalReferenceNumber(message.rrn),
        Money(message.amount_minor_units),
    )


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise MalformedFieldError("not a business date") from error
    if day.isoformat() != text:
        raise MalformedFieldError("a business date is written YYYY-MM-DD")
    return day
