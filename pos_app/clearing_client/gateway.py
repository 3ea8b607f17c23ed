"""The calls of a payment, over gRPC: the checkout's `ClearingGateway`."""

from dataclasses import replace

import grpc.aio

from facepay.identifiers import OperationId
from facepay.pad_challenge import PadChallenge
from facepay.payment_decision import SignedDecision
from facepay.phone_digits import PhoneDigits
from facepay.pin_block import EncipheredPin
from facepay.ports import Clock
from facepay.response_code import ResponseCode
from facepay.sealed_envelope import SealedEnvelope, seal
from facepay.v1 import payment_pb2, payment_pb2_grpc, terminal_pb2, terminal_pb2_grpc
from facepay.vocabulary import CancelReason, KemKeyOwner, ReversalReason
from facepay.wire.payment_bodies import (
    AuthorizePaymentBody,
    CancelPaymentBody,
    GetPaymentBody,
    OpenPaymentBody,
    ReversePaymentBody,
    RouteProbeBody,
)
from facepay.wire.payment_replies import (
    AuthorizePaymentReply,
    Declined,
    GetPaymentReply,
    NotRouted,
    OpenedPayment,
    OpenPaymentReply,
    PhoneDigitsNeeded,
    Routed,
    RouteProbeReply,
    cancel_reply_from_message,
    open_reply_from_message,
    reverse_reply_from_message,
    route_reply_from_message,
)
from facepay.wire.terminal import SignOnBody, SignOnReply
from pos_app.checkout.clearing_answers import (
    ClearingError,
    ClearingErrorReason,
    PaymentAnswer,
    SignedOn,
)
from pos_app.checkout.payment import (
    ConfirmedRoute,
    JournaledPayment,
    OpeningIntent,
    Operation,
    PaymentBinding,
)
from pos_app.checkout.ports import SealedProbe, SealingContext
from pos_app.clearing_client.caller import Caller
from pos_app.clearing_client.decisions import DecisionVerifier
from pos_app.clearing_client.request_builder import HeaderFields, RequestBuilder
from pos_app.clearing_client.sealing_context import CaptureContext, CaptureMessage
from pos_app.clearing_client.session import TerminalSession
from pos_app.clearing_client.terminal_keys import TerminalKeys

SOFTWARE_VERSION = "0.1.0"

SIGN_ON_SECONDS = 5.0
SHORT_CALL_SECONDS = 3.0
"""OpenPayment, GetPayment, CancelPayment: no other party is asked."""
REVERSAL_SECONDS = 5.0


class ProbeContext(CaptureContext):
    """The sealing context of one RouteProbe, which also knows the payment it is for."""

    def __init__(
        self,
        session: TerminalSession,
        builder: RequestBuilder,
        message: CaptureMessage,
        binding: PaymentBinding,
    ) -> None:
        super().__init__(session, builder, message)
        self.binding = binding


class RemoteClearing:
    """Implements `ClearingGateway` over one channel. Holds one session at a time."""

    def __init__(
        self,
        channel: grpc.aio.Channel,
        keys: TerminalKeys,
        builder: RequestBuilder,
        clock: Clock,
    ) -> None:
        self._terminal = terminal_pb2_grpc.TerminalServiceStub(channel)  # type: ignore[no-untyped-call]
        self._payment = payment_pb2_grpc.PaymentServiceStub(channel)  # type: ignore[no-untyped-call]
        self._keys = keys
        self._builder = builder
        self._clock = clock
        self._caller = Caller(clock)
        self._decisions = DecisionVerifier(keys.decision_key)
        self._session: TerminalSession | None = None

    @property
    def session(self) -> TerminalSession:
        """The keys in force; raises `ClearingError` NOT_SIGNED_ON when there are none."""
        if self._session is None:
            raise ClearingError(ClearingErrorReason.NOT_SIGNED_ON, is_outcome_unknown=False)
        return self._session

    def close(self) -> None:
        """Wipe the session's secrets. The channel belongs to whoever opened it."""
        if self._session is not None:
            self._session.wipe()
        self._session = None

    async def sign_on(self, operation: Operation) -> SignedOn:
        """See `ClearingGateway.sign_on`."""
        body = SignOnBody(
            salt=self._builder.salt(),
            terminal_kem_public_key=self._keys.kem_key.recipient.public_key_bytes,
            software_version=SOFTWARE_VERSION,
        )
        request = self._builder.build(operation, body, HeaderFields())
        reply, session = await self._caller.call(
            self._terminal.SignOn,
            terminal_pb2.SignOnRequest,
            request,
            SIGN_ON_SECONDS,
            lambda response: self._read_sign_on(response, request.header),
        )
        self.close()
        self._session = session
        skew = (self._clock.now() - reply.clearing_time).total_seconds()
        return SignedOn(
            reply.acceptor, reply.notice, reply.timers, reply.epoch, reply.model_id, skew
        )

    async def open_payment(
        self, operation: Operation, binding: PaymentBinding, intent: OpeningIntent
    ) -> OpenedPayment | PaymentAnswer:
        """See `ClearingGateway.open_payment`."""
        fields = binding.fields
        body = OpenPaymentBody(
            salt=self._builder.salt(),
            payment_id=binding.payment_id,
            blinding=intent.blinding,
            acceptor_id=fields.acceptor_id,
            order_id=fields.order_id,
            amount_minor_units=fields.amount.amount_minor_units,
            currency=fields.amount.currency.value,
            acquirer_id=fields.acquirer_id,
            notice_version=intent.notice.version,
            notice_sha256=intent.notice.sha256,
            presentation=intent.presentation,
        )
        request = self._builder.build(operation, body, _fields_of(binding))

        def read(response: payment_pb2.OpenPaymentResponse) -> OpenedPayment | PaymentAnswer:
            reply: OpenPaymentReply = open_reply_from_message(response)
            if isinstance(reply, Declined):
                return self._answer(reply.decision, binding, operation.operation_id)
            return reply

        return await self._caller.call(
            self._payment.OpenPayment,
            payment_pb2.OpenPaymentRequest,
            request,
            SHORT_CALL_SECONDS,
            read,
        )

    def sealing_context(
        self, operation: Operation, binding: PaymentBinding, challenge: PadChallenge, attempt: int
    ) -> SealingContext:
        """See `ClearingGateway.sealing_context`."""
        salt = self._builder.salt()
        message = CaptureMessage(
            operation,
            _fields_of(binding),
            challenge,
            lambda evidence: RouteProbeBody(salt, binding.payment_id, evidence),
            attempt,
        )
        return ProbeContext(self.session, self._builder, message, binding)

    async def route_probe(
        self, context: SealingContext, probe: SealedProbe, digits: PhoneDigits | None
    ) -> Routed | NotRouted | PhoneDigitsNeeded | PaymentAnswer:
        """See `ClearingGateway.route_probe`."""
        if not isinstance(context, ProbeContext):
            raise TypeError("a probe is sent with the context it was sealed under")
        envelopes = list(probe.envelopes)
        if digits is not None:
            envelopes.append(self._seal_digits(digits, probe.header))
        request = self._builder.sign(probe.header, context.body_for(probe.header), envelopes)

        def read(
            response: payment_pb2.RouteProbeResponse,
        ) -> Routed | NotRouted | PhoneDigitsNeeded | PaymentAnswer:
            reply: RouteProbeReply = route_reply_from_message(response)
            if isinstance(reply, Declined):
                operation_id = context.operation.operation_id
                return self._answer(reply.decision, context.binding, operation_id)
            return reply

        return await self._caller.call(
            self._payment.RouteProbe,
            payment_pb2.RouteProbeRequest,
            request,
            float(self.session.timers.route_probe_deadline_seconds),
            read,
        )

    async def authorize_payment(
        self,
        operation: Operation,
        binding: PaymentBinding,
        confirmed: ConfirmedRoute,
        pin: EncipheredPin,
    ) -> PaymentAnswer:
        """See `ClearingGateway.authorize_payment`."""
        session = self.session
        body = AuthorizePaymentBody(
            self._builder.salt(), binding.payment_id, confirmed.routing_token
        )
        module_key = session.recipients[KemKeyOwner.SECURITY_MODULE]
        request = self._builder.build(
            operation,
            body,
            replace(_fields_of(binding), challenge_nonce=confirmed.challenge_nonce),
            lambda header: [seal(pin.to_bytes(), module_key, header)],
        )

        def read(response: payment_pb2.AuthorizePaymentResponse) -> PaymentAnswer:
            reply = AuthorizePaymentReply.from_message(response)
            answer = self._answer(
                reply.decision, binding, operation.operation_id, masked_name=reply.masked_name
            )
            if answer.decision.response_code is not ResponseCode.VERIFICATION_FAILED:
                return answer
            return replace(answer, pin_tries_left=reply.pin_tries_left)

        return await self._caller.call(
            self._payment.AuthorizePayment,
            payment_pb2.AuthorizePaymentRequest,
            request,
            float(session.timers.authorize_deadline_seconds),
            read,
        )

    async def get_payment(self, operation: Operation, payment: JournaledPayment) -> PaymentAnswer:
        """See `ClearingGateway.get_payment`."""
        binding = payment.binding
        body = GetPaymentBody(self._builder.salt(), binding.payment_id)
        request = self._builder.build(operation, body, _fields_of(binding))

        def read(response: payment_pb2.GetPaymentResponse) -> PaymentAnswer:
            reply = GetPaymentReply.from_message(response)
            return self._answer(
                reply.decision,
                binding,
                operation.operation_id,
                *payment.operation_ids,
                masked_name=reply.masked_name,
            )

        return await self._caller.call(
            self._payment.GetPayment,
            payment_pb2.GetPaymentRequest,
            request,
            SHORT_CALL_SECONDS,
            read,
        )

    async def cancel_payment(
        self, operation: Operation, binding: PaymentBinding, reason: CancelReason
    ) -> PaymentAnswer:
        """See `ClearingGateway.cancel_payment`."""
        body = CancelPaymentBody(self._builder.salt(), binding.payment_id, reason)
        request = self._builder.build(operation, body, _fields_of(binding))
        return await self._caller.call(
            self._payment.CancelPayment,
            payment_pb2.CancelPaymentRequest,
            request,
            SHORT_CALL_SECONDS,
            lambda response: self._answer(
                cancel_reply_from_message(response), binding, operation.operation_id
            ),
        )

    async def reverse_payment(
        self, operation: Operation, payment: JournaledPayment, reason: ReversalReason
    ) -> PaymentAnswer:
        """See `ClearingGateway.reverse_payment`."""
        binding = payment.binding
        body = ReversePaymentBody(
            self._builder.salt(), binding.payment_id, reason, binding.payment_hash
        )
        request = self._builder.build(operation, body, _fields_of(binding))
        return await self._caller.call(
            self._payment.ReversePayment,
            payment_pb2.ReversePaymentRequest,
            request,
            REVERSAL_SECONDS,
            lambda response: self._answer(
                reverse_reply_from_message(response),
                binding,
                operation.operation_id,
                *payment.operation_ids,
            ),
        )

    def _read_sign_on(
        self, response: terminal_pb2.SignOnResponse, header: bytes
    ) -> tuple[SignOnReply, TerminalSession]:
        reply = SignOnReply.from_message(response)
        return reply, TerminalSession.open(reply, header, self._keys)

    def _seal_digits(self, digits: PhoneDigits, header: bytes) -> SealedEnvelope:
        return seal(digits.view, self.session.recipients[KemKeyOwner.CLEARING], header)

    def _answer(
        self,
        signed: SignedDecision,
        binding: PaymentBinding,
        *operation_ids: OperationId,
        masked_name: str = "",
    ) -> PaymentAnswer:
        return PaymentAnswer(self._decisions.verify(signed, binding, operation_ids), masked_name)


def _fields_of(binding: PaymentBinding) -> HeaderFields:
    return HeaderFields(payment_hash=binding.payment_hash, notice_hash=binding.notice_hash)
