"""The clock of the institution's business: days and times of day in Beijing.

Time itself is the `Clock` port of the contract; this module only says what day it is there.
"""

from datetime import UTC, date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has one time zone and no daylight saving time, so a fixed offset is exact."""


def beijing_day(moment: datetime) -> date:
    """Return the calendar day in Beijing at `moment`, which must be timezone-aware."""
    return moment.astimezone(BEIJING).date()


def start_of_beijing_day(day: date) -> datetime:
    """Return the first moment of `day` in Beijing, as UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING).astimezone(UTC)
