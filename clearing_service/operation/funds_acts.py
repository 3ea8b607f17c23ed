"""Funds brought in and taken out, each row named after the act that asked for it."""

from clearing_service.ledger.account import AccountKind
from clearing_service.operation.act_context import ActContext
from clearing_service.payment.clearing_book import ClearingBook
from clearing_service.settlement.funds import (
    FundsOutcome,
    fund_in,
    fund_out,
    own_funds_out,
    reserve_in,
)
from facepay.operator_act import Act, ActOutcome


def bring_funds(book: ClearingBook, act: Act, context: ActContext) -> ActOutcome:
    """Book money that a participant brought for settlement."""
    institution = context.rules.institution
    return told(fund_in(book, institution, context.move(act), act.known_participant))


def take_funds(book: ClearingBook, act: Act, context: ActContext) -> ActOutcome:
    """Book money that a participant takes and does not need for what it owes."""
    institution = context.rules.institution
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
