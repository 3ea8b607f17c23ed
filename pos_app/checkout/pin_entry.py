"""PIN entry as the checkout sees it: a prompt goes in, an enciphered block comes out.

The clear PIN exists on the other side of this port only (`pos_app.pin_pad`).
"""

from dataclasses import dataclass
from typing import Protocol

from facepay.identifiers import RoutingToken
from facepay.money import Money


@dataclass(frozen=True, slots=True)
class PinPrompt:
    """What the PIN is for. `token` becomes the account field of the ISO 9564-1 format 4 block.

    `amount` is None when a passcode is being set at enrolment.
    """

    token: RoutingToken
    amount: Money | None
    payee_name: str
    entry_seconds: int
    extensions: int


@dataclass(frozen=True, slots=True, repr=False)
class EncipheredPin:
    """A PIN block under a DUKPT transaction key: 16 bytes, and its 12-byte key serial number."""

    block: bytes
    key_serial_number: bytes

    def __repr__(self) -> str:
        """Show the key serial number only."""
        return f"EncipheredPin(key_serial_number={self.key_serial_number.hex()})"


@dataclass(frozen=True, slots=True)
class PinEntryCancelled:
    """The payer stopped at the PIN pad."""


@dataclass(frozen=True, slots=True)
class PinEntryTimedOut:
    """No confirmed PIN within the time and its extensions."""


class PinPad(Protocol):
    """The PIN entry device."""

    async def enter_pin(
        self, prompt: PinPrompt
    ) -> EncipheredPin | PinEntryCancelled | PinEntryTimedOut:
        """Ask for a PIN. The device's buffer is wiped on every way out, also when cancelled."""
