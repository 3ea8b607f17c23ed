"""Ending a payment that was not authorized: the payer left, or said "not me"."""

from dataclasses import dataclass

from clearing_service.payment.answers import Answer
from clearing_service.payment.clearing_book import ClearingBook, Needs
from clearing_service.payment.duplicate_check import (
    Arrival,
    accept,
    answer_with,
    find_operation,
    require_payment,
    stored_answer,
)
from clearing_service.payment.ending import cancel, expire_if_overdue
from clearing_service.payment.payment import Verdict
from clearing_service.payment.payment_state import BEFORE_MONEY
from clearing_service.payment.policy import PaymentPolicy
from clearing_service.payment.requests import CancelPayment


@dataclass(frozen=True, slots=True)
class CancelWork:
    """One commit. A payment that is being authorized or has ended stays as it is."""

    command: CancelPayment
    arrival: Arrival
    policy: PaymentPolicy

    @property
    def needs(self) -> Needs:
        """The operation, the terminal's counter and the payment."""
        return Needs(
            payments=(self.command.payment_id,),
            operations=(self.arrival.key,),
            counters=(self.arrival.header.terminal_id,),
        )

    def apply(self, book: ClearingBook) -> Answer:
        """Cancel and answer with where the payment stands."""
        found = find_operation(book, self.arrival)
        stored = stored_answer(found)
        if stored is not None:
            return stored
        payment = require_payment(book, self.arrival, self.command.payment_id)
        operation = found or accept(book, self.arrival, self.policy.clock_window)
        payment = expire_if_overdue(book, payment, self.arrival.now)
        if payment.state in BEFORE_MONEY:
            verdict = Verdict(operation.operation_id, self.arrival.now)
            detail = (("reason", self.command.reason.name),)
            payment = cancel(book, payment, verdict, detail)
        return answer_with(book, operation, payment, self.arrival.now)
