"""Acts and cases on memory, SQLite and PostgreSQL alike."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import pytest

from clearing_service.approval.policy import load_act_policy
from clearing_service.approval.proposal import Wish
from clearing_service.audit.entry import AuditEntry, AuditKind
from clearing_service.cases.case import CaseKind, CaseState
from clearing_service.cases.policy import load_case_policy
from clearing_service.ledger.transfer import EntryId
from clearing_service.operation.act_context import ActRules
from clearing_service.operation.case_desk import CaseDesk, CaseWish
from clearing_service.operation.desk import OperatorDesk
from clearing_service.participants.participant import WITH_POSITION, Participant
from clearing_service.payment.clearing_book import (
    AUDIT_CHAIN,
    ClearingBook,
    Needs,
)
from clearing_service.payment.requests import PaymentAnswer
from clearing_service.settlement.fee_rates import FeeSchedule
from clearing_service.settlement.funds import FundsMove, reserve_in
from clearing_service.settlement.use_cases import Settlement
from clearing_service.stores.clearing_store import ClearingStore
from facepay.money import Money
from facepay.operator_act import Act, ActKind, ActState
from tests.fakes.central_book import INSTITUTION
from tests.fakes.money_stores import MemoryClearingStore
from tests.fakes.money_terminal import TestTerminal
from tests.fakes.money_world import (
    ISSUER,
    make_register,
)
from tests.fakes.settlement_world import BookWork
from tests.fakes.stored_money import World


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


@pytest.mark.rule("TPL-02")
async def test_a_suspension_in_the_middle_of_a_batch_counts_for_what_comes_after_it(
    ready: World, terminal: TestTerminal
) -> None:
    """Payments and the approval wait for one writer; the audit trail tells in which order."""
    clearing, store = ready.clearing, cast("ClearingStore", ready.clearing)
    for role in WITH_POSITION:
        for institution in make_register().participants(role):
            await clearing.execute(RegisterWork(institution))
    settlement = Settlement(store, FeeSchedule(), INSTITUTION, ready.money.clock)
    rules = ActRules(INSTITUTION, load_case_policy())
    desk = OperatorDesk(store, settlement, load_act_policy(), rules, ready.money.clock, _nothing)
    suspend = Wish(bytes(16), Act(ActKind.SUSPEND_PARTICIPANT, ISSUER), "a drill")
    proposed = await desk.propose(suspend, "operator-1")
    assert proposed.proposal is not None
    await ready.enrol()
    payments, commands = ready.money.payments, []
    for _ in range(8):
        sale = terminal.sale(1_00)
        routed = await terminal.open_and_route(payments, sale)
        commands.append(terminal.authorize(sale, routed.routing_token))
    calls = [payments.authorize_payment(command) for command in commands]
    approval = desk.approve(proposed.proposal.number, "operator-2")
    answers = await asyncio.gather(*calls[:4], approval, *calls[4:])
    codes = [item.response_code.value for item in answers if isinstance(item, PaymentAnswer)]
    kinds = [entry.record.kind for entry in await entries_of(ready)]
    after = kinds[kinds.index(AuditKind.PARTICIPANT_SUSPENDED) :]
    assert AuditKind.AUTHORIZATION_BEGUN not in after
    assert set(codes) <= {"00", "91"}
    assert codes.count("91") == after.count(AuditKind.PAYMENT_DECLINED)
    assert kinds.count(AuditKind.PAYMENT_APPROVED) == codes.count("00")
    await ready.verify()


async def entries_of(world: World) -> Sequence[AuditEntry]:
    if isinstance(world.clearing, MemoryClearingStore):
        return world.clearing.audit
    return await cast("ClearingStore", world.clearing).audit_entries(AUDIT_CHAIN)
