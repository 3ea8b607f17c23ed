"""Risk rules on the rows of the book: judge, write the alerts down, remember the payment."""

from clearing_service.audit.entry import AuditKind, AuditRecord
from clearing_service.participants.register import Register
from clearing_service.payment.activity import (
    PayerActivity,
    PayerEntry,
    TerminalActivity,
    TerminalEntry,
    place_of,
)
from clearing_service.payment.clearing_book import ClearingBook
from clearing_service.payment.duplicate_check import Arrival
from clearing_service.payment.loss_report import payer_of
from clearing_service.payment.payment import Payment
from clearing_service.payment.risk import Attempt, RiskDecision, assess, assess_opening
from clearing_service.payment.risk_rules import RiskRules
from facepay.identifiers import PaymentId, TerminalId


def watch(
    book: ClearingBook, payment: Payment, arrival: Arrival, register: Register, rules: RiskRules
) -> RiskDecision:
    """Judge a payment about to be held; unless it is refused, remember it."""
    if rules.are_none:
        return RiskDecision()
    attempt = _attempt(book, payment, arrival, register)
    decision = assess(rules, attempt)
    write_alerts(book, payment.payment_id, arrival, decision)
    if decision.refusal is None:
        remembered = attempt.payer_before.with_entry(attempt.payer)
        book.payer_activity.put(payer_of(payment), remembered)
        at_terminal = attempt.terminal_before.with_entry(attempt.terminal)
        book.terminal_activity.put(payment.terminal_id, at_terminal)
    return decision


def watch_opening(
    book: ClearingBook, payment_id: PaymentId, arrival: Arrival, rules: RiskRules
) -> RiskDecision:
    """Judge a terminal where a payment is about to be opened."""
    if rules.are_none:
        return RiskDecision()
    before = book.terminal_activity.get(arrival.header.terminal_id) or TerminalActivity()
    decision = assess_opening(rules, before, arrival.now)
    write_alerts(book, payment_id, arrival, decision)
    return decision


def watched_terminals(arrival: Arrival, rules: RiskRules) -> tuple[TerminalId, ...]:
    """Return the terminal whose latest payments are looked at, if anything is."""
    return () if rules.are_none else (arrival.header.terminal_id,)


def write_alerts(
    book: ClearingBook, payment_id: PaymentId, arrival: Arrival, decision: RiskDecision
) -> None:
    """Write down which rules apply, by name and action."""
    for alert in decision.alerts:
        detail = (
            ("rule", alert.name),
            ("action", alert.action.value),
            ("terminal", arrival.header.terminal_id.value),
        )
        book.audit(AuditRecord(AuditKind.RISK_ALERT, str(payment_id), arrival.now, detail))


def _attempt(book: ClearingBook, payment: Payment, arrival: Arrival, register: Register) -> Attempt:
    payer = payer_of(payment)
    terminal = register.terminal(payment.terminal_id)
    place = place_of(terminal.binding.placement) if terminal else None
    amount = payment.known_fields.amount.amount_minor_units
    return Attempt(
        payer=PayerEntry(arrival.now, amount, place),
        terminal=TerminalEntry(arrival.now, *payer),
        payer_before=book.payer_activity.get(payer) or PayerActivity(),
        terminal_before=book.terminal_activity.get(payment.terminal_id) or TerminalActivity(),
    )
