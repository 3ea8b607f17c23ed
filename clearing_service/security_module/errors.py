"""Errors of the security modules."""

from enum import Enum

from clearing_service.errors import ClearingError


class SecurityModuleError(ClearingError):
    """Root of the security modules' errors."""


class KeyStoreError(SecurityModuleError):
    """The key store cannot be read or written, or was made under another key-encrypting key."""


class TerminalNotCertifiedError(SecurityModuleError):
    """No key is released to a terminal that was not certified here."""


class UnknownIssuerError(SecurityModuleError):
    """There is no zone key for this issuer."""


class UnknownEpochError(SecurityModuleError):
    """There is no such epoch, or no further one can be made from its seed."""


class TranslationRefusal(Enum):
    """Why a PIN was not translated. For the audit log; no caller outside is told."""

    RECORD_FORGED = "record_forged"
    RECORD_EXPIRED = "record_expired"
    RECORD_USED = "record_used"
    OTHER_REQUEST = "other_request"
    """The header is of another payment or enrolment than the record, or for another purpose."""
    OTHER_TERMINAL = "other_terminal"
    """The key serial number is not one of the terminal that signed."""
    KEY_USED = "key_used"
    """The key serial number was used before, or is older than the window."""
    ENVELOPE = "envelope"
    PIN_BLOCK = "pin_block"
    """The block does not open for the record's token, or holds no PIN of six digits."""


class PinTranslationError(SecurityModuleError):
    """A PIN was not translated. Nothing left the module; a record that was claimed stays used."""

    def __init__(self, reason: TranslationRefusal) -> None:
        super().__init__(f"the PIN was not translated: {reason.value}")
        self.reason = reason
