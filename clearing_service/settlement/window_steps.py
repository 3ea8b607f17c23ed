"""The steps of a window, each on rows in memory and whole or not at all.

close   OPEN -> CLOSED, and the next window opens
price   CLOSED -> PENDING_SETTLEMENT, with the FEE rows
settle  PENDING_SETTLEMENT -> SETTLED, with the SETTLEMENT rows; or, by rule, ABORTED
abort   PENDING_SETTLEMENT -> ABORTED
rejoin  ABORTED -> PENDING_SETTLEMENT

Each looks at the window's state first: done again it changes nothing and says by name what it found.
A suspended participant's windows are settled like all others: what it owes it owes, and what it is
owed stays on its settlement account, out of which nothing is paid while it is suspended.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from clearing_service.audit.entry import AuditKind, AuditRecord
from clearing_service.errors import LedgerInvariantError
from clearing_service.ledger.book import WINDOW_SEQUENCE, last_row, open_window_number
from clearing_service.ledger.entries import Institution, enter
from clearing_service.ledger.transfer import FIRST_WINDOW, TransferKind
from clearing_service.ledger.window import (
    AbortCause,
    SettlementWindow,
    WindowState,
    first_window,
)
from clearing_service.payment.clearing_book import ClearingBook
from clearing_service.settlement.fees import FeeCharge
from clearing_service.settlement.netting import NetPositions
from clearing_service.settlement.settlement import (
    Shortfall,
    funds_account,
    funds_of,
    netted_together,
    settlement_orders,
    shortfalls,
)

_NAMED_MAX = 16
"""An audit entry names no more of those who lack funds than this; the ledger knows the rest."""


class WindowOutcome(Enum):
    """What came of a step. Everything but DONE and LACKS_FUNDS changed nothing."""

    DONE = 1
    NO_SUCH_WINDOW = 2
    WINDOW_EMPTY = 3
    """Nothing was booked in it yet; before its cutover there is nothing to close."""
    CLOSED_BEFORE = 4
    STILL_OPEN = 5
    NOT_PRICED = 6
    """It is closed, and its fees are not booked yet: a moment later it can be settled."""
    PRICED_BEFORE = 7
    SETTLED_BEFORE = 8
    IS_ABORTED = 9
    """Settlement was given up before; it can rejoin."""
    NOT_ABORTED = 10
    LACKS_FUNDS = 11
    """A participant owes more than it has: the windows are aborted."""


@dataclass(frozen=True, slots=True)
class SettlementAnswer:
    """What came of settling: with LACKS_FUNDS, who lacks them."""

    outcome: WindowOutcome
    shortfalls: tuple[Shortfall, ...] = ()


def ensure_window(book: ClearingBook, now: datetime) -> SettlementWindow:
    """Return the open window; a book that never had one gets its first."""
    number = open_window_number(book)
    window = book.windows.get(number)
    if window is not None:
        return window
    if number != FIRST_WINDOW:
        raise LedgerInvariantError(f"window {number} is open and not there")
    return _open(book, first_window(now), now)


def close_window(book: ClearingBook, number: int, now: datetime) -> WindowOutcome:
    """Close a window and open the next; before its cutover only if something is booked in it."""
    window = ensure_window(book, now)
    if number != window.number:
        is_known = FIRST_WINDOW <= number < window.number
        return WindowOutcome.CLOSED_BEFORE if is_known else WindowOutcome.NO_SUCH_WINDOW
    newest = last_row(book)
    if window.is_empty(newest) and not window.is_due(now):
        return WindowOutcome.WINDOW_EMPTY
    _put(book, window.closed(now, newest), AuditKind.WINDOW_CLOSED, now)
    _open(book, window.next(now, newest + 1), now)
    return WindowOutcome.DONE


def price_window(
    book: ClearingBook,
    number: int,
    charges: Sequence[FeeCharge],
    institution: Institution,
    now: datetime,
) -> WindowOutcome:
    """Book the fees of a closed window. `charges` follow from its rows, which cannot change."""
    window = book.windows.get(number)
    if window is None or window.state is not WindowState.CLOSED:
        return _not_closed(window)
    for charge in charges:
        entry, movement = charge.entry(number, now), charge.movement(institution)
        enter(book, entry, TransferKind.FEE, movement)
    _count_beside(book, len(charges))
    detail = (("rows", str(len(charges))),)
    _put(book, window.pending(last_row(book)), AuditKind.WINDOW_PRICED, now, detail)
    return WindowOutcome.DONE


def settle_windows(
    book: ClearingBook, nets: Mapping[int, NetPositions], now: datetime
) -> SettlementAnswer:
    """Discharge windows together, or abort them all if one participant lacks funds for that.

    `nets` are the net positions of each, which cannot change any more.
    """
    windows = [(number, book.windows.get(number)) for number in sorted(nets)]
    for _, window in windows:
        if window is None or window.state is not WindowState.PENDING_SETTLEMENT:
            return SettlementAnswer(not_pending(window))
    lacking = lacking_funds(book, nets.values())
    pending = [window for _, window in windows if window is not None]
    if lacking:
        _abort_all(book, pending, lacking, now)
        return SettlementAnswer(WindowOutcome.LACKS_FUNDS, lacking)
    _discharge(book, pending, nets, now)
    return SettlementAnswer(WindowOutcome.DONE)


def lacking_funds(book: ClearingBook, nets: Iterable[NetPositions]) -> tuple[Shortfall, ...]:
    """Return who owes more in these windows together than the funds it has."""
    net = netted_together(nets)
    accounts = {funds_account(position) for position in net.to_settle}
    return shortfalls(net, {item: funds_of(book.balances.get(item)) for item in accounts})


def abort_window(book: ClearingBook, number: int, now: datetime) -> WindowOutcome:
    """Give up the settlement of a window, on an operator's word; what is owed is owed still."""
    window = book.windows.get(number)
    if window is None or window.state is not WindowState.PENDING_SETTLEMENT:
        return not_pending(window)
    cause = AbortCause.OPERATOR
    detail = (("cause", cause.name),)
    _put(book, window.aborted(cause), AuditKind.WINDOW_ABORTED, now, detail)
    return WindowOutcome.DONE


def rejoin_window(book: ClearingBook, number: int, now: datetime) -> WindowOutcome:
    """Let an aborted window be settled again, netted with whatever else is pending then."""
    window = book.windows.get(number)
    if window is None:
        return WindowOutcome.NO_SUCH_WINDOW
    if window.state is not WindowState.ABORTED:
        return WindowOutcome.NOT_ABORTED
    _put(book, window.rejoined(), AuditKind.WINDOW_REJOINED, now)
    return WindowOutcome.DONE


def not_pending(window: SettlementWindow | None) -> WindowOutcome:
    """Say why a window cannot be settled or aborted."""
    if window is None:
        return WindowOutcome.NO_SUCH_WINDOW
    return {
        WindowState.OPEN: WindowOutcome.STILL_OPEN,
        WindowState.CLOSED: WindowOutcome.NOT_PRICED,
        WindowState.PENDING_SETTLEMENT: WindowOutcome.DONE,
        WindowState.SETTLED: WindowOutcome.SETTLED_BEFORE,
        WindowState.ABORTED: WindowOutcome.IS_ABORTED,
    }[window.state]


def _not_closed(window: SettlementWindow | None) -> WindowOutcome:
    if window is None:
        return WindowOutcome.NO_SUCH_WINDOW
    is_open = window.state is WindowState.OPEN
    return WindowOutcome.STILL_OPEN if is_open else WindowOutcome.PRICED_BEFORE


def _discharge(
    book: ClearingBook,
    pending: Sequence[SettlementWindow],
    nets: Mapping[int, NetPositions],
    now: datetime,
) -> None:
    orders = settlement_orders(nets)
    for order in orders:
        enter(book, order.entry(now), TransferKind.SETTLEMENT, order.movement)
    _count_beside(book, len(orders))
    together = (("together with", ",".join(str(window.number) for window in pending)[:200]),)
    for window in pending:
        settled = window.settled(now, last_row(book))
        _put(book, settled, AuditKind.WINDOW_SETTLED, now, together)


def _abort_all(
    book: ClearingBook,
    pending: Sequence[SettlementWindow],
    lacking: Sequence[Shortfall],
    now: datetime,
) -> None:
    cause = AbortCause.LACKS_FUNDS
    named = tuple(
        (str(item.participant_id), f"owes {item.owed_minor_units} has {item.funds_minor_units}")
        for item in lacking[:_NAMED_MAX]
    )
    for window in pending:
        detail = (("cause", cause.name), *named)
        _put(book, window.aborted(cause), AuditKind.WINDOW_ABORTED, now, detail)


def _open(book: ClearingBook, window: SettlementWindow, now: datetime) -> SettlementWindow:
    book.sequences.put(WINDOW_SEQUENCE, window.number)
    detail = (("business date", window.business_date.isoformat()),)
    _put(book, window, AuditKind.WINDOW_OPENED, now, detail)
    return window


def _count_beside(book: ClearingBook, rows: int) -> None:
    """Tell the open window how many rows were booked that are not its own."""
    number = open_window_number(book)
    window = book.windows.get(number)
    if window is None:
        raise LedgerInvariantError(f"window {number} is open and not there")
    book.windows.put(number, window.beside(rows))


def _put(
    book: ClearingBook,
    window: SettlementWindow,
    kind: AuditKind,
    now: datetime,
    detail: tuple[tuple[str, str], ...] = (),
) -> None:
    book.windows.put(window.number, window)
    book.audit(AuditRecord(kind, f"window/{window.number}", now, detail))
