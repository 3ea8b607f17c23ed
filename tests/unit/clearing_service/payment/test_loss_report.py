"""A loss report stops face payment at once and beats a payment in flight."""

import asyncio

import pytest

from clearing_service.audit.entry import AuditKind
from clearing_service.issuer.account import Account
from clearing_service.payment.loss_report import LiftLossReportWork, LossReports
from clearing_service.payment.ports import IssuerApproved, IssuerDebit, IssuerDeclined
from clearing_service.payment.requests import NotRouted, PaymentAnswer
from facepay.payment_decision import PaymentState
from facepay.vocabulary import LossReporter
from tests.fakes.money_terminal import TestTerminal
from tests.fakes.money_world import MoneyWorld


async def report(world: MoneyWorld, account: Account) -> None:
    reports = LossReports(world.store, world.clock)
    await reports.report((account.issuer_id, account.account_alias), LossReporter.PAYER)


@pytest.mark.rule("RSK-01")
async def test_a_reported_face_is_not_routed_and_other_people_pay_on(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    account = world.enrol()
    await report(world, account)
    sale = terminal.sale()
    opened = await world.payments.open_payment(terminal.open(sale))
    assert not isinstance(opened, PaymentAnswer)
    sale.opened = opened
    assert isinstance(await world.payments.route_probe(terminal.probe(sale)), NotRouted)
    world.enrol(2)
    answer = await terminal.pay(world.payments, terminal.sale())
    assert answer.state is PaymentState.APPROVED


@pytest.mark.rule("RSK-01")
async def test_a_report_after_routing_declines_without_asking_the_issuer(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    account = world.enrol()
    sale = terminal.sale()
    routed = await terminal.open_and_route(world.payments, sale)
    await report(world, account)
    answer = await world.payments.authorize_payment(terminal.authorize(sale, routed.routing_token))
    assert (answer.state, answer.response_code.value) == (PaymentState.DECLINED, "57")
    assert world.issuer_store.payments == {}
    assert world.store.transfers == []


@pytest.mark.rule("RSK-01")
async def test_a_report_beats_a_payment_whose_issuer_has_already_debited(
    world: MoneyWorld, terminal: TestTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = world.enrol()
    sale = terminal.sale(100_00)
    routed = await terminal.open_and_route(world.payments, sale)
    debited, goes_on = asyncio.Event(), asyncio.Event()
    authorize = world.issuers.authorize

    async def slowly(debit: IssuerDebit) -> IssuerApproved | IssuerDeclined:
        answer = await authorize(debit)
        debited.set()
        await goes_on.wait()
        return answer

    monkeypatch.setattr(world.issuers, "authorize", slowly)
    command = terminal.authorize(sale, routed.routing_token)
    paying = asyncio.create_task(world.payments.authorize_payment(command))
    await debited.wait()
    await report(world, account)
    goes_on.set()
    answer = await paying
    assert (answer.state, answer.response_code.value) == (PaymentState.DECLINED, "57")
    assert await world.payments.authorize_payment(command) == answer
    assert await world.reversals.send_due() == 1
    assert world.balance_of(account) == 2_000_00
    book = world.verify()
    assert (book.debits_posted, book.debits_held) == (0, 0)
    assert set(world.store.rows.tables["usage"].values()) == {0}


async def test_a_report_counts_once_and_only_an_operator_lifts_it(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    account = world.enrol()
    payer = (account.issuer_id, account.account_alias)
    await world.store.execute(LiftLossReportWork(payer, world.clock.now()))
    for _ in range(2):
        await report(world, account)
    for _ in range(2):
        await world.store.execute(LiftLossReportWork(payer, world.clock.now()))
    kinds = [entry.record.kind for entry in world.store.audit]
    assert kinds == [AuditKind.FACE_PAYMENT_STOPPED, AuditKind.FACE_PAYMENT_RESUMED]
    answer = await terminal.pay(world.payments, terminal.sale())
    assert answer.state is PaymentState.APPROVED
    world.verify()


async def test_money_of_earlier_payments_still_comes_back(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    account = world.enrol()
    sale = terminal.sale(100_00)
    await terminal.pay(world.payments, sale)
    await report(world, account)
    rrn = world.store.rows.tables["payment"][sale.payment_id].rrn
    refunded = await world.payments.refund_payment(terminal.refund(sale, rrn, 100_00))
    assert refunded.outcome.has_moved_money
    await world.credits.send_due()
    assert world.balance_of(account) == 2_000_00
