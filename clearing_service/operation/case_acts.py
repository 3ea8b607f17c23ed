"""Cases decided: a loss dismissed or paid first, recovered from who is liable, a case closed.

Each function stages everything and returns DONE, or stages nothing and says why not. A loss is paid
once, whoever asks: the row is named after the case. The payer's issuer credits the payer, told like
a refund until it acknowledges.
"""

from datetime import datetime

from clearing_service.audit.entry import AuditKind
from clearing_service.cases.case import ALIVE, Case, CaseKind, CaseState
from clearing_service.cases.opening import keep_case
from clearing_service.errors import LedgerInvariantError
from clearing_service.ledger.entries import Institution
from clearing_service.ledger.transfer import EntryId
from clearing_service.operation.act_context import ActContext
from clearing_service.operation.funds_acts import told
from clearing_service.payment.clearing_book import ClearingBook, next_rrn
from clearing_service.payment.payment import Payment
from clearing_service.payment.payment_state import GIVING_BACK
from clearing_service.payment.refund_entry import COMPENSATION_PART, RefundEntry
from clearing_service.settlement.funds import (
    FundsMove,
    FundsOutcome,
    Recovery,
    compensate,
    recover,
)
from facepay.identifiers import OperationId
from facepay.money import Money
from facepay.operator_act import Act, ActOutcome


def dismiss(book: ClearingBook, act: Act, context: ActContext) -> ActOutcome:
    """Dismiss a loss that the payer is proved to have caused, while there is time."""
    case = book.cases.get(act.known_case)
    if case is None or act.evidence is None:
        return ActOutcome.NO_SUCH_CASE
    refusal = _not_alive(case)
    if refusal is not None:
        return refusal
    if case.state is CaseState.DUE or case.is_overdue(context.now):
        return ActOutcome.TOO_LATE
    if act.evidence not in context.rules.cases.proofs:
        return ActOutcome.NO_PROOF
    dismissed = case.dismissed(act.evidence, context.now)
    detail = (("evidence", act.evidence.name),)
    keep_case(book, dismissed, AuditKind.CASE_DISMISSED, context.now, detail)
    return ActOutcome.DONE


def pay_now(book: ClearingBook, act: Act, context: ActContext) -> ActOutcome:
    """Pay a loss from the risk reserve before it is due."""
    case = book.cases.get(act.known_case)
    if case is None:
        return ActOutcome.NO_SUCH_CASE
    refusal = _not_alive(case)
    return refusal or pay_loss(book, case, context.rules.institution, context.now)


def recover_loss(book: ClearingBook, act: Act, context: ActContext) -> ActOutcome:
    """Let a liable participant owe the reserve what it paid, or a part of it."""
    case = book.cases.get(act.known_case)
    if case is None:
        return ActOutcome.NO_SUCH_CASE
    if case.state is not CaseState.COMPENSATED:
        is_ahead = case.state in ALIVE
        return ActOutcome.NO_COMPENSATION if is_ahead else ActOutcome.CASE_ENDED
    amount, liable = act.known_amount, act.known_participant
    move = FundsMove(_entry_id(case), amount, context.now)
    part = Recovery(case.recovery_count + 1, liable)
    outcome = recover(book, context.rules.institution, move, part)
    if outcome is FundsOutcome.DONE:
        recovered = case.recovered(amount, context.now)
        detail = (("liable", liable.value), ("minor units", str(amount.amount_minor_units)))
        keep_case(book, recovered, AuditKind.CASE_RECOVERED, context.now, detail)
    return told(outcome)


def close(book: ClearingBook, act: Act, context: ActContext) -> ActOutcome:
    """End a case that moves no money any more."""
    case = book.cases.get(act.known_case)
    if case is None:
        return ActOutcome.NO_SUCH_CASE
    if case.state not in ALIVE and case.state is not CaseState.COMPENSATED:
        return ActOutcome.CASE_ENDED
    if case.claim.kind is CaseKind.LOSS and case.state in ALIVE and _owed(book, case):
        return ActOutcome.MUST_BE_PAID
    closed = case.moved(CaseState.CLOSED, context.now)
    keep_case(book, closed, AuditKind.CASE_CLOSED, context.now)
    return ActOutcome.DONE


def pay_loss(book: ClearingBook, case: Case, institution: Institution, now: datetime) -> ActOutcome:
    """Pay what is left of a loss to the payer's issuer, once."""
    owed = _owed(book, case)
    if owed == 0:
        return ActOutcome.NOTHING_LEFT
    claim = case.claim
    if claim.participant_id is None or claim.payment_id is None:
        raise LedgerInvariantError(f"case {case.number} is a loss of nobody")
    move = FundsMove(_entry_id(case), Money(owed), now)
    outcome = compensate(book, institution, move, claim.participant_id)
    if outcome is not FundsOutcome.DONE:
        return told(outcome)
    entry = RefundEntry(
        claim.payment_id,
        COMPENSATION_PART,
        OperationId(move.entry_id.value),
        next_rrn(book, now),
        move.amount,
        claim.participant_id,
        now,
        now,
    )
    book.refunds.put(entry.key, entry)
    detail = (("minor units", str(owed)), ("rrn", str(entry.rrn)))
    keep_case(book, case.compensated(move.amount, now), AuditKind.CASE_COMPENSATED, now, detail)
    return ActOutcome.DONE


def claimable(payment: Payment | None) -> int:
    """Return how much of a payment has not gone back, in minor units."""
    if payment is None or payment.state not in GIVING_BACK:
        return 0
    return payment.refundable.amount_minor_units


def _owed(book: ClearingBook, case: Case) -> int:
    """Return what the payer is still out of pocket: the claim, less what was refunded since."""
    claim = case.claim
    if claim.payment_id is None or claim.amount is None:
        return 0
    return min(claim.amount.amount_minor_units, claimable(book.payments.get(claim.payment_id)))


def _not_alive(case: Case) -> ActOutcome | None:
    if case.claim.kind is not CaseKind.LOSS:
        return ActOutcome.NOT_A_LOSS
    return None if case.state in ALIVE else ActOutcome.CASE_ENDED


def _entry_id(case: Case) -> EntryId:
    return EntryId.derived("case", str(case.number))
