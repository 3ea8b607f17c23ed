"""The signed message and the signed decision, as they travel."""

from collections.abc import Sequence

from facepay.errors import MalformedFieldError
from facepay.message_header import KEY_ID_BYTES
from facepay.payment_decision import SignedDecision
from facepay.sealed_envelope import SealedEnvelope
from facepay.signed_request import ENVELOPES_MAX, SignedRequest
from facepay.v1 import signed_message_pb2 as pb
from facepay.wire.strict import (
    BODY_MAX_BYTES,
    HEADER_MAX_BYTES,
    SEALED_MAX_BYTES,
    at_most,
    exactly,
    require_strict,
)

SIGNATURE_BYTES = 64
DECISION_MAX_BYTES = 512


def signed_request_to_message(request: SignedRequest) -> pb.SignedMessage:
    """Return the message that carries exactly the bytes that were signed."""
    return pb.SignedMessage(
        header=request.header,
        body=request.body,
        envelopes=[envelope_to_message(envelope) for envelope in request.envelopes],
        signature=request.signature,
    )


def signed_request_from_message(message: pb.SignedMessage) -> SignedRequest:
    """Return the request, nothing of it verified yet.

    Raises `MalformedFieldError` for a size out of bounds or an unknown field, `ImageBytesError` for
    a picture in any field.
    """
    require_strict(message)
    if len(message.envelopes) > ENVELOPES_MAX:
        raise MalformedFieldError(f"a message has at most {ENVELOPES_MAX} envelopes")
    return SignedRequest(
        header=at_most(message.header, HEADER_MAX_BYTES, "a header"),
        body=at_most(message.body, BODY_MAX_BYTES, "a body"),
        envelopes=envelopes_from_messages(message.envelopes),
        signature=exactly(message.signature, SIGNATURE_BYTES, "a signature"),
    )


def envelope_to_message(envelope: SealedEnvelope) -> pb.SealedEnvelope:
    """Return the message of one envelope."""
    return pb.SealedEnvelope(recipient_key_id=envelope.recipient_key_id, sealed=envelope.sealed)


def envelope_from_message(message: pb.SealedEnvelope) -> SealedEnvelope:
    """Return one envelope; raises `MalformedFieldError` for a size out of bounds."""
    return SealedEnvelope(
        recipient_key_id=exactly(message.recipient_key_id, KEY_ID_BYTES, "a recipient key id"),
        sealed=at_most(message.sealed, SEALED_MAX_BYTES, "an envelope"),
    )


def envelopes_from_messages(messages: Sequence[pb.SealedEnvelope]) -> tuple[SealedEnvelope, ...]:
    """Return the envelopes in their order."""
    return tuple(envelope_from_message(message) for message in messages)


def decision_to_message(decision: SignedDecision) -> pb.SignedDecision:
    """Return the message of a signed decision."""
    return pb.SignedDecision(
        decision=decision.decision,
        signing_key_id=decision.signing_key_id,
        signature=decision.signature,
    )


def decision_from_message(message: pb.SignedDecision) -> SignedDecision:
    """Return the decision, its signature not verified yet."""
    return SignedDecision(
        decision=at_most(message.decision, DECISION_MAX_BYTES, "a decision"),
        signing_key_id=exactly(message.signing_key_id, KEY_ID_BYTES, "a signing key id"),
        signature=exactly(message.signature, SIGNATURE_BYTES, "a signature"),
    )
