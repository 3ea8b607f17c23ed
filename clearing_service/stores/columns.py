"""Column types and the data class of every column.

The classes follow the usual split of personal financial data: C1 internal, C2 tells something about
a person or account, C3 would help to authenticate as one. A C3 column holds what a security
module has protected; the one exception is the seed of the simulated issuers' own sign-in. Times are integer milliseconds since 1970 in UTC, the same on every engine.
"""

from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Text
from sqlalchemy.types import TypeEngine


class DataClass(Enum):
    """How sensitive a column is."""

    C1 = "internal"
    C2 = "about a person or account"
    C3 = "protected by a security module"


def text_column(
    name: str, data_class: DataClass = DataClass.C1, *, key: bool = False, optional: bool = False
) -> Column[str]:
    """Return a text column."""
    return _column(name, Text(), data_class, key=key, optional=optional)


def binary_column(
    name: str, data_class: DataClass = DataClass.C1, *, key: bool = False, optional: bool = False
) -> Column[bytes]:
    """Return a column of bytes."""
    return _column(name, LargeBinary(), data_class, key=key, optional=optional)


def number_column(
    name: str, data_class: DataClass = DataClass.C1, *, key: bool = False, optional: bool = False
) -> Column[int]:
    """Return a signed 64-bit integer column; also for times and amounts of money."""
    return _column(name, BigInteger(), data_class, key=key, optional=optional)


def small_column(
    name: str, data_class: DataClass = DataClass.C1, *, key: bool = False, optional: bool = False
) -> Column[int]:
    """Return a column of small integers; also for truth values, as 0 and 1."""
    return _column(name, Integer(), data_class, key=key, optional=optional)


def _column(
    name: str, type_: TypeEngine[Any], data_class: DataClass, *, key: bool, optional: bool
) -> Column[Any]:
    return Column(
        name,
        type_,
        primary_key=key,
        nullable=optional,
        autoincrement=False,
        info={"data_class": data_class},
    )


def to_milliseconds(moment: datetime) -> int:
    """Return the time as it is stored."""
    return round(moment.timestamp() * 1000)


def to_milliseconds_or_none(moment: datetime | None) -> int | None:
    """Return the time as it is stored, or None."""
    return None if moment is None else to_milliseconds(moment)


def from_milliseconds(stored: int) -> datetime:
    """Return a stored time, aware, in UTC."""
    seconds, rest = divmod(stored, 1000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest * 1000)


def from_milliseconds_or_none(stored: int | None) -> datetime | None:
    """Return a stored time, or None."""
    return None if stored is None else from_milliseconds(stored)


def to_day(stored: str | None) -> date | None:
    """Return a stored calendar day, or None."""
    return None if stored is None else date.fromisoformat(stored)
