"""Dated fee rates as data: read strictly, looked up by fee and day."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from pathlib import Path

from clearing_service.errors import ClearingError
from clearing_service.rule_files import read_rule_file

RATES_NAME = "fee_rates.toml"
MILLION = 1_000_000
CAP_MAX_MINOR_UNITS = 100_000_000


class FeeRatesError(ClearingError):
    """The rates cannot be used. The message says why, for the person who wrote them."""


class FeeKind(Enum):
    """Who pays whom. The values stand in the file of rates."""

    ISSUER = "issuer"
    """The acquirer pays it and the issuer receives it."""
    NETWORK_ACQUIRER = "network_acquirer"
    """The acquirer pays it to the institution."""
    NETWORK_ISSUER = "network_issuer"
    """The issuer pays it to the institution."""


@dataclass(frozen=True, slots=True)
class FeeRate:
    """One fee from one day on: a share of a payment's sum, capped for each payment."""

    fee: FeeKind
    valid_from: date
    parts_per_million: int
    cap_minor_units: int

    def share(self, posted_minor_units: int, moved_minor_units: int) -> int | Fraction:
        """Return the exact fee on a part of a payment, in millionths of a minor unit.

        The cap is that of the whole payment; below it there are no fractions to carry along.
        """
        cap = self.cap_minor_units * MILLION
        if posted_minor_units * self.parts_per_million <= cap:
            return moved_minor_units * self.parts_per_million
        if moved_minor_units == posted_minor_units:
            return cap
        return Fraction(cap * moved_minor_units, posted_minor_units)


@dataclass(frozen=True, slots=True)
class FeeSchedule:
    """All rates. A fee costs nothing before its first rate."""

    rates: tuple[FeeRate, ...] = ()

    def rate(self, fee: FeeKind, day: date) -> FeeRate | None:
        """Return the rate of a fee that holds on a calendar day in Beijing."""
        holding = [rate for rate in self.rates if rate.fee is fee and rate.valid_from <= day]
        return max(holding, key=lambda rate: rate.valid_from, default=None)


def load_fee_schedule(folder: Path | None = None) -> FeeSchedule:
    """Return the rates in `folder` if it has a file of them, else those of the program.

    Raises `FeeRatesError`.
    """
    return read_fee_schedule(
        read_rule_file("clearing_service.settlement", RATES_NAME, folder, FeeRatesError)
    )


def read_fee_schedule(text: str) -> FeeSchedule:
    """Read a file of rates strictly; raises `FeeRatesError`."""
    try:
        table = tomllib.loads(text)
    except ValueError as error:
        raise FeeRatesError(f"the fee rates are not TOML: {error}") from error
    listed = table.get("rate", [])
    is_tables = isinstance(listed, list) and all(isinstance(item, dict) for item in listed)
    if not set(table) <= {"rate"} or not is_tables:
        raise FeeRatesError("a file of fee rates holds [[rate]] tables and nothing else")
    rates = tuple(_rate(number, item) for number, item in enumerate(listed, 1))
    if len({(rate.fee, rate.valid_from) for rate in rates}) != len(rates):
        raise FeeRatesError("two fee rates hold from the same day")
    return FeeSchedule(rates)


_FIELDS = {"fee", "valid_from", "parts_per_million", "cap_minor_units"}


def _rate(number: int, table: Mapping[str, object]) -> FeeRate:
    if set(table) != _FIELDS:
        raise FeeRatesError(f"fee rate {number} holds exactly {', '.join(sorted(_FIELDS))}")
    fee, valid_from = table["fee"], table["valid_from"]
    if fee not in [kind.value for kind in FeeKind]:
        raise FeeRatesError(f"fee rate {number}: there is no fee {fee}")
    if not isinstance(valid_from, date) or isinstance(valid_from, datetime):
        raise FeeRatesError(f"fee rate {number}: `valid_from` is a day, as in 2026-01-01")
    return FeeRate(
        FeeKind(fee),
        valid_from,
        _number(number, table, "parts_per_million", MILLION),
        _number(number, table, "cap_minor_units", CAP_MAX_MINOR_UNITS),
    )


def _number(number: int, table: Mapping[str, object], field: str, most: int) -> int:
    value = table[field]
    if type(value) is not int or not 0 <= value <= most:
        raise FeeRatesError(f"fee rate {number}: `{field}` is 0 to {most}")
    return value
