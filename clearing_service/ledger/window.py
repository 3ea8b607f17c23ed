"""Settlement windows: the spans of time whose rows are netted and settled together.

    OPEN -> CLOSED -> PENDING_SETTLEMENT -> SETTLED
                           ^        |
                           |        v
                           +---- ABORTED

There is always one open window: closing it opens the next in the same commit. A row belongs to the
window that is open when it is booked, but for fees and settlement, which belong to the window that
they are about. A hold that is open at the close rolls over: its post will be a row of the window
open then.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum

from clearing_service.errors import LedgerInvariantError
from clearing_service.ledger.transfer import FIRST_WINDOW
from facepay.business_date import business_date, cutover_of


class WindowState(Enum):
    """Where a window is in its life. Stored by number."""

    OPEN = 1
    """Takes rows."""
    CLOSED = 2
    """Takes no more rows of payments; its fees are not booked yet."""
    PENDING_SETTLEMENT = 3
    """Its fees are booked and its net positions final."""
    SETTLED = 4
    """What was owed is discharged; nothing can happen to it any more."""
    ABORTED = 5
    """Its settlement was given up; what was owed is owed still, until it rejoins."""


PERMITTED_MOVES: dict[WindowState, frozenset[WindowState]] = {
    WindowState.OPEN: frozenset({WindowState.CLOSED}),
    WindowState.CLOSED: frozenset({WindowState.PENDING_SETTLEMENT}),
    WindowState.PENDING_SETTLEMENT: frozenset({WindowState.SETTLED, WindowState.ABORTED}),
    WindowState.ABORTED: frozenset({WindowState.PENDING_SETTLEMENT}),
    WindowState.SETTLED: frozenset(),
}

UNSETTLED = frozenset(WindowState) - {WindowState.SETTLED}
FINAL_POSITIONS = frozenset(
    {WindowState.PENDING_SETTLEMENT, WindowState.SETTLED, WindowState.ABORTED}
)
"""States in which a window's net positions cannot change any more."""


class AbortCause(Enum):
    """Why a window's settlement was given up. Stored by number."""

    LACKS_FUNDS = 1
    """By rule: a participant owes more than the funds on its settlement account."""
    OPERATOR = 2


@dataclass(frozen=True, slots=True)
class SettlementWindow:
    """One window. Its rows are among `first_row` to `last_row` of the chain.

    Rows of other windows stand there too, because the next window opens before this one's fees and
    settlement are booked; those booked while this one was open are `rows_of_others`. `last_row` is
    None while the window is open. `business_date` is the day it settles for, and `settled_at` the
    time of the settlement's commit.
    """

    number: int
    business_date: date
    opened_at: datetime
    first_row: int
    state: WindowState = WindowState.OPEN
    closed_at: datetime | None = None
    settled_at: datetime | None = None
    last_row: int | None = None
    abort_cause: AbortCause | None = None
    rows_of_others: int = 0

    @property
    def closes_at(self) -> datetime:
        """When the window is due to be closed: the cutover of its business day, in UTC."""
        return cutover_of(self.business_date)

    def is_due(self, now: datetime) -> bool:
        """Whether it is open beyond its cutover."""
        return self.state is WindowState.OPEN and now >= self.closes_at

    def is_empty(self, newest_row: int) -> bool:
        """Whether an open window has no row yet; `newest_row` is the last of the chain."""
        return newest_row + 1 - self.first_row == self.rows_of_others

    def beside(self, rows: int) -> "SettlementWindow":
        """Return the open window after so many rows of another one were booked."""
        return replace(self, rows_of_others=self.rows_of_others + rows)

    def moved(self, state: WindowState) -> "SettlementWindow":
        """Return the window in another state; a move that is not permitted raises."""
        if state not in PERMITTED_MOVES[self.state]:
            raise LedgerInvariantError(
                f"window {self.number} cannot go from {self.state.name} to {state.name}"
            )
        return replace(self, state=state)

    def closed(self, now: datetime, last_row: int) -> "SettlementWindow":
        """Return the window closed; `last_row` is the newest row of the chain."""
        return replace(self.moved(WindowState.CLOSED), closed_at=now, last_row=last_row)

    def pending(self, last_row: int) -> "SettlementWindow":
        """Return the window with its fees booked, up to `last_row` of the chain."""
        return replace(self.moved(WindowState.PENDING_SETTLEMENT), last_row=last_row)

    def settled(self, now: datetime, last_row: int) -> "SettlementWindow":
        """Return the window settled, with its settlement booked up to `last_row`."""
        return replace(self.moved(WindowState.SETTLED), settled_at=now, last_row=last_row)

    def aborted(self, cause: AbortCause) -> "SettlementWindow":
        """Return the window with its settlement given up."""
        return replace(self.moved(WindowState.ABORTED), abort_cause=cause)

    def rejoined(self) -> "SettlementWindow":
        """Return an aborted window that will be settled with whatever else is pending."""
        return replace(self.moved(WindowState.PENDING_SETTLEMENT), abort_cause=None)

    def next(self, now: datetime, first_row: int) -> "SettlementWindow":
        """Return the window that opens when this one closes.

        A window closed before its cutover is followed by one of the same business day. Days on
        which the service did not run have none.
        """
        day = max(business_date(now), self.business_date)
        return SettlementWindow(self.number + 1, day, now, first_row)


def first_window(now: datetime) -> SettlementWindow:
    """Return the window that a book begins with; rows booked before it are its own."""
    return SettlementWindow(FIRST_WINDOW, business_date(now), now, first_row=1)
