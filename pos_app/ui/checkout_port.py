"""What the till needs of the checkout and of the PIN pad's keys."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from facepay.identifiers import RetrievalReferenceNumber
from facepay.pad_challenge import Presentation
from facepay.vocabulary import CancelReason
from pos_app.checkout.clearing_answers import SignedOn
from pos_app.checkout.payment import PaymentOutcome
from pos_app.checkout.refund import ApprovedPayment, RefundIntent, RefundResult
from pos_app.checkout.sale import Sale
from pos_app.ui.desk import PayerDesk


class TillCheckout(Protocol):
    """Payments by face; every method is called on the payment's event loop."""

    async def sign_on(self) -> SignedOn:
        """Sign on to the clearing service. Raises `PosError` when that is not possible now."""

    async def pay(
        self, sale: Sale, *, presentation: Presentation = Presentation.WITH_LIGHT
    ) -> PaymentOutcome:
        """Take one payment and return how it ended. One at a time."""

    def stop(self, reason: CancelReason) -> None:
        """Stop the running payment; nothing runs: no effect."""


class Refunding(Protocol):
    """Refunds and voids; every method is called on the payment's event loop."""

    async def latest(self, count: int) -> Sequence[ApprovedPayment]:
        """Return at most `count` approved payments, newest first. Raises `JournalError`."""

    async def refund(self, rrn: RetrievalReferenceNumber, intent: RefundIntent) -> RefundResult:
        """Refund or void one payment and return how it ended; raises nothing."""

    async def ask_again(self, rrn: RetrievalReferenceNumber) -> RefundResult:
        """Return how the last refund of this payment ended, asking if nobody knows; raises nothing."""


class PinKeys(Protocol):
    """The keys of the PIN pad; pressed on the GUI thread, each returns at once."""

    def press(self, digit: int) -> None:
        """Press a digit, 0 to 9."""

    def clear(self) -> None:
        """Take back all digits."""

    def confirm(self) -> None:
        """Confirm a complete PIN."""

    def extend(self) -> None:
        """Ask for more time."""


@dataclass(frozen=True, slots=True)
class TillParts:
    """What the rest of the terminal gives the till, made on the payment's event loop."""

    checkout: TillCheckout
    pin_keys: PinKeys
    refunds: Refunding
    count_unsent: Callable[[], Awaitable[int]]
    """How many reversals wait to be heard."""
    close: Callable[[], Awaitable[None]]
    """Closes cameras, channels and journal when the windows are closed."""


Connect = Callable[[PayerDesk], Awaitable[TillParts]]
"""Builds the parts around the desk, which is payer and observer in one."""
