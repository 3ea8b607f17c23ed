"""What the cashier can ask for at a refund. The presenter does it; the window only calls."""

from typing import Protocol

from facepay.identifiers import RetrievalReferenceNumber
from facepay.vocabulary import RefundKind


class RefundActions(Protocol):
    """Each returns at once; a call that makes no sense now does nothing."""

    def open_refunds(self) -> None:
        """List the latest payments; not while offline."""

    def choose_payment(self, rrn: RetrievalReferenceNumber) -> None:
        """Choose the payment to refund or void."""

    def choose_kind(self, kind: RefundKind) -> None:
        """Say whether all of it is voided or a sum refunded."""

    def type_refund_digit(self, digit: int) -> None:
        """Add a digit to the amount, or to the digits of the receipt."""

    def clear_refund_digits(self) -> None:
        """Take back what was typed."""

    def go_on(self) -> None:
        """Leave the amount for the check."""

    def confirm_refund(self) -> None:
        """Ask the service for it, once the digits of the receipt fit."""

    def ask_refund_again(self) -> None:
        """Ask once more what became of a refund without a known end."""

    def back_in_refund(self) -> None:
        """Go one step back."""

    def leave_refunds(self) -> None:
        """Go back to selling; not while the service is being asked."""
