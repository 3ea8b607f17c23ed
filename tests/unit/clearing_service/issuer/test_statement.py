"""What an issuer states of a day follows from its own books, and is what the ledger says."""

from datetime import timedelta

import pytest

from clearing_service.issuer.fault_profile import Fault, FaultProfile
from clearing_service.issuer.statement import statement_of
from clearing_service.ledger.book import WINDOW_SEQUENCE
from clearing_service.ledger.window import SettlementWindow, WindowState
from clearing_service.payment.clearing_book import ClearingBook, Needs
from clearing_service.payment.requests import AuthorizePayment
from clearing_service.settlement.reconciliation import Books, Resolution, reconcile
from clearing_service.settlement.report_layout import ReportRow, parse_rows
from clearing_service.settlement.reports import SettlementReports
from clearing_service.settlement.statement import StatementKind, StatementLine
from facepay.business_date import business_date, cutover_of
from tests.fakes.money_terminal import TestTerminal
from tests.fakes.money_world import ISSUER, OTHER_ISSUER, WRONG_PIN, MoneyWorld
from tests.fakes.ports import START

TODAY = business_date(START)


class FinalWindow:
    """Makes the first window's positions final."""

    needs = Needs()

    def apply(self, book: ClearingBook) -> None:
        book.sequences.put(WINDOW_SEQUENCE, 2)
        window = SettlementWindow(1, TODAY, START, 1, WindowState.PENDING_SETTLEMENT)
        book.windows.put(1, window)


@pytest.fixture
def world() -> MoneyWorld:
    made = MoneyWorld()
    made.enrol(1, balance=1_000_00)
    return made


@pytest.fixture
def terminal(world: MoneyWorld) -> TestTerminal:
    return TestTerminal(world.clock)


async def stated(world: MoneyWorld, days: int = 0) -> tuple[StatementLine, ...]:
    return await statement_of(world.issuer_store, ISSUER, TODAY + timedelta(days=days))


async def reported(world: MoneyWorld) -> tuple[ReportRow, ...]:
    await world.store.execute(FinalWindow())
    reports = SettlementReports(world.store, world.security, world.clock)
    try:
        return parse_rows((await reports.report(1, ISSUER)).rows)
    finally:
        reports.close()


@pytest.mark.rule("OPS-03")
async def test_a_day_of_an_issuer_reconciles_with_its_report(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    sales = [terminal.sale(amount) for amount in (12_30, 40_00, 7_00)]
    for sale in sales:
        await terminal.pay(world.payments, sale)
    payment = await world.store.find_payment(sales[0].payment_id)
    assert payment is not None
    await world.payments.refund_payment(terminal.refund(sales[0], payment.rrn, 2_30))
    await world.payments.reverse_payment(terminal.reverse(sales[1]))
    await world.payments.authorize_payment(await wrong_pin(world, terminal))
    await world.credits.send_due()
    await world.reversals.send_due()
    lines, rows = await stated(world), await reported(world)
    assert sorted((line.kind.value, line.amount.amount_minor_units) for line in lines) == [
        ("CREDIT", 2_30),
        ("DEBIT", 7_00),
        ("DEBIT", 12_30),
        ("DEBIT", 40_00),
        ("UNDO", 40_00),
    ]
    found = reconcile(Books(rows, lines))
    assert (found.matched_count, found.entries) == (5, ())
    assert await statement_of(world.issuer_store, OTHER_ISSUER, TODAY) == ()


async def wrong_pin(world: MoneyWorld, terminal: TestTerminal) -> AuthorizePayment:
    sale = terminal.sale(1_00)
    routed = await terminal.open_and_route(world.payments, sale)
    return terminal.authorize(sale, routed.routing_token, WRONG_PIN)


async def test_a_debit_that_came_too_late_is_explained(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    world.faults.set(ISSUER, FaultProfile(Fault.ANSWERS_LATE, late_by_seconds=0))
    await terminal.pay(world.payments, terminal.sale(5_00))
    await world.issuers.drain()
    world.faults.set(ISSUER, FaultProfile())
    await world.reversals.send_due()
    found = reconcile(Books(await reported(world), await stated(world)))
    assert {item.resolution for item in found.entries} == {Resolution.UNDONE_AT_ISSUER}


async def test_each_booking_belongs_to_the_day_it_was_made_on(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    sale = terminal.sale(9_00)
    await terminal.pay(world.payments, sale)
    world.clock.advance((cutover_of(TODAY) - world.clock.now()).total_seconds())
    await world.payments.reverse_payment(terminal.reverse(sale))
    await world.reversals.send_due()
    await world.issuers.reverse(ISSUER, sale.payment_id)
    assert [line.kind for line in await stated(world)] == [StatementKind.DEBIT]
    assert [line.kind for line in await stated(world, days=1)] == [StatementKind.UNDO]
    assert await stated(world, days=2) == ()
