"""From a bare link to a session: who the peer is, and a secret that only the two of them have.

Both sides send a hello with a fresh nonce and a fresh X25519 key, then sign both hellos with their
identity key. The stream secret comes from the key agreement and both nonces, so that every stream
has masks of its own, and whoever steals an identity key later cannot undo earlier shuffles.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from clearing_service.matching.errors import PeerProtocolError
from clearing_service.matching.frames import Hello, HelloProof
from clearing_service.matching.link import PeerLink
from clearing_service.matching.mailbox import Mailbox
from clearing_service.matching.shuffle import STREAM_SECRET_BYTES, StreamSecret
from facepay.canonical import encode_fields
from facepay.ports import Randomness
from facepay.sealed_envelope import KemPrivateKey

NONCE_BYTES = 32
_PROOF_LABEL = b"facepay/matching/hello/1"
_SECRET_LABEL = b"facepay/matching/stream-secret/1"


@dataclass(frozen=True, slots=True)
class PartyKeys:
    """One party's own private keys, and the identity keys of the others, pinned at provisioning."""

    party: int
    identity: Ed25519PrivateKey
    kem: KemPrivateKey
    peers: Mapping[int, Ed25519PublicKey]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a party stands when a stream begins."""

    generation: int
    last_change_id: bytes
    pending_change_id: bytes
    query_mark: int


@dataclass(frozen=True, slots=True)
class PeerSession:
    """A proven peer on an open link."""

    peer: int
    link: PeerLink
    secret: StreamSecret
    standing: Standing
    mailbox: Mailbox = field(default_factory=Mailbox)
    """The peer's answers on this stream."""

    def close(self) -> None:
        """End the stream, fail whoever waits for an answer on it, and forget its secret."""
        self.link.close()
        self.mailbox.close()
        self.secret.wipe()


async def open_session(
    link: PeerLink, keys: PartyKeys, standing: Standing, randomness: Randomness
) -> PeerSession:
    """Return the session after both sides have proven themselves.

    Raises `PeerProtocolError` if the other side is no pinned peer, and `PeerLinkClosedError` if
    the link ends before.
    """
    exchange = X25519PrivateKey.from_private_bytes(randomness.bytes(32))
    own = Hello(keys.party, randomness.bytes(NONCE_BYTES), exchange.public_key().public_bytes_raw())
    link.send(own)
    theirs = await link.receive()
    if not isinstance(theirs, Hello) or theirs.party not in keys.peers:
        raise PeerProtocolError("the stream does not begin with a peer's hello")
    transcript = _transcript(own, theirs)
    link.send(_prove(keys, transcript, standing))
    proof = await link.receive()
    if not isinstance(proof, HelloProof):
        raise PeerProtocolError("the peer did not prove itself")
    _verify_proof(proof, keys.peers[theirs.party], theirs.party, transcript)
    secret = _agree(exchange, theirs, transcript)
    return PeerSession(theirs.party, link, secret, _standing_of(proof))


def _transcript(own: Hello, theirs: Hello) -> bytes:
    ordered = sorted((own, theirs), key=lambda hello: hello.party)
    if own.party == theirs.party or len(theirs.nonce) != NONCE_BYTES:
        raise PeerProtocolError("the peer's hello is malformed")
    listed = [
        part
        for hello in ordered
        for part in (bytes([hello.party]), hello.nonce, hello.exchange_key)
    ]
    return hashlib.sha256(encode_fields(listed)).digest()


def _prove(keys: PartyKeys, transcript: bytes, standing: Standing) -> HelloProof:
    unsigned = HelloProof(
        b"",
        standing.generation,
        standing.last_change_id,
        standing.pending_change_id,
        standing.query_mark,
    )
    signature = keys.identity.sign(_proof_bytes(unsigned, keys.party, transcript))
    return replace(unsigned, signature=signature)


def _proof_bytes(proof: HelloProof, party: int, transcript: bytes) -> bytes:
    return encode_fields(
        [
            _PROOF_LABEL,
            bytes([party]),
            transcript,
            proof.generation.to_bytes(8),
            proof.last_change_id,
            proof.pending_change_id,
            proof.query_mark.to_bytes(8),
        ]
    )


def _verify_proof(
    proof: HelloProof, identity: Ed25519PublicKey, party: int, transcript: bytes
) -> None:
    try:
        identity.verify(proof.signature, _proof_bytes(proof, party, transcript))
    except (InvalidSignature, OverflowError):
        raise PeerProtocolError("the peer did not prove itself") from None


def _agree(exchange: X25519PrivateKey, theirs: Hello, transcript: bytes) -> StreamSecret:
    try:
        shared = exchange.exchange(X25519PublicKey.from_public_bytes(theirs.exchange_key))
    except ValueError:
        raise PeerProtocolError("the peer's exchange key is not usable") from None
    derivation = HKDF(hashes.SHA256(), STREAM_SECRET_BYTES, salt=transcript, info=_SECRET_LABEL)
    return StreamSecret(derivation.derive(shared))


def _standing_of(proof: HelloProof) -> Standing:
    return Standing(
        proof.generation, proof.last_change_id, proof.pending_change_id, proof.query_mark
    )
