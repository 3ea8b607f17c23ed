"""What the enrolment station's window needs of the rest of the terminal."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from pos_app.checkout.clearing_answers import SignedOn
from pos_app.checkout.enrolment_ports import ClosingOutcome, EnrolmentOutcome, IssuerLogin, SignIn
from pos_app.ui.checkout_port import PinKeys
from pos_app.ui.enrolment_desk import EnrolleeDesk


class Counter(Protocol):
    """Opens and closes face payment; every method is called on the event loop behind the window."""

    async def sign_on(self) -> SignedOn:
        """Sign on to the clearing service. Raises `PosError` when that is not possible now."""

    async def enrol(self, sign_in: SignIn) -> EnrolmentOutcome:
        """Take one person through an enrolment; raises nothing."""

    async def close_face_payment(self, login: IssuerLogin) -> ClosingOutcome:
        """Close face payment; raises nothing."""


class ChoiceKeys(PinKeys, Protocol):
    """The keys of a PIN pad on which a passcode can also be left unchosen."""

    def cancel(self) -> None:
        """Stop the entry."""


@dataclass(frozen=True, slots=True)
class StationParts:
    """What the rest of the terminal gives the station, made on the event loop behind the window."""

    counter: Counter
    pin_keys: ChoiceKeys
    stop_capture: Callable[[], None]
    """Ends a running capture; any thread."""
    close: Callable[[], Awaitable[None]]
    """Closes cameras, channels and journal when the window is closed."""


ConnectStation = Callable[[EnrolleeDesk], Awaitable[StationParts]]
"""Builds the parts around the desk, which is enrollee and observer in one."""
