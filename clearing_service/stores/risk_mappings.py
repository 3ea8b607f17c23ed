"""Rows of what is remembered of payments, and of loss reports. Lists are short JSON texts."""

import json
from typing import Any

from sqlalchemy import Row

from clearing_service.payment.activity import (
    PayerActivity,
    PayerEntry,
    Place,
    TerminalActivity,
    TerminalEntry,
)
from clearing_service.payment.clearing_book import LossReport, PayerKey
from clearing_service.stores import clearing_tables as tables
from clearing_service.stores.columns import (
    from_milliseconds,
    from_milliseconds_or_none,
    to_milliseconds,
    to_milliseconds_or_none,
)
from clearing_service.stores.row_mapping import Columns, RowMapping
from facepay.identifiers import AccountAlias, ParticipantId, TerminalId
from facepay.vocabulary import LossReporter


def _write_payer(key: PayerKey, activity: PayerActivity) -> Columns:
    entries = [
        [
            to_milliseconds(entry.at),
            entry.amount_minor_units,
            *([entry.place.latitude, entry.place.longitude] if entry.place else []),
        ]
        for entry in activity.entries
    ]
    return {**_payer_columns(key), "entries": json.dumps(entries)}


def _read_payer(row: Row[Any]) -> tuple[PayerKey, PayerActivity]:
    entries = tuple(
        PayerEntry(from_milliseconds(at), amount, Place(*place) if place else None)
        for at, amount, *place in json.loads(row.entries)
    )
    return _payer_key(row), PayerActivity(entries)


def _write_terminal(key: TerminalId, activity: TerminalActivity) -> Columns:
    entries = [
        [to_milliseconds(entry.at), entry.issuer_id.value, entry.account_alias.value]
        for entry in activity.entries
    ]
    return {"terminal_id": key.value, "entries": json.dumps(entries)}


def _read_terminal(row: Row[Any]) -> tuple[TerminalId, TerminalActivity]:
    entries = tuple(
        TerminalEntry(from_milliseconds(at), ParticipantId(issuer), AccountAlias(alias))
        for at, issuer, alias in json.loads(row.entries)
    )
    return TerminalId(row.terminal_id), TerminalActivity(entries)


def _write_report(key: PayerKey, report: LossReport) -> Columns:
    return {
        **_payer_columns(key),
        "reporter": report.reporter.name,
        "reported_at_ms": to_milliseconds(report.reported_at),
        "lifted_at_ms": to_milliseconds_or_none(report.lifted_at),
    }


def _read_report(row: Row[Any]) -> tuple[PayerKey, LossReport]:
    report = LossReport(
        LossReporter[row.reporter],
        from_milliseconds(row.reported_at_ms),
        from_milliseconds_or_none(row.lifted_at_ms),
    )
    return _payer_key(row), report


def _payer_columns(key: PayerKey) -> Columns:
    return {"issuer_id": key[0].value, "account_alias": key[1].value}


def _payer_key(row: Row[Any]) -> PayerKey:
    return (ParticipantId(row.issuer_id), AccountAlias(row.account_alias))


PAYER_ACTIVITY = RowMapping[PayerKey, PayerActivity](
    tables.PAYER_ACTIVITY,
    tables.PAYER_ACTIVITY.c.account_alias,
    lambda key: key[1].value,
    _read_payer,
    _write_payer,
    is_kept=True,
)
TERMINAL_ACTIVITY = RowMapping[TerminalId, TerminalActivity](
    tables.TERMINAL_ACTIVITY,
    tables.TERMINAL_ACTIVITY.c.terminal_id,
    lambda key: key.value,
    _read_terminal,
    _write_terminal,
    is_kept=True,
)
LOSS_REPORTS = RowMapping[PayerKey, LossReport](
    tables.LOSS_REPORT,
    tables.LOSS_REPORT.c.account_alias,
    lambda key: key[1].value,
    _read_report,
    _write_report,
    is_kept=True,
)
