"""PaymentService: the calls about a payment."""

import grpc.aio

from clearing_service.errors import RefusalReason, RequestRefusedError
from clearing_service.payment.requests import (
    AuthorizePayment,
    CancelPayment,
    GetPayment,
    NotRouted,
    OpenPayment,
    PaymentAnswer,
    PhoneDigitsNeeded,
    RefundPayment,
    ReversePayment,
    Routed,
    RouteProbe,
    UnusableAmount,
    VerifiedRequest,
)
from clearing_service.payment.use_cases import PaymentUseCases
from clearing_service.rpc.message_checks import require_envelopes
from clearing_service.rpc.signed_calls import SignedCalls
from facepay.errors import MalformedFieldError
from facepay.message_header import Purpose
from facepay.money import Currency, Money
from facepay.pad_evidence import PadEvidence
from facepay.payment_fields import PaymentFields
from facepay.ports import Randomness
from facepay.response_code import ResponseCode
from facepay.v1 import payment_pb2 as pb
from facepay.v1.payment_pb2_grpc import PaymentServiceServicer
from facepay.wire import payment_replies as replies
from facepay.wire.payment_bodies import (
    AuthorizePaymentBody,
    CancelPaymentBody,
    GetPaymentBody,
    OpenPaymentBody,
    RefundPaymentBody,
    ReversePaymentBody,
    RouteProbeBody,
)


class PaymentCalls(PaymentServiceServicer):
    """Decodes, checks, calls `PaymentUseCases`, encodes. Method comments are in the contract."""

    def __init__(
        self, use_cases: PaymentUseCases, calls: SignedCalls, randomness: Randomness
    ) -> None:
        self._use_cases = use_cases
        self._calls = calls
        self._randomness = randomness

    async def OpenPayment(  # noqa: N802 - the contract's name
        self, request: pb.OpenPaymentRequest, _context: grpc.aio.ServicerContext
    ) -> pb.OpenPaymentResponse:
        """Open a payment at the payer's touch."""
        verified = self._calls.verify(request, Purpose.OPEN_PAYMENT)
        require_envelopes(verified.signed, 0)
        body = OpenPaymentBody.from_bytes(verified.signed.body)
        outcome = await self._use_cases.open_payment(
            OpenPayment(
                request=verified,
                payment_id=body.payment_id,
                fields=_fields(body, verified),
                blinding=body.blinding,
                notice_version=body.notice_version,
                notice_sha256=body.notice_sha256,
                presentation=body.presentation,
            )
        )
        if isinstance(outcome, PaymentAnswer):
            return replies.open_reply_to_message(replies.Declined(outcome.decision))
        return replies.open_reply_to_message(
            replies.OpenedPayment(
                payment_id=outcome.payment_id,
                challenge=outcome.challenge,
                phone_digits=outcome.digits_needed.value,
                expires_at=outcome.expires_at,
            )
        )

    async def RouteProbe(  # noqa: N802 - the contract's name
        self, request: pb.RouteProbeRequest, _context: grpc.aio.ServicerContext
    ) -> pb.RouteProbeResponse:
        """Search for the payer."""
        verified = self._calls.verify(request, Purpose.ROUTE_PROBE)
        require_envelopes(verified.signed, 3, 4)
        body = RouteProbeBody.from_bytes(verified.signed.body)
        first, second, third, *digits = verified.signed.envelopes
        outcome = await self._use_cases.route_probe(
            RouteProbe(
                request=verified,
                payment_id=body.payment_id,
                probe=(first, second, third),
                digits=digits[0] if digits else None,
                pad_evidence=PadEvidence.from_bytes(body.pad_evidence),
            )
        )
        padding = self._randomness.bytes(replies.ROUTE_REPLY_BYTES)
        return replies.route_reply_to_message(_route_reply(outcome), padding)

    async def AuthorizePayment(  # noqa: N802 - the contract's name
        self, request: pb.AuthorizePaymentRequest, _context: grpc.aio.ServicerContext
    ) -> pb.AuthorizePaymentResponse:
        """Verify the PIN and move the money."""
        verified = self._calls.verify(request, Purpose.AUTHORIZE_PAYMENT)
        require_envelopes(verified.signed, 0, 1)
        body = AuthorizePaymentBody.from_bytes(verified.signed.body)
        pins = verified.signed.envelopes
        answer = await self._use_cases.authorize_payment(
            AuthorizePayment(
                verified, body.payment_id, body.routing_token, pins[0] if pins else None
            )
        )
        return replies.AuthorizePaymentReply(
            answer.decision, answer.masked_name or "", answer.pin_tries_left or 0
        ).to_message()

    async def GetPayment(  # noqa: N802 - the contract's name
        self, request: pb.GetPaymentRequest, _context: grpc.aio.ServicerContext
    ) -> pb.GetPaymentResponse:
        """Tell where a payment is."""
        verified = self._calls.verify(request, Purpose.GET_PAYMENT)
        require_envelopes(verified.signed, 0)
        body = GetPaymentBody.from_bytes(verified.signed.body)
        answer = await self._use_cases.get_payment(GetPayment(verified, body.payment_id))
        return replies.GetPaymentReply(answer.decision, answer.masked_name or "").to_message()

    async def CancelPayment(  # noqa: N802 - the contract's name
        self, request: pb.CancelPaymentRequest, _context: grpc.aio.ServicerContext
    ) -> pb.CancelPaymentResponse:
        """End a payment that was not authorized."""
        verified = self._calls.verify(request, Purpose.CANCEL_PAYMENT)
        require_envelopes(verified.signed, 0)
        body = CancelPaymentBody.from_bytes(verified.signed.body)
        answer = await self._use_cases.cancel_payment(
            CancelPayment(verified, body.payment_id, body.reason)
        )
        return replies.cancel_reply_to_message(answer.decision)

    async def ReversePayment(  # noqa: N802 - the contract's name
        self, request: pb.ReversePaymentRequest, _context: grpc.aio.ServicerContext
    ) -> pb.ReversePaymentResponse:
        """Undo a payment."""
        verified = self._calls.verify(request, Purpose.REVERSE_PAYMENT)
        require_envelopes(verified.signed, 0)
        body = ReversePaymentBody.from_bytes(verified.signed.body)
        if body.payment_hash != verified.header.payment_hash:
            raise RequestRefusedError(RefusalReason.PAYMENT_HASH_MISMATCH)
        answer = await self._use_cases.reverse_payment(
            ReversePayment(verified, body.payment_id, body.reason)
        )
        return replies.reverse_reply_to_message(answer.decision)

    async def RefundPayment(  # noqa: N802 - the contract's name
        self, request: pb.RefundPaymentRequest, _context: grpc.aio.ServicerContext
    ) -> pb.RefundPaymentResponse:
        """Give money back."""
        verified = self._calls.verify(request, Purpose.REFUND_PAYMENT)
        require_envelopes(verified.signed, 0)
        body = RefundPaymentBody.from_bytes(verified.signed.body)
        amount = _amount(body.amount_minor_units, body.currency)
        answer = await self._use_cases.refund_payment(
            RefundPayment(verified, body.payment_id, body.original_rrn, body.kind, amount)
        )
        return replies.refund_reply_to_message(answer.decision)


def _amount(minor_units: int, currency: str) -> Money | UnusableAmount:
    if currency != Currency.CNY.value:
        return UnusableAmount(ResponseCode.INVALID_TRANSACTION)
    try:
        return Money(minor_units, Currency.CNY)
    except MalformedFieldError:
        return UnusableAmount(ResponseCode.INVALID_AMOUNT)


def _fields(body: OpenPaymentBody, verified: VerifiedRequest) -> PaymentFields | UnusableAmount:
    amount = _amount(body.amount_minor_units, body.currency)
    if isinstance(amount, UnusableAmount):
        return amount
    return PaymentFields(
        acceptor_id=body.acceptor_id,
        terminal_id=verified.header.terminal_id,
        order_id=body.order_id,
        amount=amount,
        acquirer_id=body.acquirer_id,
    )


def _route_reply(
    outcome: Routed | NotRouted | PhoneDigitsNeeded | PaymentAnswer,
) -> replies.RouteProbeReply:
    match outcome:
        case Routed():
            return replies.Routed(
                outcome.routing_token, outcome.masked_name or "", outcome.expires_at
            )
        case NotRouted():
            return replies.NotRouted(outcome.attempts_left)
        case PhoneDigitsNeeded():
            return replies.PhoneDigitsNeeded(outcome.digits.value, outcome.attempts_left)
        case PaymentAnswer():
            return replies.Declined(outcome.decision)
