"""The end of a till's day: its journal against the service, totals first, then line by line."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from facepay.business_date import business_date
from facepay.identifiers import PaymentId, RetrievalReferenceNumber
from facepay.message_header import Purpose
from facepay.money import Money
from facepay.payment_decision import PaymentState
from facepay.refund_decision import RefundDecision, RefundOutcome
from facepay.signed_request import SignedRequest
from facepay.terminal_totals import EntryKind, TerminalTotals, TotalsEntry, totals_of
from facepay.vocabulary import RefundKind, ReversalReason
from pos_app.checkout.clearing_answers import ClearingError, ClearingErrorReason
from pos_app.checkout.payment import JournaledPayment, Operation
from pos_app.checkout.payment_state import TerminalState
from pos_app.checkout.reconciliation import (
    NotReconciled,
    OneSided,
    Reconciled,
    Reconciliation,
    ServiceDay,
    differences,
    reconciliation_json,
)
from pos_app.checkout.refund import JournaledRefund, RefundIntent, RefundState
from pos_app.journal.sqlite_journal import SqliteJournal
from tests.fakes.ports import START, ManualClock, SeededRandomness
from tests.fakes.refunds import RRN, WHOLE, approve

TODAY = business_date(START)


@dataclass
class ScriptedService:
    """Answers with what it was told it has; an error is raised instead if there is one."""

    entries: list[TotalsEntry] = field(default_factory=list)
    error: ClearingErrorReason | None = None
    asked: list[tuple[Operation, date, TerminalTotals]] = field(default_factory=list)

    async def reconcile(
        self, operation: Operation, day: date, totals: TerminalTotals
    ) -> ServiceDay:
        self.asked.append((operation, day, totals))
        if self.error is not None:
            raise ClearingError(self.error, is_outcome_unknown=True)
        own = totals_of(self.entries)
        return ServiceDay(own, () if own == totals else tuple(self.entries))


class Till:
    """A journal with a day in it, and a service to compare it with."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.randomness = ManualClock(), SeededRandomness()
        self.journal = SqliteJournal(folder / "journal.db", self.clock, self.randomness)
        self.service = ScriptedService()
        self.reconciliation = Reconciliation(self.service, self.journal, self.journal.days)

    async def sell(self) -> TotalsEntry:
        decision = await approve(self.journal, self.clock, self.randomness)
        return TotalsEntry(EntryKind.PAYMENT, decision.payment_id, RRN, WHOLE)

    async def give_back(
        self, sale: TotalsEntry, amount: Money, state: RefundState, outcome: RefundOutcome
    ) -> TotalsEntry:
        payment: JournaledPayment = await self.journal.payment(sale.payment_id)
        operation = await self.journal.begin_operation(sale.payment_id, Purpose.REFUND_PAYMENT)
        intent = RefundIntent(RefundKind.REFUND, amount)
        message = SignedRequest(b"header", b"body", (), b"signature")
        now = self.clock.now()
        refund = JournaledRefund(operation, payment, RRN, intent, message, now)
        await self.journal.refunds.begin_refund(refund)
        number = RetrievalReferenceNumber("606100000777")
        decision = RefundDecision(
            operation.operation_id,
            sale.payment_id,
            payment.binding.payment_hash,
            outcome,
            PaymentState.REFUNDED_IN_PART,
            amount,
            amount,
            number,
            now,
        )
        if state is RefundState.DECIDED:
            await self.journal.refunds.end_refund(refund, state, decision)
        return TotalsEntry(EntryKind.REFUND, sale.payment_id, number, amount)

    async def run(self, day: date = TODAY) -> Reconciled:
        outcome = await self.reconciliation.run(day)
        assert isinstance(outcome, Reconciled)
        return outcome


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    made = Till(tmp_path)
    yield made
    made.journal.close()


@pytest.mark.rule("OFF-03")
async def test_the_same_day_on_both_sides_matches(till: Till) -> None:
    sale = await till.sell()
    part = Money(40_00)
    refund = await till.give_back(sale, part, RefundState.DECIDED, RefundOutcome.REFUNDED)
    till.service.entries = [sale, refund]
    outcome = await till.run()
    assert outcome.is_matched
    assert outcome.terminal == TerminalTotals(1, 100_00, 1, 40_00)
    assert outcome.terminal.net_minor_units == 60_00
    operation, day, totals = till.service.asked[0]
    assert (operation.purpose, day, totals) == (Purpose.RECONCILE_TOTALS, TODAY, outcome.service)


async def test_a_day_without_sales_matches(till: Till) -> None:
    assert (await till.run()).is_matched


async def test_what_only_the_terminal_has_is_named(till: Till) -> None:
    sale = await till.sell()
    outcome = await till.run()
    assert [(item.one_sided, item.terminal) for item in outcome.differences] == [
        (OneSided.ONLY_AT_TERMINAL, sale)
    ]


@pytest.mark.rule("OFF-03")
async def test_what_only_the_service_has_is_named(till: Till) -> None:
    """Paid, but the till never learnt of it."""
    lost = TotalsEntry(EntryKind.PAYMENT, PaymentId(bytes(16)), RRN, Money(5))
    till.service.entries = [lost]
    outcome = await till.run()
    assert [(item.one_sided, item.service) for item in outcome.differences] == [
        (OneSided.ONLY_AT_SERVICE, lost)
    ]


async def test_another_amount_is_named(till: Till) -> None:
    sale = await till.sell()
    till.service.entries = [replace(sale, amount=Money(1))]
    outcome = await till.run()
    assert [item.one_sided for item in outcome.differences] == [OneSided.AMOUNTS_DIFFER]


async def test_a_reversed_payment_counts_nowhere(till: Till) -> None:
    sale = await till.sell()
    await till.journal.queue_reversal(sale.payment_id, ReversalReason.CASHIER, START)
    outcome = await till.run()
    assert (outcome.terminal, outcome.unsettled_count) == (TerminalTotals(), 1)
    await till.journal.end_reversal(sale.payment_id, TerminalState.REVERSED)
    assert (await till.run()).unsettled_count == 0


async def test_a_voided_payment_counts_nowhere(till: Till) -> None:
    sale = await till.sell()
    await till.give_back(sale, WHOLE, RefundState.DECIDED, RefundOutcome.VOIDED)
    assert (await till.run()).terminal == TerminalTotals()


@pytest.mark.parametrize(
    ("state", "outcome", "unsettled"),
    [
        (RefundState.UNSETTLED, RefundOutcome.REFUNDED, 1),
        (RefundState.DECIDED, RefundOutcome.MORE_THAN_IS_LEFT, 0),
    ],
)
async def test_a_refund_counts_when_it_was_given(
    till: Till, state: RefundState, outcome: RefundOutcome, unsettled: int
) -> None:
    sale = await till.sell()
    await till.give_back(sale, Money(1), state, outcome)
    reconciled = await till.run()
    assert reconciled.terminal == TerminalTotals(1, 100_00)
    assert reconciled.unsettled_count == unsettled


async def test_a_sale_belongs_to_the_business_day_it_was_approved_on(till: Till) -> None:
    await till.sell()
    assert (await till.run(TODAY + timedelta(days=1))).terminal == TerminalTotals()
    till.clock.advance(13 * 3600)  # from ten in the morning past the cutover
    await till.sell()
    assert (await till.run(TODAY + timedelta(days=1))).terminal.payment_count == 1


async def test_with_the_line_down_nothing_is_compared(till: Till) -> None:
    till.service.error = ClearingErrorReason.UNREACHABLE
    assert await till.reconciliation.run(TODAY) == NotReconciled(ClearingErrorReason.UNREACHABLE)


async def test_a_broken_journal_is_said_so(tmp_path: Path) -> None:
    till = Till(tmp_path / "nowhere")
    assert await till.reconciliation.run(TODAY) == NotReconciled()


def test_json_names_both_sides() -> None:
    entry = TotalsEntry(EntryKind.REFUND, PaymentId(bytes(16)), RRN, Money(7))
    outcome = Reconciled(
        TODAY, TerminalTotals(0, 0, 1, 7), TerminalTotals(), 0, differences([entry], [])
    )
    told = json.loads(reconciliation_json(outcome))
    assert told["outcome"] == "differs"
    assert told["differences"] == [
        {
            "kind": "refund",
            "one_sided": "only_at_terminal",
            "payment_id": str(PaymentId(bytes(16))),
            "rrn": RRN.value,
            "service_minor_units": None,
            "terminal_minor_units": 7,
        }
    ]
    reason = ClearingErrorReason.UNREACHABLE
    stopped = json.loads(reconciliation_json(NotReconciled(reason)))
    assert stopped == {"outcome": "not_reconciled", "reason": reason.value}
