"""The operators' desk: proposals come in, other operators decide them, each is carried out once."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from clearing_service.approval.policy import ActPolicy
from clearing_service.approval.proposal import ActAnswer, Proposal, Wish
from clearing_service.ledger.window import UNSETTLED, SettlementWindow, WindowState
from clearing_service.operation.act_context import ActContext, ActRules
from clearing_service.operation.act_work import ApproveWork, ExpireWork, ProposeWork, RejectWork
from clearing_service.payment.clearing_book import Work
from clearing_service.payment.duplicate_check import whole_milliseconds
from clearing_service.settlement.netting import NetPositions
from facepay.operator_act import Act, ActKind, ActState
from facepay.ports import Clock

AnswerT = TypeVar("AnswerT")

_LEAVING = frozenset({ActKind.FUNDS_OUT, ActKind.REMOVE_PARTICIPANT})
"""Acts after which a participant may have nothing left to settle with."""
_CLOSED_UNSETTLED = tuple(
    state for state in WindowState if state in UNSETTLED and state is not WindowState.OPEN
)


class ActStore(Protocol):
    """The clearing database, as far as acts are concerned. Raises `StoreError`."""

    async def execute(self, work: Work[AnswerT]) -> AnswerT:
        """Do the work in one durable transaction; see `payment.ports.PaymentStore`."""

    async def proposals(self, states: Sequence[ActState], before: int = 0) -> Sequence[Proposal]:
        """Return a page of acts in these states, newest first, below `before` unless it is 0."""

    async def proposal(self, number: int) -> Proposal | None:
        """Return one act."""


class WindowNets(Protocol):
    """What settling reads before its commit. `settlement.use_cases.Settlement` has both."""

    async def windows(self, states: Sequence[WindowState]) -> Sequence[SettlementWindow]:
        """Return the windows in these states, by number."""

    async def net_positions(self, number: int) -> NetPositions | None:
        """Return what a window's rows net to."""


@dataclass(frozen=True, slots=True)
class OperatorDesk:
    """Belongs to one event loop. `changed` is awaited after an act, to take up what it changed."""

    store: ActStore
    windows: WindowNets
    policy: ActPolicy
    rules: ActRules
    clock: Clock
    changed: Callable[[], Awaitable[object]]

    async def propose(self, wish: Wish, maker: str) -> ActAnswer:
        """Store a wish, once; `maker` is the name in the operator's certificate.

        An act for which one person is enough is carried out. A repeat gets the act as it stands.
        Raises `StoreError`.
        """
        context = await self._context(wish.act)
        work = ProposeWork(wish, maker, self.policy, context)
        return await self._told(await self.store.execute(work))

    async def approve(self, number: int, checker: str) -> ActAnswer:
        """Approve and carry out another operator's act. A repeat gets the act as it stands.

        Raises `StoreError`.
        """
        stored = await self.store.proposal(number)
        context = await self._context(stored.act if stored else None)
        return await self._told(await self.store.execute(ApproveWork(number, checker, context)))

    async def reject(self, number: int, checker: str) -> ActAnswer:
        """Refuse another's act, or take an own one back. A repeat changes nothing.

        Raises `StoreError`.
        """
        return await self.store.execute(RejectWork(number, checker, self._now()))

    async def acts(self, states: Sequence[ActState], before: int = 0) -> Sequence[Proposal]:
        """Return a page of acts in these states, newest first; raises `StoreError`."""
        return await self.store.proposals(states, before)

    async def expire(self) -> int:
        """End what nobody decided in time, a page at a time; return how many."""
        now = self._now()
        waiting = await self.store.proposals([ActState.PROPOSED])
        overdue = [item for item in waiting if item.is_overdue(now)]
        return sum([await self.store.execute(ExpireWork(item.number, now)) for item in overdue])

    async def _context(self, act: Act | None) -> ActContext:
        nets: Mapping[int, NetPositions] = {}
        if act is not None and act.kind is ActKind.SETTLE_WINDOW:
            pending = await self.windows.windows([WindowState.PENDING_SETTLEMENT])
            nets = await self._nets(item for item in pending if item.number <= act.known_window)
        elif act is not None and act.kind in _LEAVING:
            nets = await self._nets(await self.windows.windows(_CLOSED_UNSETTLED))
        return ActContext(self.rules, self._now(), nets=nets)

    async def _nets(self, windows: Iterable[SettlementWindow]) -> Mapping[int, NetPositions]:
        found = {item.number: await self.windows.net_positions(item.number) for item in windows}
        return {number: net for number, net in found.items() if net is not None}

    async def _told(self, answer: ActAnswer) -> ActAnswer:
        if answer.proposal is not None and answer.proposal.state is ActState.EXECUTED:
            await self.changed()
        return answer

    def _now(self) -> datetime:
        return whole_milliseconds(self.clock.now())
