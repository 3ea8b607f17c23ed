"""Everything a terminal can ask about payments, as the edge sees it."""

from typing import Protocol

from clearing_service.payment.requests import (
    AuthorizePayment,
    CancelPayment,
    GetPayment,
    NotRouted,
    OpenPayment,
    PaymentAnswer,
    PaymentOpened,
    PhoneDigitsNeeded,
    RefundAnswer,
    RefundPayment,
    ReversePayment,
    Routed,
    RouteProbe,
)


class PaymentUseCases(Protocol):
    """The calls of the payment service.

    Each may raise `RequestRefusedError` (named reason), `StoreError`, and a probe
    `MatchingUnavailableError`; nothing was booked then, and the same bytes may be sent again. A
    repeat of the same signed bytes gets the same answer.
    """

    async def open_payment(self, command: OpenPayment) -> PaymentOpened | PaymentAnswer:
        """Open a payment, or decline to (03, 12, 13, 58, 61)."""

    async def route_probe(
        self, command: RouteProbe
    ) -> Routed | NotRouted | PhoneDigitsNeeded | PaymentAnswer:
        """Route a probe; answers with a decision if the payment has ended (63, 65, 68)."""

    async def authorize_payment(self, command: AuthorizePayment) -> PaymentAnswer:
        """Move the money, or say why not."""

    async def get_payment(self, command: GetPayment) -> PaymentAnswer:
        """Tell where the payment stands."""

    async def cancel_payment(self, command: CancelPayment) -> PaymentAnswer:
        """End a payment that is not authorized."""

    async def reverse_payment(self, command: ReversePayment) -> PaymentAnswer:
        """Undo a payment."""

    async def refund_payment(self, command: RefundPayment) -> RefundAnswer:
        """Give money back for an approved payment, or say why not."""
