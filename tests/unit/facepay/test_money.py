"""Money adds up, and nothing that is not money can be made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facepay.errors import MalformedFieldError
from facepay.money import AMOUNT_MAX_MINOR_UNITS, Money

AMOUNTS = st.integers(0, AMOUNT_MAX_MINOR_UNITS // 2)


@given(AMOUNTS, AMOUNTS)
def test_what_is_added_can_be_taken_away(first: int, second: int) -> None:
    assert Money(first) + Money(second) - Money(second) == Money(first)


@pytest.mark.parametrize("amount", [-1, AMOUNT_MAX_MINOR_UNITS + 1, True, 1.0, "1"])
def test_an_amount_that_is_no_amount_is_refused(amount: int) -> None:
    with pytest.raises(MalformedFieldError):
        Money(amount)


def test_a_difference_below_zero_is_refused() -> None:
    with pytest.raises(MalformedFieldError):
        Money(1) - Money(2)


@pytest.mark.parametrize(
    ("amount", "text"), [(0, "0.00 CNY"), (5, "0.05 CNY"), (1230, "12.30 CNY")]
)
def test_an_amount_is_shown_in_units_and_minor_units(amount: int, text: str) -> None:
    assert str(Money(amount)) == text


def test_a_line_total_is_the_price_times_the_count() -> None:
    assert Money(250).times(3) == Money(750)
