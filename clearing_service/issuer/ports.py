"""What a simulated issuer needs from its security module."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from clearing_service.security_module.protocol import (
    PinCheck,
    PinRefused,
    PinVerifier,
    ZonePinBlock,
)
from facepay.identifiers import AccountAlias


class PinModule(Protocol):
    """The part of `security_module.protocol.IssuerSecurityModule` that setting and verifying use."""

    def set_pin(
        self,
        account_alias: AccountAlias,
        zone_block: ZonePinBlock,
        *,
        birthday: date | None = None,
        must_differ_from: Sequence[PinVerifier] = (),
    ) -> PinVerifier | PinRefused:
        """Return the verifier to store, or say why the PIN is too weak."""

    def verify_pin(
        self, account_alias: AccountAlias, zone_block: ZonePinBlock, verifier: PinVerifier
    ) -> PinCheck:
        """Compare in constant time; raises `PinBlockError` for another account's block."""
