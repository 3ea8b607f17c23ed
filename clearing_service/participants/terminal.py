"""Terminals: dedicated, certified devices, each bound to one place and one acceptor."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from facepay.identifiers import AcceptorId, ParticipantId, TerminalId


class TerminalRole(Enum):
    """What a terminal may ask for."""

    POINT_OF_SALE = 1
    ENROLMENT = 2


class TerminalState(Enum):
    """Whether a terminal is trusted now."""

    ACTIVE = 1
    BLOCKED = 2
    """Blocked for a reason that may pass, such as a serial number seen twice."""
    REVOKED = 3
    """Lost or stolen; its keys never come back."""


@dataclass(frozen=True, slots=True)
class TerminalBinding:
    """The five things a device's serial number is bound to. A change of any one is refused."""

    acquirer_id: ParticipantId
    acceptor_id: AcceptorId
    acceptor_credit_code: str
    settlement_account: str
    placement: str


@dataclass(frozen=True, slots=True)
class TerminalKeys:
    """Public keys of a terminal, and until when their certificates hold.

    `signing_public_key` is Ed25519, 32 bytes, `signing_key_id` its 16-byte name in headers;
    `kem_public_key` is in the encoding of its suite.
    """

    signing_key_id: bytes
    signing_public_key: bytes
    kem_key_id: bytes
    kem_public_key: bytes
    tls_certificate_sha256: bytes
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class Terminal:
    """A device. `model_certificate_valid_until` is its type's (simulated) certification."""

    terminal_id: TerminalId
    serial_number: str
    role: TerminalRole
    model: str
    model_certificate_valid_until: datetime
    binding: TerminalBinding
    keys: TerminalKeys
    state: TerminalState

    def is_live(self, now: datetime) -> bool:
        """Whether the device, its type and its keys are trusted at `now`."""
        return (
            self.state is TerminalState.ACTIVE
            and now < self.model_certificate_valid_until
            and now < self.keys.valid_until
        )
