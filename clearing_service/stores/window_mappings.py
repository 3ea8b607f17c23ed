"""Rows of settlement windows."""

from datetime import date
from typing import Any

from sqlalchemy import Row

from clearing_service.ledger.window import AbortCause, SettlementWindow, WindowState
from clearing_service.stores import clearing_tables as tables
from clearing_service.stores.columns import (
    from_milliseconds,
    from_milliseconds_or_none,
    to_milliseconds,
    to_milliseconds_or_none,
)
from clearing_service.stores.row_mapping import Columns, RowMapping


def _write_window(_: int, window: SettlementWindow) -> Columns:
    return {
        "number": window.number,
        "business_date": window.business_date.isoformat(),
        "opened_at_ms": to_milliseconds(window.opened_at),
        "first_row": window.first_row,
        "state": window.state.value,
        "closed_at_ms": to_milliseconds_or_none(window.closed_at),
        "settled_at_ms": to_milliseconds_or_none(window.settled_at),
        "last_row": window.last_row,
        "abort_cause": window.abort_cause.value if window.abort_cause else None,
        "rows_of_others": window.rows_of_others,
    }


def _read_window(row: Row[Any]) -> tuple[int, SettlementWindow]:
    window = SettlementWindow(
        row.number,
        date.fromisoformat(row.business_date),
        from_milliseconds(row.opened_at_ms),
        row.first_row,
        WindowState(row.state),
        from_milliseconds_or_none(row.closed_at_ms),
        from_milliseconds_or_none(row.settled_at_ms),
        row.last_row,
        AbortCause(row.abort_cause) if row.abort_cause else None,
        row.rows_of_others,
    )
    return window.number, window


WINDOWS = RowMapping[int, SettlementWindow](
    tables.SETTLEMENT_WINDOW,
    tables.SETTLEMENT_WINDOW.c.number,
    lambda number: number,
    _read_window,
    _write_window,
    is_kept=True,
)
