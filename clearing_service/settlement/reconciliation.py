"""An issuer's statements against its reports: what only one of the two books has.

A report's lines are the ledger's word, a statement's the issuer's. A debit goes with a POST, an
undo with a REVERSAL and a credit with a REFUND, of the same payment and sum. A loss that the risk
reserve paid is a credit too: its reference is the name of the COMPENSATION. What was booked on either
side of a cutover, or in two windows, matches when the files of both days are given.

What is left is resolved by rule where one applies, and is a case for people otherwise:

- a debit that the issuer undid and the ledger never booked: its answer came too late, nothing is
  owed (UNDONE_AT_ISSUER);
- an entry at the edge of the days that were given, whose other half may be just beyond, or of a
  payment that the service still tells the issuer about until it acknowledges (AWAITED).
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from clearing_service.errors import ClearingError
from clearing_service.ledger.account import AccountKind
from clearing_service.ledger.transfer import TransferKind
from clearing_service.settlement.report_layout import ReportRow
from clearing_service.settlement.statement import StatementKind, StatementLine
from facepay.business_date import business_date, cutover_of
from facepay.canonical import encode_fields
from facepay.identifiers import ParticipantId, PaymentId

EDGE = timedelta(minutes=15)
"""Longer than a payment takes from the issuer's debit to its post, the sweeper's ten included."""

STATEMENT_KINDS = {
    TransferKind.POST.name: StatementKind.DEBIT,
    TransferKind.REVERSAL.name: StatementKind.UNDO,
    TransferKind.REFUND.name: StatementKind.CREDIT,
    TransferKind.COMPENSATION.name: StatementKind.CREDIT,
}
_ONCE_A_PAYMENT = frozenset({StatementKind.DEBIT, StatementKind.UNDO})
_LABEL = b"facepay/one-sided-entry/1"


class OtherIssuerError(ClearingError):
    """Reports and statements are of two institutions, or there are none of one kind."""


class ReportTwiceError(ClearingError):
    """One window's report was given twice: each of its lines would be one-sided once more."""


class OneSidedKind(Enum):
    """How an entry is one-sided. The values are stable names."""

    MISSING = "missing"
    """The ledger has it, the statement has not."""
    EXTRA = "extra"
    """The statement has it, the ledger has not."""
    DUPLICATED = "duplicated"
    """The statement has it once more than the ledger."""
    ALTERED = "altered"
    """Both have it, with two sums."""


class Resolution(Enum):
    """By which rule an entry needs nobody. The values are stable names."""

    UNDONE_AT_ISSUER = "undone_at_issuer"
    AWAITED = "awaited"


@dataclass(frozen=True, slots=True)
class OneSidedEntry:
    """One entry that the two books do not have alike. Sums are minor units, None where a side has none.

    `ledger_number` and `rrn` are the report's, None and empty for what only the statement has.
    `resolution` is None if it is a case for people.
    """

    one_sided: OneSidedKind
    issuer_id: ParticipantId
    kind: StatementKind
    payment_id: str
    booked_at: datetime
    ledger_minor_units: int | None = None
    stated_minor_units: int | None = None
    ledger_number: int | None = None
    rrn: str = ""
    reference: str = ""
    resolution: Resolution | None = None

    @property
    def needs_case(self) -> bool:
        """Whether no rule explains it."""
        return self.resolution is None

    @property
    def request_id(self) -> bytes:
        """Sixteen bytes that follow from the entry, so that it becomes a case once only."""
        texts = (
            self.issuer_id.value,
            self.one_sided.value,
            self.kind.value,
            self.payment_id,
            self.reference,
            str(self.ledger_number),
        )
        fields = [_LABEL, *(text.encode() for text in texts)]
        return hashlib.sha256(encode_fields(fields)).digest()[:16]


@dataclass(frozen=True, slots=True)
class ReconciledStatement:
    """What came of it. `crossed_count` of the matches were booked on two business days."""

    issuer_id: ParticipantId
    matched_count: int
    crossed_count: int
    entries: tuple[OneSidedEntry, ...]

    @property
    def cases(self) -> tuple[OneSidedEntry, ...]:
        """The entries that no rule explains."""
        return tuple(item for item in self.entries if item.needs_case)


@dataclass(frozen=True, slots=True)
class Books:
    """What is compared: every line of an issuer's reports and statements of some days.

    Give every window of the days. `awaited` are payments that the service still tells the issuer
    about: reversals and refunds that it has not acknowledged.
    """

    rows: Sequence[ReportRow]
    lines: Sequence[StatementLine]
    awaited: Collection[PaymentId] = frozenset()


def reconcile(books: Books) -> ReconciledStatement:
    """Compare an issuer's reports with its statements.

    Raises `OtherIssuerError` and `ReportTwiceError`.
    """
    issuer_id = _only_issuer(books)
    if len({row.place for row in books.rows}) != len(books.rows):
        raise ReportTwiceError("one window's report was given twice")
    matching = _Matching(issuer_id, books)
    rules = _Rules(books, matching.entries)
    entries = [rules.apply(item) for item in matching.entries if rules.days.have(item)]
    return ReconciledStatement(
        issuer_id,
        matching.matched_count,
        matching.crossed_count,
        tuple(sorted(entries, key=lambda item: (item.booked_at, item.payment_id))),
    )


def _only_issuer(books: Books) -> ParticipantId:
    found = {row.participant for row in books.rows} | {line.issuer_id for line in books.lines}
    if len(found) != 1:
        raise OtherIssuerError("reports and statements are not of one issuer")
    return found.pop()


_Key = tuple[str, StatementKind]


class _Matching:
    """Pairs rows with lines of the same payment, kind and sum; what is left are `entries`."""

    def __init__(self, issuer_id: ParticipantId, books: Books) -> None:
        self.matched_count = 0
        self.crossed_count = 0
        self.entries: list[OneSidedEntry] = []
        self._issuer_id = issuer_id
        rows, lines = defaultdict[_Key, list[ReportRow]](list), _by_key(books)
        for row in filter(_is_stated, books.rows):
            rows[row.shared.subject, STATEMENT_KINDS[row.shared.kind]].append(row)
        for key in rows.keys() | lines.keys():
            self._match(rows[key], lines[key])

    def _match(self, rows: list[ReportRow], lines: list[StatementLine]) -> None:
        matched = [(row, self._partner(row, lines)) for row in rows]
        partners = [line for _, line in matched if line is not None]
        alone = [row for row, line in matched if line is None]
        repeats, others = list[StatementLine](), list[StatementLine]()
        for line in lines:
            is_repeat = _is_repeat(line, partners + others)
            (repeats if is_repeat else others).append(line)
        both = min(len(alone), len(others))
        for line in repeats:
            self._add(OneSidedKind.DUPLICATED, None, line)
        for row, line in zip(alone[:both], others[:both], strict=True):
            self._add(OneSidedKind.ALTERED, row, line)
        for row in alone[both:]:
            self._add(OneSidedKind.MISSING, row, None)
        for line in others[both:]:
            self._add(OneSidedKind.EXTRA, None, line)

    def _partner(self, row: ReportRow, lines: list[StatementLine]) -> StatementLine | None:
        found = next((line for line in lines if line.amount == row.shared.amount), None)
        if found is not None:
            lines.remove(found)
            self.matched_count += 1
            self.crossed_count += business_date(row.shared.booked_at) != found.business_date
        return found

    def _add(
        self, one_sided: OneSidedKind, row: ReportRow | None, line: StatementLine | None
    ) -> None:
        entry = _entry_of_line(one_sided, line) if line else None
        if row is not None:
            entry = _with_row(one_sided, row, entry)
        if entry is not None:
            self.entries.append(entry)


def _is_stated(row: ReportRow) -> bool:
    is_position = row.own.account.split("/")[1] == AccountKind.POSITION.name
    return is_position and row.shared.kind in STATEMENT_KINDS


def _by_key(books: Books) -> defaultdict[_Key, list[StatementLine]]:
    compensations = {
        row.shared.subject
        for row in books.rows
        if row.shared.kind == TransferKind.COMPENSATION.name
    }
    found = defaultdict[_Key, list[StatementLine]](list)
    for line in books.lines:
        entry = line.reference.replace("-", "")
        is_compensation = line.kind is StatementKind.CREDIT and entry in compensations
        subject = entry if is_compensation else str(line.payment_id)
        found[subject, line.kind].append(line)
    return found


def _is_repeat(line: StatementLine, partners: Sequence[StatementLine]) -> bool:
    """Whether a line says one of these once more: refunds may be several, by their reference."""
    once = line.kind in _ONCE_A_PAYMENT
    return any(
        line.amount == item.amount and (once or line.reference == item.reference)
        for item in partners
    )


def _entry_of_line(one_sided: OneSidedKind, line: StatementLine) -> OneSidedEntry:
    return OneSidedEntry(
        one_sided,
        line.issuer_id,
        line.kind,
        str(line.payment_id),
        line.booked_at,
        stated_minor_units=line.amount.amount_minor_units,
        reference=line.reference,
    )


def _with_row(
    one_sided: OneSidedKind, row: ReportRow, entry: OneSidedEntry | None
) -> OneSidedEntry:
    shared = row.shared
    if entry is None:
        kind = STATEMENT_KINDS[shared.kind]
        entry = OneSidedEntry(one_sided, row.participant, kind, shared.subject, shared.booked_at)
    return replace(
        entry,
        booked_at=shared.booked_at,
        ledger_minor_units=shared.amount.amount_minor_units,
        ledger_number=shared.number,
        rrn=shared.rrn,
    )


class _Days:
    """The business days whose statements were given."""

    def __init__(self, lines: Sequence[StatementLine]) -> None:
        self._days = frozenset(line.business_date for line in lines)
        starts = {day - timedelta(days=1) for day in self._days}
        # Where one day's end is another's start, both sides were given.
        self._edges = [cutover_of(day) for day in starts ^ self._days]

    def have(self, entry: OneSidedEntry) -> bool:
        """Whether the entry is of one of the days; without any line nobody knows which they are."""
        return not self._days or business_date(entry.booked_at) in self._days

    def are_near_an_edge(self, moment: datetime) -> bool:
        """Whether what belongs to this moment may be just beyond."""
        return any(abs(moment - edge) <= EDGE for edge in self._edges)


class _Rules:
    """Explains an entry by what is known of the others, of the days and of the service's queues."""

    def __init__(self, books: Books, entries: Iterable[OneSidedEntry]) -> None:
        self.days = _Days(books.lines)
        self._awaited = {str(payment_id) for payment_id in books.awaited}
        extra = [item for item in entries if item.one_sided is OneSidedKind.EXTRA]
        debits, undos = (
            {(item.payment_id, item.stated_minor_units) for item in extra if item.kind is kind}
            for kind in (StatementKind.DEBIT, StatementKind.UNDO)
        )
        self._undone = debits & undos

    def apply(self, entry: OneSidedEntry) -> OneSidedEntry:
        """Return the entry with the rule that explains it, if one does."""
        if entry.one_sided not in (OneSidedKind.MISSING, OneSidedKind.EXTRA):
            return entry
        if (entry.payment_id, entry.stated_minor_units) in self._undone:
            return replace(entry, resolution=Resolution.UNDONE_AT_ISSUER)
        is_awaited = entry.payment_id in self._awaited
        if is_awaited or self.days.are_near_an_edge(entry.booked_at):
            return replace(entry, resolution=Resolution.AWAITED)
        return entry
