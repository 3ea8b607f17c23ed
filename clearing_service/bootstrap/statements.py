"""The commands about issuers' statements: made by a simulated issuer, compared with its reports."""

import argparse
import sys
from collections.abc import Callable, Collection, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from clearing_service.bootstrap.issuers import known_issuer
from clearing_service.bootstrap.operator_acts import operator_folder
from clearing_service.bootstrap.operator_line import DEFAULT_DIRECTORY, Subcommands
from clearing_service.bootstrap.stores import Stores, open_stores
from clearing_service.bootstrap.tables import (
    Column,
    PlainRow,
    amount,
    lower,
    number,
    show_json,
    table,
    time,
    utc,
    words,
)
from clearing_service.bootstrap.typed import day, participant
from clearing_service.cases.case import CaseKind
from clearing_service.config import load_config
from clearing_service.errors import ClearingError
from clearing_service.issuer.statement import statement_of
from clearing_service.operation.case_desk import CaseWish
from clearing_service.provisioning.layout import SandboxLayout
from clearing_service.rpc.operator_client import CaseClient
from clearing_service.settlement.reconciliation import (
    Books,
    OneSidedEntry,
    ReconciledStatement,
    reconcile,
)
from clearing_service.settlement.report_layout import parse_rows
from clearing_service.settlement.statement import (
    StatementKind,
    StatementLine,
    parse_statement,
    render_statement,
)
from facepay.business_date import business_date
from facepay.errors import MalformedFieldError
from facepay.identifiers import ParticipantId, PaymentId, RetrievalReferenceNumber
from facepay.money import Money
from facepay.ports import SystemClock

ONE_SIDED_LEFT = 3
"""The exit code when an entry is left that no rule explains."""

COLUMNS: tuple[Column, ...] = (
    words("entry", "one_sided"),
    words("what", "kind"),
    words("payment", "payment_id"),
    amount("ledger", "ledger_minor_units"),
    amount("issuer", "stated_minor_units"),
    time("booked", "booked_at"),
    words("resolved", "resolution"),
    number("case", "case"),
)

_LineT = TypeVar("_LineT")


class StatementFileError(ClearingError):
    """A file cannot be read, written, or does not follow its layout; names it and the line."""


def add_statements(subcommands: Subcommands) -> None:
    """Add both commands."""
    made = subcommands.add_parser(
        "issuer-statement", help="what a simulated issuer states of a business day, from its books"
    )
    made.add_argument("--directory", type=Path, default=DEFAULT_DIRECTORY, help="%(default)s")
    made.add_argument("--issuer", type=participant, required=True, help="its number")
    made.add_argument("--date", type=day, help="business day; it ends at 23:00 in Beijing")
    made.add_argument("--to", type=Path, default=Path(), help="the folder it is written into")
    made.set_defaults(command=write_statement)
    compared = subcommands.add_parser(
        "reconcile-statement",
        help="compare an issuer's statements with its reports",
        description="Exit code 0: every entry is in both books or explained by a rule. "
        "3: entries are left for people. 1: a file cannot be read.",
    )
    compared.add_argument("reports", type=Path, nargs="+", help="every window of the days")
    compared.add_argument(
        "--statement", type=Path, action="append", required=True, help="may be given again"
    )
    compared.add_argument(
        "--directory", type=Path, help="the sandbox: entries the service still sends are awaited"
    )
    compared.add_argument(
        "--open-cases", action="store_true", help="open a case for each entry that is left"
    )
    compared.add_argument("--as", dest="operator", metavar="NAME", default="", help="who opens")
    compared.add_argument("--json", action="store_true", help="print JSON")
    compared.set_defaults(command=reconcile_statement)


async def write_statement(options: argparse.Namespace) -> None:
    """Write an issuer's statement of a business day; today's is as far as the day has gone."""
    issuer_id = known_issuer(options.issuer)
    today = business_date(SystemClock().now())
    of_day: date = options.date or today
    if of_day > today:
        raise StatementFileError(f"{of_day} has not begun: there is nothing to state of it yet")
    stores = _stores(options.directory)
    try:
        lines = await statement_of(stores.issuers, issuer_id, of_day)
    finally:
        stores.close()
    path = options.to / f"{issuer_id}-statement-{of_day}.csv"
    try:
        path.write_bytes(render_statement(lines))
    except OSError as error:
        raise StatementFileError(f"{path} cannot be written") from error
    sys.stdout.write(f"{path}: {len(lines)} lines\n")


async def reconcile_statement(options: argparse.Namespace) -> int:
    """Compare, show what is one-sided, and open cases if asked to; return the exit code."""
    rows = [row for path in options.reports for row in _parsed(path, parse_rows)]
    lines = _stated(options.statement)
    issuers = {line.issuer_id for line in lines} | {row.participant for row in rows}
    awaited = await _awaited(options.directory, issuers)
    found = reconcile(Books(rows, lines, awaited))
    cases = await _open_cases(options, found.cases) if options.open_cases else {}
    shown = [_row(item, cases.get(item.request_id)) for item in found.entries]
    _show(found, shown, is_json=options.json)
    return ONE_SIDED_LEFT if found.cases else 0


def _stated(paths: Sequence[Path]) -> list[StatementLine]:
    """Return the lines of all statements; two of one day would state everything twice."""
    lines: list[StatementLine] = []
    for path in paths:
        found = _parsed(path, parse_statement)
        twice = {line.business_date for line in lines} & {line.business_date for line in found}
        if twice:
            raise StatementFileError(f"{path}: a statement of {min(twice)} was given before it")
        lines += found
    return lines


def _show(found: ReconciledStatement, rows: Sequence[PlainRow], *, is_json: bool) -> None:
    if is_json:
        show_json(
            {
                "issuer_id": found.issuer_id.value,
                "matched_count": found.matched_count,
                "crossed_count": found.crossed_count,
                "entries": list(rows),
            }
        )
        return
    if rows:
        sys.stdout.write(table(rows, COLUMNS))
    sys.stdout.write(
        f"{found.issuer_id}: {found.matched_count} entries match, {found.crossed_count} of them "
        f"over two days; {len(rows)} one-sided, {len(found.cases)} of them for people\n"
    )


def _row(entry: OneSidedEntry, case: int | None) -> PlainRow:
    return {
        "one_sided": entry.one_sided.value,
        "kind": lower(entry.kind),
        "payment_id": entry.payment_id,
        "rrn": entry.rrn,
        "ledger_number": entry.ledger_number,
        "ledger_minor_units": entry.ledger_minor_units,
        "stated_minor_units": entry.stated_minor_units,
        "booked_at": utc(entry.booked_at),
        "resolution": entry.resolution.value if entry.resolution else None,
        "case": case,
    }


async def _open_cases(
    options: argparse.Namespace, entries: Sequence[OneSidedEntry]
) -> dict[bytes, int]:
    """Open a case for each entry, once however often it is asked; return the cases' numbers."""
    if options.directory is None:
        options.directory = DEFAULT_DIRECTORY
    numbers = {}
    async with CaseClient(operator_folder(options)) as client:
        for entry in entries:
            answer = await client.open(_wish(entry))
            if answer.case is not None:
                numbers[entry.request_id] = answer.case.number
    return numbers


def _wish(entry: OneSidedEntry) -> CaseWish:
    # The number of a refund is its own and finds no payment.
    has_number = entry.rrn and entry.kind is not StatementKind.CREDIT
    minor_units = entry.ledger_minor_units or entry.stated_minor_units or 0
    note = (
        f"{entry.one_sided.value} {entry.kind.value} of {entry.issuer_id}, payment "
        f"{entry.payment_id}, ledger {entry.ledger_minor_units}, issuer {entry.stated_minor_units}"
    )
    return CaseWish(
        entry.request_id,
        CaseKind.ONE_SIDED,
        RetrievalReferenceNumber(entry.rrn) if has_number else None,
        Money(minor_units),
        note,
    )


async def _awaited(
    directory: Path | None, issuers: Collection[ParticipantId]
) -> Collection[PaymentId]:
    if directory is None:
        return frozenset()
    stores = _stores(directory)
    try:
        found = [await stores.clearing.unacknowledged(issuer_id) for issuer_id in issuers]
    finally:
        stores.close()
    return frozenset().union(*found)


def _stores(directory: Path) -> Stores:
    return open_stores(load_config(SandboxLayout(directory).clearing))


def _parsed(path: Path, parse: Callable[[bytes], tuple[_LineT, ...]]) -> tuple[_LineT, ...]:
    try:
        return parse(path.read_bytes())
    except OSError as error:
        raise StatementFileError(f"{path} cannot be read") from error
    except MalformedFieldError as error:
        raise StatementFileError(f"{path}: {error}") from error
