"""The calls of a refund, over gRPC: the checkout's `RefundGateway`."""

import grpc.aio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from facepay.errors import SignatureInvalidError
from facepay.payment_decision import SignedDecision
from facepay.ports import Clock
from facepay.refund_decision import RefundDecision, RefundOutcome, verify_refund
from facepay.signed_request import SignedRequest, signing_key_id
from facepay.v1 import payment_pb2, payment_pb2_grpc
from facepay.vocabulary import RefundKind
from facepay.wire.payment_bodies import RefundPaymentBody
from facepay.wire.payment_replies import refund_reply_from_message
from pos_app.checkout.clearing_answers import PaymentAnswer
from pos_app.checkout.payment import JournaledPayment, Operation
from pos_app.checkout.refund import ApprovedPayment, JournaledRefund, RefundIntent
from pos_app.clearing_client.caller import Caller
from pos_app.clearing_client.gateway import RemoteClearing
from pos_app.clearing_client.request_builder import HeaderFields, RequestBuilder
from pos_app.clearing_client.terminal_keys import TerminalKeys

REFUND_SECONDS = 5.0

_MONEY_OF = {RefundKind.REFUND: RefundOutcome.REFUNDED, RefundKind.VOID: RefundOutcome.VOIDED}


class RemoteRefunds:
    """Implements `RefundGateway` over one channel. Needs no session: nothing is sealed."""

    def __init__(
        self,
        channel: grpc.aio.Channel,
        clearing: RemoteClearing,
        keys: TerminalKeys,
        builder: RequestBuilder,
        clock: Clock,
    ) -> None:
        self._stub = payment_pb2_grpc.PaymentServiceStub(channel)  # type: ignore[no-untyped-call]
        self._clearing = clearing
        self._key = keys.decision_key
        self._builder = builder
        self._caller = Caller(clock)

    async def get_payment(self, operation: Operation, payment: JournaledPayment) -> PaymentAnswer:
        """See `RefundGateway.get_payment`."""
        return await self._clearing.get_payment(operation, payment)

    def prepare_refund(
        self, operation: Operation, found: ApprovedPayment, intent: RefundIntent
    ) -> SignedRequest:
        """See `RefundGateway.prepare_refund`."""
        binding = found.payment.binding
        body = RefundPaymentBody(
            salt=self._builder.salt(),
            payment_id=binding.payment_id,
            original_rrn=found.rrn,
            kind=intent.kind,
            amount_minor_units=intent.amount.amount_minor_units,
            currency=intent.amount.currency.value,
        )
        fields = HeaderFields(payment_hash=binding.payment_hash, notice_hash=binding.notice_hash)
        return self._builder.build(operation, body, fields)

    async def send_refund(self, refund: JournaledRefund) -> RefundDecision:
        """See `RefundGateway.send_refund`."""
        return await self._caller.call(
            self._stub.RefundPayment,
            payment_pb2.RefundPaymentRequest,
            refund.request,
            REFUND_SECONDS,
            lambda response: verify_answer(refund, refund_reply_from_message(response), self._key),
        )


def verify_answer(
    refund: JournaledRefund, signed: SignedDecision, key: Ed25519PublicKey
) -> RefundDecision:
    """Return the decision once it is the service's, about this very refund and its sum.

    Raises `SignatureInvalidError`, and `MalformedFieldError` for signed bytes that are no refund.
    """
    if signed.signing_key_id != signing_key_id(key):
        raise SignatureInvalidError("the refund is signed by an unknown key")
    decision = verify_refund(signed, key)
    binding, intent = refund.payment.binding, refund.intent
    named = (decision.payment_id, decision.payment_hash)
    if named != (binding.payment_id, binding.payment_hash):
        raise SignatureInvalidError("the refund is of another payment")
    if decision.operation_id != refund.operation.operation_id:
        raise SignatureInvalidError("the refund answers another operation")
    moved = (decision.outcome, decision.amount)
    if decision.outcome.has_moved_money and moved != (_MONEY_OF[intent.kind], intent.amount):
        raise SignatureInvalidError("the refund is not the one that was asked for")
    return decision
