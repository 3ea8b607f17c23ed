"""How a demonstration may end: who stands before the camera, what they type, and what must follow."""

from dataclasses import dataclass
from enum import Enum

from facepay.response_code import ResponseCode
from pos_app.checkout.payment import CaptureFailureReason, EndReason
from pos_app.pad.policy import ChallengeUse
from pos_app.virtual.registry import is_virtual


class DemoCase(Enum):
    """The endings that can be chosen. The values are what a person types."""

    APPROVED = "approved"
    WRONG_PIN = "wrong-pin"
    POOR = "poor"
    STRANGER = "stranger"
    CHALLENGED = "challenged"
    CALM = "calm"
    PRINT = "print"
    REPLAY = "replay"
    STILL = "still"
    PARTY_DOWN = "party-down"


@dataclass(frozen=True, slots=True)
class CaseScript:
    """One case: the camera, the account whose phone digits are typed, and the goods.

    `pin` is None for the account's own passcode. `expected` is the ending that proves the case: a
    response code, or why the payment ended before money could move. `challenge` stands in for the
    policy's word on when steps are asked; calm means without coloured light and hurry.
    """

    camera: str
    login: str
    skus: tuple[str, ...]
    expected: tuple[ResponseCode | EndReason | CaptureFailureReason, ...]
    pin: str | None = None
    is_witness_stopped: bool = False
    challenge: ChallengeUse | None = None
    is_calm: bool = False


ENROLLED = {"collins": "li.na", "hopper": "zhao.min", "langer": "chen.jie"}
"""Which virtual shopper is enrolled for which sandbox account."""

STRANGER = "neighbour"
"""A virtual shopper whom nobody enrols."""

_BASKET = ("longjing", "milk", "bun")

_REFUSED: tuple[CaptureFailureReason | EndReason, ...] = (
    CaptureFailureReason.LIGHT_UNANSWERED,
    CaptureFailureReason.PRESENTATION_ATTACK_SUSPECTED,
    CaptureFailureReason.CHALLENGE_FAILED,
    CaptureFailureReason.FACE_CHANGED,
    CaptureFailureReason.FACE_LOST,
    CaptureFailureReason.SEVERAL_FACES,
    CaptureFailureReason.NO_FACE,
    CaptureFailureReason.POOR_QUALITY,
    CaptureFailureReason.TIMED_OUT,
    EndReason.NOT_ROUTED,
)
"""What may become of an attack. That an account is found by somebody else's face is not in it."""
_LIGHT = (CaptureFailureReason.TOO_DARK, CaptureFailureReason.TOO_BRIGHT)

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
    DemoCase.CHALLENGED: CaseScript(
        "virtual:collins",
        "li.na",
        _BASKET,
        (ResponseCode.APPROVED,),
        challenge=ChallengeUse.ALWAYS,
    ),
    DemoCase.CALM: CaseScript(
        "virtual:collins", "li.na", _BASKET, (ResponseCode.APPROVED,), is_calm=True
    ),
    DemoCase.PRINT: CaseScript("attack:print:collins", "li.na", _BASKET, _REFUSED),
    DemoCase.REPLAY: CaseScript("attack:replay:collins", "li.na", _BASKET, _REFUSED),
    DemoCase.STILL: CaseScript("attack:still:collins", "li.na", _BASKET, _REFUSED),
    DemoCase.PARTY_DOWN: CaseScript(
        "virtual:collins",
        "li.na",
        _BASKET,
        (EndReason.CLEARING_FAILED,),
        is_witness_stopped=True,
    ),
}


def script_of(case: str) -> CaseScript | None:
    """Return the script of a case, or of a virtual camera by its name; None if there is no such."""
    if case in {known.value for known in DemoCase}:
        return SCRIPTS[DemoCase(case)]
    if not is_virtual(case):
        return None
    named = case.split(":")
    login = next((ENROLLED[name] for name in named if name in ENROLLED), ENROLLED["collins"])
    if named[0] == "attack":
        return CaseScript(case, login, _BASKET, _REFUSED)
    return CaseScript(case, login, _BASKET, (ResponseCode.APPROVED, *_REFUSED, *_LIGHT))
