"""An issuer's statement of one business day: what it did to its accounts for payments by face.

The same form as a report: ASCII, commas, lines ended by CR LF, the first names the columns, nothing
is quoted, and there is exactly one form. It names payments and no payer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from clearing_service.clock import BEIJING
from facepay.business_date import business_date
from facepay.errors import MalformedFieldError
from facepay.identifiers import ParticipantId, PaymentId
from facepay.money import Currency, Money

COLUMNS = (
    "issuer",
    "business_date",
    "kind",
    "payment_id",
    "reference",
    "amount_minor_units",
    "currency",
    "booked_at",
)

_LINE_END = "\r\n"


class StatementLineError(MalformedFieldError):
    """A line of a statement does not follow the layout. `line` counts from 1, the header."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} of the statement does not follow the layout")
        self.line = line


class StatementKind(Enum):
    """What an issuer did. The values are those of the file."""

    DEBIT = "DEBIT"
    """A payer's account was debited."""
    UNDO = "UNDO"
    """What was debited, and not credited since, was given back: the payment was reversed."""
    CREDIT = "CREDIT"
    """A refund was credited."""


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One booking at an issuer.

    `reference` is the approval code of a debit and the operation id of a refund, else empty.
    """

    issuer_id: ParticipantId
    business_date: date
    kind: StatementKind
    payment_id: PaymentId
    reference: str
    amount: Money
    booked_at: datetime


def render_statement(lines: Iterable[StatementLine]) -> bytes:
    """Return the statement's bytes, header first, in the order of the lines."""
    rows = [COLUMNS, *(_fields(line) for line in lines)]
    return "".join(",".join(row) + _LINE_END for row in rows).encode("ascii")


def parse_statement(content: bytes) -> tuple[StatementLine, ...]:
    """Read a statement strictly; raises `StatementLineError` at the first line that is not one."""
    lines = content.decode("latin-1").split(_LINE_END)
    if lines[0] != ",".join(COLUMNS):
        raise StatementLineError(1)
    if lines[-1]:
        raise StatementLineError(len(lines))
    return tuple(_parsed(line, number) for number, line in enumerate(lines[1:-1], start=2))


def _fields(line: StatementLine) -> tuple[str, ...]:
    return (
        line.issuer_id.value,
        line.business_date.isoformat(),
        line.kind.value,
        str(line.payment_id),
        line.reference,
        str(line.amount.amount_minor_units),
        line.amount.currency.name,
        line.booked_at.astimezone(BEIJING).isoformat(timespec="milliseconds"),
    )


def _parsed(text: str, number: int) -> StatementLine:
    try:
        line = _line(dict(zip(COLUMNS, text.split(","), strict=True)))
        is_canonical = text.isascii() and ",".join(_fields(line)) == text
        is_of_its_day = business_date(line.booked_at) == line.business_date
    except (ValueError, KeyError, OverflowError, MalformedFieldError) as error:
        raise StatementLineError(number) from error
    if not (is_canonical and is_of_its_day):
        raise StatementLineError(number)
    return line


def _line(text: dict[str, str]) -> StatementLine:
    return StatementLine(
        ParticipantId(text["issuer"]),
        date.fromisoformat(text["business_date"]),
        StatementKind(text["kind"]),
        PaymentId.from_text(text["payment_id"]),
        text["reference"],
        Money(int(text["amount_minor_units"]), Currency[text["currency"]]),
        datetime.fromisoformat(text["booked_at"]),
    )
