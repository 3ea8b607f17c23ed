"""How a demonstration may end: who stands before the camera, what they type, and what must follow."""

from dataclasses import dataclass
from enum import Enum

from facepay.response_code import ResponseCode
from pos_app.checkout.payment import CaptureFailureReason, EndReason


class DemoCase(Enum):
    """The endings that can be chosen. The values are what a person types."""

    APPROVED = "approved"
    WRONG_PIN = "wrong-pin"
    POOR = "poor"
    STRANGER = "stranger"
    PRINT = "print"
    PARTY_DOWN = "party-down"


@dataclass(frozen=True, slots=True)
class CaseScript:
    """One case: the camera, the account whose phone digits are typed, and the goods.

    `pin` is None for the account's own passcode. `expected` is the ending that proves the case: a
    response code, or why the payment ended before money could move.
    """

    camera: str
    login: str
    skus: tuple[str, ...]
    expected: tuple[ResponseCode | EndReason | CaptureFailureReason, ...]
    pin: str | None = None
    is_witness_stopped: bool = False


ENROLLED = {"collins": "li.na", "hopper": "zhao.min", "langer": "chen.jie"}
"""Which virtual shopper is enrolled for which sandbox account."""

STRANGER = "neighbour"
"""A virtual shopper whom nobody enrols."""

_BASKET = ("longjing", "milk", "bun")

SCRIPTS = {
    DemoCase.APPROVED: CaseScript("virtual:collins", "li.na", _BASKET, (ResponseCode.APPROVED,)),
    DemoCase.WRONG_PIN: CaseScript(
        "virtual:collins",
        "li.na",
        _BASKET,
        (ResponseCode.VERIFICATION_FAILED, ResponseCode.PIN_TRIES_EXCEEDED),
        pin="505152",
    ),
    DemoCase.POOR: CaseScript(
        "virtual:hopper", "zhao.min", _BASKET, (ResponseCode.INSUFFICIENT_FUNDS,)
    ),
    DemoCase.STRANGER: CaseScript(f"virtual:{STRANGER}", "li.na", _BASKET, (EndReason.NOT_ROUTED,)),
    DemoCase.PRINT: CaseScript(
        "attack:print:collins",
        "li.na",
        _BASKET,
        (
            CaptureFailureReason.CHALLENGE_FAILED,
            CaptureFailureReason.FACE_LOST,
            CaptureFailureReason.PRESENTATION_ATTACK_SUSPECTED,
            CaptureFailureReason.TIMED_OUT,
        ),
    ),
    DemoCase.PARTY_DOWN: CaseScript(
        "virtual:collins",
        "li.na",
        _BASKET,
        (EndReason.CLEARING_FAILED,),
        is_witness_stopped=True,
    ),
}
