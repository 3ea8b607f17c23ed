"""Two operators at a desk of the money world."""

from datetime import datetime

from clearing_service.approval.policy import ActPolicy, load_act_policy
from clearing_service.approval.proposal import ActAnswer, Proposal, Wish
from clearing_service.operation.desk import OperatorDesk
from facepay.identifiers import ParticipantId
from facepay.money import Money
from facepay.operator_act import Act, ActKind
from tests.fakes.money_world import MoneyWorld

MAKER = "operator-1"
CHECKER = "operator-2"


class Operators:
    """Propose and approve; `changes` counts how often what an act changed was taken up."""

    def __init__(self, world: MoneyWorld, policy: ActPolicy | None = None) -> None:
        self.world = world
        self.changes = 0
        self._requests = 0
        self.desk = OperatorDesk(
            world.store, policy or load_act_policy(), world.clock, self._changed
        )

    async def _changed(self) -> None:
        self.changes += 1

    def wish(self, kind: ActKind, participant: ParticipantId, amount: int | None = None) -> Wish:
        """Return a wish with a request id of its own."""
        self._requests += 1
        money = None if amount is None else Money(amount)
        return Wish(self._requests.to_bytes(16), Act(kind, participant, money), "a drill")

    async def propose(
        self, kind: ActKind, participant: ParticipantId, amount: int | None = None
    ) -> Proposal:
        """Let the maker propose something that can be done."""
        answer = await self.desk.propose(self.wish(kind, participant, amount), MAKER)
        assert answer.proposal is not None, answer
        return answer.proposal

    async def act(
        self, kind: ActKind, participant: ParticipantId, amount: int | None = None
    ) -> ActAnswer:
        """Let the maker propose and the checker approve."""
        proposal = await self.propose(kind, participant, amount)
        return await self.desk.approve(proposal.number, CHECKER)

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
