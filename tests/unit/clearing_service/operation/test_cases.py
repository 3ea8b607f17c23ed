"""Losses: proved in time, paid first, recovered from who is liable; the claim never dies unpaid."""

import pytest

from clearing_service.cases.case import CaseKind, CaseState
from clearing_service.cases.policy import CasePolicyError, load_case_policy, read_case_policy
from clearing_service.issuer.account import Account
from clearing_service.ledger.account import AccountId, AccountKind
from clearing_service.ledger.transfer import TransferKind
from clearing_service.operation.case_desk import CaseWish
from clearing_service.operation.case_work import CaseAnswer, CaseRefusal
from clearing_service.payment.ports import CreditOutcome
from clearing_service.settlement.settlement import funds_of
from facepay.identifiers import RetrievalReferenceNumber
from facepay.money import Money
from facepay.operator_act import ActKind, ActOutcome, ActState, Evidence
from facepay.payment_decision import PaymentState
from facepay.refund_decision import RefundOutcome
from facepay.vocabulary import RefundKind
from tests.fakes.central_book import INSTITUTION
from tests.fakes.money_terminal import Sale, TestTerminal
from tests.fakes.money_world import ACQUIRER, ISSUER, MoneyWorld
from tests.fakes.operators import CHECKER, MAKER, Operators

LOSS_SECONDS = 240 * 3600
DISMISS, PAY, RECOVER, CLOSE = (
    ActKind.DISMISS_CASE,
    ActKind.COMPENSATE_CASE,
    ActKind.RECOVER_CASE,
    ActKind.CLOSE_CASE,
)


class Loss:
    """A payer who says that a payment was not theirs."""

    def __init__(self, world: MoneyWorld, terminal: TestTerminal, operators: Operators) -> None:
        self.world, self.terminal, self.operators = world, terminal, operators
        self.sale: Sale
        self.account: Account

    async def paid(self, amount: int = 50_00) -> None:
        self.account = self.world.enrol()
        self.sale = self.terminal.sale(amount)
        answer = await self.terminal.pay(self.world.payments, self.sale)
        assert answer.state is PaymentState.APPROVED

    @property
    def rrn(self) -> RetrievalReferenceNumber:
        found = self.world.store.rows.tables["payment"][self.sale.payment_id].rrn
        assert isinstance(found, RetrievalReferenceNumber)
        return found

    async def claim(self, amount: int | None = None) -> CaseAnswer:
        wish = CaseWish(
            self.operators.request_id(),
            CaseKind.LOSS,
            self.rrn,
            None if amount is None else Money(amount),
        )
        return await self.operators.cases.open(wish, MAKER)

    async def state(self, number: int = 1) -> CaseState:
        found = await self.operators.cases.cases(list(CaseState))
        return next(item.state for item in found if item.number == number)

    def reserve(self) -> int:
        balance = self.world.store.rows.tables["balance"].get(INSTITUTION.risk_reserve)
        return funds_of(balance)

    def kinds(self) -> list[TransferKind]:
        return [row.kind for row in self.world.store.transfers if row.kind.value >= 6]

    def audited(self) -> list[str]:
        return [
            entry.record.kind.name
            for entry in self.world.store.audit
            if entry.record.subject.startswith("case/")
        ]


@pytest.fixture
async def loss(world: MoneyWorld, terminal: TestTerminal, operators: Operators) -> Loss:
    found = Loss(world, terminal, operators)
    await found.paid()
    await operators.settlement.open_window()
    return found


@pytest.mark.rule("OPS-01")
async def test_a_case_has_a_number_an_owner_and_a_time_it_is_due(loss: Loss) -> None:
    answer = await loss.claim()
    assert answer.case is not None
    assert (answer.case.number, answer.case.owner) == (1, MAKER)
    assert (answer.case.due_at - answer.case.opened_at).total_seconds() == LOSS_SECONDS
    assert answer.case.claim.amount == Money(50_00)
    assigned = await loss.operators.cases.assign(1, "loss-desk")
    assert assigned.case is not None
    assert assigned.case.owner == "loss-desk"
    assert await loss.operators.cases.assign(1, "loss-desk") == assigned
    assert loss.audited() == ["CASE_OPENED", "CASE_ASSIGNED"]
    unknown = await loss.operators.cases.assign(7, "loss-desk")
    assert unknown.refusal is CaseRefusal.NO_SUCH_CASE


@pytest.mark.rule("OPS-01")
async def test_a_complaint_needs_no_payment_and_is_closed_by_two(loss: Loss) -> None:
    wish = CaseWish(loss.operators.request_id(), CaseKind.COMPLAINT, note="the till was rude")
    opened = await loss.operators.cases.open(wish, MAKER)
    assert await loss.operators.cases.open(wish, MAKER) == opened
    assert await loss.operators.refused(PAY, case=1) is ActOutcome.NOT_A_LOSS
    await loss.operators.act(CLOSE, case=1)
    assert await loss.state() is CaseState.CLOSED
    assert await loss.operators.refused(CLOSE, case=1) is ActOutcome.CASE_ENDED
    ended = await loss.operators.cases.assign(1, "somebody")
    assert ended.refusal is CaseRefusal.CASE_ENDED


@pytest.mark.rule("OPS-02")
async def test_without_proof_in_time_the_reserve_pays_once_and_the_payer_has_the_money(
    loss: Loss,
) -> None:
    before = loss.world.balance_of(loss.account)
    await loss.operators.act(ActKind.RESERVE_IN, amount=80_00)
    await loss.claim()
    assert await loss.operators.cases.pay_due() == 0
    loss.world.clock.advance(LOSS_SECONDS)
    assert await loss.operators.cases.pay_due() == 1
    assert await loss.operators.cases.pay_due() == 0
    assert await loss.state() is CaseState.COMPENSATED
    assert loss.kinds() == [TransferKind.FUNDS_IN, TransferKind.COMPENSATION]
    assert loss.reserve() == 30_00
    assert loss.world.position(ISSUER).credits_posted == 50_00
    assert await loss.world.credits.send_due() == 1
    assert loss.world.balance_of(loss.account) == before + 50_00
    loss.world.verify()


@pytest.mark.rule("OPS-02")
async def test_an_empty_reserve_alarms_and_the_claim_stays_alive_until_it_is_paid(
    loss: Loss,
) -> None:
    await loss.claim()
    loss.world.clock.advance(LOSS_SECONDS)
    for _ in range(3):
        assert await loss.operators.cases.pay_due() == 0
    assert await loss.state() is CaseState.DUE
    assert loss.audited() == ["CASE_OPENED", "CASE_DUE"]
    assert await loss.operators.refused(CLOSE, case=1) is ActOutcome.MUST_BE_PAID
    assert await loss.operators.refused(PAY, case=1) is ActOutcome.RESERVE_TOO_LOW
    await loss.operators.act(ActKind.RESERVE_IN, amount=50_00)
    assert await loss.operators.cases.pay_due() == 1
    assert await loss.state() is CaseState.COMPENSATED
    assert loss.reserve() == 0
    loss.world.verify()


@pytest.mark.rule("OPS-02")
@pytest.mark.parametrize(
    "evidence", [Evidence.FACE_MATCHED, Evidence.PASSCODE_VERIFIED, Evidence.ACCEPTOR_RECORD]
)
async def test_a_matching_face_and_a_right_passcode_prove_nothing(
    loss: Loss, evidence: Evidence
) -> None:
    await loss.claim()
    outcome = await loss.operators.refused(DISMISS, case=1, evidence=evidence)
    assert outcome is ActOutcome.NO_PROOF
    assert await loss.state() is CaseState.OPEN


@pytest.mark.rule("OPS-02")
async def test_a_proof_in_time_ends_the_claim_and_one_too_late_does_not(loss: Loss) -> None:
    await loss.operators.act(ActKind.RESERVE_IN, amount=50_00)
    await loss.claim()
    proof = Evidence.PAYER_ADMITTED
    late = await loss.operators.propose(DISMISS, case=1, evidence=proof)
    loss.world.clock.advance(LOSS_SECONDS - 1)
    in_time = await loss.operators.propose(DISMISS, case=1, evidence=proof)
    loss.world.clock.advance(1)
    assert await loss.operators.refused(DISMISS, case=1, evidence=proof) is ActOutcome.TOO_LATE
    refused = await loss.operators.desk.approve(in_time.number, CHECKER)
    assert refused.proposal is not None
    assert refused.proposal.outcome is ActOutcome.TOO_LATE
    assert (await loss.operators.desk.approve(late.number, CHECKER)).refusal is not None
    assert await loss.operators.cases.pay_due() == 1


@pytest.mark.rule("OPS-02")
async def test_a_dismissed_loss_is_never_paid(loss: Loss) -> None:
    await loss.operators.act(ActKind.RESERVE_IN, amount=50_00)
    await loss.claim()
    await loss.operators.act(DISMISS, case=1, evidence=Evidence.AUTHORITY_FINDING)
    loss.world.clock.advance(LOSS_SECONDS)
    assert await loss.operators.cases.pay_due() == 0
    assert await loss.operators.refused(PAY, case=1) is ActOutcome.CASE_ENDED
    again = await loss.operators.cases.open(
        CaseWish(loss.operators.request_id(), CaseKind.LOSS, loss.rrn), CHECKER
    )
    assert again.refusal is CaseRefusal.CLAIMED_BEFORE
    assert loss.reserve() == 50_00


@pytest.mark.rule("OPS-02", "GOV-03")
async def test_what_was_paid_is_recovered_from_the_liable_participant_in_parts(loss: Loss) -> None:
    await loss.operators.act(ActKind.RESERVE_IN, amount=50_00)
    await loss.claim()
    refused = await loss.operators.refused(RECOVER, ACQUIRER, 20_00, case=1)
    assert refused is ActOutcome.NO_COMPENSATION
    await loss.operators.act(PAY, case=1)
    assert loss.reserve() == 0
    owed = loss.world.position(ACQUIRER).net_debit_minor_units
    await loss.operators.act(RECOVER, ACQUIRER, 20_00, case=1)
    too_much = await loss.operators.refused(RECOVER, ACQUIRER, 30_01, case=1)
    assert too_much is ActOutcome.MORE_THAN_COMPENSATED
    assert await loss.state() is CaseState.COMPENSATED
    await loss.operators.act(RECOVER, ACQUIRER, 30_00, case=1)
    assert await loss.state() is CaseState.RECOVERED
    assert loss.reserve() == 50_00
    assert loss.world.position(ACQUIRER).net_debit_minor_units == owed + 50_00
    assert loss.kinds()[-3:] == [
        TransferKind.COMPENSATION,
        TransferKind.ADJUSTMENT,
        TransferKind.ADJUSTMENT,
    ]
    loss.world.verify()


async def test_a_loss_that_nobody_pays_back_is_borne(loss: Loss) -> None:
    await loss.operators.act(ActKind.RESERVE_IN, amount=50_00)
    await loss.claim()
    await loss.operators.act(PAY, case=1)
    await loss.operators.act(CLOSE, case=1)
    assert await loss.state() is CaseState.CLOSED
    assert await loss.operators.refused(RECOVER, ACQUIRER, 1, case=1) is ActOutcome.CASE_ENDED


@pytest.mark.rule("OPS-02")
async def test_what_the_reserve_paid_does_not_go_back_a_second_time(loss: Loss) -> None:
    await loss.operators.act(ActKind.RESERVE_IN, amount=50_00)
    await loss.claim(30_00)
    await loss.operators.act(PAY, case=1)
    payments, terminal = loss.world.payments, loss.terminal
    void = terminal.refund(loss.sale, loss.rrn, 50_00, RefundKind.VOID)
    assert (await payments.refund_payment(void)).outcome is RefundOutcome.REFUNDED_BEFORE
    too_much = await payments.refund_payment(terminal.refund(loss.sale, loss.rrn, 20_01))
    assert too_much.outcome is RefundOutcome.MORE_THAN_IS_LEFT
    kept = await payments.reverse_payment(terminal.reverse(loss.sale))
    assert kept.state is PaymentState.APPROVED
    rest = await payments.refund_payment(terminal.refund(loss.sale, loss.rrn, 20_00))
    assert rest.outcome is RefundOutcome.REFUNDED
    assert await loss.world.credits.send_due() == 2
    credited = loss.world.issuer_store.credits.values()
    assert {item.outcome for item in credited} == {CreditOutcome.CREDITED}
    loss.world.verify()


async def test_a_refund_before_the_payment_of_a_loss_makes_it_smaller(loss: Loss) -> None:
    await loss.operators.act(ActKind.RESERVE_IN, amount=50_00)
    await loss.claim()
    await loss.world.payments.refund_payment(loss.terminal.refund(loss.sale, loss.rrn, 45_00))
    loss.world.clock.advance(LOSS_SECONDS)
    assert await loss.operators.cases.pay_due() == 1
    assert loss.reserve() == 45_00


async def test_a_loss_whose_money_went_back_is_closed(loss: Loss) -> None:
    await loss.claim()
    await loss.world.payments.refund_payment(loss.terminal.refund(loss.sale, loss.rrn, 50_00))
    loss.world.clock.advance(LOSS_SECONDS)
    await loss.operators.cases.pay_due()
    assert await loss.state() is CaseState.CLOSED


async def test_a_claim_is_of_a_payment_that_moved_money_and_no_more_of_it(loss: Loss) -> None:
    unknown = CaseWish(
        loss.operators.request_id(), CaseKind.LOSS, RetrievalReferenceNumber("000000000000")
    )
    answer = await loss.operators.cases.open(unknown, MAKER)
    assert answer.refusal is CaseRefusal.PAYMENT_NOT_FOUND
    nameless = CaseWish(loss.operators.request_id(), CaseKind.LOSS)
    answer = await loss.operators.cases.open(nameless, MAKER)
    assert answer.refusal is CaseRefusal.PAYMENT_NOT_FOUND
    assert (await loss.claim(50_01)).refusal is CaseRefusal.MORE_THAN_PAID
    assert (await loss.claim(0)).refusal is CaseRefusal.NOTHING_TO_CLAIM
    await loss.world.payments.reverse_payment(loss.terminal.reverse(loss.sale))
    assert (await loss.claim()).refusal is CaseRefusal.NOTHING_TO_CLAIM
    assert await loss.operators.cases.cases(list(CaseState)) == []


async def test_a_case_that_is_not_there_is_named(operators: Operators) -> None:
    for kind in (PAY, CLOSE):
        assert await operators.refused(kind, case=9) is ActOutcome.NO_SUCH_CASE
    proof = Evidence.PAYER_ADMITTED
    assert await operators.refused(DISMISS, case=9, evidence=proof) is ActOutcome.NO_SUCH_CASE
    assert await operators.refused(RECOVER, ACQUIRER, 1, case=9) is ActOutcome.NO_SUCH_CASE


@pytest.mark.rule("OPS-02")
async def test_paying_early_takes_two_people(loss: Loss) -> None:
    await loss.operators.act(ActKind.RESERVE_IN, amount=50_00)
    await loss.claim()
    proposal = await loss.operators.propose(PAY, case=1)
    assert (await loss.operators.desk.approve(proposal.number, MAKER)).refusal is not None
    assert loss.reserve() == 50_00
    done = await loss.operators.desk.approve(proposal.number, CHECKER)
    assert done.proposal is not None
    assert done.proposal.state is ActState.EXECUTED
    assert loss.reserve() == 0


def test_the_reserve_is_an_account_of_the_institution() -> None:
    assert INSTITUTION.risk_reserve == AccountId(
        INSTITUTION.participant_id, AccountKind.RISK_RESERVE
    )


@pytest.mark.parametrize(
    "wrong",
    [
        "[loss]\ndue_hours = 1\nowner = 'a'\nproofs = []",
        "no table",
        "complaint = 1\nloss = 2\none_sided = 3",
    ],
)
def test_case_rules_that_are_none_are_refused(wrong: str) -> None:
    with pytest.raises(CasePolicyError):
        read_case_policy(wrong)


@pytest.mark.rule("OPS-02")
def test_the_programs_rules_do_not_take_the_disputed_facts_for_proof() -> None:
    proofs = load_case_policy().proofs
    assert not proofs & {Evidence.FACE_MATCHED, Evidence.PASSCODE_VERIFIED}
    assert proofs
