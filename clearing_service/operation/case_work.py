"""The commits of a case that are no acts: opened, assigned, and paid when its time is over."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from clearing_service.audit.entry import AuditKind
from clearing_service.cases.case import ALIVE, Case, CaseKind, CaseState, Claim
from clearing_service.cases.opening import Opener, case_of, keep_case, open_case
from clearing_service.cases.policy import CasePolicy
from clearing_service.ledger.entries import Institution
from clearing_service.operation.case_acts import claimable, pay_loss
from clearing_service.payment.clearing_book import ClearingBook, Needs
from facepay.operator_act import ActOutcome


class CaseRefusal(Enum):
    """Why a case was not opened or assigned. It changed nothing. The numbers travel."""

    PAYMENT_NOT_FOUND = 1
    NOTHING_TO_CLAIM = 2
    """No money moved, or all of it has gone back."""
    MORE_THAN_PAID = 3
    CLAIMED_BEFORE = 4
    """A payment's loss is claimed once; the answer has that case."""
    NO_SUCH_CASE = 5
    CASE_ENDED = 6


@dataclass(frozen=True, slots=True)
class CaseAnswer:
    """The case as it stands now, and why a request about it was not taken, if it was not."""

    case: Case | None
    refusal: CaseRefusal | None = None


@dataclass(frozen=True, slots=True)
class OpenCaseWork:
    """One commit: a claim becomes a case."""

    claim: Claim
    opener: Opener
    policy: CasePolicy

    @property
    def needs(self) -> Needs:
        """Nothing that is worth fetching together: cases are rare."""
        return Needs()

    def apply(self, book: ClearingBook) -> CaseAnswer:
        """Open it, once for each source; a repeat by the same operator gets the case as it stands."""
        found = case_of(book, self.claim.source)
        if found is not None:
            is_repeat = (found.claim, found.opened_by) == (self.claim, self.opener.name)
            return CaseAnswer(found, None if is_repeat else CaseRefusal.CLAIMED_BEFORE)
        refusal = self._refusal(book) if self.claim.kind is CaseKind.LOSS else None
        if refusal is not None:
            return CaseAnswer(None, refusal)
        return CaseAnswer(open_case(book, self.claim, self.opener, self.policy))

    def _refusal(self, book: ClearingBook) -> CaseRefusal | None:
        claim = self.claim
        payment = book.payments.get(claim.payment_id) if claim.payment_id else None
        left = claimable(payment)
        claimed = left if claim.amount is None else claim.amount.amount_minor_units
        if 0 in (left, claimed):
            return CaseRefusal.NOTHING_TO_CLAIM
        return CaseRefusal.MORE_THAN_PAID if claimed > left else None


@dataclass(frozen=True, slots=True)
class AssignCaseWork:
    """One commit: a case gets another owner."""

    number: int
    owner: str
    now: datetime

    @property
    def needs(self) -> Needs:
        """Nothing that is worth fetching together: cases are rare."""
        return Needs()

    def apply(self, book: ClearingBook) -> CaseAnswer:
        """Assign it; a repeat changes nothing."""
        case = book.cases.get(self.number)
        if case is None:
            return CaseAnswer(None, CaseRefusal.NO_SUCH_CASE)
        if case.owner == self.owner:
            return CaseAnswer(case)
        if case.state not in ALIVE and case.state is not CaseState.COMPENSATED:
            return CaseAnswer(case, CaseRefusal.CASE_ENDED)
        assigned = replace(case, owner=self.owner)
        detail = (("owner", self.owner),)
        return CaseAnswer(keep_case(book, assigned, AuditKind.CASE_ASSIGNED, self.now, detail))


@dataclass(frozen=True, slots=True)
class PayDueLossWork:
    """One commit: the time of a loss is over, and the reserve pays it, or owes it on."""

    number: int
    institution: Institution
    now: datetime

    @property
    def needs(self) -> Needs:
        """Nothing that is worth fetching together: cases are rare."""
        return Needs()

    def apply(self, book: ClearingBook) -> ActOutcome:
        """Pay it once. While the reserve is too low the claim stays alive, and that is an alarm."""
        case = book.cases.get(self.number)
        if case is None or case.claim.kind is not CaseKind.LOSS or not case.is_overdue(self.now):
            return ActOutcome.CASE_ENDED
        outcome = pay_loss(book, case, self.institution, self.now)
        if outcome is ActOutcome.NOTHING_LEFT:
            closed = case.moved(CaseState.CLOSED, self.now)
            keep_case(book, closed, AuditKind.CASE_CLOSED, self.now, (("why", outcome.name),))
        elif outcome is not ActOutcome.DONE and case.state is CaseState.OPEN:
            due = replace(case.moved(CaseState.DUE, self.now), decided_at=None)
            keep_case(book, due, AuditKind.CASE_DUE, self.now, (("why", outcome.name),))
        return outcome
