"""Repeats, lost replies, late issuers, crashes, reversals: money moves once or not at all."""

import asyncio

import pytest

from clearing_service.errors import RefusalReason, RequestRefusedError, StoreError
from clearing_service.issuer.fault_profile import Fault, FaultProfile
from clearing_service.payment.authorization_commits import FinishAuthorization
from clearing_service.payment.requests import AuthorizePayment, PaymentAnswer
from facepay.payment_decision import PaymentState
from facepay.response_code import ResponseCode
from tests.fakes.money_terminal import Sale, TestTerminal, altered
from tests.fakes.money_world import ACQUIRER, ISSUER, PIN, MoneyWorld


async def ready(world: MoneyWorld, terminal: TestTerminal) -> tuple[Sale, AuthorizePayment]:
    """Return a routed sale and the message that authorizes it."""
    world.enrol()
    sale = terminal.sale()
    routed = await terminal.open_and_route(world.payments, sale)
    return sale, terminal.authorize(sale, routed.routing_token)


@pytest.mark.rule("WIR-05")
async def test_a_thousand_duplicates_at_once_get_one_answer_for_one_booking(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    _, command = await ready(world, terminal)
    answers = await asyncio.gather(
        *(world.payments.authorize_payment(command) for _ in range(1_000))
    )
    assert set(answers) == {answers[0]}
    assert answers[0].state is PaymentState.APPROVED
    assert len(world.store.transfers) == 2
    assert len(world.issuer_store.payments) == 1


@pytest.mark.rule("WIR-05")
async def test_a_repeat_after_a_restart_gets_the_stored_answer_byte_for_byte(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    _, command = await ready(world, terminal)
    first = await world.payments.authorize_payment(command)
    world.restart()
    world.clock.advance(3_600)
    again = await world.payments.authorize_payment(command)
    assert (again.decision.decision, again.decision.signature) == (
        first.decision.decision,
        first.decision.signature,
    )
    assert again == first


@pytest.mark.rule("WIR-05")
async def test_other_bytes_under_the_same_operation_id_are_refused(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    _, command = await ready(world, terminal)
    await world.payments.authorize_payment(command)
    changed = altered(command.request, nonce=bytes(16))
    other = AuthorizePayment(changed, command.payment_id, command.routing_token, command.pin)
    with pytest.raises(RequestRefusedError) as refused:
        await world.payments.authorize_payment(other)
    assert refused.value.reason is RefusalReason.OPERATION_ID_REUSED


@pytest.mark.rule("WIR-05")
async def test_a_replayed_counter_and_a_wrong_clock_are_refused(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    sale = terminal.sale()
    await world.payments.open_payment(terminal.open(sale))
    terminal.counter -= 1
    with pytest.raises(RequestRefusedError) as replayed:
        await world.payments.cancel_payment(terminal.cancel(sale))
    assert replayed.value.reason is RefusalReason.COUNTER_REPLAYED
    for minutes in (5, -5):
        terminal.clock_error = minutes * (world.policy.clock_window / 2)
        with pytest.raises(RequestRefusedError) as refused:
            await world.payments.cancel_payment(terminal.cancel(sale))
        assert refused.value.reason is RefusalReason.CLOCK_OUT_OF_WINDOW


async def test_a_message_for_another_purpose_is_refused(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    sale, command = await ready(world, terminal)
    misused = terminal.reverse(sale)
    with pytest.raises(RequestRefusedError) as refused:
        await world.payments.reverse_payment(
            type(misused)(command.request, misused.payment_id, misused.reason)
        )
    assert refused.value.reason is RefusalReason.WRONG_PURPOSE


async def test_another_terminals_payment_is_not_found(
    world: MoneyWorld, terminal: TestTerminal, other_terminal: TestTerminal
) -> None:
    sale, _ = await ready(world, terminal)
    with pytest.raises(RequestRefusedError) as refused:
        await world.payments.get_payment(other_terminal.get(sale))
    assert refused.value.reason is RefusalReason.PAYMENT_NOT_FOUND


@pytest.mark.rule("OFF-03")
async def test_a_terminal_that_hangs_up_does_not_stop_its_payment(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    sale, command = await ready(world, terminal)
    call = asyncio.create_task(world.payments.authorize_payment(command))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    call.cancel()
    await world.payments.drain()
    answer = await world.payments.get_payment(terminal.get(sale))
    assert answer.state is PaymentState.APPROVED
    assert answer.masked_name == "**明"


@pytest.mark.rule("OFF-03")
async def test_an_issuer_that_answers_late_changes_nothing(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    account = world.enrol()
    world.faults.set(ISSUER, FaultProfile(Fault.ANSWERS_LATE))
    sale = terminal.sale()
    answer = await terminal.pay(world.payments, sale)
    assert answer.response_code is ResponseCode.ISSUER_UNAVAILABLE
    await world.issuers.drain()
    assert world.balance_of(account) == 2_000_00 - 12_30
    assert await world.reversals.send_due() == 0
    world.faults.set(ISSUER, FaultProfile())
    world.clock.advance(60)
    assert await world.reversals.send_due() == 1
    assert world.balance_of(account) == 2_000_00
    assert await world.reversals.send_due() == 0
    again = await world.payments.get_payment(terminal.get(sale))
    assert (again.state, again.response_code.value) == (PaymentState.DECLINED, "91")
    assert world.position(ISSUER).net_debit_minor_units == 0
    world.verify()


async def test_reversals_to_a_dead_issuer_are_tried_ever_more_rarely(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    world.enrol()
    world.faults.set(ISSUER, FaultProfile(Fault.UNREACHABLE))
    await terminal.pay(world.payments, terminal.sale())
    delays = []
    for _ in range(10):
        await world.reversals.send_due()
        (entry,) = world.store.rows.tables["issuer_reversal"].values()
        delays.append(round((entry.next_attempt_at - world.clock.now()).total_seconds()))
        world.clock.advance(delays[-1])
    assert delays == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]


@pytest.mark.rule("OFF-03")
@pytest.mark.parametrize("is_lost", [False, True])
async def test_a_crash_before_the_last_commit_is_mended_at_start(
    world: MoneyWorld, terminal: TestTerminal, is_lost: bool
) -> None:
    sale, command = await ready(world, terminal)
    world.store.fail_next(FinishAuthorization, is_lost=is_lost)
    with pytest.raises(StoreError):
        await world.payments.authorize_payment(command)
    world.restart()
    assert await world.recovery.recover() == (0 if is_lost else 1)
    answer = await world.payments.get_payment(terminal.get(sale))
    assert answer.state is PaymentState.APPROVED
    repeated = await world.payments.authorize_payment(command)
    assert repeated.decision == answer.decision
    assert world.position(ACQUIRER).credits_posted == 12_30
    assert len(world.issuer_store.payments) == 1
    world.verify()


@pytest.mark.rule("OFF-03")
async def test_a_crash_before_the_issuer_was_asked_releases_and_forbids(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    sale, command = await ready(world, terminal)
    world.faults.set(ISSUER, FaultProfile(Fault.UNREACHABLE))
    world.store.fail_next(FinishAuthorization)
    with pytest.raises(StoreError):
        await world.payments.authorize_payment(command)
    world.faults.set(ISSUER, FaultProfile())
    world.restart()
    assert await world.recovery.recover() == 1
    answer = await world.payments.get_payment(terminal.get(sale))
    assert answer.response_code is ResponseCode.ISSUER_UNAVAILABLE
    await world.reversals.send_due()
    (row,) = world.issuer_store.payments.values()
    assert row.is_reversed
    assert world.position(ISSUER).net_debit_minor_units == 0


async def test_a_repeat_after_a_failed_commit_goes_on_where_it_stopped(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    account = world.enrol()
    sale = terminal.sale()
    routed = await terminal.open_and_route(world.payments, sale)
    command = terminal.authorize(sale, routed.routing_token)
    world.store.fail_next(FinishAuthorization)
    with pytest.raises(StoreError):
        await world.payments.authorize_payment(command)
    answer = await world.payments.authorize_payment(command)
    assert answer.state is PaymentState.APPROVED
    assert world.balance_of(account) == 2_000_00 - 12_30


@pytest.mark.rule("LIM-02")
async def test_a_reversal_undoes_an_approval_once(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    account = world.enrol()
    sale = terminal.sale()
    await terminal.pay(world.payments, sale)
    command = terminal.reverse(sale)
    first = await world.payments.reverse_payment(command)
    again = await world.payments.reverse_payment(command)
    second = await world.payments.reverse_payment(terminal.reverse(sale))
    assert (first.state, again.decision, second.state) == (
        PaymentState.REVERSED,
        first.decision,
        PaymentState.REVERSED,
    )
    assert not first.response_code.is_approval
    await world.reversals.send_due()
    await world.reversals.send_due()
    assert world.balance_of(account) == 2_000_00
    assert set(world.store.rows.tables["usage"].values()) == {0}
    assert world.position(ISSUER).net_debit_minor_units == 0
    assert world.verify().transfer_count == 3


async def test_a_reversal_that_overtakes_the_authorization_closes_the_payment(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    sale, command = await ready(world, terminal)
    undone = await world.payments.reverse_payment(terminal.reverse(sale))
    late = await world.payments.authorize_payment(command)
    assert (undone.state, late.state) == (PaymentState.CANCELLED, PaymentState.CANCELLED)
    assert not late.response_code.is_approval
    assert world.store.transfers == []


async def test_a_reversal_that_overtakes_the_opening_closes_the_payment(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    sale = terminal.sale()
    opening = terminal.open(sale)
    undone = await world.payments.reverse_payment(terminal.reverse(sale))
    late = await world.payments.open_payment(opening)
    assert isinstance(late, PaymentAnswer)
    assert (undone.state, late.state) == (PaymentState.CANCELLED, PaymentState.CANCELLED)


async def test_a_reversal_during_the_authorization_wins(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    sale, command = await ready(world, terminal)
    account = next(iter(world.issuer_store.accounts.values()))
    held = asyncio.Event()
    go_on = asyncio.Event()
    translate = world.security.translate_pin

    async def slow_translation(*arguments: object) -> object:
        held.set()
        await go_on.wait()
        return await translate(*arguments)  # type: ignore[arg-type]

    world.security.translate_pin = slow_translation  # type: ignore[assignment,method-assign]
    call = asyncio.create_task(world.payments.authorize_payment(command))
    await held.wait()
    undone = await world.payments.reverse_payment(terminal.reverse(sale))
    go_on.set()
    answer = await call
    assert (undone.state, answer.state) == (PaymentState.DECLINED, PaymentState.DECLINED)
    assert answer.response_code is ResponseCode.RESPONSE_TOO_LATE
    await world.reversals.send_due()
    assert world.balance_of(account) == 2_000_00
    assert world.verify().debits_posted == 0


@pytest.mark.rule("OFF-03")
async def test_a_reversal_between_debit_and_last_commit_gives_the_money_back(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    """Nobody comes back to the authorization: the reversal alone must undo the issuer's debit."""
    sale, command = await ready(world, terminal)
    (account,) = world.issuer_store.accounts.values()
    world.store.fail_next(FinishAuthorization)
    with pytest.raises(StoreError):
        await world.payments.authorize_payment(command)
    assert world.balance_of(account) == 2_000_00 - 12_30
    world.restart()
    undone = await world.payments.reverse_payment(terminal.reverse(sale))
    assert undone.state is PaymentState.DECLINED
    assert await world.reversals.send_due() == 1
    assert world.balance_of(account) == 2_000_00
    assert world.verify().debits_posted == 0


async def test_not_me_voids_the_token(world: MoneyWorld, terminal: TestTerminal) -> None:
    sale, command = await ready(world, terminal)
    cancelled = await world.payments.cancel_payment(terminal.cancel(sale))
    late = await world.payments.authorize_payment(command)
    assert (cancelled.state, late.state) == (PaymentState.CANCELLED, PaymentState.CANCELLED)
    assert world.issuer_store.payments == {}


async def test_an_approved_payment_is_not_cancelled(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    world.enrol()
    sale = terminal.sale()
    await terminal.pay(world.payments, sale)
    answer = await world.payments.cancel_payment(terminal.cancel(sale))
    assert answer.state is PaymentState.APPROVED


async def test_what_nobody_finished_expires(world: MoneyWorld, terminal: TestTerminal) -> None:
    world.enrol()
    sale = terminal.sale()
    await terminal.open_and_route(world.payments, sale)
    assert await world.recovery.sweep() == 0
    world.clock.advance(300)
    assert await world.recovery.sweep() == 1
    answer = await world.payments.get_payment(terminal.get(sale))
    assert answer.state is PaymentState.EXPIRED


async def test_the_sweeper_leaves_a_young_hold_alone(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    _, command = await ready(world, terminal)
    world.store.fail_next(FinishAuthorization)
    with pytest.raises(StoreError):
        await world.payments.authorize_payment(command)
    assert await world.recovery.sweep() == 0
    world.clock.advance(600)
    assert await world.recovery.sweep() == 1


@pytest.mark.rule("LIM-01")
async def test_payments_in_parallel_do_not_pass_the_daily_limit_together(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    world.enrol(balance=100_000_00)
    commands = []
    for _ in range(12):
        sale = terminal.sale(900_00)
        routed = await terminal.open_and_route(world.payments, sale)
        commands.append(terminal.authorize(sale, routed.routing_token))
    answers = await asyncio.gather(*map(world.payments.authorize_payment, commands))
    codes = sorted(answer.response_code.value for answer in answers)
    assert codes == ["00"] * 5 + ["61"] * 7
    assert world.verify().debits_posted == 4_500_00


@pytest.mark.rule("AUT-07")
async def test_guesses_in_parallel_get_three_tries_together(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    world.enrol()
    commands = []
    for guess in range(20):
        sale = terminal.sale()
        routed = await terminal.open_and_route(world.payments, sale)
        pin = PIN if guess == 19 else f"{guess:06d}".encode()
        commands.append(terminal.authorize(sale, routed.routing_token, pin))
    answers = await asyncio.gather(*map(world.payments.authorize_payment, commands))
    codes = [answer.response_code.value for answer in answers]
    assert sorted(codes) == ["55"] * 3 + ["75"] * 17
