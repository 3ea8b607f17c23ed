"""`facepay-clearing reconcile-statement`: files in, one-sided entries and an exit code out."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from clearing_service.bootstrap.command_line import run
from clearing_service.settlement.report_layout import parse_rows
from clearing_service.settlement.statement import (
    COLUMNS,
    StatementKind,
    StatementLine,
    render_statement,
)
from facepay.business_date import business_date
from facepay.identifiers import PaymentId
from tests.fakes.proving import Prover
from tests.fakes.settled_windows import ISSUER, busy_window

REPORT = Prover().report(busy_window(), ISSUER).rows
LINES = [
    StatementLine(
        ISSUER,
        business_date(row.shared.booked_at),
        StatementKind.CREDIT if row.shared.kind == "REFUND" else StatementKind.DEBIT,
        PaymentId.from_text(row.shared.subject),
        "",
        row.shared.amount,
        row.shared.booked_at,
    )
    for row in parse_rows(REPORT)
    if row.shared.kind != "FEE"
]


def compare(folder: Path, lines: list[StatementLine], *arguments: str) -> int:
    (folder / "report.csv").write_bytes(REPORT)
    (folder / "statement.csv").write_bytes(render_statement(lines))
    report, statement = str(folder / "report.csv"), str(folder / "statement.csv")
    return run(["reconcile-statement", report, "--statement", statement, *arguments])


@pytest.mark.rule("OPS-03")
def test_books_that_say_the_same_end_with_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare(tmp_path, LINES) == 0
    assert "3 entries match" in capsys.readouterr().out


def test_one_sided_entries_are_shown_and_end_with_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stranger = replace(LINES[0], payment_id=PaymentId(bytes(16)))
    assert compare(tmp_path, [*LINES[1:], stranger]) == 3
    shown = capsys.readouterr().out
    assert all(word in shown for word in ("missing", "extra", "12.50", "2 of them for people"))
    assert compare(tmp_path, [*LINES[1:], stranger], "--json") == 3
    told = json.loads(capsys.readouterr().out)
    assert {item["one_sided"] for item in told["entries"]} == {"missing", "extra"}
    assert told["matched_count"] == 2


def test_what_cannot_be_read_is_named_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare(tmp_path, LINES) == 0
    statement = tmp_path / "statement.csv"
    statement.write_bytes(statement.read_bytes()[:-9])
    report = str(tmp_path / "report.csv")
    assert run(["reconcile-statement", report, "--statement", str(statement)]) == 1
    assert run(["reconcile-statement", report, "--statement", str(tmp_path / "none.csv")]) == 1
    told = capsys.readouterr().err
    assert "statement.csv: line 4 of the statement does not follow the layout" in told
    assert "none.csv cannot be read" in told


def test_a_file_given_twice_is_refused_and_makes_no_entries(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = ("--statement", str(tmp_path / "statement.csv"))
    assert compare(tmp_path, LINES, *again) == 1
    report = str(tmp_path / "report.csv")
    assert run(["reconcile-statement", report, report, *again]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "a statement of 2026-03-02 was given before it" in told.err
    assert "one window's report was given twice" in told.err


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "20261122", "0001-01-01"])
def test_a_date_that_is_none_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(["issuer-statement", "--issuer", "61010001", "--date", text])
    assert f"{text} is no date" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--issuer", "51010001"), "there is no issuer 51010001"),
        (("--issuer", "61010001", "--date", "2999-01-01"), "2999-01-01 has not begun"),
    ],
)
def test_nothing_is_stated_of_nobody_and_of_no_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    assert run(["issuer-statement", *arguments, "--to", str(tmp_path)]) == 1
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_layout_is_documented_column_by_column() -> None:
    document = Path(__file__).parents[4] / "docs" / "settlement-report.md"
    section = document.read_text("utf-8").split("## An issuer's statement")[1].split("\n## ")[0]
    assert tuple(re.findall(r"^\| \d+ \| `(\w+)` \|", section, re.MULTILINE)) == COLUMNS
