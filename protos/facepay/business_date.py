"""To which business day a booking belongs, the same at a terminal and at the service."""

from datetime import UTC, date, datetime, time, timedelta, timezone

CUTOVER = time(23, 0)
"""What is booked from here on, by Beijing time, belongs to the next business day."""

_BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")


def business_date(moment: datetime) -> date:
    """Return the business day of a booking at `moment`."""
    local = moment.astimezone(_BEIJING)
    return local.date() + timedelta(days=1) if local.time() >= CUTOVER else local.date()


def cutover_of(day: date) -> datetime:
    """Return the moment, in UTC, at which a business day ends and the next begins."""
    return datetime.combine(day, CUTOVER, tzinfo=_BEIJING).astimezone(UTC)
