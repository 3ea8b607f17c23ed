"""Funds brought in and taken out, each row named after the act that asked for it."""

from clearing_service.ledger.account import AccountId, AccountKind
from clearing_service.operation.act_context import ActContext
from clearing_service.payment.clearing_book import ClearingBook
from clearing_service.settlement.funds import (
    FundsOutcome,
    fund_in,
    fund_out,
    own_funds_out,
    reserve_in,
)
from clearing_service.settlement.settlement import funds_account, funds_of
from facepay.operator_act import Act, ActOutcome


def bring_funds(book: ClearingBook, act: Act, context: ActContext) -> ActOutcome:
    """Book money that a participant brought for settlement."""
    institution = context.rules.institution
    return told(fund_in(book, institution, context.move(act), act.known_participant))


def take_funds(book: ClearingBook, act: Act, context: ActContext) -> ActOutcome:
    """Book money that a participant takes and does not need for what it owes.

    What it owes in a window that waits for settlement stays, whatever the next window owes it.
    """
    institution, position = context.rules.institution, AccountId(act.known_participant)
    needed = context.owed_in_closed_windows(position)
    available = funds_of(book.balances.get(funds_account(position)))
    if needed and available - needed < act.known_amount.amount_minor_units:
        return ActOutcome.INSUFFICIENT_FUNDS
    return told(fund_out(book, institution, context.move(act), act.known_participant))


def fill_reserve(book: ClearingBook, act: Act, context: ActContext) -> ActOutcome:
    """Book money put into the risk reserve."""
    return told(reserve_in(book, context.rules.institution, context.move(act)))


def empty_reserve(book: ClearingBook, act: Act, context: ActContext) -> ActOutcome:
    """Book money that the institution took out of the risk reserve."""
    kind = AccountKind.RISK_RESERVE
    return told(own_funds_out(book, context.rules.institution, context.move(act), kind))


def take_fees(book: ClearingBook, act: Act, context: ActContext) -> ActOutcome:
    """Book money that the institution took out of what it earned by fees."""
    kind = AccountKind.FEE
    return told(own_funds_out(book, context.rules.institution, context.move(act), kind))


def told(outcome: FundsOutcome) -> ActOutcome:
    """Return the outcome in the words of acts, which has every word of funds."""
    return ActOutcome[outcome.name]
