"""Amounts and times as people at the till read them."""

from datetime import datetime

from facepay.money import Money
from pos_app.checkout.sale import SHOP_TIME_ZONE


def amount_text(amount: Money) -> str:
    """Return an amount as in `¥1,234.50`; figures group in threes in both languages."""
    units, minor = divmod(amount.amount_minor_units, amount.currency.minor_units_per_unit)
    return f"¥{units:,}.{minor:02d}"


def time_text(moment: datetime) -> str:
    """Return an aware time in the shop's zone as `2026-03-02 10:00:00`."""
    return moment.astimezone(SHOP_TIME_ZONE).strftime("%Y-%m-%d %H:%M:%S")


def clock_text(moment: datetime) -> str:
    """Return the time of day in the shop's zone as `10:00`."""
    return moment.astimezone(SHOP_TIME_ZONE).strftime("%H:%M")
