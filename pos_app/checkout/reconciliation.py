"""The terminal's day against the service's: totals first, and where they differ line by line."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import Enum
from typing import Protocol

from facepay.identifiers import RetrievalReferenceNumber
from facepay.message_header import Purpose
from facepay.terminal_totals import (
    ENTRIES_MAX,
    EntryKind,
    TerminalTotals,
    TotalsEntry,
    totals_of,
)
from pos_app.checkout.clearing_answers import ClearingError, ClearingErrorReason
from pos_app.checkout.payment import Operation
from pos_app.checkout.ports import Journal, JournalError

EntryKey = tuple[EntryKind, RetrievalReferenceNumber]


@dataclass(frozen=True, slots=True)
class JournaledDay:
    """What the journal has of a business day, and how many messages have no known end yet.

    While some have none, the totals may differ for a moment and for no fault.
    """

    entries: tuple[TotalsEntry, ...]
    unsettled_count: int = 0


@dataclass(frozen=True, slots=True)
class ServiceDay:
    """The service's totals, and its entries if those differ from the terminal's."""

    totals: TerminalTotals
    entries: tuple[TotalsEntry, ...] = ()


class ReconciliationGateway(Protocol):
    """The clearing service's side of a reconciliation."""

    async def reconcile(
        self, operation: Operation, day: date, totals: TerminalTotals
    ) -> ServiceDay:
        """Send the terminal's totals and return the service's; raises `ClearingError`."""


class ReconciliationJournal(Protocol):
    """The days in the terminal's journal. Every method raises `JournalError`."""

    async def day(self, day: date) -> JournaledDay:
        """Return what stands of a business day: approved and not undone, and refunds given."""


class OneSided(Enum):
    """How an entry is one-sided. The values are stable names."""

    ONLY_AT_TERMINAL = "only_at_terminal"
    ONLY_AT_SERVICE = "only_at_service"
    AMOUNTS_DIFFER = "amounts_differ"


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry that the two sides do not have alike; None where a side has none."""

    one_sided: OneSided
    terminal: TotalsEntry | None
    service: TotalsEntry | None


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Both sides were compared. Without a difference in the totals `differences` is empty.

    `is_complete` is False if the day has more entries than a reply can hold, so that differences
    beyond those cannot be told.
    """

    day: date
    terminal: TerminalTotals
    service: TerminalTotals
    unsettled_count: int
    differences: tuple[Difference, ...] = ()
    is_complete: bool = True

    @property
    def is_matched(self) -> bool:
        """Whether the totals are the same."""
        return self.terminal == self.service


@dataclass(frozen=True, slots=True)
class NotReconciled:
    """Nothing was compared. `clearing` is None if the journal failed."""

    clearing: ClearingErrorReason | None = None


def reconciliation_json(outcome: Reconciled | NotReconciled) -> str:
    """Return one JSON object: both sides' totals and every difference, or why there are none."""
    if isinstance(outcome, NotReconciled):
        reason = outcome.clearing.value if outcome.clearing else "journal_failed"
        return json.dumps({"outcome": "not_reconciled", "reason": reason})
    content = {
        "outcome": "matched" if outcome.is_matched else "differs",
        "business_date": outcome.day.isoformat(),
        "terminal": asdict(outcome.terminal),
        "service": asdict(outcome.service),
        "unsettled_count": outcome.unsettled_count,
        "differences": [_difference_content(item) for item in outcome.differences],
        "is_complete": outcome.is_complete,
    }
    return json.dumps(content, sort_keys=True)


def _difference_content(item: Difference) -> dict[str, object]:
    entries = {"terminal": item.terminal, "service": item.service}
    sides = {
        f"{side}_minor_units": entry and entry.amount.amount_minor_units
        for side, entry in entries.items()
    }
    known = item.terminal or item.service
    named = (
        {}
        if known is None
        else {
            "kind": known.kind.name.lower(),
            "rrn": known.rrn.value,
            "payment_id": str(known.payment_id),
        }
    )
    return {"one_sided": item.one_sided.value, **named, **sides}


class Reconciliation:
    """Reconciles one terminal."""

    def __init__(
        self, gateway: ReconciliationGateway, journal: Journal, days: ReconciliationJournal
    ) -> None:
        self._gateway = gateway
        self._journal = journal
        self._days = days

    async def run(self, day: date) -> Reconciled | NotReconciled:
        """Compare a business day; may be repeated at any time. Failures are results."""
        try:
            journaled = await self._days.day(day)
            operation = await self._journal.begin_operation(None, Purpose.RECONCILE_TOTALS)
            own = totals_of(journaled.entries)
            service = await self._gateway.reconcile(operation, day, own)
        except JournalError:
            return NotReconciled()
        except ClearingError as error:
            return NotReconciled(error.reason)
        if own == service.totals:
            return Reconciled(day, own, service.totals, journaled.unsettled_count)
        return Reconciled(
            day,
            own,
            service.totals,
            journaled.unsettled_count,
            differences(journaled.entries, service.entries),
            is_complete=len(service.entries) < ENTRIES_MAX,
        )


def differences(
    terminal: Sequence[TotalsEntry], service: Sequence[TotalsEntry]
) -> tuple[Difference, ...]:
    """Return every entry that the sides do not have alike, the terminal's first."""
    ours, theirs = _by_key(terminal), _by_key(service)
    found = [_difference(entry, theirs.get(key)) for key, entry in ours.items()]
    found += [_difference(None, entry) for key, entry in theirs.items() if key not in ours]
    return tuple(item for item in found if item is not None)


def _by_key(entries: Sequence[TotalsEntry]) -> Mapping[EntryKey, TotalsEntry]:
    return {(entry.kind, entry.rrn): entry for entry in entries}


def _difference(terminal: TotalsEntry | None, service: TotalsEntry | None) -> Difference | None:
    if terminal == service:
        return None
    if service is None:
        return Difference(OneSided.ONLY_AT_TERMINAL, terminal, None)
    if terminal is None:
        return Difference(OneSided.ONLY_AT_SERVICE, None, service)
    return Difference(OneSided.AMOUNTS_DIFFER, terminal, service)
