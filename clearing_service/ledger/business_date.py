"""To which business day a booking belongs."""

from datetime import date, datetime, time, timedelta

from clearing_service.clock import BEIJING

CUTOVER = time(23, 0)
"""What is booked from here on belongs to the next business day."""


def business_date(moment: datetime) -> date:
    """Return the business day, by Beijing time, of a booking at `moment`."""
    local = moment.astimezone(BEIJING)
    return local.date() + timedelta(days=1) if local.time() >= CUTOVER else local.date()
