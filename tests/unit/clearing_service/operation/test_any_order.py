"""Whatever two operators, payers and time do in whatever order: the books and four eyes hold."""

import random
from dataclasses import replace

import pytest

from clearing_service.audit.entry import AuditKind
from clearing_service.cases.case import CaseKind, CaseState
from clearing_service.ledger.transfer import TransferKind
from clearing_service.operation.case_desk import CaseWish
from clearing_service.settlement.proof import verify_windows
from clearing_service.settlement.settlement import funds_of
from facepay.money import Money
from facepay.operator_act import NEEDED_FIELDS, Act, ActKind, ActState, Evidence
from facepay.payment_decision import PaymentState
from tests.fakes.central_book import INSTITUTION
from tests.fakes.money_terminal import TestTerminal
from tests.fakes.money_world import ACQUIRER, CAP, ISSUER, OTHER_ISSUER, MoneyWorld
from tests.fakes.operators import CHECKER, MAKER, Operators

PEOPLE = (MAKER, CHECKER)
STEPS = 160
MORE_OFTEN = 3 * (
    ActKind.DISMISS_CASE,
    ActKind.COMPENSATE_CASE,
    ActKind.RECOVER_CASE,
    ActKind.RESERVE_IN,
    ActKind.RESTORE_PARTICIPANT,
)


class Play:
    """One run from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.world = MoneyWorld()
        self.terminal = TestTerminal(self.world.clock)
        self.operators = Operators(self.world)

    async def run(self) -> None:
        await self.operators.settlement.open_window()
        for number, issuer in ((1, ISSUER), (2, OTHER_ISSUER)):
            self.world.enrol(number, issuer_id=issuer, balance=CAP)
        moves = (self.propose, self.propose, self.decide, self.decide, self.pay, self.claim)
        for _ in range(STEPS):
            await self.random.choice((*moves, self.go_on))()

    async def propose(self) -> None:
        kind = self.random.choice([*ActKind, *MORE_OFTEN])
        known = {
            "participant_id": self.random.choice([ISSUER, OTHER_ISSUER, ACQUIRER]),
            "amount": Money(self.random.choice([0, 1_00, 50_00, 5_000_00, CAP])),
            "window": self.random.randint(1, 4),
            "case": self.random.randint(1, 4),
            "evidence": self.random.choice(list(Evidence)),
            "account_alias": next(iter(self.world.issuer_store.accounts))[1],
        }
        act = Act(kind, **{name: known[name] for name in NEEDED_FIELDS[kind]})
        wish = replace(self.operators.wish(ActKind.CLOSE_CASE, case=1), act=act)
        maker = self.random.choice(PEOPLE)
        first = await self.operators.desk.propose(wish, maker)
        assert await self.operators.desk.propose(wish, maker) == first

    async def decide(self) -> None:
        waiting = [item.number for item in await self.operators.desk.acts([ActState.PROPOSED])]
        number = self.random.choice([*waiting, self.random.randint(1, 40)])
        desk, who = self.operators.desk, self.random.choice(PEOPLE)
        await (desk.reject if self.random.random() < 0.1 else desk.approve)(number, who)

    async def pay(self) -> None:
        self.world.show(self.random.choice([1, 2]))
        sale = self.terminal.sale(self.random.choice([1_00, 99_00]))
        await self.terminal.pay(self.world.payments, sale)

    async def claim(self) -> None:
        payments = list(self.world.store.rows.tables["payment"].values())
        rrns = [item.rrn for item in payments if item.state is PaymentState.APPROVED]
        if rrns:
            wish = CaseWish(
                self.operators.request_id(), CaseKind.LOSS, self.random.choice(rrns), owner="desk"
            )
            await self.operators.cases.open(wish, self.random.choice(PEOPLE))

    async def go_on(self) -> None:
        self.world.clock.advance(self.random.choice([60, 3_600, 86_400, 10 * 86_400]))
        await self.operators.desk.expire()
        await self.operators.cases.pay_due()
        await self.operators.run.run()
        await self.world.credits.send_due()

    async def prove(self) -> None:
        store = self.world.store
        self.world.verify()
        windows = await self.operators.settlement.windows()
        verify_windows(windows, store.transfers, store.rows.tables["balance"].values())
        assert funds_of(store.rows.tables["balance"].get(INSTITUTION.risk_reserve)) >= 0
        self._prove_four_eyes()
        self._prove_cases()

    def _prove_four_eyes(self) -> None:
        desk, kinds = self.operators.desk, self.kinds()
        acts = self.world.store.rows.tables["proposal"].values()
        for act in acts:
            if act.state is ActState.EXECUTED and desk.policy.needs_checker(act.act.kind):
                assert act.checker not in (None, act.maker)
        done = [act for act in acts if act.state is ActState.EXECUTED]
        assert kinds.count(AuditKind.ACT_EXECUTED) == len(done)
        assert kinds.count(AuditKind.ACT_PROPOSED) == len(acts)

    def _prove_cases(self) -> None:
        rows = self.world.store.transfers
        compensated = [row for row in rows if row.kind is TransferKind.COMPENSATION]
        cases = self.world.store.rows.tables["case"].values()
        paid = [case for case in cases if case.paid is not None]
        assert len(compensated) == len(paid)
        recovered = sum(
            row.movement.amount.amount_minor_units
            for row in rows
            if row.kind is TransferKind.ADJUSTMENT
        )
        assert recovered == sum(case.recovered_minor_units for case in cases)
        for case in cases:
            assert case.claim.amount is not None
            assert case.paid is None or case.paid <= case.claim.amount
            assert (case.state is CaseState.RECOVERED) is (
                case.paid is not None and case.left_to_recover == Money(0)
            )

    def kinds(self) -> list[AuditKind]:
        return [entry.record.kind for entry in self.world.store.audit]


@pytest.mark.rule("GOV-03", "OPS-02")
@pytest.mark.parametrize("seed", range(12))
async def test_books_and_four_eyes_hold_in_any_order(seed: int) -> None:
    play = Play(seed)
    await play.run()
    await play.prove()


async def test_the_runs_reach_what_they_are_about() -> None:
    reached: set[AuditKind] = set()
    for seed in range(12):
        play = Play(seed)
        await play.run()
        reached |= set(play.kinds())
    assert reached >= {
        AuditKind.ACT_REJECTED,
        AuditKind.ACT_EXPIRED,
        AuditKind.OWN_ACT_REFUSED,
        AuditKind.PARTICIPANT_SUSPENDED,
        AuditKind.NET_DEBIT_CAP_CHANGED,
        AuditKind.CASE_COMPENSATED,
        AuditKind.CASE_DISMISSED,
        AuditKind.WINDOW_SETTLED,
    }
