"""Sealed envelopes open for one recipient, under one header, and tell a failure's cause to nobody."""

import json
import pickle
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from facepay.errors import EnvelopeOpeningError, MalformedFieldError, SignatureInvalidError
from facepay.sealed_envelope import (
    KemPrivateKey,
    RecipientKey,
    SealedEnvelope,
    SuiteId,
    open_envelope,
    seal,
    sign_kem_key,
    verify_kem_key,
)
from facepay.vocabulary import KemKeyOwner
from tests.fakes.ports import SeededRandomness

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/sealed_envelope.json").read_text())
HEADER = b"header of one request"
SECRET = b"share pair"


@pytest.fixture(params=list(SuiteId), ids=lambda suite: f"{suite:#06x}")
def key(request: pytest.FixtureRequest) -> KemPrivateKey:
    return KemPrivateKey.generate(SeededRandomness(), request.param)


def test_an_envelope_opens_for_its_recipient(key: KemPrivateKey) -> None:
    with open_envelope(seal(SECRET, key.recipient, HEADER), key, HEADER) as opened:
        assert bytes(opened.view) == SECRET


def test_the_same_plaintext_never_looks_the_same(key: KemPrivateKey) -> None:
    first, second = (seal(SECRET, key.recipient, HEADER) for _ in range(2))
    assert first.sealed != second.sealed
    assert first.digest != second.digest


@pytest.mark.rule("WIR-02")
def test_an_envelope_does_not_open_under_another_header(key: KemPrivateKey) -> None:
    envelope = seal(SECRET, key.recipient, HEADER)
    with pytest.raises(EnvelopeOpeningError):
        open_envelope(envelope, key, HEADER + b"!")


@pytest.mark.rule("WIR-02", "WIR-04")
def test_a_relay_or_a_key_of_another_purpose_opens_nothing(key: KemPrivateKey) -> None:
    """Neither its own key, nor its own key under the recipient's id, opens the envelope."""
    envelope = seal(SECRET, key.recipient, HEADER)
    other = KemPrivateKey.generate(SeededRandomness(2), key.recipient.suite_id)
    relabelled = replace(envelope, recipient_key_id=other.recipient.key_id)
    for attempt in (envelope, relabelled):
        with pytest.raises(EnvelopeOpeningError):
            open_envelope(attempt, other, HEADER)


@pytest.mark.rule("WIR-02")
def test_a_changed_byte_anywhere_is_noticed(key: KemPrivateKey) -> None:
    envelope = seal(SECRET, key.recipient, HEADER)
    for position in {0, 31, 32, len(envelope.sealed) // 2, len(envelope.sealed) - 1}:
        changed = bytearray(envelope.sealed)
        changed[position] ^= 1
        with pytest.raises(EnvelopeOpeningError):
            open_envelope(replace(envelope, sealed=bytes(changed)), key, HEADER)


def test_truncated_and_empty_envelopes_fail_like_any_other(key: KemPrivateKey) -> None:
    envelope = seal(SECRET, key.recipient, HEADER)
    messages = set()
    for sealed in (b"", envelope.sealed[:20], envelope.sealed[:-1], bytes(48)):
        with pytest.raises(EnvelopeOpeningError) as failure:
            open_envelope(replace(envelope, sealed=sealed), key, HEADER)
        messages.add(str(failure.value))
        assert failure.value.__cause__ is None
    assert len(messages) == 1


def test_a_suite_cannot_be_talked_down() -> None:
    """A key of one suite does not open what was sealed to a key of the other."""
    hybrid = KemPrivateKey.generate(SeededRandomness(), SuiteId.X25519_MLKEM768_AES256GCM)
    classic = KemPrivateKey.generate(SeededRandomness())
    envelope = seal(SECRET, classic.recipient, HEADER)
    moved = SealedEnvelope(hybrid.recipient.key_id, envelope.sealed)
    with pytest.raises(EnvelopeOpeningError):
        open_envelope(moved, hybrid, HEADER)


def test_a_key_survives_being_stored(key: KemPrivateKey) -> None:
    again = KemPrivateKey(bytes(key.secret.view))
    assert again.recipient == key.recipient
    assert again.recipient.suite_id is key.recipient.suite_id
    open_envelope(seal(SECRET, key.recipient, HEADER), again, HEADER).wipe()


def test_a_wiped_key_opens_nothing(key: KemPrivateKey) -> None:
    envelope = seal(SECRET, key.recipient, HEADER)
    key.wipe()
    with pytest.raises(EnvelopeOpeningError):
        open_envelope(envelope, key, HEADER)
    with pytest.raises(ValueError, match="wiped"):
        _ = key.secret.view


def test_a_key_id_belongs_to_one_key(key: KemPrivateKey) -> None:
    with pytest.raises(MalformedFieldError):
        RecipientKey(bytes(16), key.recipient.public_key_bytes)
    with pytest.raises(MalformedFieldError):
        RecipientKey.from_public_bytes(b"short")
    with pytest.raises(MalformedFieldError):
        KemPrivateKey(b"short")


def test_sealing_to_a_point_of_small_order_is_refused() -> None:
    with pytest.raises(MalformedFieldError):
        seal(SECRET, RecipientKey.from_public_bytes(bytes(32)), HEADER)


def test_no_repr_shows_key_or_content(key: KemPrivateKey) -> None:
    envelope = seal(SECRET, key.recipient, HEADER)
    assert envelope.sealed.hex() not in repr(envelope)
    assert bytes(key.secret.view).hex() not in repr(key)
    assert key.recipient.key_id.hex() in repr(key)
    with pytest.raises(TypeError):
        pickle.dumps(key)


@pytest.mark.rule("WIR-04")
def test_a_sealing_key_is_vouched_for_as_one_owners_only() -> None:
    identity, stranger = (Ed25519PrivateKey.from_private_bytes(bytes([i]) * 32) for i in (1, 2))
    recipient = KemPrivateKey.generate(SeededRandomness()).recipient
    content = recipient.public_key_bytes
    signature = sign_kem_key(KemKeyOwner.PARTY_2, recipient, identity)
    pinned = identity.public_key()
    assert verify_kem_key(KemKeyOwner.PARTY_2, content, signature, pinned) == recipient
    for owner, key, pinned_key in (
        (KemKeyOwner.PARTY_3, content, pinned),
        (KemKeyOwner.PARTY_2, bytes(32), pinned),
        (KemKeyOwner.PARTY_2, content, stranger.public_key()),
    ):
        with pytest.raises(SignatureInvalidError):
            verify_kem_key(owner, key, signature, pinned_key)


@pytest.mark.parametrize("vector", VECTORS["envelopes"], ids=lambda vector: vector["suite_id"])
def test_an_envelope_sealed_long_ago_still_opens(vector: dict[str, str]) -> None:
    """A change of the binding or of a key's form would cut terminals off from the service."""
    key = KemPrivateKey(bytes.fromhex(vector["private_key"]))
    assert key.recipient.key_id.hex() == vector["key_id"]
    assert f"{key.recipient.suite_id:04x}" == vector["suite_id"]
    envelope = SealedEnvelope(key.recipient.key_id, bytes.fromhex(vector["sealed"]))
    with open_envelope(envelope, key, bytes.fromhex(vector["header"])) as opened:
        assert opened.view.hex() == vector["plaintext"]
