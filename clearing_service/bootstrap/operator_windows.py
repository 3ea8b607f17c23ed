"""The operator commands that look at windows, accounts and reports."""

import argparse
from pathlib import Path

from clearing_service.bootstrap.operator_acts import operator_folder
from clearing_service.bootstrap.tables import (
    Column,
    PlainRow,
    amount,
    lower,
    number,
    show,
    show_facts,
    show_json,
    time,
    utc,
    words,
)
from clearing_service.errors import ClearingError
from clearing_service.ledger.account import AccountKind, Balance
from clearing_service.ledger.window import SettlementWindow
from clearing_service.operation.settlement_view import ReportFile, WindowPosition, WindowPositions
from clearing_service.rpc.settlement_client import SettlementClient

WINDOW_COLUMNS: tuple[Column, ...] = (
    number("window", "number"),
    words("business date", "business_date"),
    words("state", "state"),
    time("opened", "opened_at"),
    time("due", "closes_at"),
    time("closed", "closed_at"),
    time("settled", "settled_at"),
    words("aborted because", "abort_cause"),
)
POSITION_COLUMNS: tuple[Column, ...] = (
    words("participant", "participant_id"),
    words("account", "account"),
    amount("net", "net_minor_units"),
    amount("of it fees", "fees_minor_units"),
)
ACCOUNT_COLUMNS: tuple[Column, ...] = (
    words("participant", "participant_id"),
    words("account", "account"),
    amount("debits", "debits_posted_minor_units"),
    amount("credits", "credits_posted_minor_units"),
    amount("balance", "balance_minor_units"),
    amount("held", "debits_held_minor_units"),
)


class ReportNotWrittenError(ClearingError):
    """A report could not be written where it was asked for."""


async def list_windows(options: argparse.Namespace) -> None:
    """List every window by number."""
    async with SettlementClient(operator_folder(options)) as client:
        found = await client.windows()
    rows = [_window_row(item) for item in found]
    show("windows", rows, WINDOW_COLUMNS, is_json=options.json)


async def show_window(options: argparse.Namespace) -> None:
    """Show a window and what each account nets to."""
    async with SettlementClient(operator_folder(options)) as client:
        found = await client.positions(options.number)
    rows = [_position_row(item) for item in found.positions]
    total = sum(item.net_minor_units for item in found.positions)
    if options.json:
        show_json({**_window_row(found.window), "positions": rows, "total_minor_units": total})
        return
    show_facts(_window_row(found.window), WINDOW_COLUMNS, is_json=False)
    closing: PlainRow = {"account": "together", "net_minor_units": total}
    show("positions", [*rows, closing] if rows else [], POSITION_COLUMNS, is_json=False)


async def show_accounts(options: argparse.Namespace) -> None:
    """Show every account of the central book; together they are zero."""
    async with SettlementClient(operator_folder(options)) as client:
        rows = [_account_row(item) for item in await client.accounts()]
    if not options.json:
        rows.append(_sum(rows))
    show("accounts", rows, ACCOUNT_COLUMNS, is_json=options.json)


async def list_reports(options: argparse.Namespace) -> None:
    """List who has lines in a window's reports."""
    async with SettlementClient(operator_folder(options)) as client:
        found = await client.positions(options.window)
    rows = [_position_row(item) for item in _reported(found)]
    show("reports", rows, POSITION_COLUMNS, is_json=options.json)


async def write_reports(options: argparse.Namespace) -> None:
    """Write the files of a window's reports, of one participant or of all."""
    written: list[PlainRow] = []
    async with SettlementClient(operator_folder(options)) as client:
        if options.participant:
            asked = [options.participant]
        else:
            found = await client.positions(options.window)
            asked = list(dict.fromkeys(item.participant_id for item in _reported(found)))
        for participant in asked:
            for file in ReportFile:
                name, content = await client.report_file(options.window, participant, file)
                written.append({"file": _write(options.to, name, content), "bytes": len(content)})
    columns = (words("file", "file"), number("bytes", "bytes"))
    show("reports", written, columns, is_json=options.json)


def _reported(found: WindowPositions) -> list[WindowPosition]:
    return [item for item in found.positions if item.account is AccountKind.POSITION]


def _write(folder: Path, name: str, content: bytes) -> str:
    path = folder / Path(name).name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise ReportNotWrittenError(f"{path} cannot be written: {error.strerror}") from error
    return str(path)


def _window_row(window: SettlementWindow) -> PlainRow:
    return {
        "number": window.number,
        "business_date": window.business_date.isoformat(),
        "state": lower(window.state),
        "opened_at": utc(window.opened_at),
        "closes_at": utc(window.closes_at),
        "closed_at": utc(window.closed_at),
        "settled_at": utc(window.settled_at),
        "abort_cause": lower(window.abort_cause),
    }


def _position_row(item: WindowPosition) -> PlainRow:
    return {
        "participant_id": item.participant_id.value,
        "account": lower(item.account),
        "net_minor_units": item.net_minor_units,
        "fees_minor_units": item.fees_minor_units,
    }


def _account_row(item: Balance) -> dict[str, str | int | None]:
    return {
        "participant_id": item.account.participant_id.value,
        "account": lower(item.account.kind),
        "debits_posted_minor_units": item.debits_posted,
        "credits_posted_minor_units": item.credits_posted,
        "balance_minor_units": item.credit_minor_units,
        "debits_held_minor_units": item.debits_held,
    }


def _sum(rows: list[dict[str, str | int | None]]) -> dict[str, str | int | None]:
    total: dict[str, str | int | None] = {"participant_id": "", "account": "together"}
    for column in ACCOUNT_COLUMNS[2:]:
        total[column.name] = sum(
            value for row in rows if isinstance(value := row[column.name], int)
        )
    return total
