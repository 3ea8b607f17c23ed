"""The desk of complaints and losses: opens, assigns and lists cases, and pays what is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

import structlog

from clearing_service.cases.case import Case, CaseKind, CaseState, Claim
from clearing_service.cases.opening import Opener
from clearing_service.operation.act_context import ActRules
from clearing_service.operation.case_work import (
    AssignCaseWork,
    CaseAnswer,
    CaseRefusal,
    OpenCaseWork,
    PayDueLossWork,
)
from clearing_service.payment.clearing_book import Work
from clearing_service.payment.duplicate_check import whole_milliseconds
from clearing_service.payment.payment import Payment
from facepay.identifiers import RetrievalReferenceNumber
from facepay.money import Money
from facepay.operator_act import ActOutcome
from facepay.ports import Clock

AnswerT = TypeVar("AnswerT")

_log = structlog.get_logger("cases")


class CaseStore(Protocol):
    """The clearing database, as far as cases are concerned. Raises `StoreError`."""

    async def execute(self, work: Work[AnswerT]) -> AnswerT:
        """Do the work in one durable transaction; see `payment.ports.PaymentStore`."""

    async def cases(self, states: Sequence[CaseState], after: int = 0) -> Sequence[Case]:
        """Return a page of cases in these states, by number, above `after`."""

    async def due_losses(self, now: datetime) -> Sequence[int]:
        """Return the numbers of losses that are alive beyond their time, at most 1,000."""

    async def find_payment_by_rrn(self, rrn: RetrievalReferenceNumber) -> Payment | None:
        """Return the newest payment with this number."""


@dataclass(frozen=True, slots=True)
class CaseWish:
    """What somebody complains of. `rrn` is the number on the receipt; a loss needs it.

    `request_id` is the client's: a repeat has the same one. Without `amount` a loss is of all that
    has not gone back.
    """

    request_id: bytes
    kind: CaseKind
    rrn: RetrievalReferenceNumber | None = None
    amount: Money | None = None
    note: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class CaseDesk:
    """Belongs to one event loop."""

    store: CaseStore
    rules: ActRules
    clock: Clock

    async def open(self, wish: CaseWish, operator: str) -> CaseAnswer:
        """Open a case; its owner is the operator unless another is named. Raises `StoreError`."""
        payment = None
        if wish.rrn is not None:
            payment = await self.store.find_payment_by_rrn(wish.rrn)
        if payment is None and (wish.rrn is not None or wish.kind is CaseKind.LOSS):
            return CaseAnswer(None, CaseRefusal.PAYMENT_NOT_FOUND)
        claim = _claim(wish, payment)
        if claim is None:
            return CaseAnswer(None, CaseRefusal.NOTHING_TO_CLAIM)
        opener = Opener(operator, self._now(), wish.owner or operator)
        return await self.store.execute(OpenCaseWork(claim, opener, self.rules.cases))

    async def assign(self, number: int, owner: str) -> CaseAnswer:
        """Give a case another owner; a repeat changes nothing. Raises `StoreError`."""
        return await self.store.execute(AssignCaseWork(number, owner, self._now()))

    async def cases(self, states: Sequence[CaseState], after: int = 0) -> Sequence[Case]:
        """Return a page of cases in these states, by number; raises `StoreError`."""
        return await self.store.cases(states, after)

    async def pay_due(self) -> int:
        """Pay every loss whose time is over; return how many. Raises `StoreError`.

        A loss that the reserve cannot pay stays alive and is tried again; each round warns.
        """
        now, paid, unpaid = self._now(), 0, 0
        for number in await self.store.due_losses(now):
            work = PayDueLossWork(number, self.rules.institution, now)
            outcome = await self.store.execute(work)
            paid += outcome is ActOutcome.DONE
            unpaid += outcome is ActOutcome.RESERVE_TOO_LOW
        if unpaid:
            _log.warning("the risk reserve is too low for losses that are due", count=unpaid)
        return paid

    def _now(self) -> datetime:
        return whole_milliseconds(self.clock.now())


def _claim(wish: CaseWish, payment: Payment | None) -> Claim | None:
    """Return the claim, or None for a loss of a payment that never got to an account."""
    source = f"request/{wish.request_id.hex()}"
    if payment is None or payment.route is None:
        is_loss = wish.kind is CaseKind.LOSS
        return None if is_loss else Claim(source, wish.kind, amount=wish.amount, note=wish.note)
    amount = wish.amount
    if wish.kind is CaseKind.LOSS:
        source = f"loss/{payment.payment_id}"
        amount = amount or payment.refundable
    return Claim(
        source=source,
        kind=wish.kind,
        participant_id=payment.route.issuer_id,
        payment_id=payment.payment_id,
        rrn=payment.rrn,
        amount=amount,
        note=wish.note,
    )
