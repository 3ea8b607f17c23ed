"""An issuer's statement against its report: what is one-sided, which rule explains it, what is left."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearing_service.ledger.account import AccountId, AccountKind
from clearing_service.ledger.transfer import EntryId, Movement, TransferKind
from clearing_service.settlement.reconciliation import (
    STATEMENT_KINDS,
    Books,
    OneSidedEntry,
    OneSidedKind,
    OtherIssuerError,
    ReconciledStatement,
    ReportTwiceError,
    Resolution,
    reconcile,
)
from clearing_service.settlement.report_layout import ReportRow, parse_rows
from clearing_service.settlement.statement import (
    COLUMNS,
    StatementKind,
    StatementLine,
    StatementLineError,
    parse_statement,
    render_statement,
)
from facepay.business_date import business_date, cutover_of
from facepay.errors import MalformedFieldError
from facepay.identifiers import OperationId, PaymentId
from facepay.money import Money
from tests.fakes.ports import START
from tests.fakes.proving import Prover
from tests.fakes.settled_windows import (
    ACQUIRER,
    ISSUER,
    OTHER_ISSUER,
    WindowMaker,
    busy_window,
)

ROWS = parse_rows(Prover().report(busy_window(), ISSUER).rows)

pytestmark = pytest.mark.rule("OPS-03")


def line_of(row: ReportRow) -> StatementLine:
    """Return what an issuer states whose books say the same as the ledger."""
    booked_at = row.shared.booked_at
    return StatementLine(
        row.participant,
        business_date(booked_at),
        STATEMENT_KINDS[row.shared.kind],
        PaymentId.from_text(row.shared.subject),
        f"reference-{row.shared.number}",
        row.shared.amount,
        booked_at,
    )


LINES = tuple(line_of(row) for row in ROWS if row.shared.kind in STATEMENT_KINDS)
DEBIT, CREDIT = LINES[0], LINES[2]


def compared(*lines: StatementLine, rows: tuple[ReportRow, ...] = ROWS) -> ReconciledStatement:
    return reconcile(Books(rows, lines))


def only(found: ReconciledStatement) -> OneSidedEntry:
    (entry,) = found.entries
    return entry


def test_books_that_say_the_same_match() -> None:
    found = compared(*LINES)
    assert (found.matched_count, found.crossed_count, found.entries) == (3, 0, ())
    assert [line.kind for line in LINES] == [
        StatementKind.DEBIT,
        StatementKind.DEBIT,
        StatementKind.CREDIT,
    ]


@pytest.mark.parametrize("missing", range(3))
def test_a_missing_line_is_listed_and_is_a_case(missing: int) -> None:
    found = compared(*(line for place, line in enumerate(LINES) if place != missing))
    entry = only(found)
    assert entry.one_sided is OneSidedKind.MISSING
    assert (entry.ledger_minor_units, entry.stated_minor_units) == (
        LINES[missing].amount.amount_minor_units,
        None,
    )
    assert found.cases == (entry,)


def test_an_extra_line_is_listed_and_is_a_case() -> None:
    stranger = replace(DEBIT, payment_id=PaymentId(b"\7" * 16))
    entry = only(compared(*LINES, stranger))
    assert (entry.one_sided, entry.ledger_minor_units) == (OneSidedKind.EXTRA, None)
    assert entry.needs_case


@pytest.mark.parametrize("line", [DEBIT, CREDIT, replace(DEBIT, reference="another")])
def test_a_line_stated_twice_is_listed(line: StatementLine) -> None:
    assert only(compared(*LINES, line)).one_sided is OneSidedKind.DUPLICATED


def test_two_refunds_of_one_sum_are_two_refunds() -> None:
    row = next(row for row in ROWS if row.shared.kind == "REFUND")
    second = replace(row, shared=replace(row.shared, number=99, part=2))
    again = replace(CREDIT, reference="second")
    assert compared(*LINES, again, rows=(*ROWS, second)).entries == ()
    assert only(compared(*LINES, again)).one_sided is OneSidedKind.EXTRA


def test_another_sum_is_listed_with_both() -> None:
    entry = only(compared(replace(DEBIT, amount=Money(12_51)), *LINES[1:]))
    assert entry.one_sided is OneSidedKind.ALTERED
    assert (entry.ledger_minor_units, entry.stated_minor_units) == (12_50, 12_51)
    assert entry.needs_case


def test_a_debit_that_was_undone_and_never_booked_owes_nothing() -> None:
    late = replace(DEBIT, payment_id=PaymentId(b"\7" * 16))
    undone = replace(late, kind=StatementKind.UNDO, reference="")
    found = compared(*LINES, late, undone)
    assert [item.resolution for item in found.entries] == [Resolution.UNDONE_AT_ISSUER] * 2
    assert found.cases == ()
    another_sum = replace(undone, amount=Money(1))
    assert len(compared(*LINES, late, another_sum).cases) == 2


def test_a_debit_stated_twice_and_undone_once_is_a_case() -> None:
    late = replace(DEBIT, payment_id=PaymentId(b"\7" * 16))
    again = replace(late, booked_at=late.booked_at + timedelta(seconds=1))
    undone = replace(late, kind=StatementKind.UNDO, reference="")
    (case,) = compared(*LINES, late, again, undone).cases
    assert (case.one_sided, case.kind) == (OneSidedKind.DUPLICATED, StatementKind.DEBIT)


@pytest.mark.rule("OPS-02")
def test_a_compensation_goes_with_the_credit_that_names_it() -> None:
    maker = WindowMaker(3)
    subject = EntryId.derived("case", "1")
    movement = Movement(AccountId(ACQUIRER, AccountKind.RISK_RESERVE), AccountId(ISSUER), Money(50))
    maker.row(TransferKind.COMPENSATION, subject, movement)
    rows = parse_rows(Prover().report(maker.closed(), ISSUER).rows)
    reference = str(OperationId(subject.value))
    credit = replace(CREDIT, amount=Money(50), reference=reference)
    assert compared(credit, rows=rows).entries == ()
    assert only(compared(replace(credit, amount=Money(49)), rows=rows)).needs_case
    assert len(compared(replace(credit, reference="another"), rows=rows).cases) == 2


def test_a_report_given_twice_is_refused_by_name() -> None:
    with pytest.raises(ReportTwiceError):
        compared(*LINES, rows=ROWS + ROWS)


def test_what_the_service_still_sends_is_awaited() -> None:
    books = Books(ROWS, LINES[:2], {CREDIT.payment_id})
    assert only(reconcile(books)).resolution is Resolution.AWAITED


@pytest.mark.parametrize(("minutes", "is_awaited"), [(1, True), (14, True), (16, False)])
def test_at_the_edge_of_the_days_the_other_half_is_awaited(minutes: int, is_awaited: bool) -> None:
    edge = cutover_of(DEBIT.business_date)
    near = edge - timedelta(minutes=minutes)
    stranger = replace(DEBIT, payment_id=PaymentId(b"\7" * 16), booked_at=near)
    entry = only(compared(*LINES, stranger))
    assert (entry.resolution is Resolution.AWAITED) is is_awaited


def test_an_edge_between_two_given_days_is_none() -> None:
    near = cutover_of(DEBIT.business_date) - timedelta(minutes=1)
    stranger = replace(DEBIT, payment_id=PaymentId(b"\7" * 16), booked_at=near)
    day_after = DEBIT.business_date + timedelta(days=1)
    of_next = replace(
        LINES[1],
        payment_id=PaymentId(b"\6" * 16),
        business_date=day_after,
        booked_at=near + timedelta(hours=9),
    )
    assert compared(*LINES, stranger, of_next).cases[0].payment_id == str(stranger.payment_id)


def test_both_sides_of_a_cutover_match_when_both_days_are_given() -> None:
    after = cutover_of(DEBIT.business_date) + timedelta(minutes=1)
    late = replace(DEBIT, business_date=business_date(after), booked_at=after)
    found = compared(late, *LINES[1:])
    assert (found.matched_count, found.crossed_count, found.entries) == (3, 1, ())


def test_rows_of_days_without_a_statement_are_not_listed() -> None:
    old = timedelta(days=3)
    earlier = tuple(
        replace(row, shared=replace(row.shared, number=number, booked_at=START - old))
        for number, row in enumerate(ROWS, start=1)
    )
    assert compared(*LINES, rows=(*ROWS, *earlier)).entries == ()


def test_an_empty_statement_leaves_everything_missing() -> None:
    assert {item.one_sided for item in compared().entries} == {OneSidedKind.MISSING}
    assert len(compared().cases) == 3


@pytest.mark.parametrize(
    "books",
    [
        Books((), ()),
        Books(ROWS, [replace(DEBIT, issuer_id=OTHER_ISSUER)]),
        Books(parse_rows(Prover().report(busy_window(), ACQUIRER).rows), LINES),
    ],
)
def test_books_of_two_institutions_are_not_compared(books: Books) -> None:
    with pytest.raises(OtherIssuerError):
        reconcile(books)


def test_an_entry_becomes_the_same_case_however_often_it_is_found() -> None:
    first, second = (compared(*LINES[:2]).entries for _ in range(2))
    assert first[0].request_id == second[0].request_id
    assert len(first[0].request_id) == 16
    assert compared(*LINES[1:]).entries[0].request_id != first[0].request_id


class TestTheFile:
    """A statement has one form, and nothing else is taken for one."""

    def test_it_is_read_back(self) -> None:
        assert parse_statement(render_statement(LINES)) == LINES
        assert parse_statement(render_statement([])) == ()

    @pytest.mark.parametrize(
        ("change", "line"),
        [
            (lambda text: text.replace(b"issuer,", b"bank,", 1), 1),
            (lambda text: text[:-1], 4),
            (lambda text: text.replace(b",DEBIT,", b",DEBITED,", 1), 2),
            (lambda text: text.replace(b",1250,", b",-1250,", 1), 2),
            (lambda text: text.replace(b",1250,", b",01250,", 1), 2),
            (lambda text: text.replace(b",CREDIT,", b",CREDIT,,", 1), 4),
            (lambda text: text.replace(b"+08:00", b"Z", 1), 2),
            (lambda text: text.replace(b"CNY", b"USD", 1), 2),
            (lambda text: text.replace(b"reference-42", b"reference-\xff2", 1), 2),
            (lambda text: text.replace(b",2026-03-02,", b",2026-03-03,", 1), 2),
            (lambda text: text.replace(b",2026-03-02,", b",0001-01-01,", 1), 2),
            (lambda text: text.replace(b",2026-03-02T", b",0001-01-01T", 1), 2),
            (lambda text: text.replace(b",2026-03-02T", b",9999-12-31T", 1), 2),
        ],
    )
    def test_another_form_is_refused_by_line(
        self, change: Callable[[bytes], bytes], line: int
    ) -> None:
        with pytest.raises(StatementLineError) as refused:
            parse_statement(change(render_statement(LINES)))
        assert refused.value.line == line

    def test_it_names_no_payer(self) -> None:
        assert not {"account", "alias", "name", "phone"} & set(COLUMNS)

    @settings(derandomize=True, max_examples=150)
    @given(st.data(), st.integers(1, 255))
    def test_one_byte_changed_is_refused_or_listed(self, data: st.DataObject, mask: int) -> None:
        content = bytearray(render_statement(LINES))
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] ^= mask
        try:
            lines = parse_statement(bytes(content))
            changed = reconcile(Books(ROWS, lines))
        except (MalformedFieldError, OtherIssuerError):
            return
        # A reference, a time within the day and which day it is are the issuer's own word.
        is_own_word = [
            (line.issuer_id, line.kind, line.payment_id, line.amount) for line in lines
        ] == [(line.issuer_id, line.kind, line.payment_id, line.amount) for line in LINES]
        assert changed.entries or is_own_word


@pytest.mark.rule("OPS-02")
def test_a_loss_paid_from_the_reserve_is_the_credit_that_names_it() -> None:
    refund = next(row for row in ROWS if row.shared.kind == "REFUND")
    entry = UUID(int=7)
    paid = replace(
        refund,
        shared=replace(
            refund.shared, kind="COMPENSATION", subject=entry.hex, number=98, amount=Money(64_00)
        ),
    )
    credited = replace(CREDIT, reference=str(entry), amount=Money(64_00))
    assert compared(*LINES, credited, rows=(*ROWS, paid)).entries == ()
    assert only(compared(*LINES, rows=(*ROWS, paid))).one_sided is OneSidedKind.MISSING
    assert only(compared(*LINES, credited)).one_sided is OneSidedKind.EXTRA
    less = replace(credited, amount=Money(63_00))
    assert only(compared(*LINES, less, rows=(*ROWS, paid))).one_sided is OneSidedKind.ALTERED
