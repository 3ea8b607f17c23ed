"""Money goes back by number, never by face: in parts, at most all of it, each sum once."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearing_service.audit.entry import AuditKind
from clearing_service.errors import RefusalReason, RequestRefusedError, StoreError
from clearing_service.issuer.fault_profile import Fault, FaultProfile
from clearing_service.ledger.transfer import TransferKind
from clearing_service.participants.participant import Participant, ParticipantRole, Standing
from clearing_service.participants.register import Register
from clearing_service.participants.terminal import TerminalState
from clearing_service.payment.refund import RefundWork
from clearing_service.payment.requests import RefundAnswer, RefundPayment, UnusableAmount
from facepay.identifiers import RetrievalReferenceNumber
from facepay.money import Money
from facepay.payment_decision import PaymentState
from facepay.refund_decision import RefundDecision, RefundOutcome, verify_refund
from facepay.response_code import ResponseCode
from facepay.vocabulary import RefundKind
from tests.fakes.money_terminal import Sale, TestTerminal, altered
from tests.fakes.money_world import ISSUER, MoneyWorld, make_register

R = RefundOutcome


async def paid(
    world: MoneyWorld, terminal: TestTerminal, amount: int = 100_00
) -> tuple[Sale, RetrievalReferenceNumber]:
    """Return an approved sale and its number."""
    sale = terminal.sale(amount)
    answer = await terminal.pay(world.payments, sale)
    decision = answer.decision.verify(world.security.public_key)
    assert decision.rrn is not None
    return sale, decision.rrn


def read(world: MoneyWorld, answer: RefundAnswer) -> RefundDecision:
    return verify_refund(answer.decision, world.security.public_key)


def rows_of(world: MoneyWorld) -> list[TransferKind]:
    return [row.kind for row in world.store.transfers]


def state_of(world: MoneyWorld, sale: Sale) -> PaymentState:
    found: PaymentState = world.store.rows.tables["payment"][sale.payment_id].state
    return found


async def test_parts_go_back_until_nothing_is_left(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    account = world.enrol()
    sale, rrn = await paid(world, terminal)
    decisions = [
        read(world, await world.payments.refund_payment(terminal.refund(sale, rrn, amount)))
        for amount in (30_00, 50_00, 20_01, 20_00, 1)
    ]
    assert [item.outcome for item in decisions] == [
        R.REFUNDED,
        R.REFUNDED,
        R.MORE_THAN_IS_LEFT,
        R.REFUNDED,
        R.REFUNDED_BEFORE,
    ]
    refunded = [item.refunded.amount_minor_units for item in decisions]
    assert refunded == [30_00, 80_00, 80_00, 100_00, 100_00]
    assert [item.state for item in decisions[:2]] == [PaymentState.REFUNDED_IN_PART] * 2
    assert state_of(world, sale) is PaymentState.REFUNDED
    numbers = {item.rrn for item in decisions if item.rrn}
    assert len(numbers) == 3
    assert rrn not in numbers
    assert await world.credits.send_due() == 3
    assert await world.credits.send_due() == 0
    assert world.balance_of(account) == 2_000_00
    assert world.position(ISSUER).net_debit_minor_units == 0
    assert world.verify().transfer_count == 5


@pytest.mark.rule("WIR-05")
async def test_the_same_bytes_get_the_same_answer_and_one_booking(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    account = world.enrol()
    sale, rrn = await paid(world, terminal)
    command = terminal.refund(sale, rrn, 30_00)
    answers = await asyncio.gather(*[world.payments.refund_payment(command) for _ in range(50)])
    world.restart()
    world.clock.advance(3600)
    answers.append(await world.payments.refund_payment(command))
    assert len({answer.decision for answer in answers}) == 1
    assert rows_of(world).count(TransferKind.REFUND) == 1
    await world.credits.send_due()
    assert world.balance_of(account) == 2_000_00 - 70_00


@pytest.mark.rule("WIR-05")
async def test_another_message_under_the_same_operation_is_refused(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    world.enrol()
    sale, rrn = await paid(world, terminal)
    command = terminal.refund(sale, rrn, 30_00)
    await world.payments.refund_payment(command)
    other = replace(command, request=altered(command.request, nonce=bytes(16)))
    with pytest.raises(RequestRefusedError) as refused:
        await world.payments.refund_payment(other)
    assert refused.value.reason is RefusalReason.OPERATION_ID_REUSED


async def test_parallel_refunds_never_give_back_more_than_was_paid(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    account = world.enrol()
    sale, rrn = await paid(world, terminal)
    commands = [terminal.refund(sale, rrn, 30_00) for _ in range(8)]
    answers = await asyncio.gather(*map(world.payments.refund_payment, commands))
    assert [answer.outcome for answer in answers].count(R.REFUNDED) == 3
    await world.credits.send_due()
    assert world.balance_of(account) == 2_000_00 - 10_00
    world.verify()


async def test_a_void_undoes_the_whole_and_gives_the_days_limit_back(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    account = world.enrol()
    sale, rrn = await paid(world, terminal)
    voiding = terminal.refund(sale, rrn, 100_00, RefundKind.VOID)
    decision = read(world, await world.payments.refund_payment(voiding))
    assert (decision.outcome, decision.rrn) == (R.VOIDED, None)
    assert state_of(world, sale) is PaymentState.REVERSED
    assert await world.reversals.send_due() == 1
    assert world.balance_of(account) == 2_000_00
    assert set(world.store.rows.tables["usage"].values()) == {0}
    assert rows_of(world) == [TransferKind.HOLD, TransferKind.POST, TransferKind.REVERSAL]


@pytest.mark.rule("LIM-02")
async def test_a_refund_gives_no_headroom_back(world: MoneyWorld, terminal: TestTerminal) -> None:
    world.enrol()
    sale, rrn = await paid(world, terminal)
    await world.payments.refund_payment(terminal.refund(sale, rrn, 100_00))
    assert set(world.store.rows.tables["usage"].values()) == {100_00}


@pytest.mark.parametrize(("seconds", "outcome"), [(-1, R.VOIDED), (0, R.DAY_IS_OVER)])
async def test_a_void_ends_with_the_business_day_and_a_refund_does_not(
    world: MoneyWorld, terminal: TestTerminal, seconds: int, outcome: RefundOutcome
) -> None:
    world.enrol()
    sale, rrn = await paid(world, terminal)
    cutover = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    world.clock.advance((cutover - world.clock.now()).total_seconds() + seconds)
    voiding = terminal.refund(sale, rrn, 100_00, RefundKind.VOID)
    assert (await world.payments.refund_payment(voiding)).outcome is outcome
    after = await world.payments.refund_payment(terminal.refund(sale, rrn, 100_00))
    assert after.outcome is (R.REFUNDED if outcome is R.DAY_IS_OVER else R.REVERSED_BEFORE)


NOBODYS = RetrievalReferenceNumber("999999999999")
Change = Callable[[RefundPayment], RefundPayment]
FOREIGN = UnusableAmount(ResponseCode.INVALID_TRANSACTION)
NEGATIVE = UnusableAmount(ResponseCode.INVALID_AMOUNT)
BAD_REFUNDS: list[tuple[Change, RefundOutcome, str]] = [
    (lambda it: replace(it, amount=NEGATIVE), R.AMOUNT_NOT_POSITIVE, "13"),
    (lambda it: replace(it, amount=FOREIGN), R.CURRENCY_NOT_ACCEPTED, "12"),
    (lambda it: replace(it, amount=Money(0)), R.AMOUNT_NOT_POSITIVE, "13"),
    (lambda it: replace(it, amount=Money(100_01)), R.MORE_THAN_IS_LEFT, "13"),
    (lambda it: replace(it, kind=RefundKind.VOID), R.NOT_THE_WHOLE, "13"),
    (lambda it: replace(it, original_rrn=NOBODYS), R.OTHER_NUMBER, "12"),
]


@pytest.mark.parametrize(("change", "outcome", "code"), BAD_REFUNDS)
async def test_a_refusal_has_a_name_and_changes_nothing(
    world: MoneyWorld, terminal: TestTerminal, change: Change, outcome: RefundOutcome, code: str
) -> None:
    world.enrol()
    sale, rrn = await paid(world, terminal)
    audited = len(world.store.audit)
    command = change(terminal.refund(sale, rrn, 99_99))
    answer = await world.payments.refund_payment(command)
    assert (answer.outcome, answer.outcome.response_code.value) == (outcome, code)
    assert answer == await world.payments.refund_payment(command)
    assert state_of(world, sale) is PaymentState.APPROVED
    assert rows_of(world) == [TransferKind.HOLD, TransferKind.POST]
    assert len(world.store.audit) == audited
    assert await world.credits.send_due() == 0


async def test_a_refund_is_not_refunded(world: MoneyWorld, terminal: TestTerminal) -> None:
    world.enrol()
    sale, rrn = await paid(world, terminal)
    for number in (1, 2):
        answer = await world.payments.refund_payment(terminal.refund(sale, rrn, 10_00))
        refund_rrn = read(world, answer).rrn
        assert refund_rrn is not None
        again = await world.payments.refund_payment(terminal.refund(sale, refund_rrn, 1))
        assert (number, again.outcome) == (number, R.IS_A_REFUND)


async def test_what_was_reversed_is_not_refunded_and_what_was_refunded_not_reversed(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    account = world.enrol()
    reversed_, rrn = await paid(world, terminal)
    await world.payments.reverse_payment(terminal.reverse(reversed_))
    late = await world.payments.refund_payment(terminal.refund(reversed_, rrn, 1))
    assert late.outcome is R.REVERSED_BEFORE
    sale, rrn = await paid(world, terminal)
    await world.payments.refund_payment(terminal.refund(sale, rrn, 10_00))
    answer = await world.payments.reverse_payment(terminal.reverse(sale))
    assert answer.state is PaymentState.REFUNDED_IN_PART
    assert not answer.response_code.is_approval
    voiding = terminal.refund(sale, rrn, 100_00, RefundKind.VOID)
    assert (await world.payments.refund_payment(voiding)).outcome is R.REFUNDED_BEFORE
    await world.reversals.send_due()
    await world.credits.send_due()
    assert world.balance_of(account) == 2_000_00 - 90_00
    world.verify()


async def test_a_payment_without_money_has_nothing_to_refund(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    world.enrol(balance=1)
    sale = terminal.sale()
    await terminal.pay(world.payments, sale)
    rrn = world.store.rows.tables["payment"][sale.payment_id].rrn
    assert (await world.payments.refund_payment(terminal.refund(sale, rrn, 1))).outcome is (
        R.NOT_APPROVED
    )
    opened = terminal.sale()
    await world.payments.open_payment(terminal.open(opened))
    answer = await world.payments.refund_payment(terminal.refund(opened, None, 1))
    assert answer.outcome is R.NOT_APPROVED


async def test_another_terminals_payment_does_not_exist_here(
    world: MoneyWorld, terminal: TestTerminal, other_terminal: TestTerminal
) -> None:
    world.enrol()
    sale, rrn = await paid(world, terminal)
    with pytest.raises(RequestRefusedError) as refused:
        await world.payments.refund_payment(other_terminal.refund(sale, rrn, 1))
    assert refused.value.reason is RefusalReason.PAYMENT_NOT_FOUND
    assert rows_of(world) == [TransferKind.HOLD, TransferKind.POST]


@pytest.mark.rule("MER-02")
@pytest.mark.parametrize(
    ("role", "outcome"),
    [
        (ParticipantRole.ACQUIRER, R.ACCEPTOR_NOT_LIVE),
        (ParticipantRole.ISSUER, R.ISSUER_NOT_LIVE),
        (None, R.TERMINAL_NOT_LIVE),
    ],
)
async def test_a_party_that_is_out_refunds_nothing(
    world: MoneyWorld, terminal: TestTerminal, role: ParticipantRole | None, outcome: RefundOutcome
) -> None:
    world.enrol()
    sale, rrn = await paid(world, terminal)
    world.registers.register = removed(role)
    answer = await world.payments.refund_payment(terminal.refund(sale, rrn, 1))
    assert answer.outcome is outcome
    assert rows_of(world) == [TransferKind.HOLD, TransferKind.POST]


def removed(role: ParticipantRole | None) -> Register:
    """Return the register with everybody of a role removed, or with every terminal blocked."""
    whole = make_register()

    def judged(item: Participant) -> Participant:
        return replace(item, standing=Standing.EXPELLED) if item.role is role else item

    participants = [judged(item) for kind in ParticipantRole for item in whole.participants(kind)]
    acceptor = whole.acceptor(whole.terminals[0].binding.acceptor_id)
    state = TerminalState.BLOCKED if role is None else TerminalState.ACTIVE
    terminals = [replace(item, state=state) for item in whole.terminals]
    return Register(participants, [acceptor] if acceptor else [], terminals)


async def test_only_so_many_refunds_of_one_payment() -> None:
    world = MoneyWorld(policy=replace(MoneyWorld().policy, refunds_max=2))
    terminal = TestTerminal(world.clock)
    world.enrol()
    sale, rrn = await paid(world, terminal)
    outcomes = [
        (await world.payments.refund_payment(terminal.refund(sale, rrn, 1))).outcome
        for _ in range(3)
    ]
    assert outcomes == [R.REFUNDED, R.REFUNDED, R.TOO_MANY]


async def test_an_issuer_that_is_away_is_told_later_and_credits_once(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    account = world.enrol()
    sale, rrn = await paid(world, terminal)
    world.faults.set(ISSUER, FaultProfile(Fault.UNREACHABLE))
    await world.payments.refund_payment(terminal.refund(sale, rrn, 30_00))
    assert await world.credits.send_due() == 0
    assert await world.credits.send_due() == 0
    world.faults.set(ISSUER, FaultProfile())
    world.restart()
    world.clock.advance(3600)
    assert await world.credits.send_due() == 1
    assert world.balance_of(account) == 2_000_00 - 70_00


async def test_a_credit_whose_acknowledgement_was_lost_is_credited_once(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    account = world.enrol()
    sale, rrn = await paid(world, terminal)
    await world.payments.refund_payment(terminal.refund(sale, rrn, 30_00))
    (entry,) = world.store.rows.tables["refund"].values()
    await world.credits.send_due()
    world.store.rows.tables["refund"][entry.key] = entry  # the second commit never happened
    assert await world.credits.send_due() == 1
    assert world.balance_of(account) == 2_000_00 - 70_00


async def test_an_issuer_that_knows_of_no_debit_refuses_and_people_are_told(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    world.enrol()
    sale, rrn = await paid(world, terminal)
    world.issuer_store.payments.clear()
    await world.payments.refund_payment(terminal.refund(sale, rrn, 30_00))
    assert await world.credits.send_due() == 0
    kinds = [entry.record.kind for entry in world.store.audit]
    assert kinds[-1] is AuditKind.REFUND_CREDIT_REFUSED
    assert await world.store.due_refunds(world.clock.now()) == []


@pytest.mark.parametrize("is_lost", [False, True])
async def test_a_failed_commit_is_asked_for_again_with_the_same_bytes(
    world: MoneyWorld, terminal: TestTerminal, is_lost: bool
) -> None:
    world.enrol()
    sale, rrn = await paid(world, terminal)
    command = terminal.refund(sale, rrn, 30_00)
    world.store.fail_next(RefundWork, is_lost=is_lost)
    with pytest.raises(StoreError):
        await world.payments.refund_payment(command)
    assert (await world.payments.refund_payment(command)).outcome is R.REFUNDED
    assert rows_of(world).count(TransferKind.REFUND) == 1


@given(st.lists(st.integers(min_value=1, max_value=60_00), min_size=1, max_size=8))
def test_whatever_is_asked_for_no_more_than_the_payment_goes_back(amounts: list[int]) -> None:
    asyncio.run(_refund_all(amounts))


async def _refund_all(amounts: list[int]) -> None:
    world = MoneyWorld()
    terminal = TestTerminal(world.clock)
    account = world.enrol()
    sale, rrn = await paid(world, terminal)
    given_back = 0
    for amount in amounts:
        answer = await world.payments.refund_payment(terminal.refund(sale, rrn, amount))
        decision = read(world, answer)
        given_back += decision.amount.amount_minor_units
        assert decision.refunded.amount_minor_units == given_back <= 100_00
        assert (decision.outcome is R.REFUNDED) is (decision.amount.amount_minor_units == amount)
    await world.credits.send_due()
    assert world.balance_of(account) == 2_000_00 - 100_00 + given_back
    world.verify()
