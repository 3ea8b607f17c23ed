"""A signed message is good as it was signed and not otherwise."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from facepay.errors import SignatureInvalidError
from facepay.message_header import body_hash
from facepay.sealed_envelope import SealedEnvelope
from facepay.signed_request import (
    SignedRequest,
    sign_request,
    signing_key_id,
    verify_relayed,
    verify_request,
)
from tests.unit.facepay.test_message_header import HEADER

KEY = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\x01")
BODY = b"the body"
SIGNED_HEADER = replace(HEADER, body_hash=body_hash(BODY))
ENVELOPES = (SealedEnvelope(b"a" * 16, b"one" * 30), SealedEnvelope(b"b" * 16, b"two" * 30))


@pytest.fixture
def request_() -> SignedRequest:
    return sign_request(SIGNED_HEADER, BODY, ENVELOPES, KEY)


def test_a_signed_message_gives_its_header(request_: SignedRequest) -> None:
    assert verify_request(request_, KEY.public_key()) == SIGNED_HEADER


def test_a_relayed_message_is_verified_without_its_body(request_: SignedRequest) -> None:
    header = verify_relayed(request_.header, request_.digests, request_.signature, KEY.public_key())
    assert header == SIGNED_HEADER


@pytest.mark.rule("WIR-05", "PAD-03")
@pytest.mark.parametrize(
    "tampered",
    [
        lambda good: replace(good, body=b"another body"),
        lambda good: replace(good, header=replace(SIGNED_HEADER, counter=8).to_bytes()),
        lambda good: replace(good, envelopes=good.envelopes[::-1]),
        lambda good: replace(good, envelopes=good.envelopes[:1]),
        lambda good: replace(
            good, envelopes=(good.envelopes[0], SealedEnvelope(b"b" * 16, b"xxx" * 30))
        ),
        lambda good: replace(good, signature=bytes(64)),
        lambda good: replace(good, signature=b""),
    ],
    ids=["body", "header", "order", "missing", "sealed", "signature", "unsigned"],
)
def test_a_message_that_is_not_as_signed_is_refused(
    request_: SignedRequest, tampered: object
) -> None:
    assert callable(tampered)
    with pytest.raises(SignatureInvalidError):
        verify_request(tampered(request_), KEY.public_key())


def test_another_terminals_key_does_not_verify(request_: SignedRequest) -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\x02").public_key()
    with pytest.raises(SignatureInvalidError):
        verify_request(request_, other)
    assert signing_key_id(other) != signing_key_id(KEY.public_key())


def test_a_repeat_has_the_same_hash_and_another_message_has_not(request_: SignedRequest) -> None:
    assert sign_request(SIGNED_HEADER, BODY, ENVELOPES, KEY).sha256 == request_.sha256
    assert sign_request(SIGNED_HEADER, BODY, ENVELOPES[:1], KEY).sha256 != request_.sha256
