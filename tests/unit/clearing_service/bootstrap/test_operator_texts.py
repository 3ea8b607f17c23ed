"""What operators read: amounts in yuan, times in Beijing, a sentence for every answer."""

import json
from datetime import UTC, datetime

import pytest

from clearing_service.bootstrap import operator_acts, operator_cases, tables
from clearing_service.operation.case_work import CaseRefusal
from facepay.money import Money
from facepay.operator_act import ActOutcome, ActRefusal


def test_every_answer_has_a_sentence() -> None:
    assert set(operator_acts.OUTCOMES) == set(ActOutcome)
    assert set(operator_acts.REFUSALS) == set(ActRefusal)
    assert set(operator_cases.REFUSALS) == set(CaseRefusal)


@pytest.mark.parametrize(
    ("text", "minor_units"),
    [
        ("1250", 125_000),
        ("1,250.00", 125_000),
        ("1,000,000", 100_000_000),
        ("007", 700),
        ("0.5", 50),
        ("0.05", 5),
        ("0", 0),
    ],
)
def test_amounts_are_typed_in_yuan(text: str, minor_units: int) -> None:
    assert tables.money_in_yuan(text) == Money(minor_units)


@pytest.mark.parametrize(
    "text",
    [
        *("", "-1", "1.234", "1.", ".5", "1e3", "一", "١٢", "1 0", "10000000000"),
        *("12,50", "1,2,3", ",100", "1,000,", "1,0000", "9" * 5000),
    ],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(tables.AmountTextError):
        tables.money_in_yuan(text)


def test_amounts_are_shown_in_yuan() -> None:
    assert [tables.yuan(item) for item in (0, 5, -125_000, 123_456_789)] == [
        "0.00",
        "0.05",
        "-1,250.00",
        "1,234,567.89",
    ]


def test_a_table_is_aligned_wide_characters_too(capsys: pytest.CaptureFixture[str]) -> None:
    rows: list[tables.PlainRow] = [
        {"name": "沙箱", "owed": -125_000, "at": "2026-03-02T16:30:00Z", "roles": ["issuer"]},
        {"name": "x", "owed": None, "at": None, "roles": []},
    ]
    columns = [
        tables.words("name", "name"),
        tables.amount("owed", "owed"),
        tables.time("at", "at"),
        tables.words("roles", "roles"),
    ]
    tables.show("things", rows, columns, is_json=False)
    assert capsys.readouterr().out.splitlines() == [
        "name       owed  at                roles",
        "沙箱  -1,250.00  2026-03-03 00:30  issuer",
        "x             -  -                 -",
    ]
    tables.show("things", rows, columns, is_json=True)
    assert json.loads(capsys.readouterr().out) == {"things": rows}
    tables.show("things", [], columns, is_json=False)
    assert capsys.readouterr().out == "no things\n"


def test_times_are_utc_for_programs() -> None:
    assert tables.utc(datetime(2026, 3, 2, 4, 0, tzinfo=UTC)) == "2026-03-02T04:00:00Z"
    assert tables.utc(None) is None
