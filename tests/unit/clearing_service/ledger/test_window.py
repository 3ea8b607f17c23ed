"""The life of a settlement window: which moves are permitted, when it is due, what follows it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from clearing_service.errors import LedgerInvariantError
from clearing_service.ledger.window import (
    PERMITTED_MOVES,
    AbortCause,
    SettlementWindow,
    WindowState,
    first_window,
)
from facepay.business_date import cutover_of
from tests.fakes.ports import START

CUTOVER = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
"""Eleven at night in Beijing, on the day of `START`."""

MOVES: dict[WindowState, Callable[[SettlementWindow], SettlementWindow]] = {
    WindowState.CLOSED: lambda window: window.closed(CUTOVER, 5),
    WindowState.PENDING_SETTLEMENT: lambda window: (
        window.rejoined() if window.state is WindowState.ABORTED else window.pending(7)
    ),
    WindowState.SETTLED: lambda window: window.settled(CUTOVER, 9),
    WindowState.ABORTED: lambda window: window.aborted(AbortCause.OPERATOR),
}


def in_state(state: WindowState) -> SettlementWindow:
    window = first_window(START)
    paths = {
        WindowState.OPEN: (),
        WindowState.CLOSED: (WindowState.CLOSED,),
        WindowState.PENDING_SETTLEMENT: (WindowState.CLOSED, WindowState.PENDING_SETTLEMENT),
        WindowState.SETTLED: tuple(MOVES)[:3],
        WindowState.ABORTED: (*tuple(MOVES)[:2], WindowState.ABORTED),
    }
    for step in paths[state]:
        window = MOVES[step](window)
    return window


@pytest.mark.parametrize("target", MOVES)
@pytest.mark.parametrize("state", WindowState)
def test_only_the_moves_of_the_table_can_be_made(state: WindowState, target: WindowState) -> None:
    window = in_state(state)
    if target in PERMITTED_MOVES[state]:
        assert MOVES[target](window).state is target
    else:
        with pytest.raises(LedgerInvariantError, match=f"from {state.name} to {target.name}"):
            MOVES[target](window)


def test_a_window_remembers_when_it_closed_and_settled_and_which_rows_it_may_hold() -> None:
    settled = in_state(WindowState.SETTLED)
    assert (settled.closed_at, settled.settled_at) == (CUTOVER, CUTOVER)
    assert (settled.first_row, settled.last_row) == (1, 9)


def test_a_rejoined_window_forgets_why_it_was_aborted() -> None:
    aborted = in_state(WindowState.ABORTED)
    assert aborted.abort_cause is AbortCause.OPERATOR
    assert aborted.rejoined().abort_cause is None


@pytest.mark.parametrize(("seconds", "is_due"), [(-1, False), (0, True), (90_000, True)])
def test_a_window_is_due_at_its_cutover(seconds: int, is_due: bool) -> None:
    window = first_window(START)
    assert window.closes_at == cutover_of(date(2026, 3, 2)) == CUTOVER
    assert window.is_due(CUTOVER + timedelta(seconds=seconds)) is is_due
    assert not in_state(WindowState.CLOSED).is_due(CUTOVER)


@pytest.mark.parametrize(
    ("closed_at", "day"),
    [
        (CUTOVER - timedelta(hours=3), date(2026, 3, 2)),
        (CUTOVER, date(2026, 3, 3)),
        (CUTOVER + timedelta(days=3), date(2026, 3, 6)),
        (CUTOVER - timedelta(days=9), date(2026, 3, 2)),  # a clock that went back
    ],
)
def test_the_next_window_is_of_the_business_day_on_which_it_opens(
    closed_at: datetime, day: date
) -> None:
    window = first_window(START).next(closed_at, first_row=8)
    assert (window.number, window.business_date, window.first_row) == (2, day, 8)
    assert window.state is WindowState.OPEN
