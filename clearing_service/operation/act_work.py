"""The commits of an act: proposed, approved and carried out, rejected, expired."""

from dataclasses import dataclass, replace
from datetime import datetime

from clearing_service.approval.policy import ActPolicy
from clearing_service.approval.proposal import AFTER_APPROVAL, ActAnswer, Proposal, Wish
from clearing_service.audit.entry import AuditKind, AuditRecord
from clearing_service.operation.act_context import ActContext
from clearing_service.operation.execution import EXECUTORS
from clearing_service.payment.clearing_book import ClearingBook, Needs
from facepay.operator_act import ActOutcome, ActRefusal, ActState

ACT_SEQUENCE = "act"

_ENDS = {
    ActState.REJECTED: AuditKind.ACT_REJECTED,
    ActState.EXPIRED: AuditKind.ACT_EXPIRED,
}


@dataclass(frozen=True, slots=True)
class ProposeWork:
    """One commit: the wish is stored, and done at once where one person is enough."""

    wish: Wish
    maker: str
    policy: ActPolicy
    context: ActContext

    @property
    def needs(self) -> Needs:
        """Nothing that is worth fetching together: acts are rare."""
        return Needs()

    def apply(self, book: ClearingBook) -> ActAnswer:
        """Store it once; what cannot be done as things are is refused and not stored."""
        number = book.proposal_numbers.get(self.wish.request_id)
        if number is not None:
            return self._repeat(book.proposals.get(number))
        outcome = book.rehearse(self._would_do)
        if outcome is not ActOutcome.DONE:
            return ActAnswer(None, ActRefusal.WOULD_BE_REFUSED, outcome)
        return ActAnswer(self._store(book))

    def _repeat(self, stored: Proposal | None) -> ActAnswer:
        if stored is None or (stored.wish, stored.maker) != (self.wish, self.maker):
            return ActAnswer(None, ActRefusal.REQUEST_ID_TAKEN)
        return ActAnswer(stored)

    def _would_do(self, book: ClearingBook) -> ActOutcome:
        return EXECUTORS[self.wish.act.kind](book, self.wish.act, self.context)

    def _store(self, book: ClearingBook) -> Proposal:
        number, now = book.next_in_sequence(ACT_SEQUENCE), self.context.now
        proposal = Proposal(number, self.wish, self.maker, now, now + self.policy.lifetime)
        book.proposal_numbers.put(self.wish.request_id, number)
        detail = (("reason sha256", proposal.reason_sha256), *self.wish.act.details)
        _audit(book, proposal, AuditKind.ACT_PROPOSED, now, ("maker", self.maker), *detail)
        if self.policy.needs_checker(self.wish.act.kind):
            book.proposals.put(number, proposal)
            return proposal
        return approve(book, proposal, self.maker, self.context)


@dataclass(frozen=True, slots=True)
class ApproveWork:
    """One commit: another operator approves, and the act is carried out."""

    number: int
    checker: str
    context: ActContext

    @property
    def needs(self) -> Needs:
        """Nothing that is worth fetching together: acts are rare."""
        return Needs()

    def apply(self, book: ClearingBook) -> ActAnswer:
        """Carry it out once; a repeat by the same operator gets the stored act."""
        now = self.context.now
        proposal = book.proposals.get(self.number)
        if proposal is None:
            return ActAnswer(None, ActRefusal.ACT_NOT_FOUND)
        if proposal.state in AFTER_APPROVAL:
            is_repeat = proposal.checker == self.checker
            return ActAnswer(proposal, None if is_repeat else ActRefusal.ACT_ENDED)
        refused = not_waiting(book, proposal, now)
        if refused is not None:
            return refused
        if proposal.maker == self.checker:
            _audit(book, proposal, AuditKind.OWN_ACT_REFUSED, now, ("maker", self.checker))
            return ActAnswer(proposal, ActRefusal.OWN_ACT)
        return ActAnswer(approve(book, proposal, self.checker, self.context))


@dataclass(frozen=True, slots=True)
class RejectWork:
    """One commit: an operator says no, or takes an own act back. Nothing is carried out."""

    number: int
    checker: str
    now: datetime

    @property
    def needs(self) -> Needs:
        """Nothing that is worth fetching together: acts are rare."""
        return Needs()

    def apply(self, book: ClearingBook) -> ActAnswer:
        """End it; a repeat by the same operator gets the stored act."""
        proposal = book.proposals.get(self.number)
        if proposal is None:
            return ActAnswer(None, ActRefusal.ACT_NOT_FOUND)
        if proposal.state is ActState.REJECTED and proposal.checker == self.checker:
            return ActAnswer(proposal)
        refused = not_waiting(book, proposal, self.now)
        return refused or ActAnswer(end(book, proposal, ActState.REJECTED, self.checker, self.now))


@dataclass(frozen=True, slots=True)
class ExpireWork:
    """One commit: an act that nobody decided in time ends."""

    number: int
    now: datetime

    @property
    def needs(self) -> Needs:
        """Nothing that is worth fetching together: acts are rare."""
        return Needs()

    def apply(self, book: ClearingBook) -> bool:
        """End it if it is overdue; tell whether it was."""
        proposal = book.proposals.get(self.number)
        if proposal is None or not proposal.is_overdue(self.now):
            return False
        end(book, proposal, ActState.EXPIRED, None, self.now)
        return True


def not_waiting(book: ClearingBook, proposal: Proposal, now: datetime) -> ActAnswer | None:
    """Return the answer about an act that can no longer be decided; an overdue one ends here."""
    if proposal.is_overdue(now):
        proposal = end(book, proposal, ActState.EXPIRED, None, now)
    if proposal.state is ActState.EXPIRED:
        return ActAnswer(proposal, ActRefusal.ACT_EXPIRED)
    if proposal.state is not ActState.PROPOSED:
        return ActAnswer(proposal, ActRefusal.ACT_ENDED)
    return None


def approve(book: ClearingBook, proposal: Proposal, checker: str, context: ActContext) -> Proposal:
    """Approve the act and carry it out in this commit."""
    now = context.now
    _audit(book, proposal, AuditKind.ACT_APPROVED, now, ("checker", checker))
    act = proposal.act
    outcome = EXECUTORS[act.kind](book, act, replace(context, number=proposal.number))
    approved = proposal.approved(checker, outcome, now)
    book.proposals.put(approved.number, approved)
    is_done = outcome is ActOutcome.DONE
    kind = AuditKind.ACT_EXECUTED if is_done else AuditKind.ACT_REFUSED
    _audit(book, approved, kind, now, ("outcome", outcome.name))
    return approved


def end(
    book: ClearingBook, proposal: Proposal, state: ActState, checker: str | None, now: datetime
) -> Proposal:
    """End an act that was not approved."""
    ended = proposal.decided(state, checker, now)
    book.proposals.put(ended.number, ended)
    who = (("checker", checker),) if checker else ()
    _audit(book, ended, _ENDS[state], now, *who)
    return ended


def _audit(
    book: ClearingBook,
    proposal: Proposal,
    kind: AuditKind,
    now: datetime,
    *detail: tuple[str, str],
) -> None:
    what = ("kind", proposal.act.kind.name)
    book.audit(AuditRecord(kind, proposal.subject, now, (what, *detail)))
