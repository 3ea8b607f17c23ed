"""What a sign-on gave: verified sealing keys and the epoch, until the next sign-on."""

from collections.abc import Mapping
from dataclasses import dataclass

from facepay.errors import SignatureInvalidError
from facepay.rotation import EpochKey
from facepay.sealed_envelope import RecipientKey, open_envelope, verify_kem_key
from facepay.vocabulary import KemKeyOwner
from facepay.wire.terminal import SignOnReply, Timers
from pos_app.clearing_client.terminal_keys import TerminalKeys

_PARTIES = (KemKeyOwner.PARTY_1, KemKeyOwner.PARTY_2, KemKeyOwner.PARTY_3)


@dataclass(frozen=True, slots=True)
class TerminalSession:
    """Keys of one sign-on. Whoever replaces the session wipes it."""

    recipients: Mapping[KemKeyOwner, RecipientKey]
    epoch: int
    epoch_key: EpochKey
    model_id: str
    timers: Timers

    @classmethod
    def open(cls, reply: SignOnReply, header: bytes, keys: TerminalKeys) -> "TerminalSession":
        """Verify every sealing key with its owner's pinned key and open the epoch key.

        `header` is that of the sign-on the reply answers. Raises `SignatureInvalidError` and
        `EnvelopeOpeningError`: then nothing of the reply may be used.
        """
        recipients = {
            signed.owner: verify_kem_key(
                signed.owner, signed.public_key, signed.signature, keys.identity_keys[signed.owner]
            )
            for signed in reply.kem_keys
        }
        if len({recipient.key_id for recipient in recipients.values()}) != len(KemKeyOwner):
            raise SignatureInvalidError("two owners share a sealing key")
        with open_envelope(reply.epoch_key, keys.kem_key, header) as content:
            epoch_key = EpochKey(content.view)
        return cls(recipients, reply.epoch, epoch_key, reply.model_id, reply.timers)

    @property
    def parties(self) -> tuple[RecipientKey, RecipientKey, RecipientKey]:
        """The sealing keys of matching parties 1, 2 and 3."""
        first, second, third = (self.recipients[owner] for owner in _PARTIES)
        return first, second, third

    def wipe(self) -> None:
        """Wipe the epoch key. A repeat does nothing."""
        self.epoch_key.wipe()
