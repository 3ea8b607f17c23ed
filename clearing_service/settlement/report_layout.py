"""The columns of a participant's report. `docs/settlement-report.md` describes them for readers.

ASCII, fields between commas and lines ended by CR LF as in RFC 4180. No field can hold a comma, a
quote or a line end, so none is ever quoted, and a report has exactly one form: what was read is
written again and must be the same bytes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from clearing_service.clock import BEIJING
from facepay.errors import MalformedFieldError
from facepay.identifiers import ParticipantId
from facepay.money import Currency, Money
from facepay.settlement_proof.transfer_leaf import SharedFacts, Side, SideFacts

COLUMNS = (
    "window",
    "business_date",
    "participant",
    "ledger_number",
    "kind",
    "subject",
    "rrn",
    "side",
    "account",
    "amount_minor_units",
    "currency",
    "answers",
    "part",
    "booked_at",
    "acceptor_id",
    "terminal_id",
    "order_id",
)

_LINE_END = "\r\n"
_FIRST_MOMENT = datetime.fromtimestamp(0, UTC)  # leaves count milliseconds from here
_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
_PART = re.compile(r"0|[1-9][0-9]{0,8}")


class ReportLineError(MalformedFieldError):
    """A line of a report does not follow the layout. `line` counts from 1, the header."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} does not follow the layout")
        self.line = line


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One line: one side of one transfer, as the owner of that side sees it."""

    window: int
    business_date: date
    participant: ParticipantId
    shared: SharedFacts
    own: SideFacts

    @property
    def place(self) -> tuple[int, str]:
        """By what lines are ordered: the ledger's number, and the credit side first."""
        return (self.shared.number, self.own.side.value)


def render_rows(rows: Iterable[ReportRow]) -> bytes:
    """Return the report's bytes, header first."""
    lines = [COLUMNS, *(_fields(row) for row in rows)]
    return "".join(",".join(line) + _LINE_END for line in lines).encode("ascii")


def parse_rows(content: bytes) -> tuple[ReportRow, ...]:
    """Read what `render_rows` wrote; raises `ReportLineError` at the first line that is not so."""
    lines = content.decode("latin-1").split(_LINE_END)
    if lines[0] != ",".join(COLUMNS):
        raise ReportLineError(1)
    if lines[-1]:
        raise ReportLineError(len(lines))
    return tuple(_parsed(line, number) for number, line in enumerate(lines[1:-1], start=2))


def account_name(participant: str, kind: str, currency: str) -> str:
    """Return an account's name as digests have it."""
    return f"{participant}/{kind}/{currency}"


def _fields(row: ReportRow) -> tuple[str, ...]:
    shared, own = row.shared, row.own
    return (
        str(row.window),
        row.business_date.isoformat(),
        row.participant.value,
        str(shared.number),
        shared.kind,
        shared.subject,
        shared.rrn,
        own.side.value,
        own.account.split("/")[1],
        str(shared.amount.amount_minor_units),
        shared.amount.currency.name,
        str(shared.answers),
        str(shared.part),
        shared.booked_at.astimezone(BEIJING).isoformat(timespec="milliseconds"),
        own.acceptor_id,
        own.terminal_id,
        own.order_id,
    )


def _parsed(line: str, number: int) -> ReportRow:
    try:
        row = _row(dict(zip(COLUMNS, line.split(","), strict=True)))
        is_canonical = ",".join(_fields(row)) == line
    except (ValueError, KeyError, OverflowError, MalformedFieldError) as error:
        raise ReportLineError(number) from error
    if not is_canonical:
        raise ReportLineError(number)
    return row


def _row(text: dict[str, str]) -> ReportRow:
    shared = SharedFacts(
        number=_number(text["ledger_number"]),
        kind=text["kind"],
        subject=text["subject"],
        rrn=text["rrn"],
        amount=Money(_number(text["amount_minor_units"]), Currency[text["currency"]]),
        answers=_number(text["answers"]),
        part=_number(text["part"], _PART),
        booked_at=_moment(text["booked_at"]),
    )
    own = SideFacts(
        Side(text["side"]),
        account_name(text["participant"], text["account"], text["currency"]),
        text["acceptor_id"],
        text["terminal_id"],
        text["order_id"],
    )
    return ReportRow(
        _number(text["window"]),
        date.fromisoformat(text["business_date"]),
        ParticipantId(text["participant"]),
        shared,
        own,
    )


def _number(text: str, form: re.Pattern[str] = _NUMBER) -> int:
    if not form.fullmatch(text):
        raise MalformedFieldError("not a number of a report")
    return int(text)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or moment < _FIRST_MOMENT:
        raise MalformedFieldError("not a time of a report")
    return moment
