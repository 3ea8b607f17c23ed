"""What the money path needs of its stores, shown on memory, SQLite and PostgreSQL alike."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import cast

import pytest

from clearing_service.directory.entry import EntryState
from clearing_service.errors import LedgerInvariantError, RequestRefusedError, StoreError
from clearing_service.issuer.fault_profile import Fault, FaultProfile
from clearing_service.ledger.account import AccountId
from clearing_service.ledger.rules import Booking, release
from clearing_service.participants.participant import ParticipantRole
from clearing_service.payment.clearing_book import (
    ClearingBook,
    Needs,
)
from clearing_service.payment.limits import SetLimitsWork
from clearing_service.payment.loss_report import LiftLossReportWork, LossReports
from clearing_service.payment.policy import AmountLimits
from clearing_service.payment.ports import CreditOutcome, IssuerCredit
from clearing_service.payment.risk_rules import read_risk_rules
from clearing_service.stores.clearing_store import ClearingStore
from clearing_service.stores.engine import open_database
from clearing_service.stores.issuer_store import IssuerDatabase
from clearing_service.stores.participant_store import ParticipantDatabase, SetCapWork
from facepay.identifiers import AccountAlias, ParticipantId, PaymentId
from facepay.money import Money
from facepay.payment_decision import PaymentState
from facepay.vocabulary import LossReporter
from tests.fakes.money_stores import MemoryIssuerStore
from tests.fakes.money_terminal import TestTerminal
from tests.fakes.money_world import (
    ACQUIRER,
    ISSUER,
    OTHER_ISSUER,
    WRONG_PIN,
    make_account,
    make_entry,
    make_register,
    make_terminal,
    reference_of,
)
from tests.fakes.ports import START
from tests.fakes.stored_money import World, opened

NewUrl = Callable[[], str]


async def test_an_approved_payment_is_read_back_as_it_was_written(
    ready: World, terminal: TestTerminal
) -> None:
    account = await ready.enrol()
    sale = terminal.sale()
    answer = await terminal.pay(ready.money.payments, sale)
    found = await ready.clearing.find_payment(sale.payment_id)
    assert found is not None
    assert answer.state is PaymentState.APPROVED
    assert found.decision(terminal.get(sale).request.header.operation_id, found.opened_at) == (
        answer.decision.verify(ready.money.security.public_key)
    )
    assert found.fields == sale.fields
    assert found.challenge is not None
    assert await ready.balance_of(account) == 2_000_00 - 12_30
    assert (await ready.verify()).debits_posted == 12_30


async def test_a_token_ends_when_the_store_says_whatever_the_clock_reads(
    ready: World, terminal: TestTerminal
) -> None:
    await ready.enrol()
    ready.money.clock.advance(0.456789)
    sale = terminal.sale()
    routed = await terminal.open_and_route(ready.money.payments, sale)
    found = await ready.clearing.find_payment(sale.payment_id)
    assert found is not None
    assert found.route is not None
    assert found.route.expires_at == routed.expires_at


@pytest.mark.rule("WIR-05")
async def test_a_thousand_duplicates_at_once_are_one_booking(
    ready: World, terminal: TestTerminal
) -> None:
    await ready.enrol()
    sale = terminal.sale()
    routed = await terminal.open_and_route(ready.money.payments, sale)
    command = terminal.authorize(sale, routed.routing_token)
    calls = [ready.money.payments.authorize_payment(command) for _ in range(1_000)]
    answers = await asyncio.gather(*calls)
    ready.money.restart()
    answers.append(await ready.money.payments.authorize_payment(command))
    assert set(answers) == {answers[0]}
    assert (await ready.verify()).transfer_count == 2


@pytest.mark.rule("LIM-01")
async def test_parallel_payments_share_one_daily_limit(
    ready: World, terminal: TestTerminal
) -> None:
    await ready.enrol(balance=100_000_00)
    commands = []
    for _ in range(8):
        sale = terminal.sale(900_00)
        routed = await terminal.open_and_route(ready.money.payments, sale)
        commands.append(terminal.authorize(sale, routed.routing_token))
    answers = await asyncio.gather(*map(ready.money.payments.authorize_payment, commands))
    codes = sorted(answer.response_code.value for answer in answers)
    assert codes == ["00"] * 5 + ["61"] * 3
    assert (await ready.verify()).debits_posted == 4_500_00


@pytest.mark.rule("LIM-01")
async def test_a_payer_who_lowered_their_limits_is_held_to_them(
    ready: World, terminal: TestTerminal
) -> None:
    account = await ready.enrol()
    own = AmountLimits(Money(50_00), Money(60_00))
    await ready.clearing.execute(SetLimitsWork((account.issuer_id, account.account_alias), own))
    answers = [
        await terminal.pay(ready.money.payments, terminal.sale(amount))
        for amount in (50_01, 50_00, 10_01, 10_00)
    ]
    assert [answer.response_code.value for answer in answers] == ["61", "00", "61", "00"]


@pytest.mark.rule("AUT-07")
async def test_parallel_guesses_share_three_tries(ready: World, terminal: TestTerminal) -> None:
    await ready.enrol()
    commands = []
    for _ in range(8):
        sale = terminal.sale()
        routed = await terminal.open_and_route(ready.money.payments, sale)
        commands.append(terminal.authorize(sale, routed.routing_token, WRONG_PIN))
    answers = await asyncio.gather(*map(ready.money.payments.authorize_payment, commands))
    codes = sorted(answer.response_code.value for answer in answers)
    assert codes == ["55"] * 3 + ["75"] * 5


@pytest.mark.rule("OFF-03")
async def test_a_reversal_queue_survives_and_ends_with_nothing_owed(
    ready: World, terminal: TestTerminal
) -> None:
    account = await ready.enrol()
    sale = terminal.sale()
    await terminal.pay(ready.money.payments, sale)
    undone = await ready.money.payments.reverse_payment(terminal.reverse(sale))
    assert undone.state is PaymentState.REVERSED
    ready.money.restart()
    assert await ready.money.reversals.send_due() == 1
    assert await ready.money.reversals.send_due() == 0
    assert await ready.balance_of(account) == 2_000_00
    assert (await ready.verify()).transfer_count == 3


async def test_refunds_in_parts_survive_a_restart_and_end_with_nothing_owed(
    ready: World, terminal: TestTerminal
) -> None:
    account = await ready.enrol()
    sale = terminal.sale(90_00)
    await terminal.pay(ready.money.payments, sale)
    payment = await ready.clearing.find_payment(sale.payment_id)
    assert payment is not None
    commands = [terminal.refund(sale, payment.rrn, 40_00) for _ in range(3)]
    answers = await asyncio.gather(*map(ready.money.payments.refund_payment, commands))
    assert [answer.outcome.name for answer in answers].count("REFUNDED") == 2
    ready.money.restart()
    assert [await ready.money.payments.refund_payment(item) for item in commands] == answers
    last = await ready.money.payments.refund_payment(terminal.refund(sale, payment.rrn, 10_00))
    assert last.outcome.has_moved_money
    ended = await ready.clearing.find_payment(sale.payment_id)
    assert ended is not None
    assert (ended.state, ended.refunded_minor_units) == (PaymentState.REFUNDED, 90_00)
    due = await ready.clearing.due_refunds(ready.money.clock.now())
    assert sorted(entry.part for entry in due) == [1, 2, 3]
    assert await ready.money.credits.send_due() == 3
    assert await ready.money.credits.send_due() == 0
    assert await ready.balance_of(account) == 2_000_00
    assert (await ready.verify()).transfer_count == 5


@pytest.mark.rule("RSK-01")
async def test_risk_remembers_across_a_restart_and_a_loss_report_stays(
    ready: World, terminal: TestTerminal
) -> None:
    rules = read_risk_rules(
        '[[rule]]\nname = "burst"\nkind = "payer_count"\npayments = 2\nwithin_seconds = 60\n'
        'action = "refuse"\nresponse_code = "65"\n'
    )
    ready.money.policy = replace(ready.money.policy, risk=rules)
    ready.money.restart()
    account = await ready.enrol()
    codes = []
    for _ in range(3):
        answer = await terminal.pay(ready.money.payments, terminal.sale(1_00))
        codes.append(answer.response_code.value)
        ready.money.restart()
    assert codes == ["00", "00", "65"]
    ready.money.clock.advance(60)
    sale = terminal.sale(1_00)
    routed = await terminal.open_and_route(ready.money.payments, sale)
    reports = LossReports(ready.clearing, ready.money.clock)
    await reports.report((account.issuer_id, account.account_alias), LossReporter.OPERATOR)
    ready.money.restart()
    command = terminal.authorize(sale, routed.routing_token)
    stopped = await ready.money.payments.authorize_payment(command)
    assert stopped.response_code.value == "57"
    payer = (account.issuer_id, account.account_alias)
    await ready.clearing.execute(LiftLossReportWork(payer, ready.money.clock.now()))
    again = await terminal.pay(ready.money.payments, terminal.sale(1_00))
    assert again.response_code.value == "00"
    await ready.verify()


async def test_a_credit_is_given_once_whatever_the_store(
    ready: World, terminal: TestTerminal
) -> None:
    account = await ready.enrol()
    sale = terminal.sale(90_00)
    await terminal.pay(ready.money.payments, sale)
    credit = IssuerCredit(
        terminal.get(sale).request.header.operation_id, sale.payment_id, ISSUER, Money(50_00)
    )
    answers = await asyncio.gather(*[ready.money.issuers.credit(credit) for _ in range(20)])
    assert set(answers) == {CreditOutcome.CREDITED}
    more = replace(credit, operation_id=terminal.get(sale).request.header.operation_id)
    assert await ready.money.issuers.credit(more) is CreditOutcome.REFUSED
    assert await ready.balance_of(account) == 2_000_00 - 40_00
    await ready.money.issuers.reverse(ISSUER, sale.payment_id)
    assert await ready.balance_of(account) == 2_000_00


async def test_what_was_left_authorizing_or_overdue_is_found(
    ready: World, terminal: TestTerminal
) -> None:
    await ready.enrol()
    ready.money.faults.set(ISSUER, FaultProfile(Fault.UNREACHABLE))
    sale = terminal.sale()
    await terminal.open_and_route(ready.money.payments, sale)
    now = ready.money.clock.now()
    assert await ready.clearing.overdue_payments(now) == []
    (overdue,) = await ready.clearing.overdue_payments(now + timedelta(seconds=300))
    assert overdue.payment_id == sale.payment_id
    assert await ready.clearing.authorizing_payments(now) == []
    ready.money.clock.advance(300)
    assert await ready.money.recovery.sweep() == 1


async def test_an_item_that_is_refused_does_not_disturb_its_neighbours(
    ready: World, terminal: TestTerminal
) -> None:
    sales = [terminal.sale() for _ in range(20)]
    calls = [ready.money.payments.open_payment(terminal.open(sale)) for sale in sales]
    lonely = ready.money.payments.get_payment(terminal.get(terminal.sale()))
    *opened_, refused = await asyncio.gather(*calls, lonely, return_exceptions=True)
    assert isinstance(refused, RequestRefusedError)
    assert not [item for item in opened_ if isinstance(item, BaseException)]


@dataclass(frozen=True)
class ReleaseTwice:
    """A caller's mistake: it lets a hold go that is not there."""

    payment_id: PaymentId

    @property
    def needs(self) -> Needs:
        return Needs()

    def apply(self, book: ClearingBook) -> None:
        release(book, Booking(self.payment_id, START))


async def test_posting_stops_when_money_would_not_add_up(
    ready: World, terminal: TestTerminal
) -> None:
    with pytest.raises(LedgerInvariantError):
        await ready.clearing.execute(ReleaseTwice(PaymentId(bytes(16))))
    with pytest.raises(LedgerInvariantError, match="posting has stopped"):
        await ready.clearing.execute(SetCapWork(AccountId(ISSUER), 1))
    assert (await ready.verify()).transfer_count == 0


@pytest.mark.rule("CON-06")
async def test_a_directory_entry_lives_from_pending_to_erased(ready: World) -> None:
    account = make_account(7)
    entry = replace(make_entry(account, 7), state=EntryState.PENDING)
    await ready.directory.save(entry)
    assert await ready.directory.find(reference_of(7)) == entry
    await ready.directory.save(entry.activated())
    newer = replace(make_entry(account, 8), created_at=entry.created_at + timedelta(hours=1))
    await ready.directory.save(newer)
    found = await ready.directory.find_by_account(account.issuer_id, account.account_alias)
    assert list(found) == [newer, entry.activated()]
    await ready.directory.save(entry.closed())
    with pytest.raises(ValueError, match="enrol anew"):
        entry.closed().activated()
    await ready.directory.erase(reference_of(7))
    await ready.directory.erase(reference_of(7))
    assert await ready.directory.find(reference_of(7)) is None


async def test_accounts_are_found_by_alias_and_by_login(ready: World) -> None:
    account = await ready.enrol(3)
    key = (account.issuer_id, account.account_alias)
    assert await ready.issuer.find_account(key) == account
    assert await ready.issuer.find_by_login(ISSUER, "payer3") == account
    assert await ready.issuer.find_by_login(OTHER_ISSUER, "payer3") is None
    assert await ready.issuer.find_account((ISSUER, AccountAlias("nobody-here"))) is None


async def test_an_owner_is_told_of_a_lock(ready: World, terminal: TestTerminal) -> None:
    account = await ready.enrol()
    for _ in range(3):
        await terminal.pay(ready.money.payments, terminal.sale(), pin=WRONG_PIN)
    if isinstance(ready.issuer, MemoryIssuerStore):
        notices = ready.issuer.notices
    else:
        issuer = cast("IssuerDatabase", ready.issuer)
        notices = list(await issuer.owner_notices(account.account_alias))
    assert [notice.kind.name for notice in notices] == ["FACE_CHANNEL_LOCKED"]


async def test_the_register_is_read_back_as_it_was_written(
    new_database_url: NewUrl,
) -> None:
    url = new_database_url()
    clearing = ClearingStore(opened("clearing", url))
    participants = ParticipantDatabase(open_database("clearing", url), clearing)
    register = make_register()
    try:
        for role in ParticipantRole:
            for item in register.participants(role):
                await participants.save_participant(replace(item, net_debit_cap_minor_units=5))
        acceptor = register.acceptor(register.terminals[0].binding.acceptor_id)
        assert acceptor is not None
        await participants.save_acceptor(acceptor)
        for terminal in register.terminals:
            await participants.save_terminal(terminal)
        loaded = await participants.load()
        assert sorted(loaded.terminals, key=lambda item: item.terminal_id) == [
            make_terminal(item.terminal_id) for item in register.terminals
        ]
        assert loaded.acceptor(acceptor.acceptor_id) == acceptor
        balances = await clearing.balances()
        assert {balance.account.participant_id for balance in balances} == {
            ACQUIRER,
            ISSUER,
            OTHER_ISSUER,
        }
        assert {balance.net_debit_cap_minor_units for balance in balances} == {5}
    finally:
        participants.close()
        clearing.close()


async def test_a_closed_store_says_so(new_database_url: NewUrl) -> None:
    store = ClearingStore(opened("clearing", new_database_url()))
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        await store.execute(SetCapWork(AccountId(ParticipantId("30000001")), 1))
