"""Answers for people: aligned text, amounts in yuan, times in Beijing. Or JSON, for programs.

One row is one mapping of names to plain values. JSON prints it as it is (amounts in fen, times in
UTC); a table prints the columns it is told to.
"""

import json
import re
import sys
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

from clearing_service.clock import BEIJING
from clearing_service.errors import ClearingError
from facepay.money import AMOUNT_MAX_MINOR_UNITS, Currency, Money

PlainValue = str | int | bool | None | Sequence["PlainValue"] | Mapping[str, "PlainValue"]
PlainRow = Mapping[str, PlainValue]

_GAP = "  "
_FEN = Currency.CNY.minor_units_per_unit
_YUAN_DIGITS_MAX = len(str(AMOUNT_MAX_MINOR_UNITS // _FEN))
# Commas stand before each three digits or not at all: `12,50` is not 1,250.
_AMOUNT = re.compile(r"(?P<whole>[0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.(?P<decimals>[0-9]{1,2}))?")


class AmountTextError(ClearingError):
    """What was typed is no amount in yuan."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title, the name of its value, and how a value is shown."""

    title: str
    name: str
    text: Callable[[PlainValue], str]
    is_number: bool = False


def words(title: str, name: str) -> Column:
    """Return a column of words."""
    return Column(title, name, _words)


def number(title: str, name: str) -> Column:
    """Return a column of whole numbers."""
    return Column(title, name, _words, is_number=True)


def amount(title: str, name: str) -> Column:
    """Return a column of amounts, shown in yuan."""
    return Column(title, name, _yuan_or_nothing, is_number=True)


def time(title: str, name: str) -> Column:
    """Return a column of times, shown to the minute in Beijing."""
    return Column(title, name, _beijing)


def show(name: str, rows: Sequence[PlainRow], columns: Sequence[Column], *, is_json: bool) -> None:
    """Print rows as a table, or as one JSON object that holds them under `name`."""
    if is_json:
        show_json({name: list(rows)})
    elif rows:
        sys.stdout.write(table(rows, columns))
    else:
        sys.stdout.write(f"no {name.replace('_', ' ')}\n")


def show_json(content: Mapping[str, PlainValue]) -> None:
    """Print one JSON object on one line."""
    sys.stdout.write(json.dumps(content, ensure_ascii=False) + "\n")


def show_facts(row: PlainRow, columns: Sequence[Column], *, is_json: bool) -> None:
    """Print one row with a line for each column, or as a JSON object."""
    if is_json:
        show_json(row)
        return
    width = max(_width(column.title) for column in columns)
    for column in columns:
        sys.stdout.write(
            f"{_padded(column.title, width)}{_GAP}{_cell(row, column)}".rstrip() + "\n"
        )


def table(rows: Sequence[PlainRow], columns: Sequence[Column]) -> str:
    """Return rows as aligned lines below their titles. Wide characters count twice."""
    cells = [[column.title for column in columns]]
    cells += [[_cell(row, column) for column in columns] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    lines = (
        _GAP.join(
            _padded(cell, width, is_right=column.is_number)
            for cell, width, column in zip(line, widths, columns, strict=True)
        ).rstrip()
        for line in cells
    )
    return "\n".join(lines) + "\n"


def yuan(minor_units: int) -> str:
    """Return an amount in yuan, as in `-1,250.00`."""
    sign = "-" if minor_units < 0 else ""
    whole, fen = divmod(abs(minor_units), _FEN)
    return f"{sign}{whole:,}.{fen:02d}"


def money_in_yuan(text: str) -> Money:
    """Read an amount in yuan with at most two decimals; raises `AmountTextError`."""
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise AmountTextError(f"{text} is no amount in yuan, such as 1250 or 1,250.00")
    whole, decimals = found["whole"].replace(",", "").lstrip("0"), found["decimals"] or ""
    if len(whole) > _YUAN_DIGITS_MAX:
        raise AmountTextError(f"{text} is above the largest amount")
    return Money(int(whole or "0") * _FEN + int(decimals.ljust(2, "0")))


def utc(moment: datetime | None) -> str | None:
    """Return a time as JSON has it, or nothing."""
    return None if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def beijing(moment: datetime) -> str:
    """Return a time as people read it, to the minute in Beijing."""
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def lower(word: Enum | None) -> str | None:
    """Return a word of ours for people and programs: small letters, `_` between."""
    return None if word is None else word.name.lower()


def _words(value: PlainValue) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value.replace("_", " ") if value.islower() and value.isidentifier() else value
    if isinstance(value, Sequence):
        return ", ".join(_words(item) for item in value) or "-"
    return str(value)


def _yuan_or_nothing(value: PlainValue) -> str:
    return yuan(value) if isinstance(value, int) else "-"


def _beijing(value: PlainValue) -> str:
    return beijing(datetime.fromisoformat(value)) if isinstance(value, str) else "-"


def _cell(row: PlainRow, column: Column) -> str:
    return column.text(row.get(column.name))


def _padded(text: str, width: int, *, is_right: bool = False) -> str:
    space = " " * (width - _width(text))
    return space + text if is_right else text + space


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(item) in "WF" else 1 for item in text)
