"""PIN entry as the checkout sees it: a prompt goes in, an enciphered block comes out.

The clear PIN exists on the other side of this port only (`pos_app.pin_pad`).
"""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from facepay.identifiers import RoutingToken
from facepay.money import Money
from facepay.pin_block import EncipheredPin
from pos_app.errors import PosError

__all__ = [
    "EncipheredPin",
    "PinEntryCancelled",
    "PinEntryTimedOut",
    "PinPad",
    "PinPadError",
    "PinPrompt",
    "PinStage",
]


class PinStage(Enum):
    """What the PIN entry device asks for now."""

    ENTER = "enter"
    CHOOSE = "choose"
    REPEAT = "repeat"
    """The chosen PIN once more."""
    CHOOSE_AGAIN = "choose_again"
    """The two entries differed."""
    CHOOSE_UNREPEATED = "choose_unrepeated"
    """The choice was one digit, or one group of digits, over and over."""
    CHOOSE_NO_RUN = "choose_no_run"
    """The digits of the choice went up or down by one."""


@dataclass(frozen=True, slots=True)
class PinPrompt:
    """What the PIN is for. `token` becomes the account field of the ISO 9564-1 format 4 block.

    `amount` is None when a passcode is being set at enrolment: it is then entered twice, and the
    pad asks again until both entries agree.
    """

    token: RoutingToken
    amount: Money | None
    payee_name: str
    entry_seconds: int
    extensions: int


@dataclass(frozen=True, slots=True)
class PinEntryCancelled:
    """The payer stopped at the PIN pad."""


@dataclass(frozen=True, slots=True)
class PinEntryTimedOut:
    """No confirmed PIN within the time and its extensions."""


class PinPadError(PosError):
    """The PIN pad cannot be used: it has no key, or cannot store that it used one."""


class PinPad(Protocol):
    """The PIN entry device."""

    async def enter_pin(
        self, prompt: PinPrompt
    ) -> EncipheredPin | PinEntryCancelled | PinEntryTimedOut:
        """Ask for a PIN. The device's buffer is wiped on every way out, also when cancelled.

        The key of each PIN is used up before the PIN is enciphered, so a failed call costs one.
        Raises `KeyExhaustedError` when the device needs a new initial key, and `PinPadError` when
        its store cannot be written; nothing was enciphered then.
        """
