"""Two peers prove themselves and agree on a secret nobody else has."""

import asyncio
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clearing_service.matching.errors import PeerLinkClosedError, PeerProtocolError
from clearing_service.matching.frames import BatchAnswer, Frame, Hello, HelloProof
from clearing_service.matching.link import MemoryLink
from clearing_service.matching.session import PartyKeys, PeerSession, Standing, open_session
from facepay.sealed_envelope import KemPrivateKey
from tests.fakes.ports import SeededRandomness

STANDING = Standing(3, b"l" * 16, b"p" * 16, 7)


def keys_of(party: int, identities: dict[int, Ed25519PrivateKey]) -> PartyKeys:
    peers = {other: key.public_key() for other, key in identities.items() if other != party}
    return PartyKeys(party, identities[party], KemPrivateKey(bytes(31) + b"1"), peers)


def identities() -> dict[int, Ed25519PrivateKey]:
    return {n: Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3)}


async def both(
    left: PartyKeys, right: PartyKeys, seed: int = 1
) -> tuple[PeerSession | BaseException, PeerSession | BaseException]:
    one, other = MemoryLink.pair()
    return await asyncio.gather(
        open_session(one, left, STANDING, SeededRandomness(seed)),
        open_session(other, right, STANDING, SeededRandomness(seed + 1)),
        return_exceptions=True,
    )


async def test_both_sides_have_the_same_secret_and_know_each_other() -> None:
    known = identities()
    left, right = await both(keys_of(1, known), keys_of(3, known))
    assert isinstance(left, PeerSession)
    assert isinstance(right, PeerSession)
    assert (left.peer, right.peer) == (3, 1)
    assert left.secret.equals(right.secret)
    assert left.standing == STANDING


async def test_every_stream_has_a_secret_of_its_own() -> None:
    known = identities()
    first, _ = await both(keys_of(1, known), keys_of(2, known), seed=1)
    second, _ = await both(keys_of(1, known), keys_of(2, known), seed=5)
    assert isinstance(first, PeerSession)
    assert isinstance(second, PeerSession)
    assert not first.secret.equals(second.secret)


@pytest.mark.rule("WIR-01")
async def test_whoever_lacks_the_pinned_identity_key_gets_no_session() -> None:
    known = identities()
    impostor = known | {3: Ed25519PrivateKey.from_private_bytes(b"x" * 32)}
    left, _ = await both(keys_of(1, known), keys_of(3, impostor))
    assert isinstance(left, PeerProtocolError)


async def test_a_party_does_not_talk_to_itself() -> None:
    known = identities()
    left, right = await both(keys_of(2, known), keys_of(2, known))
    assert isinstance(left, PeerProtocolError)
    assert isinstance(right, PeerProtocolError)


async def test_a_stream_that_begins_with_anything_else_is_refused() -> None:
    one, other = MemoryLink.pair()
    other.send(BatchAnswer(1, ()))
    with pytest.raises(PeerProtocolError):
        await open_session(one, keys_of(1, identities()), STANDING, SeededRandomness(1))


async def test_a_hello_that_ends_early_is_noticed() -> None:
    one, other = MemoryLink.pair()
    other.close()
    with pytest.raises(PeerLinkClosedError):
        await open_session(one, keys_of(1, identities()), STANDING, SeededRandomness(1))


class _Tampering(MemoryLink):
    """Changes one field on the way, as whoever holds the line could."""

    def deliver(self, frame: Frame) -> None:
        if isinstance(frame, HelloProof):
            frame = replace(frame, generation=frame.generation + 1)
        super().deliver(frame)


class _WeakKey(MemoryLink):
    """Puts in an exchange key of low order, which would make the secret known."""

    def deliver(self, frame: Frame) -> None:
        if isinstance(frame, Hello):
            frame = replace(frame, exchange_key=bytes(32))
        super().deliver(frame)


@pytest.mark.parametrize("kind", [_Tampering, _WeakKey])
async def test_what_is_changed_on_the_way_ends_the_session(kind: type[MemoryLink]) -> None:
    known = identities()
    one, other = kind.pair()
    answers = await asyncio.gather(
        open_session(one, keys_of(1, known), STANDING, SeededRandomness(1)),
        open_session(other, keys_of(2, known), STANDING, SeededRandomness(2)),
        return_exceptions=True,
    )
    assert all(isinstance(answer, PeerProtocolError) for answer in answers)


async def test_a_closed_session_has_forgotten_its_secret() -> None:
    known = identities()
    left, right = await both(keys_of(1, known), keys_of(2, known))
    assert isinstance(left, PeerSession)
    assert isinstance(right, PeerSession)
    left.close()
    with pytest.raises(ValueError, match="wiped"):
        _ = left.secret.view
    with pytest.raises(PeerLinkClosedError):
        await right.link.receive()
