"""How a demonstration may end: who stands before the camera, what they type, and what must follow."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from facepay.response_code import ResponseCode
from pos_app.checkout.payment import CaptureFailureReason, EndReason
from pos_app.pad.policy import ChallengeUse
from pos_app.virtual.registry import is_virtual

DemoEnd = ResponseCode | EndReason | CaptureFailureReason
"""The one word by which an ending is told."""


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
    expected: tuple[DemoEnd, ...]
    pin: str | None = None
    is_witness_stopped: bool = False
    challenge: ChallengeUse | None = None
    is_calm: bool = False


ENROLLED = {"collins": "li.na", "hopper": "zhao.min", "langer": "chen.jie"}
"""Which virtual shopper is enrolled for which sandbox account."""

STRANGER = "neighbour"
"""A virtual shopper whom nobody enrols."""

_BASKET = ("longjing", "milk", "bun")

_REFUSED: tuple[DemoEnd, ...] = (
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

_PAID: Mapping[str, DemoEnd] = {
    "collins": ResponseCode.APPROVED,
    "hopper": ResponseCode.INSUFFICIENT_FUNDS,
    "langer": ResponseCode.APPROVED,
}
"""How a payment ends of whom the till takes for a person; whom nobody enrolled is not routed."""
_STOPPED: Mapping[str, tuple[DemoEnd, ...]] = {
    "walks-out": (CaptureFailureReason.FACE_LOST, CaptureFailureReason.NO_FACE),
    "mouth-open": (CaptureFailureReason.TIMED_OUT,),
    "eyes-closed": (CaptureFailureReason.TIMED_OUT,),
    "restless": (CaptureFailureReason.POOR_QUALITY,),
    "with-companion": (CaptureFailureReason.SEVERAL_FACES,),
    "off-centre": (CaptureFailureReason.POOR_QUALITY,),
    "too-far": (CaptureFailureReason.POOR_QUALITY,),
    "too-near": (CaptureFailureReason.POOR_QUALITY, CaptureFailureReason.NO_FACE),
    "dim": (CaptureFailureReason.TOO_DARK,),
    "glaring": (CaptureFailureReason.TOO_BRIGHT,),
    "backlit": (CaptureFailureReason.TOO_DARK,),
    "mask": (CaptureFailureReason.POOR_QUALITY,),
    "sunglasses": (
        CaptureFailureReason.POOR_QUALITY,
        CaptureFailureReason.CHALLENGE_FAILED,
        EndReason.NOT_ROUTED,  # collins's are not dark enough to be told from deep-set eyes always
    ),
}
"""What becomes of a visit that cannot go well, by manner."""
_IF_ASKED = {"wrong-expression", "ignores-prompts"}
"""Manners that matter only if light is not enough and steps are asked."""

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
    if named[0] != "virtual":  # an attack, or a film, which answers nothing
        return CaseScript(case, login, _BASKET, _REFUSED)
    return CaseScript(case, login, _BASKET, _ends_of(*named[1:]))


def _ends_of(people: str, manner: str = "") -> tuple[DemoEnd, ...]:
    """Return how a visit may end: of one person in a manner, or of two people."""
    if "+" in people:
        return (CaptureFailureReason.SEVERAL_FACES,)
    if manner in _STOPPED:
        return _STOPPED[manner]
    paid = _PAID.get(people, EndReason.NOT_ROUTED)
    return (paid, CaptureFailureReason.CHALLENGE_FAILED) if manner in _IF_ASKED else (paid,)
