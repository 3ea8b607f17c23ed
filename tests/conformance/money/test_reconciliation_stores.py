"""Reports, totals and statements on memory, SQLite and PostgreSQL alike."""

from dataclasses import dataclass
from datetime import timedelta
from typing import cast

import pytest

from clearing_service.issuer.statement import StatementRows, statement_of
from clearing_service.ledger.window import SettlementWindow, WindowState
from clearing_service.payment.clearing_book import (
    ClearingBook,
    Needs,
)
from clearing_service.settlement.reconciliation import Books, Resolution, reconcile
from clearing_service.settlement.report import ParticipantReport
from clearing_service.settlement.report_check import ReportFiles, check_report
from clearing_service.settlement.report_layout import parse_rows
from clearing_service.settlement.reports import ReportBook, SettlementReports
from clearing_service.settlement.terminal_totals import TerminalReconciliation, TotalsBook
from clearing_service.stores.clearing_store import ClearingStore
from facepay.business_date import business_date, cutover_of
from facepay.terminal_totals import TerminalTotals, totals_of
from tests.fakes.money_stores import MemoryClearingStore, MemoryDirectory, MemoryIssuerStore
from tests.fakes.money_terminal import TestTerminal
from tests.fakes.money_world import (
    ACQUIRER,
    ISSUER,
    OTHER_ISSUER,
    TERMINALS,
    MoneyWorld,
)
from tests.fakes.ports import START
from tests.fakes.stored_money import World, made_ready


@dataclass(frozen=True)
class FinalWindow:
    """Makes the first window's positions final."""

    needs = Needs(windows=(1,))

    def apply(self, book: ClearingBook) -> None:
        state = WindowState.PENDING_SETTLEMENT
        book.windows.put(1, SettlementWindow(1, START.date(), START, 1, state))


@pytest.mark.rule("OPS-03")
async def test_a_report_says_the_same_on_every_engine(ready: World) -> None:
    made = await reports_of_a_day(ready)
    in_memory = World(MoneyWorld(), MemoryClearingStore(), MemoryIssuerStore(), MemoryDirectory())
    assert made == await reports_of_a_day(await made_ready(in_memory))
    assert [item.summary.net_position_minor_units for item in made] == [75_00, -75_00]
    rows = parse_rows(made[0].rows)
    assert [row.shared.kind for row in rows] == ["POST", "POST", "REFUND", "REFUND", "REVERSAL"]
    assert len({row.shared.rrn for row in rows[:4]}) == 4
    for item in made:
        files = ReportFiles(item.rows, item.proof, item.summary.to_bytes())
        assert check_report(files, ready.money.security.public_key).is_verified


async def reports_of_a_day(world: World) -> list[ParticipantReport]:
    """Pay, refund and reverse, and return the acquirer's and the issuer's report."""
    terminal, payments = TestTerminal(world.money.clock), world.money.payments
    await world.enrol()
    sales = [terminal.sale(amount) for amount in (90_00, 30_00)]
    for sale in sales:
        await terminal.pay(payments, sale)
    payment = await world.clearing.find_payment(sales[0].payment_id)
    assert payment is not None
    for amount in (10_00, 5_00):
        await payments.refund_payment(terminal.refund(sales[0], payment.rrn, amount))
    await payments.reverse_payment(terminal.reverse(sales[1]))
    await world.clearing.execute(FinalWindow())
    book = cast("ReportBook", world.clearing)
    reports = SettlementReports(book, world.money.security, world.money.clock)
    try:
        made = [item async for item in reports.reports(1, [ACQUIRER, ISSUER])]
        assert [await reports.report(1, who) for who in (ACQUIRER, ISSUER)] == made
        assert await book.last_digest() == await book.digest(1)
    finally:
        reports.close()
    return made


@pytest.mark.rule("OFF-03")
async def test_a_terminals_day_is_what_stands_of_it(ready: World, terminal: TestTerminal) -> None:
    await ready.enrol()
    payments, clock = ready.money.payments, ready.money.clock
    kept, refunded, undone = [terminal.sale(amount) for amount in (50_00, 90_00, 7_00)]
    for sale in (kept, refunded, undone):
        await terminal.pay(payments, sale)
    found = await ready.clearing.find_payment(refunded.payment_id)
    assert found is not None
    await payments.refund_payment(terminal.refund(refunded, found.rrn, 10_00))
    await payments.reverse_payment(terminal.reverse(undone))
    book = cast("TotalsBook", ready.clearing)
    day = business_date(clock.now())
    entries = await book.standing_entries(terminal.terminal_id, day)
    expected = TerminalTotals(2, 140_00, 1, 10_00)
    assert totals_of(entries) == expected
    assert await book.standing_entries(TERMINALS[1], day) == []
    clock.advance((cutover_of(day) - clock.now()).total_seconds())
    late = terminal.sale(4_00)
    await terminal.pay(payments, late)
    await payments.refund_payment(terminal.refund(refunded, found.rrn, 1_00))
    assert totals_of(await book.standing_entries(terminal.terminal_id, day)) == expected
    next_day = await book.standing_entries(terminal.terminal_id, day + timedelta(days=1))
    assert totals_of(next_day) == TerminalTotals(1, 4_00, 1, 1_00)


async def test_totals_that_differ_are_noted_with_both_sides(
    ready: World, terminal: TestTerminal
) -> None:
    await ready.enrol()
    await terminal.pay(ready.money.payments, terminal.sale(5_00))
    book = cast("TotalsBook", ready.clearing)
    reconciliation = TerminalReconciliation(book, ready.money.clock)
    day = business_date(ready.money.clock.now())
    for totals, is_matched in ((TerminalTotals(1, 5_00), True), (TerminalTotals(), False)):
        compared = await reconciliation.compare(terminal.terminal_id, day, totals)
        assert (compared.is_matched, bool(compared.entries)) == (is_matched, not is_matched)
        assert compared.totals == TerminalTotals(1, 5_00)
    await ready.verify()


@pytest.mark.rule("OPS-03")
async def test_an_issuers_statement_reconciles_with_its_report(
    ready: World, terminal: TestTerminal
) -> None:
    await ready.enrol()
    payments, clock = ready.money.payments, ready.money.clock
    sales = [terminal.sale(amount) for amount in (12_30, 40_00)]
    for sale in sales:
        await terminal.pay(payments, sale)
    payment = await ready.clearing.find_payment(sales[0].payment_id)
    assert payment is not None
    await payments.refund_payment(terminal.refund(sales[0], payment.rrn, 2_30))
    await payments.reverse_payment(terminal.reverse(sales[1]))
    await ready.clearing.execute(FinalWindow())
    reports = SettlementReports(
        cast("ReportBook", ready.clearing), ready.money.security, ready.money.clock
    )
    try:
        rows = parse_rows((await reports.report(1, ISSUER)).rows)
    finally:
        reports.close()
    store = cast("ClearingStore", ready.clearing)
    issuer, day = cast("StatementRows", ready.issuer), business_date(clock.now())
    awaited = await store.unacknowledged(ISSUER)
    assert set(awaited) == {sale.payment_id for sale in sales}
    assert await store.unacknowledged(OTHER_ISSUER) == set()
    early = reconcile(Books(rows, await statement_of(issuer, ISSUER, day), awaited))
    assert [item.resolution for item in early.entries] == [Resolution.AWAITED] * 2
    await ready.money.credits.send_due()
    await ready.money.reversals.send_due()
    assert await store.unacknowledged(ISSUER) == set()
    found = reconcile(Books(rows, await statement_of(issuer, ISSUER, day)))
    assert (found.matched_count, found.entries) == (4, ())
