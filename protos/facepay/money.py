"""Money: an integer count of minor units together with its currency."""

from dataclasses import dataclass
from enum import Enum

from facepay.errors import MalformedFieldError

AMOUNT_MAX_MINOR_UNITS = 999_999_999_999
"""ISO 8583 DE 4 is n 12: twelve decimal digits of minor units."""


class Currency(Enum):
    """Currencies that can be named, by ISO 4217 numeric code (ISO 8583 DE 49)."""

    CNY = "156"

    @property
    def minor_units_per_unit(self) -> int:
        """How many minor units make one unit: 100 fen are one yuan."""
        return 100


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount that may be moved: positive or zero minor units and a currency.

    Raises `MalformedFieldError` for a negative amount, one above DE 4, or one that is no integer;
    a bool is refused because it would count as 0 or 1.
    """

    amount_minor_units: int
    currency: Currency = Currency.CNY

    def __post_init__(self) -> None:
        """Check that the amount is an integer that DE 4 can carry."""
        amount = self.amount_minor_units
        if type(amount) is not int:
            raise MalformedFieldError("an amount is an integer number of minor units")
        if not 0 <= amount <= AMOUNT_MAX_MINOR_UNITS:
            raise MalformedFieldError(f"an amount is 0 to {AMOUNT_MAX_MINOR_UNITS} minor units")

    def __add__(self, other: "Money") -> "Money":
        """Add two amounts of one currency."""
        self._require_same_currency(other)
        return Money(self.amount_minor_units + other.amount_minor_units, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Subtract; raises `MalformedFieldError` if the result would be negative."""
        self._require_same_currency(other)
        return Money(self.amount_minor_units - other.amount_minor_units, self.currency)

    def times(self, count: int) -> "Money":
        """Return `count` times this amount."""
        return Money(self.amount_minor_units * count, self.currency)

    def __str__(self) -> str:
        """Show units and minor units with the ISO 4217 letters, as in `12.30 CNY`."""
        units, minor = divmod(self.amount_minor_units, self.currency.minor_units_per_unit)
        return f"{units}.{minor:02d} {self.currency.name}"

    def _require_same_currency(self, other: "Money") -> None:
        if other.currency is not self.currency:
            raise MalformedFieldError("amounts of two currencies do not mix")
