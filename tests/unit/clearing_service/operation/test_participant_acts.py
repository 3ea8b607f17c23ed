"""Institutions suspended, restored, removed; caps changed. What is under way goes to its end."""

import asyncio

import pytest

from clearing_service.payment.ports import IssuerApproved, IssuerDebit, IssuerDeclined
from facepay.identifiers import ParticipantId
from facepay.operator_act import ActKind, ActOutcome, ActRefusal
from facepay.payment_decision import PaymentState
from facepay.refund_decision import RefundOutcome
from tests.fakes.money_terminal import TestTerminal
from tests.fakes.money_world import ACQUIRER, ISSUER, OTHER_ISSUER, MoneyWorld
from tests.fakes.operators import MAKER, Operators

SUSPEND, RESTORE, REMOVE = (
    ActKind.SUSPEND_PARTICIPANT,
    ActKind.RESTORE_PARTICIPANT,
    ActKind.REMOVE_PARTICIPANT,
)


@pytest.mark.rule("TPL-02")
@pytest.mark.parametrize(("participant", "code"), [(ISSUER, "91"), (ACQUIRER, "03")])
async def test_a_suspension_counts_for_the_very_next_hold(
    world: MoneyWorld,
    terminal: TestTerminal,
    operators: Operators,
    participant: ParticipantId,
    code: str,
) -> None:
    """The payments' register may be older than the suspension: the position knows."""
    world.enrol()
    sale = terminal.sale()
    routed = await terminal.open_and_route(world.payments, sale)
    await operators.act(SUSPEND, participant)
    answer = await world.payments.authorize_payment(terminal.authorize(sale, routed.routing_token))
    assert (answer.state, answer.response_code.value) == (PaymentState.DECLINED, code)
    assert world.store.transfers == []
    assert world.issuer_store.payments == {}
    await operators.act(RESTORE, participant)
    again = await terminal.pay(world.payments, terminal.sale())
    assert again.state is PaymentState.APPROVED
    world.verify()


@pytest.mark.rule("TPL-02")
async def test_another_issuers_payers_pay_on(
    world: MoneyWorld, terminal: TestTerminal, operators: Operators
) -> None:
    await operators.act(SUSPEND, ISSUER)
    world.enrol(2, issuer_id=OTHER_ISSUER)
    answer = await terminal.pay(world.payments, terminal.sale())
    assert answer.state is PaymentState.APPROVED


@pytest.mark.rule("TPL-02")
async def test_what_was_held_before_the_suspension_is_posted(
    world: MoneyWorld,
    terminal: TestTerminal,
    operators: Operators,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world.enrol()
    sale = terminal.sale()
    routed = await terminal.open_and_route(world.payments, sale)
    asked, goes_on = asyncio.Event(), asyncio.Event()
    authorize = world.issuers.authorize

    async def slow(debit: IssuerDebit) -> IssuerApproved | IssuerDeclined:
        word = await authorize(debit)
        asked.set()
        await goes_on.wait()
        return word

    monkeypatch.setattr(world.issuers, "authorize", slow)
    call = asyncio.ensure_future(
        world.payments.authorize_payment(terminal.authorize(sale, routed.routing_token))
    )
    await asked.wait()
    await operators.act(SUSPEND, ISSUER)
    goes_on.set()
    assert (await call).state is PaymentState.APPROVED
    world.verify()


@pytest.mark.parametrize("participant", [ISSUER, ACQUIRER])
async def test_money_still_goes_back_while_an_institution_is_suspended(
    world: MoneyWorld, terminal: TestTerminal, operators: Operators, participant: ParticipantId
) -> None:
    world.enrol()
    refunded, undone = terminal.sale(), terminal.sale()
    await terminal.pay(world.payments, refunded)
    await terminal.pay(world.payments, undone)
    await operators.act(SUSPEND, participant)
    rrn = world.store.rows.tables["payment"][refunded.payment_id].rrn
    answer = await world.payments.refund_payment(terminal.refund(refunded, rrn, 1_00))
    assert answer.outcome is RefundOutcome.REFUNDED
    reversed_ = await world.payments.reverse_payment(terminal.reverse(undone))
    assert reversed_.state is PaymentState.REVERSED
    world.verify()


@pytest.mark.rule("GOV-03")
async def test_a_cap_holds_for_the_very_next_hold(
    world: MoneyWorld, terminal: TestTerminal, operators: Operators
) -> None:
    world.enrol()
    assert (await terminal.pay(world.payments, terminal.sale(10_00))).response_code.value == "00"
    await operators.act(ActKind.CHANGE_NET_DEBIT_CAP, ISSUER, 15_00)
    refused = await terminal.pay(world.payments, terminal.sale(10_00))
    assert refused.response_code.value == "91"
    await operators.act(ActKind.CHANGE_NET_DEBIT_CAP, ISSUER, 20_00)
    assert (await terminal.pay(world.payments, terminal.sale(10_00))).response_code.value == "00"


async def test_a_participant_with_an_open_position_is_not_removed(
    world: MoneyWorld, terminal: TestTerminal, operators: Operators
) -> None:
    world.enrol()
    sale = terminal.sale()
    await terminal.pay(world.payments, sale)
    for participant in (ISSUER, ACQUIRER):
        answer = await operators.desk.propose(operators.wish(REMOVE, participant), MAKER)
        assert (answer.refusal, answer.outcome) == (
            ActRefusal.WOULD_BE_REFUSED,
            ActOutcome.POSITION_OPEN,
        )
    await world.payments.reverse_payment(terminal.reverse(sale))
    removed = await operators.act(REMOVE, ISSUER)
    assert removed.proposal is not None
    assert removed.proposal.outcome is ActOutcome.DONE
    after = await terminal.pay(world.payments, terminal.sale())
    assert after.response_code.value == "91"


@pytest.mark.rule("TPL-02")
async def test_an_even_position_that_two_windows_make_is_open(
    world: MoneyWorld, terminal: TestTerminal, operators: Operators
) -> None:
    await operators.settlement.open_window()
    world.enrol()
    sale = terminal.sale()
    await terminal.pay(world.payments, sale)
    await operators.settlement.close(1)
    await world.payments.reverse_payment(terminal.reverse(sale))
    assert world.position(ISSUER).is_even
    assert await operators.refused(REMOVE, ISSUER) is ActOutcome.POSITION_OPEN


async def test_a_removed_participant_never_comes_back(operators: Operators) -> None:
    await operators.act(REMOVE, OTHER_ISSUER)
    for kind in (SUSPEND, RESTORE, REMOVE):
        answer = await operators.desk.propose(operators.wish(kind, OTHER_ISSUER), MAKER)
        assert answer.outcome is ActOutcome.REMOVED_BEFORE
    answer = await operators.desk.propose(
        operators.wish(ActKind.CHANGE_NET_DEBIT_CAP, OTHER_ISSUER, 1), MAKER
    )
    assert answer.outcome is ActOutcome.REMOVED_BEFORE


@pytest.mark.parametrize("kind", [RESTORE])
async def test_what_is_so_already_is_not_done_again(operators: Operators, kind: ActKind) -> None:
    answer = await operators.desk.propose(operators.wish(kind, ISSUER), MAKER)
    assert answer.outcome is ActOutcome.ALREADY_SO
