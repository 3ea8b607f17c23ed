"""Keys of a terminal and of those it believes, without files."""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from facepay.identifiers import AcceptorId, OrderId, ParticipantId, PaymentId, TerminalId
from facepay.money import Money
from facepay.payment_decision import PaymentDecision, SignedDecision
from facepay.payment_fields import PaymentFields
from facepay.rotation import EpochKey
from facepay.sealed_envelope import KemPrivateKey, seal, sign_kem_key
from facepay.signed_request import signing_key_id
from facepay.vocabulary import KemKeyOwner
from facepay.wire.terminal import SignedKemKey, SignOnReply
from pos_app.checkout.payment import PaymentBinding
from pos_app.clearing_client.request_builder import RequestBuilder
from pos_app.clearing_client.terminal_keys import TerminalKeys
from tests.fakes.clearing import ACCEPTOR, NOTICE, SIGNED_ON
from tests.fakes.ports import ManualClock, SeededRandomness

TERMINAL = TerminalId("TERM0001")


@dataclass
class KeyWorld:
    """A terminal's keys, the service's decision key, and three parties with sealing keys."""

    clock: ManualClock = field(default_factory=ManualClock)
    randomness: SeededRandomness = field(default_factory=SeededRandomness)

    def __post_init__(self) -> None:
        self.decision_key = self._signing_key()
        self.identities = {number: self._signing_key() for number in (1, 2, 3)}
        self.kem_keys = {owner: KemPrivateKey.generate(self.randomness) for owner in KemKeyOwner}
        self.keys = TerminalKeys(
            signing_key=self._signing_key(),
            kem_key=KemPrivateKey.generate(self.randomness),
            decision_key=self.decision_key.public_key(),
            identity_keys={owner: self.identity_of(owner).public_key() for owner in KemKeyOwner},
        )
        self.builder = RequestBuilder(TERMINAL, self.keys, self.clock, self.randomness)

    def identity_of(self, owner: KemKeyOwner) -> Ed25519PrivateKey:
        numbers = {KemKeyOwner.PARTY_2: 2, KemKeyOwner.PARTY_3: 3}
        return self.identities[numbers.get(owner, 1)]

    def sign_on_reply(self, header: bytes) -> SignOnReply:
        with EpochKey.generate(self.randomness) as epoch_key:
            sealed = seal(epoch_key.view, self.keys.kem_key.recipient, header)
        return SignOnReply(
            clearing_time=self.clock.now(),
            kem_keys=tuple(self.signed_kem_key(owner) for owner in KemKeyOwner),
            epoch=1,
            epoch_key=sealed,
            model_id="sface-1",
            notice=NOTICE,
            acceptor=ACCEPTOR,
            timers=SIGNED_ON.timers,
        )

    def signed_kem_key(self, owner: KemKeyOwner) -> SignedKemKey:
        recipient = self.kem_keys[owner].recipient
        signature = sign_kem_key(owner, recipient, self.identity_of(owner))
        return SignedKemKey(owner, recipient.public_key_bytes, signature)

    def binding(self) -> PaymentBinding:
        fields = PaymentFields(
            AcceptorId("ACCEPTOR0000001"),
            TERMINAL,
            OrderId("20260302-100000-00AA"),
            Money(1250),
            ParticipantId("12345678"),
        )
        payment_id = PaymentId.generate(self.clock, self.randomness)
        return PaymentBinding.bind(payment_id, fields, NOTICE, self.randomness.bytes(32))

    def signed(self, decision: PaymentDecision) -> SignedDecision:
        encoded = decision.to_bytes()
        key_id = signing_key_id(self.decision_key.public_key())
        return SignedDecision(encoded, key_id, self.decision_key.sign(encoded))

    def _signing_key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.randomness.bytes(32))
