"""What the money path needs of its stores, shown on memory, SQLite and PostgreSQL alike."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import cast

import pytest

from clearing_service.approval.policy import load_act_policy
from clearing_service.approval.proposal import Wish
from clearing_service.audit.chain import ChainHead, verify_chain
from clearing_service.cases.case import CaseKind, CaseState
from clearing_service.cases.policy import load_case_policy
from clearing_service.directory.entry import EntryState
from clearing_service.directory.ports import Directory
from clearing_service.errors import LedgerInvariantError, RequestRefusedError, StoreError
from clearing_service.issuer.account import Account
from clearing_service.issuer.fault_profile import Fault, FaultProfile
from clearing_service.issuer.issuer_book import IssuerStore
from clearing_service.issuer.sign_in import OpenAccountWork
from clearing_service.issuer.statement import StatementRows, statement_of
from clearing_service.ledger.account import AccountId
from clearing_service.ledger.rules import Booking, release
from clearing_service.ledger.transfer import EntryId
from clearing_service.ledger.trial_balance import TrialBalance, verify_book
from clearing_service.ledger.window import SettlementWindow, WindowState
from clearing_service.operation.act_context import ActRules
from clearing_service.operation.case_desk import CaseDesk, CaseWish
from clearing_service.operation.desk import OperatorDesk
from clearing_service.participants.participant import WITH_POSITION, Participant, ParticipantRole
from clearing_service.payment.clearing_book import (
    AUDIT_CHAIN,
    LEDGER_CHAIN,
    ClearingBook,
    Needs,
)
from clearing_service.payment.limits import SetLimitsWork
from clearing_service.payment.loss_report import LiftLossReportWork, LossReports
from clearing_service.payment.policy import AmountLimits
from clearing_service.payment.ports import CreditOutcome, IssuerCredit, PaymentStore
from clearing_service.payment.risk_rules import read_risk_rules
from clearing_service.settlement.fee_rates import FeeSchedule
from clearing_service.settlement.funds import FundsMove, reserve_in
from clearing_service.settlement.reconciliation import Books, Resolution, reconcile
from clearing_service.settlement.report import ParticipantReport
from clearing_service.settlement.report_check import ReportFiles, check_report
from clearing_service.settlement.report_layout import parse_rows
from clearing_service.settlement.reports import ReportBook, SettlementReports
from clearing_service.settlement.terminal_totals import TerminalReconciliation, TotalsBook
from clearing_service.settlement.use_cases import Settlement
from clearing_service.stores.clearing_store import ClearingStore
from clearing_service.stores.directory_store import DirectoryStore
from clearing_service.stores.engine import Database, open_database
from clearing_service.stores.issuer_store import IssuerDatabase
from clearing_service.stores.migrate import upgrade
from clearing_service.stores.participant_store import ParticipantDatabase, SetCapWork
from facepay.business_date import business_date, cutover_of
from facepay.identifiers import AccountAlias, ParticipantId, PaymentId
from facepay.money import Money
from facepay.operator_act import Act, ActKind, ActState
from facepay.payment_decision import PaymentState
from facepay.terminal_totals import TerminalTotals, totals_of
from facepay.vocabulary import LossReporter
from tests.fakes.central_book import INSTITUTION
from tests.fakes.money_stores import MemoryClearingStore, MemoryDirectory, MemoryIssuerStore
from tests.fakes.money_terminal import TestTerminal
from tests.fakes.money_world import (
    ACQUIRER,
    CAP,
    ISSUER,
    OTHER_ISSUER,
    TERMINALS,
    WRONG_PIN,
    MoneyWorld,
    make_account,
    make_entry,
    make_register,
    make_terminal,
    reference_of,
)
from tests.fakes.ports import START
from tests.fakes.settlement_world import BookWork

NewUrl = Callable[[], str]


@dataclass
class World:
    """The use cases on whichever stores are tried."""

    money: MoneyWorld
    clearing: PaymentStore
    issuer: IssuerStore
    directory: Directory

    async def fill(self) -> None:
        for participant_id in (ACQUIRER, ISSUER, OTHER_ISSUER):
            await self.clearing.execute(SetCapWork(AccountId(participant_id), CAP))

    async def enrol(self, number: int = 1, balance: int = 2_000_00) -> Account:
        account = make_account(number, balance=balance)
        await self.issuer.execute(OpenAccountWork(account))
        await self.directory.save(make_entry(account, number))
        self.money.show(number)
        return account

    async def balance_of(self, account: Account) -> int:
        found = await self.issuer.find_account((account.issuer_id, account.account_alias))
        assert found is not None
        return found.balance.amount_minor_units

    async def verify(self) -> TrialBalance:
        if isinstance(self.clearing, MemoryClearingStore):
            return self.money.verify()
        store = cast("ClearingStore", self.clearing)
        verify_chain(ChainHead(AUDIT_CHAIN), await store.audit_entries(AUDIT_CHAIN))
        return verify_book(
            LEDGER_CHAIN, await store.transfers(LEDGER_CHAIN), await store.balances()
        )


def opened(name: str, url: str) -> Database:
    database = open_database(name, url)
    upgrade(database.writer, name)
    return database


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: object) -> Iterator[World]:
    money = MoneyWorld()
    if request.param == "memory":
        yield World(money, MemoryClearingStore(), MemoryIssuerStore(), MemoryDirectory())
        return
    new_url = _new_url(request, tmp_path)
    with ExitStack() as stack:
        clearing = ClearingStore(opened("clearing", new_url()))
        stack.callback(clearing.close)
        issuer = IssuerDatabase(opened("issuer", new_url()))
        stack.callback(issuer.close)
        directory = DirectoryStore(opened("directory", new_url()))
        stack.callback(directory.close)
        yield World(money, clearing, issuer, directory)


def _new_url(request: pytest.FixtureRequest, tmp_path: object) -> NewUrl:
    if request.param == "sqlite":
        names = iter(range(100))
        return lambda: f"sqlite:///{tmp_path}/{next(names)}.sqlite"
    return cast("NewUrl", request.getfixturevalue("new_postgres_url"))


@pytest.fixture
async def ready(world: World) -> World:
    return await made_ready(world)


async def made_ready(world: World) -> World:
    money = world.money
    money.store = world.clearing  # type: ignore[assignment]
    money.issuer_store = world.issuer  # type: ignore[assignment]
    money.directory = world.directory  # type: ignore[assignment]
    money.restart()
    await world.fill()
    return world


@pytest.fixture
def terminal(world: World) -> TestTerminal:
    return TestTerminal(world.money.clock)


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


async def test_acts_are_kept_decided_once_and_change_their_participant(
    ready: World, terminal: TestTerminal
) -> None:
    clearing, clock = ready.clearing, ready.money.clock
    for role in WITH_POSITION:
        for institution in make_register().participants(role):
            await clearing.execute(RegisterWork(institution))
    store = cast("ClearingStore", clearing)
    settlement = Settlement(store, FeeSchedule(), INSTITUTION, clock)
    rules = ActRules(INSTITUTION, load_case_policy())
    desk = OperatorDesk(store, settlement, load_act_policy(), rules, clock, _nothing)
    wish = Wish(bytes(range(16)), Act(ActKind.SUSPEND_PARTICIPANT, ISSUER), "a drill")
    proposed = await desk.propose(wish, "operator-1")
    assert proposed.proposal is not None
    assert await desk.propose(wish, "operator-1") == proposed
    capped = replace(
        wish, request_id=bytes(16), act=Act(ActKind.CHANGE_NET_DEBIT_CAP, ISSUER, Money(1))
    )
    second = await desk.propose(capped, "operator-1")
    assert await desk.acts([ActState.PROPOSED]) == [second.proposal, proposed.proposal]
    assert await desk.acts([ActState.PROPOSED], 2) == [proposed.proposal]
    done = await desk.approve(proposed.proposal.number, "operator-2")
    assert await desk.acts([ActState.EXECUTED]) == [done.proposal]
    await ready.enrol()
    answer = await terminal.pay(ready.money.payments, terminal.sale())
    assert answer.response_code.value == "91"
    await ready.verify()


async def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class RegisterWork:
    """An institution is registered, as provisioning does it."""

    participant: Participant

    @property
    def needs(self) -> Needs:
        return Needs()

    def apply(self, book: ClearingBook) -> None:
        book.participants.put(self.participant.key, self.participant)


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


async def test_cases_are_kept_found_when_due_and_paid_once(
    ready: World, terminal: TestTerminal
) -> None:
    clock, store = ready.money.clock, cast("ClearingStore", ready.clearing)
    rules = ActRules(INSTITUTION, load_case_policy())
    desk = CaseDesk(store, rules, clock)
    account = await ready.enrol()
    sale = terminal.sale(12_30)
    await terminal.pay(ready.money.payments, sale)
    payment = await store.find_payment(sale.payment_id)
    assert payment is not None
    wish = CaseWish(bytes(16), CaseKind.LOSS, payment.rrn, note="不是我付的")
    opened = await desk.open(wish, "operator-1")
    assert await desk.open(wish, "operator-1") == opened
    assert await desk.cases([CaseState.OPEN]) == [opened.case]
    assert await desk.cases([CaseState.OPEN], 1) == []
    assert await store.due_losses(clock.now()) == []
    clock.advance(240 * 3600)
    assert await store.due_losses(clock.now()) == [1]
    assert await desk.pay_due() == 0
    move = FundsMove(EntryId(bytes(16)), Money(12_30), clock.now())
    await store.execute(BookWork(lambda book: reserve_in(book, INSTITUTION, move)))
    assert await desk.pay_due() == 1
    assert await store.due_losses(clock.now()) == []
    (paid,) = await desk.cases([CaseState.COMPENSATED])
    assert paid.paid == Money(12_30)
    await ready.money.credits.send_due()
    assert await ready.balance_of(account) == 2_000_00
    await ready.verify()


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
