"""The calls of an enrolment, over gRPC: the checkout's `EnrolmentGateway`."""

from collections.abc import Mapping

import grpc.aio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from facepay.erasure import verify_erasure
from facepay.identifiers import EnrolmentId
from facepay.pad_challenge import PadChallenge
from facepay.payment_fields import notice_hash
from facepay.pin_block import EncipheredPin
from facepay.ports import Clock
from facepay.sealed_envelope import seal
from facepay.signed_request import SignedRequest
from facepay.v1 import enrolment_pb2, enrolment_pb2_grpc
from facepay.vocabulary import KemKeyOwner
from facepay.wire.enrolment import (
    CloseFacePaymentBody,
    EnrolmentActive,
    EnrolmentRefused,
    FacePaymentClosed,
    OpenedEnrolment,
    OpenEnrolmentBody,
    ReferenceBody,
    close_reply_from_message,
    confirm_reply_from_message,
    open_enrolment_reply_from_message,
    submit_reply_from_message,
)
from pos_app.checkout.enrolment_ports import EnrolmentIntent, IssuerLogin
from pos_app.checkout.payment import Operation
from pos_app.checkout.ports import SealedProbe, SealingContext
from pos_app.clearing_client.caller import Caller
from pos_app.clearing_client.gateway import RemoteClearing
from pos_app.clearing_client.request_builder import HeaderFields, RequestBuilder
from pos_app.clearing_client.sealing_context import CaptureContext, CaptureMessage

ISSUER_CALL_SECONDS = 12.0
"""OpenEnrolment and CloseFacePayment ask the issuer, which has 8 seconds."""
REFERENCE_SECONDS = 20.0
"""Both references end in a change that all three parties make together."""
_PARTY_KEYS = {1: KemKeyOwner.PARTY_1, 2: KemKeyOwner.PARTY_2, 3: KemKeyOwner.PARTY_3}


class RemoteEnrolment:
    """Implements `EnrolmentGateway` with the session of a `RemoteClearing`."""

    def __init__(
        self,
        channel: grpc.aio.Channel,
        clearing: RemoteClearing,
        builder: RequestBuilder,
        clock: Clock,
        identity_keys: Mapping[KemKeyOwner, Ed25519PublicKey],
    ) -> None:
        self._identity_keys = identity_keys
        self._stub = enrolment_pb2_grpc.EnrolmentServiceStub(channel)  # type: ignore[no-untyped-call]
        self._clearing = clearing
        self._builder = builder
        self._caller = Caller(clock)

    async def open_enrolment(
        self, operation: Operation, intent: EnrolmentIntent
    ) -> OpenedEnrolment | EnrolmentRefused:
        """See `EnrolmentGateway.open_enrolment`."""
        body = OpenEnrolmentBody(
            salt=self._builder.salt(),
            enrolment_id=intent.enrolment_id,
            issuer_id=intent.login.issuer_id,
            issuer_login=intent.login.login,
            issuer_one_time_code=intent.login.one_time_code,
            consents=intent.consents,
            blinding=intent.blinding,
            presentation=intent.presentation,
        )
        shown = intent.consents[0]
        fields = HeaderFields(
            notice_hash=notice_hash(shown.notice_version, shown.notice_sha256, intent.blinding)
        )
        return await self._caller.call(
            self._stub.OpenEnrolment,
            enrolment_pb2.OpenEnrolmentRequest,
            self._builder.build(operation, body, fields),
            ISSUER_CALL_SECONDS,
            open_enrolment_reply_from_message,
        )

    def enrolment_context(
        self, operation: Operation, enrolment_id: EnrolmentId, challenge: PadChallenge
    ) -> SealingContext:
        """See `EnrolmentGateway.enrolment_context`."""
        salt = self._builder.salt()
        message = CaptureMessage(
            operation,
            HeaderFields(),
            challenge,
            lambda evidence: ReferenceBody(salt, enrolment_id, evidence),
        )
        return CaptureContext(self._clearing.session, self._builder, message)

    async def submit_reference(
        self, context: SealingContext, probe: SealedProbe, passcode: EncipheredPin
    ) -> OpenedEnrolment | EnrolmentRefused:
        """See `EnrolmentGateway.submit_reference`."""
        module_key = self._clearing.session.recipients[KemKeyOwner.SECURITY_MODULE]
        envelopes = [*probe.envelopes, seal(passcode.to_bytes(), module_key, probe.header)]
        body = _require_ours(context).body_for(probe.header)
        return await self._caller.call(
            self._stub.SubmitReference,
            enrolment_pb2.SubmitReferenceRequest,
            self._builder.sign(probe.header, body, envelopes),
            REFERENCE_SECONDS,
            submit_reply_from_message,
        )

    async def confirm_reference(
        self, context: SealingContext, probe: SealedProbe
    ) -> EnrolmentActive | EnrolmentRefused:
        """See `EnrolmentGateway.confirm_reference`."""
        body = _require_ours(context).body_for(probe.header)
        request: SignedRequest = self._builder.sign(probe.header, body, probe.envelopes)
        return await self._caller.call(
            self._stub.ConfirmReference,
            enrolment_pb2.ConfirmReferenceRequest,
            request,
            REFERENCE_SECONDS,
            confirm_reply_from_message,
        )

    async def close_face_payment(
        self, operation: Operation, login: IssuerLogin
    ) -> FacePaymentClosed | EnrolmentRefused:
        """See `EnrolmentGateway.close_face_payment`."""
        body = CloseFacePaymentBody(
            self._builder.salt(), login.issuer_id, login.login, login.one_time_code
        )
        return await self._caller.call(
            self._stub.CloseFacePayment,
            enrolment_pb2.CloseFacePaymentRequest,
            self._builder.build(operation, body, HeaderFields()),
            REFERENCE_SECONDS,
            self._read_closing,
        )

    def _read_closing(
        self, message: enrolment_pb2.CloseFacePaymentResponse
    ) -> FacePaymentClosed | EnrolmentRefused:
        """Read the reply; believe a receipt only under its own party's pinned key."""
        reply = close_reply_from_message(message)
        if isinstance(reply, FacePaymentClosed):
            for item in reply.receipts:
                key = self._identity_keys[_PARTY_KEYS[item.party]]
                verify_erasure(item.receipt, item.signature, item.party, key)
        return reply


def _require_ours(context: SealingContext) -> CaptureContext:
    if not isinstance(context, CaptureContext):
        raise TypeError("a probe is sent with the context it was sealed under")
    return context
