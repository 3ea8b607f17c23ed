"""EnrolmentService: opening and closing face payment for one person."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import grpc.aio
from google.protobuf.message import Message

from clearing_service.enrolment.closing import Closing
from clearing_service.enrolment.confirmation import Confirmation
from clearing_service.enrolment.opening import Opening
from clearing_service.enrolment.requests import (
    CloseFacePayment,
    ConfirmReference,
    EnrolmentOpened,
    GivenConsent,
    IssuerLogin,
    OpenEnrolment,
    Refused,
    SubmitReference,
)
from clearing_service.enrolment.submission import Submission
from clearing_service.matching.ports import ErasureReceipt, RelayedProbe
from clearing_service.payment.requests import VerifiedRequest
from clearing_service.rpc.message_checks import require_envelopes
from clearing_service.rpc.operation_gate import OperationGate
from clearing_service.rpc.signed_calls import SignedCalls
from facepay.message_header import Purpose
from facepay.pad_evidence import PadEvidence
from facepay.v1 import enrolment_pb2 as pb
from facepay.v1.enrolment_pb2_grpc import EnrolmentServiceServicer
from facepay.wire import enrolment as wire
from facepay.wire.strict import serialize


@dataclass(frozen=True, slots=True)
class EnrolmentUseCases:
    """The four calls of an enrolment."""

    opening: Opening
    submission: Submission
    confirmation: Confirmation
    closing: Closing


class EnrolmentCalls(EnrolmentServiceServicer):
    """Decodes, checks, calls one use case, encodes. Method comments are in the contract."""

    def __init__(
        self, use_cases: EnrolmentUseCases, calls: SignedCalls, gate: OperationGate
    ) -> None:
        self._use_cases = use_cases
        self._calls = calls
        self._gate = gate

    async def OpenEnrolment(  # noqa: N802 - the contract's name
        self, request: pb.OpenEnrolmentRequest, _context: grpc.aio.ServicerContext
    ) -> pb.OpenEnrolmentResponse:
        """Authenticate at the issuer, record the consents, draw a challenge."""
        verified = self._calls.verify(request, Purpose.OPEN_ENROLMENT)
        require_envelopes(verified.signed, 0)
        body = wire.OpenEnrolmentBody.from_bytes(verified.signed.body)
        command = OpenEnrolment(
            header=verified.header,
            enrolment_id=body.enrolment_id,
            login=IssuerLogin(body.issuer_id, body.issuer_login, body.issuer_one_time_code),
            consents=tuple(_given(consent) for consent in body.consents),
            presentation=body.presentation,
        )

        async def run() -> pb.OpenEnrolmentResponse:
            outcome = await self._use_cases.opening.open(command)
            return wire.open_enrolment_reply_to_message(_opened_or_refused(outcome))

        reply: pb.OpenEnrolmentResponse = pb.OpenEnrolmentResponse.FromString(
            await self._once(verified, run)
        )
        return reply

    async def SubmitReference(  # noqa: N802 - the contract's name
        self, request: pb.SubmitReferenceRequest, _context: grpc.aio.ServicerContext
    ) -> pb.SubmitReferenceResponse:
        """Take the first capture."""
        verified = self._calls.verify(request, Purpose.SUBMIT_REFERENCE)
        require_envelopes(verified.signed, 4)
        body = wire.ReferenceBody.from_bytes(verified.signed.body)
        command = SubmitReference(
            header=verified.header,
            enrolment_id=body.enrolment_id,
            capture=_relayed(verified),
            pin=verified.signed.envelopes[3],
            evidence=PadEvidence.from_bytes(body.pad_evidence),
        )

        async def run() -> pb.SubmitReferenceResponse:
            outcome = await self._use_cases.submission.submit(command)
            return wire.submit_reply_to_message(_opened_or_refused(outcome))

        reply: pb.SubmitReferenceResponse = pb.SubmitReferenceResponse.FromString(
            await self._once(verified, run)
        )
        return reply

    async def ConfirmReference(  # noqa: N802 - the contract's name
        self, request: pb.ConfirmReferenceRequest, _context: grpc.aio.ServicerContext
    ) -> pb.ConfirmReferenceResponse:
        """Take the second capture."""
        verified = self._calls.verify(request, Purpose.CONFIRM_REFERENCE)
        require_envelopes(verified.signed, 3)
        body = wire.ReferenceBody.from_bytes(verified.signed.body)
        command = ConfirmReference(
            header=verified.header,
            enrolment_id=body.enrolment_id,
            capture=_relayed(verified),
            evidence=PadEvidence.from_bytes(body.pad_evidence),
        )

        async def run() -> pb.ConfirmReferenceResponse:
            outcome = await self._use_cases.confirmation.confirm(command)
            if isinstance(outcome, Refused):
                return wire.confirm_reply_to_message(wire.EnrolmentRefused(outcome.reason))
            return wire.confirm_reply_to_message(
                wire.EnrolmentActive(outcome.activated_at, outcome.consent_ends_at)
            )

        reply: pb.ConfirmReferenceResponse = pb.ConfirmReferenceResponse.FromString(
            await self._once(verified, run)
        )
        return reply

    async def CloseFacePayment(  # noqa: N802 - the contract's name
        self, request: pb.CloseFacePaymentRequest, _context: grpc.aio.ServicerContext
    ) -> pb.CloseFacePaymentResponse:
        """Close face payment and erase the reference."""
        verified = self._calls.verify(request, Purpose.CLOSE_FACE_PAYMENT)
        require_envelopes(verified.signed, 0)
        body = wire.CloseFacePaymentBody.from_bytes(verified.signed.body)
        login = IssuerLogin(body.issuer_id, body.issuer_login, body.issuer_one_time_code)

        async def run() -> pb.CloseFacePaymentResponse:
            outcome = await self._use_cases.closing.close(CloseFacePayment(verified.header, login))
            if isinstance(outcome, Refused):
                return wire.close_reply_to_message(wire.EnrolmentRefused(outcome.reason))
            receipts = tuple(_receipt(receipt) for receipt in outcome.receipts)
            return wire.close_reply_to_message(wire.FacePaymentClosed(receipts))

        reply: pb.CloseFacePaymentResponse = pb.CloseFacePaymentResponse.FromString(
            await self._once(verified, run)
        )
        return reply

    async def _once(
        self, verified: VerifiedRequest, run: Callable[[], Awaitable[Message]]
    ) -> bytes:
        """Return the serialised answer: the stored one, or that of `run`."""

        async def use_case() -> bytes:
            return serialize(await run())

        return await self._gate.answer(verified, verified.header.purpose, use_case)


def _opened_or_refused(
    outcome: EnrolmentOpened | Refused,
) -> wire.OpenedEnrolment | wire.EnrolmentRefused:
    if isinstance(outcome, Refused):
        return wire.EnrolmentRefused(outcome.reason)
    return wire.OpenedEnrolment(
        enrolment_id=outcome.enrolment_id,
        challenge=outcome.challenge,
        passcode_token=outcome.passcode_token,
        masked_name=outcome.masked_name,
        expires_at=outcome.expires_at,
    )


def _given(consent: wire.Consent) -> GivenConsent:
    return GivenConsent(
        consent.scope, consent.notice_version, consent.notice_sha256, consent.given_at
    )


def _relayed(verified: VerifiedRequest) -> RelayedProbe:
    signed = verified.signed
    first, second, third = signed.envelopes[:3]
    return RelayedProbe(signed.header, signed.signature, signed.digests, (first, second, third))


def _receipt(receipt: ErasureReceipt) -> wire.SignedErasureReceipt:
    return wire.SignedErasureReceipt(receipt.party, receipt.statement, receipt.signature)
