"""What a sign-on must prove before anything is sealed to anybody."""

from dataclasses import replace

import pytest

from facepay.errors import EnvelopeOpeningError, SignatureInvalidError
from facepay.identifiers import OperationId
from facepay.message_header import MessageHeader, Purpose
from facepay.pad_challenge import PadChallenge, PadMode
from facepay.pad_evidence import ChallengeStep
from facepay.vocabulary import KemKeyOwner
from facepay.wire.terminal import SignedKemKey, SignOnReply
from pos_app.checkout.payment import Operation
from pos_app.clearing_client.request_builder import HeaderFields
from pos_app.clearing_client.sealing_context import CaptureContext, CaptureMessage
from pos_app.clearing_client.session import TerminalSession
from tests.fakes.terminal_keys import KeyWorld

HEADER = b"the sign-on's header"


@pytest.fixture
def world() -> KeyWorld:
    return KeyWorld()


def with_key(reply: SignOnReply, owner: KemKeyOwner, key: SignedKemKey) -> SignOnReply:
    others = tuple(known for known in reply.kem_keys if known.owner is not owner)
    return replace(reply, kem_keys=(*others, key))


def test_a_genuine_reply_opens(world: KeyWorld) -> None:
    session = TerminalSession.open(world.sign_on_reply(HEADER), HEADER, world.keys)
    expected = [world.kem_keys[owner].recipient for owner in list(KemKeyOwner)[:3]]
    assert list(session.parties) == expected


@pytest.mark.parametrize("owner", list(KemKeyOwner))
def test_a_sealing_key_that_its_owner_does_not_vouch_for_is_refused(
    world: KeyWorld, owner: KemKeyOwner
) -> None:
    """Whoever relays a sign-on could otherwise put in a key of their own."""
    reply = world.sign_on_reply(HEADER)
    stranger = KeyWorld(randomness=type(world.randomness)(seed=9)).signed_kem_key(owner)
    with pytest.raises(SignatureInvalidError):
        TerminalSession.open(with_key(reply, owner, stranger), HEADER, world.keys)


def test_one_owners_key_cannot_stand_for_another(world: KeyWorld) -> None:
    reply = world.sign_on_reply(HEADER)
    moved = replace(reply.kem_key(KemKeyOwner.PARTY_1), owner=KemKeyOwner.CLEARING)
    with pytest.raises(SignatureInvalidError):
        TerminalSession.open(with_key(reply, KemKeyOwner.CLEARING, moved), HEADER, world.keys)


def test_an_epoch_key_for_another_sign_on_does_not_open(world: KeyWorld) -> None:
    with pytest.raises(EnvelopeOpeningError):
        TerminalSession.open(world.sign_on_reply(b"another header"), HEADER, world.keys)


def context_of(world: KeyWorld) -> CaptureContext:
    session = TerminalSession.open(world.sign_on_reply(HEADER), HEADER, world.keys)
    operation = Operation(OperationId(bytes(16)), 7, Purpose.ROUTE_PROBE)
    challenge = PadChallenge(PadMode.CHALLENGE, b"n" * 32, (ChallengeStep.BLINK,), 8)
    message = CaptureMessage(operation, HeaderFields(payment_hash=bytes(32)), challenge, _Body)
    return CaptureContext(session, world.builder, message)


class _Body:
    def __init__(self, evidence: bytes) -> None:
        self._evidence = evidence

    def to_bytes(self) -> bytes:
        return b"body:" + self._evidence


@pytest.mark.rule("PAD-03")
def test_a_captures_header_binds_challenge_epoch_model_and_commitments(world: KeyWorld) -> None:
    context = context_of(world)
    commitments = (b"a" * 32, b"b" * 32, b"c" * 32)
    header = MessageHeader.from_bytes(context.header_for(commitments, b"evidence"))
    assert header.commitments == commitments
    assert header.challenge_nonce == b"n" * 32
    assert (header.epoch, header.model_id, header.counter) == (1, "sface-1", 7)


def test_one_message_has_one_header(world: KeyWorld) -> None:
    context = context_of(world)
    context.header_for((bytes(32),) * 3, b"")
    with pytest.raises(ValueError, match="one header"):
        context.header_for((bytes(32),) * 3, b"")


def test_a_probe_is_sent_only_with_the_header_it_was_sealed_under(world: KeyWorld) -> None:
    context = context_of(world)
    header = context.header_for((bytes(32),) * 3, b"evidence")
    assert context.body_for(header) == b"body:evidence"
    with pytest.raises(ValueError, match="another header"):
        context.body_for(b"another")
