"""What the terminal's journal has of a business day."""

import sqlite3
from datetime import date, timedelta

from facepay.business_date import business_date, cutover_of
from facepay.identifiers import PaymentId
from facepay.money import Currency, Money
from facepay.payment_decision import PaymentDecision
from facepay.refund_decision import RefundDecision, RefundOutcome
from facepay.terminal_totals import EntryKind, TotalsEntry
from pos_app.checkout.payment_state import LEFT_OVER, TerminalState
from pos_app.checkout.reconciliation import JournaledDay
from pos_app.checkout.refund import RefundState
from pos_app.journal.database import JournalDatabase
from pos_app.journal.payment_rows import milliseconds

_OPEN = (*LEFT_OVER, TerminalState.REVERSING, TerminalState.CASE)
_STARTED_BEFORE = timedelta(days=1)
"""A payment is decided within a day of its start: after that its reversal has become a case."""


class SqliteDays:
    """The `ReconciliationJournal` port, on the journal's own file and thread."""

    def __init__(self, database: JournalDatabase) -> None:
        self._database = database

    async def day(self, day: date) -> JournaledDay:
        """See `ReconciliationJournal.day`."""

        def read(store: sqlite3.Connection) -> JournaledDay:
            entries = (*_payments(store, day), *_refunds(store, day))
            return JournaledDay(entries, _count_unsettled(store))

        return await self._database.transact(read)


def _payments(store: sqlite3.Connection, day: date) -> list[TotalsEntry]:
    voided = _voided(store)
    rows = store.execute(
        "SELECT payment_id, amount_minor_units, currency, decision FROM payment"
        " WHERE state = ? AND decision IS NOT NULL AND started_at_ms BETWEEN ? AND ?"
        " ORDER BY started_at_ms, payment_id",
        (
            TerminalState.APPROVED.value,
            milliseconds(cutover_of(day - timedelta(days=1)) - _STARTED_BEFORE),
            milliseconds(cutover_of(day) + _STARTED_BEFORE),
        ),
    )
    found = []
    for payment_id, amount, currency, content in rows.fetchall():
        decision = PaymentDecision.from_bytes(content)
        if decision.rrn is None or business_date(decision.decided_at) != day:
            continue
        if payment_id not in voided:
            money = Money(amount, Currency(currency))
            entry = TotalsEntry(EntryKind.PAYMENT, PaymentId(payment_id), decision.rrn, money)
            found.append(entry)
    return found


def _refunds(store: sqlite3.Connection, day: date) -> list[TotalsEntry]:
    return [
        TotalsEntry(EntryKind.REFUND, decision.payment_id, decision.rrn, decision.amount)
        for decision in _decided(store)
        if decision.outcome is RefundOutcome.REFUNDED
        and decision.rrn is not None
        and business_date(decision.decided_at) == day
    ]


def _voided(store: sqlite3.Connection) -> set[bytes]:
    return {
        decision.payment_id.value
        for decision in _decided(store)
        if decision.outcome is RefundOutcome.VOIDED
    }


def _decided(store: sqlite3.Connection) -> list[RefundDecision]:
    rows = store.execute(
        "SELECT decision FROM refund WHERE state = ? AND decision IS NOT NULL"
        " ORDER BY made_at_ms, operation_id",
        (RefundState.DECIDED.value,),
    )
    return [RefundDecision.from_bytes(row[0]) for row in rows.fetchall()]


def _count_unsettled(store: sqlite3.Connection) -> int:
    marks = ",".join("?" * len(_OPEN))
    (payments,) = store.execute(
        f"SELECT count(*) FROM payment WHERE state IN ({marks})",  # noqa: S608 - question marks
        [state.value for state in _OPEN],
    ).fetchone()
    (refunds,) = store.execute(
        "SELECT count(*) FROM refund WHERE state = ?", (RefundState.UNSETTLED.value,)
    ).fetchone()
    return int(payments + refunds)
