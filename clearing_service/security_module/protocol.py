"""What the clearing service and its issuers may ask of a security module."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Protocol

from facepay.identifiers import AccountAlias, ParticipantId, RoutingToken, TerminalId
from facepay.payment_decision import PaymentDecision, SignedDecision
from facepay.phone_digits import PhoneDigits
from facepay.pin_block import EncipheredPinBlock
from facepay.refund_decision import RefundDecision
from facepay.sealed_envelope import RecipientKey, SealedEnvelope
from facepay.secret import SecretBytes
from facepay.settlement_proof.window_digest import WindowDigest
from facepay.vocabulary import KemKeyOwner

BUCKET_TAG_LENGTH = 16


@dataclass(frozen=True, slots=True)
class RoutingRecord:
    """Who is paying, as the clearing module itself wrote it down: store it, hand it back, no more."""

    encoded: bytes

    def __repr__(self) -> str:
        """Show nothing of whom it names."""
        return "RoutingRecord(<sealed by the module>)"


@dataclass(frozen=True, slots=True)
class EnrolmentRecord:
    """Whose passcode is being set, as the clearing module itself wrote it down."""

    encoded: bytes

    def __repr__(self) -> str:
        """Show nothing of whom it names."""
        return "EnrolmentRecord(<sealed by the module>)"


@dataclass(frozen=True, slots=True)
class ZonePinBlock:
    """A PIN on its way from the clearing module to one issuer's, for one account there."""

    issuer_id: ParticipantId
    account_alias: AccountAlias
    block: EncipheredPinBlock


@dataclass(frozen=True, slots=True)
class PinVerifier:
    """What an issuer keeps instead of a PIN: HMAC-SHA-256 over alias, salt and PIN.

    The key is inside the issuer's module, so the six digits cannot be guessed from a stolen table.
    """

    salt: bytes
    mac: bytes

    def __repr__(self) -> str:
        """Show nothing."""
        return "PinVerifier(<secret>)"


class PinCheck(Enum):
    """Whether the PIN in a block is the account's."""

    CORRECT = "correct"
    WRONG = "wrong"


class WeakPinReason(Enum):
    """Why nobody may choose a PIN."""

    REPEATED = "repeated"
    """One digit six times, or a group of two or three digits over and over."""
    SEQUENCE = "sequence"
    """Digits that go up or down by one."""
    BIRTHDAY = "birthday"
    OTHER_PIN = "other_pin"
    """The same as another PIN of this account."""


@dataclass(frozen=True, slots=True)
class PinRefused:
    """The PIN was not set, because it is weak. The payer chooses another."""

    reason: WeakPinReason


@dataclass(frozen=True, slots=True)
class TerminalKeyRelease:
    """What a terminal's PIN pad is loaded with: the id, and the initial key sealed to the terminal."""

    initial_key_id: bytes
    initial_key: SealedEnvelope


@dataclass(frozen=True, slots=True)
class VouchedKemKey:
    """A sealing key and the module's signature that it is the owner's."""

    owner: KemKeyOwner
    recipient: RecipientKey
    signature: bytes


class ClearingSecurityModule(Protocol):
    """The clearing institution's module."""

    @property
    def identity_public_key(self) -> bytes:
        """The 32-byte Ed25519 key that terminals pin; it vouches for `kem_keys`."""

    @property
    def decision_public_key(self) -> bytes:
        """The 32-byte Ed25519 key that decisions are verified with."""

    @property
    def kem_keys(self) -> tuple[VouchedKemKey, VouchedKemKey]:
        """The sealing keys for phone digits (CLEARING) and for PINs (SECURITY_MODULE)."""

    def sign_decision(self, decision: PaymentDecision) -> SignedDecision:
        """Sign a decision on a payment; the key signs these, refunds and digests, nothing else."""

    def sign_refund(self, decision: RefundDecision) -> SignedDecision:
        """Sign a decision on a refund, under a label of its own."""

    def sign_window_digest(self, digest: WindowDigest) -> SignedDecision:
        """Sign a settlement window's digest, under a label of its own."""

    def window_blinding(self, window: int) -> SecretBytes:
        """Return the 32-byte secret that blinds a window's transfers and positions.

        The same for the same window, so that reports can be made again; the caller wipes it.
        """

    def open_digits(self, envelope: SealedEnvelope, header: bytes) -> PhoneDigits:
        """Return the payer's phone digits, which the caller wipes.

        Raises `EnvelopeOpeningError`, and `MalformedFieldError` if the content is not digits.
        """

    def bucket_tag(self, epoch: int, digits: PhoneDigits) -> bytes:
        """Return the 16-byte tag of the bucket for `digits` in `epoch`; the same for the same."""

    def make_routing_record(
        self,
        *,
        token: RoutingToken,
        payment_hash: bytes,
        issuer_id: ParticipantId,
        account_alias: AccountAlias,
        expires_at: datetime,
    ) -> RoutingRecord:
        """Write down whom a match points to. `payment_hash` is the header's, 32 bytes."""

    def make_enrolment_record(
        self,
        *,
        token: RoutingToken,
        challenge_nonce: bytes,
        issuer_id: ParticipantId,
        account_alias: AccountAlias,
        expires_at: datetime,
    ) -> EnrolmentRecord:
        """Write down whose passcode may be set. `challenge_nonce` is the enrolment's, 32 bytes."""

    async def translate_pin(
        self, pin_envelope: SealedEnvelope, header: bytes, record: RoutingRecord, now: datetime
    ) -> ZonePinBlock:
        """Re-encipher a payer's PIN for the issuer and account in `record`; works once.

        `header` is the AuthorizePayment header the envelope was sealed under. Record and key serial
        number are durably used up before the PIN is deciphered. A repeat raises; keep the answer.
        Raises `PinTranslationError`, `UnknownIssuerError`, `KeyStoreError` if the use cannot be made
        durable, and `MalformedFieldError` if `header` is none.
        """

    async def translate_new_pin(
        self, pin_envelope: SealedEnvelope, header: bytes, record: EnrolmentRecord, now: datetime
    ) -> ZonePinBlock:
        """Do the same for a passcode that is being set, under the SubmitReference header."""

    def certify_terminal(
        self, terminal_id: TerminalId, recipient: RecipientKey, header: bytes
    ) -> TerminalKeyRelease:
        """Remember the terminal's sealing key and release a fresh initial key to it.

        `header` is what the envelope is bound to. A repeat ends the initial key given before.
        """

    def revoke_terminal(self, terminal_id: TerminalId) -> None:
        """Release nothing more to this terminal and refuse its PINs. A repeat does nothing."""

    @property
    def epoch(self) -> int:
        """Number of the current epoch, from 1."""

    def release_epoch_key(
        self, terminal_id: TerminalId, epoch: int, header: bytes
    ) -> SealedEnvelope:
        """Return the epoch's key sealed to the certified terminal, bound to its request's header.

        Raises `TerminalNotCertifiedError` and `UnknownEpochError`.
        """

    def prepare_epoch(self) -> int:
        """Make the next epoch, one signed permutation on, and return its number.

        The current one stays current until `activate_epoch`, so that the parties can prepare. A
        repeat returns the number already prepared. Raises `UnknownEpochError` when the seed has
        carried as many steps as it may.
        """

    def release_step_key(
        self, epoch: int, party_keys: Sequence[RecipientKey], header: bytes
    ) -> tuple[SealedEnvelope, ...]:
        """Return the step into `epoch` (32 bytes), sealed to each matching party in order.

        Raises `UnknownEpochError` unless `epoch` is the prepared one or the current one.
        """

    def activate_epoch(self, epoch: int) -> None:
        """Make the prepared epoch current. A repeat does nothing; raises `UnknownEpochError`."""

    def export_zone_key(
        self, issuer_id: ParticipantId, recipient: RecipientKey, header: bytes
    ) -> SealedEnvelope:
        """Return the issuer's zone PIN key sealed to its module, made at the first call."""

    def database_key(self, database: str) -> SecretBytes:
        """Return the 32-byte key that a store enciphers its rows with; the caller wipes it.

        Made at the first call, the same ever after.
        """


class IssuerSecurityModule(Protocol):
    """One issuer's module."""

    @property
    def recipient(self) -> RecipientKey:
        """The key that the zone PIN key is sealed to."""

    def import_zone_key(self, envelope: SealedEnvelope, header: bytes) -> None:
        """Take the zone PIN key; raises `EnvelopeOpeningError`. A repeat replaces it."""

    def set_pin(
        self,
        account_alias: AccountAlias,
        zone_block: ZonePinBlock,
        *,
        birthday: date | None = None,
        must_differ_from: Sequence[PinVerifier] = (),
    ) -> PinVerifier | PinRefused:
        """Return the verifier to store, or say why the PIN is too weak.

        `must_differ_from` are verifiers of the same alias (a card PIN's). Raises `PinBlockError` if
        the block is for another issuer or account.
        """

    def verify_pin(
        self, account_alias: AccountAlias, zone_block: ZonePinBlock, verifier: PinVerifier
    ) -> PinCheck:
        """Compare in constant time; counting tries is the issuer's.

        Raises `PinBlockError` if the block is for another issuer or account.
        """
