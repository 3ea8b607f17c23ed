"""What routing needs from the security module. Keys stay inside it."""

from datetime import datetime
from typing import Protocol

from clearing_service.security_module.protocol import RoutingRecord
from facepay.identifiers import AccountAlias, ParticipantId, RoutingToken
from facepay.phone_digits import PhoneDigits
from facepay.sealed_envelope import SealedEnvelope


class RoutingSecurity(Protocol):
    """The part of the clearing institution's security module that routing uses.

    `clearing_service.security_module.protocol.ClearingSecurityModule` says what each call does.
    """

    def open_digits(self, envelope: SealedEnvelope, header: bytes) -> PhoneDigits:
        """Return the payer's phone digits, which the caller wipes."""

    def bucket_tag(self, epoch: int, digits: PhoneDigits) -> bytes:
        """Return the 16-byte tag of a bucket."""

    def make_routing_record(
        self,
        *,
        token: RoutingToken,
        payment_hash: bytes,
        issuer_id: ParticipantId,
        account_alias: AccountAlias,
        expires_at: datetime,
    ) -> RoutingRecord:
        """Write down whom a match points to."""
