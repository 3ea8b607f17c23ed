"""Institutions suspended, restored, removed, and given another net debit cap.

Each function stages everything and returns DONE, or stages nothing and says why not. Standing and
cap are kept with the position too, where the writer sees them with every hold: a suspension in the
middle of a batch counts for the payments after it. What was held before goes on to its end.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from clearing_service.audit.entry import AuditKind, AuditRecord
from clearing_service.ledger.account import AccountId, AccountKind
from clearing_service.operation.act_context import ActContext
from clearing_service.participants.participant import (
    WITH_POSITION,
    Participant,
    Standing,
)
from clearing_service.payment.clearing_book import ClearingBook
from facepay.identifiers import ParticipantId
from facepay.operator_act import Act, ActOutcome


def suspend(book: ClearingBook, act: Act, context: ActContext) -> ActOutcome:
    """Take no new payment of an institution."""
    outcome = _set_standing(book, act.known_participant, Standing.SUSPENDED)
    return _audited(book, act, context.now, outcome, AuditKind.PARTICIPANT_SUSPENDED)


def restore(book: ClearingBook, act: Act, context: ActContext) -> ActOutcome:
    """Take payments of a suspended institution again."""
    outcome = _set_standing(book, act.known_participant, Standing.ACTIVE)
    return _audited(book, act, context.now, outcome, AuditKind.PARTICIPANT_RESTORED)


def remove(book: ClearingBook, act: Act, context: ActContext) -> ActOutcome:
    """End an institution's part for ever, once nothing is open on any of its accounts.

    An even position may still be owed in one window and due in the next: those are settled first.
    """
    participant_id = act.known_participant
    position = AccountId(participant_id)
    has_open_window = any(position in net.to_settle for net in context.nets.values())
    if has_open_window or _has_open_account(book, participant_id):
        return ActOutcome.POSITION_OPEN
    outcome = _set_standing(book, participant_id, Standing.EXPELLED)
    return _audited(book, act, context.now, outcome, AuditKind.PARTICIPANT_REMOVED)


def change_cap(book: ClearingBook, act: Act, context: ActContext) -> ActOutcome:
    """Give an institution another net debit cap; it holds for the next hold already."""
    participant_id, cap = act.known_participant, act.known_amount.amount_minor_units
    institution = _institution(book, participant_id)
    refusal = _refusal(institution)
    if refusal is not None:
        return refusal
    if all(item.net_debit_cap_minor_units == cap for item in institution):
        return ActOutcome.ALREADY_SO
    for item in institution:
        book.participants.put(item.key, replace(item, net_debit_cap_minor_units=cap))
    account = AccountId(participant_id)
    balance = book.balances.get(account)
    if balance is not None:
        book.balances.put(account, replace(balance, net_debit_cap_minor_units=cap))
    before = str(institution[0].net_debit_cap_minor_units)
    detail = (("before", before), ("after", str(cap)))
    kind, subject = AuditKind.NET_DEBIT_CAP_CHANGED, participant_id.value
    book.audit(AuditRecord(kind, subject, context.now, detail))
    return ActOutcome.DONE


def _set_standing(
    book: ClearingBook, participant_id: ParticipantId, standing: Standing
) -> ActOutcome:
    institution = _institution(book, participant_id)
    refusal = _refusal(institution)
    if refusal is not None:
        return refusal
    if all(item.standing is standing for item in institution):
        return ActOutcome.ALREADY_SO
    for item in institution:
        book.participants.put(item.key, replace(item, standing=standing))
    account = AccountId(participant_id)
    balance = book.balances.get(account)
    if balance is not None:
        is_suspended = standing is not Standing.ACTIVE
        book.balances.put(account, replace(balance, is_suspended=is_suspended))
    return ActOutcome.DONE


def _institution(book: ClearingBook, participant_id: ParticipantId) -> Sequence[Participant]:
    """Return the institution in each role in which it can owe or be owed."""
    found = (book.participants.get((participant_id, role)) for role in WITH_POSITION)
    return [item for item in found if item is not None]


def _refusal(institution: Sequence[Participant]) -> ActOutcome | None:
    if not institution:
        return ActOutcome.UNKNOWN_PARTICIPANT
    if any(item.standing is Standing.EXPELLED for item in institution):
        return ActOutcome.REMOVED_BEFORE
    return None


def _has_open_account(book: ClearingBook, participant_id: ParticipantId) -> bool:
    balances = (book.balances.get(AccountId(participant_id, kind)) for kind in AccountKind)
    return any(balance is not None and not balance.is_even for balance in balances)


def _audited(
    book: ClearingBook, act: Act, now: datetime, outcome: ActOutcome, kind: AuditKind
) -> ActOutcome:
    if outcome is ActOutcome.DONE:
        book.audit(AuditRecord(kind, act.known_participant.value, now))
    return outcome
