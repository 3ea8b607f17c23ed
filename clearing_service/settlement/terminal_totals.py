"""Terminal totals against the service's: ISO 8583 reconciliation, one business date at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

from clearing_service.audit.entry import AuditKind, AuditRecord
from clearing_service.payment.clearing_book import ClearingBook, Needs, Work
from facepay.identifiers import TerminalId
from facepay.ports import Clock
from facepay.terminal_totals import ENTRIES_MAX, TerminalTotals, TotalsEntry, totals_of

AnswerT = TypeVar("AnswerT")


class TotalsBook(Protocol):
    """The clearing database as terminal reconciliation sees it. Raises `StoreError`."""

    async def execute(self, work: Work[AnswerT]) -> AnswerT:
        """Do the work in one durable transaction."""

    async def standing_entries(self, terminal_id: TerminalId, day: date) -> Sequence[TotalsEntry]:
        """Return what stands of a terminal's business day, payments and refunds, oldest first."""


@dataclass(frozen=True, slots=True)
class ComparedTotals:
    """The service's totals, and with a difference its entries, at most `ENTRIES_MAX`."""

    totals: TerminalTotals
    is_matched: bool
    entries: tuple[TotalsEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteTotals:
    """One commit: an entry in the audit trail. A case may be made of totals that differ."""

    terminal_id: TerminalId
    day: date
    sides: tuple[TerminalTotals, TerminalTotals]
    now: datetime
    needs = Needs()

    def apply(self, book: ClearingBook) -> None:
        """Note whether terminal and service have the same, and if not what each has."""
        terminal, service = self.sides
        is_same = terminal == service
        kind = AuditKind.TERMINAL_RECONCILED if is_same else AuditKind.TERMINAL_TOTALS_DIFFER
        sides = (("terminal", _text(terminal)), ("service", _text(service)))
        detail = (("business date", self.day.isoformat()), *(() if is_same else sides))
        book.audit(AuditRecord(kind, f"terminal/{self.terminal_id}", self.now, detail))


class TerminalReconciliation:
    """Compares what terminals send."""

    def __init__(self, book: TotalsBook, clock: Clock) -> None:
        self._book = book
        self._clock = clock

    async def compare(
        self, terminal_id: TerminalId, day: date, totals: TerminalTotals
    ) -> ComparedTotals:
        """Compare a terminal's totals of a business day with the service's, and note the end."""
        entries = await self._book.standing_entries(terminal_id, day)
        own = totals_of(entries)
        now = self._clock.now()
        await self._book.execute(NoteTotals(terminal_id, day, (totals, own), now))
        if own == totals:
            return ComparedTotals(own, is_matched=True)
        return ComparedTotals(own, is_matched=False, entries=tuple(entries[:ENTRIES_MAX]))


def _text(totals: TerminalTotals) -> str:
    return (
        f"{totals.payment_count} payments {totals.payments_minor_units} "
        f"{totals.refund_count} refunds {totals.refunds_minor_units}"
    )
