"""One operator proposes, another approves, and the act is carried out once."""

from dataclasses import replace

import pytest

from clearing_service.approval.policy import ActPolicyError, load_act_policy, read_act_policy
from clearing_service.approval.proposal import Wish
from facepay.errors import MalformedFieldError
from facepay.identifiers import AccountAlias, ParticipantId
from facepay.money import Money
from facepay.operator_act import (
    NEEDED_FIELDS,
    Act,
    ActKind,
    ActOutcome,
    ActRefusal,
    ActState,
    Evidence,
)
from tests.fakes.money_world import ACQUIRER, CAP, ISSUER, MoneyWorld
from tests.fakes.operators import CHECKER, MAKER, Operators

CAP_CHANGE = ActKind.CHANGE_NET_DEBIT_CAP


@pytest.mark.rule("GOV-03")
async def test_nothing_is_done_until_another_operator_approves(
    world: MoneyWorld, operators: Operators
) -> None:
    proposal = await operators.propose(CAP_CHANGE, ISSUER, 5_00)
    assert proposal.state is ActState.PROPOSED
    assert world.position(ISSUER).net_debit_cap_minor_units == CAP
    answer = await operators.desk.approve(proposal.number, CHECKER)
    assert answer.proposal is not None
    assert (answer.proposal.state, answer.proposal.outcome) == (ActState.EXECUTED, ActOutcome.DONE)
    assert (answer.proposal.maker, answer.proposal.checker) == (MAKER, CHECKER)
    assert world.position(ISSUER).net_debit_cap_minor_units == 5_00
    assert operators.changes == 1
    assert operators.audited() == ["ACT_PROPOSED", "ACT_APPROVED", "ACT_EXECUTED"]


@pytest.mark.rule("GOV-03")
async def test_an_own_act_cannot_be_approved_and_the_attempt_is_audited(
    world: MoneyWorld, operators: Operators
) -> None:
    proposal = await operators.propose(CAP_CHANGE, ISSUER, 5_00)
    answer = await operators.desk.approve(proposal.number, MAKER)
    assert answer.refusal is ActRefusal.OWN_ACT
    assert world.position(ISSUER).net_debit_cap_minor_units == CAP
    assert operators.audited() == ["ACT_PROPOSED", "OWN_ACT_REFUSED"]
    after = await operators.desk.approve(proposal.number, CHECKER)
    assert after.refusal is None


@pytest.mark.rule("GOV-03")
async def test_repeats_change_nothing(world: MoneyWorld, operators: Operators) -> None:
    wish = operators.wish(CAP_CHANGE, ISSUER, 5_00)
    first = await operators.desk.propose(wish, MAKER)
    assert await operators.desk.propose(wish, MAKER) == first
    assert first.proposal is not None
    done = await operators.desk.approve(first.proposal.number, CHECKER)
    world.store.rows.tables["balance"].update(
        {key: replace(item, net_debit_cap_minor_units=7) for key, item in
         world.store.rows.tables["balance"].items()}
    )  # fmt: skip
    assert await operators.desk.approve(first.proposal.number, CHECKER) == done
    assert world.position(ISSUER).net_debit_cap_minor_units == 7
    assert await operators.desk.propose(wish, MAKER) == done


async def test_a_request_id_is_one_wish_of_one_operator(operators: Operators) -> None:
    wish = operators.wish(CAP_CHANGE, ISSUER, 5_00)
    await operators.desk.propose(wish, MAKER)
    other = replace(wish, reason="another reason")
    for answer in (
        await operators.desk.propose(other, MAKER),
        await operators.desk.propose(wish, CHECKER),
    ):
        assert answer.refusal is ActRefusal.REQUEST_ID_TAKEN


@pytest.mark.rule("GOV-03")
async def test_an_act_that_nobody_decides_expires(world: MoneyWorld, operators: Operators) -> None:
    late = await operators.propose(CAP_CHANGE, ISSUER, 5_00)
    swept = await operators.propose(CAP_CHANGE, ACQUIRER, 5_00)
    world.clock.advance(24 * 3600)
    answer = await operators.desk.approve(late.number, CHECKER)
    assert answer.refusal is ActRefusal.ACT_EXPIRED
    assert await operators.desk.expire() == 1
    assert await operators.desk.expire() == 0
    assert (await operators.desk.approve(swept.number, CHECKER)).refusal is ActRefusal.ACT_EXPIRED
    assert world.position(ISSUER).net_debit_cap_minor_units == CAP
    assert operators.audited()[2:] == ["ACT_EXPIRED", "ACT_EXPIRED"]


async def test_a_rejected_act_stays_rejected(world: MoneyWorld, operators: Operators) -> None:
    proposal = await operators.propose(CAP_CHANGE, ISSUER, 5_00)
    first = await operators.desk.reject(proposal.number, CHECKER)
    assert first.proposal is not None
    assert first.proposal.state is ActState.REJECTED
    assert await operators.desk.reject(proposal.number, CHECKER) == first
    answer = await operators.desk.approve(proposal.number, CHECKER)
    assert answer.refusal is ActRefusal.ACT_ENDED
    assert world.position(ISSUER).net_debit_cap_minor_units == CAP


async def test_a_maker_may_take_an_own_act_back(operators: Operators) -> None:
    proposal = await operators.propose(CAP_CHANGE, ISSUER, 5_00)
    answer = await operators.desk.reject(proposal.number, MAKER)
    assert answer.refusal is None


async def test_an_act_that_was_never_proposed_is_not_found(operators: Operators) -> None:
    assert (await operators.desk.approve(7, CHECKER)).refusal is ActRefusal.ACT_NOT_FOUND
    assert (await operators.desk.reject(7, CHECKER)).refusal is ActRefusal.ACT_NOT_FOUND


async def test_what_cannot_be_done_is_refused_before_it_is_stored(operators: Operators) -> None:
    wish = operators.wish(CAP_CHANGE, ParticipantId("99990000"), 5_00)
    answer = await operators.desk.propose(wish, MAKER)
    assert (answer.refusal, answer.outcome) == (
        ActRefusal.WOULD_BE_REFUSED,
        ActOutcome.UNKNOWN_PARTICIPANT,
    )
    assert await operators.desk.acts(list(ActState)) == []
    assert operators.audited() == []


async def test_an_approved_act_that_has_become_impossible_is_refused_by_name(
    operators: Operators,
) -> None:
    first = await operators.propose(ActKind.SUSPEND_PARTICIPANT, ISSUER)
    second = await operators.propose(ActKind.SUSPEND_PARTICIPANT, ISSUER)
    await operators.desk.approve(first.number, CHECKER)
    answer = await operators.desk.approve(second.number, CHECKER)
    assert answer.proposal is not None
    assert (answer.proposal.state, answer.proposal.outcome) == (
        ActState.REFUSED,
        ActOutcome.ALREADY_SO,
    )


async def test_where_one_person_is_enough_proposing_does_it_and_is_audited_all_the_same(
    world: MoneyWorld,
) -> None:
    rules = load_act_policy()
    alone = Operators(world, replace(rules, people={**rules.people, CAP_CHANGE: 1}))
    proposal = await alone.propose(CAP_CHANGE, ISSUER, 5_00)
    assert (proposal.state, proposal.checker) == (ActState.EXECUTED, MAKER)
    assert world.position(ISSUER).net_debit_cap_minor_units == 5_00
    assert alone.audited() == ["ACT_PROPOSED", "ACT_APPROVED", "ACT_EXECUTED"]


@pytest.mark.parametrize(
    "wrong",
    [
        "lifetime_hours = 24",
        "lifetime_hours = 0\n[people]\n" + "\n".join(f"{k.name} = 2" for k in ActKind),
        "lifetime_hours = 24\n[people]\nsuspend_participant = 2",
        "lifetime_hours = 24\n[people]\n" + "\n".join(f"{k.name} = 3" for k in ActKind),
        "lifetime_hours = 24\n[people]\n" + "\n".join(f"{k.name} = true" for k in ActKind),
        "no table",
    ],
)
def test_rules_that_are_none_are_refused(wrong: str) -> None:
    with pytest.raises(ActPolicyError):
        read_act_policy(wrong)


@pytest.mark.rule("GOV-03")
def test_what_unlocks_or_moves_money_takes_two_people() -> None:
    policy = load_act_policy()
    alone = {kind for kind in ActKind if not policy.needs_checker(kind)}
    assert alone == {ActKind.CLOSE_WINDOW}


def test_an_act_has_exactly_the_fields_of_its_kind() -> None:
    values = {
        "participant_id": ISSUER,
        "amount": Money(1),
        "account_alias": AccountAlias("alias-000001"),
        "window": 1,
        "case": 1,
        "evidence": Evidence.PAYER_ADMITTED,
    }
    for kind, needed in NEEDED_FIELDS.items():
        whole = {name: values[name] for name in needed}
        assert Act(kind, **whole).kind is kind  # type: ignore[arg-type]
        for missing in needed:
            with pytest.raises(MalformedFieldError):
                Act(kind, **{k: v for k, v in whole.items() if k != missing})  # type: ignore[arg-type]
        for further in values.keys() - needed:
            with pytest.raises(MalformedFieldError):
                Act(kind, **whole, **{further: values[further]})  # type: ignore[arg-type]


@pytest.mark.parametrize("reason", ["", "x" * 201, "two\nlines"])
def test_a_reason_is_one_short_line(reason: str) -> None:
    with pytest.raises(MalformedFieldError):
        Wish(bytes(16), Act(ActKind.SUSPEND_PARTICIPANT, ISSUER), reason)


@pytest.mark.rule("GOV-03")
async def test_the_audit_trail_holds_no_free_text(world: MoneyWorld, operators: Operators) -> None:
    wish = replace(operators.wish(CAP_CHANGE, ISSUER, 5_00), reason="as 张小明 asked")
    await operators.desk.propose(wish, MAKER)
    details = str([entry.record.detail for entry in world.store.audit])
    assert "张小明" not in details
    assert "reason sha256" in details
