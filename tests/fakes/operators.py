"""Two operators at a desk of the money world."""

from datetime import datetime

from clearing_service.approval.policy import ActPolicy, load_act_policy
from clearing_service.approval.proposal import ActAnswer, Proposal, Wish
from clearing_service.cases.policy import load_case_policy
from clearing_service.operation.act_context import ActRules
from clearing_service.operation.case_desk import CaseDesk
from clearing_service.operation.desk import OperatorDesk
from clearing_service.settlement.fee_rates import load_fee_schedule
from clearing_service.settlement.settlement_run import SettlementRun
from clearing_service.settlement.use_cases import Settlement
from facepay.identifiers import ParticipantId
from facepay.money import Money
from facepay.operator_act import Act, ActKind, ActOutcome, ActRefusal, ActState, Evidence
from tests.fakes.central_book import INSTITUTION
from tests.fakes.money_world import MoneyWorld

MAKER = "operator-1"
CHECKER = "operator-2"


class Operators:
    """Propose and approve; `changes` counts how often what an act changed was taken up."""

    def __init__(self, world: MoneyWorld, policy: ActPolicy | None = None) -> None:
        self.world = world
        self.changes = 0
        self._requests = 0
        self.settlement = Settlement(world.store, load_fee_schedule(), INSTITUTION, world.clock)
        self.run = SettlementRun(self.settlement, world.clock)
        rules = ActRules(INSTITUTION, load_case_policy())
        self.desk = OperatorDesk(
            world.store,
            self.settlement,
            policy or load_act_policy(),
            rules,
            world.clock,
            self._changed,
        )
        self.cases = CaseDesk(world.store, rules, world.clock)

    async def _changed(self) -> None:
        self.changes += 1

    def wish(
        self,
        kind: ActKind,
        participant: ParticipantId | None = None,
        amount: int | None = None,
        **fields: int | Evidence,
    ) -> Wish:
        """Return a wish with a request id of its own."""
        money = None if amount is None else Money(amount)
        act = Act(kind, participant, money, **fields)  # type: ignore[arg-type]
        return Wish(self.request_id(), act, "a drill")

    def request_id(self) -> bytes:
        """Return an id that no request had before."""
        self._requests += 1
        return self._requests.to_bytes(16)

    async def propose(
        self,
        kind: ActKind,
        participant: ParticipantId | None = None,
        amount: int | None = None,
        **fields: int | Evidence,
    ) -> Proposal:
        """Let the maker propose something that can be done."""
        answer = await self.desk.propose(self.wish(kind, participant, amount, **fields), MAKER)
        assert answer.proposal is not None, answer
        return answer.proposal

    async def act(
        self,
        kind: ActKind,
        participant: ParticipantId | None = None,
        amount: int | None = None,
        **fields: int | Evidence,
    ) -> ActAnswer:
        """Let the maker propose and the checker approve, where it takes two."""
        proposal = await self.propose(kind, participant, amount, **fields)
        if proposal.state is ActState.EXECUTED:
            return ActAnswer(proposal)
        return await self.desk.approve(proposal.number, CHECKER)

    async def refused(
        self,
        kind: ActKind,
        participant: ParticipantId | None = None,
        amount: int | None = None,
        **fields: int | Evidence,
    ) -> ActOutcome | None:
        """Let the maker propose what cannot be done, and return why not."""
        answer = await self.desk.propose(self.wish(kind, participant, amount, **fields), MAKER)
        assert answer.refusal is ActRefusal.WOULD_BE_REFUSED
        return answer.outcome

    def audited(self) -> list[str]:
        """Return the names of the audit entries about acts, in order."""
        return [
            entry.record.kind.name
            for entry in self.world.store.audit
            if entry.record.subject.startswith("act/")
        ]

    def now(self) -> datetime:
        """Return the world's time."""
        return self.world.clock.now()
