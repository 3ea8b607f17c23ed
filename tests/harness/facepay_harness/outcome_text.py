"""Outcomes of payments and enrolments as JSON objects, for scripts and for people who read them."""

import json
from dataclasses import asdict, is_dataclass
from datetime import datetime
from enum import Enum

from facepay.wire.enrolment import EnrolmentActive, EnrolmentRefused, FacePaymentClosed
from pos_app.capture.judgement import Judgement
from pos_app.checkout.enrolment_ports import EnrolmentFailed
from pos_app.checkout.payment import Approved, Declined, Ended, PaymentOutcome, Reversing


def payment_json(outcome: PaymentOutcome, judgement: Judgement | None = None) -> str:
    """Return one JSON object: the receipt of an approval, or how the payment ended instead.

    With `judgement`, `evidence` names what the liveness check rested on; no scores.
    """
    match outcome:
        case Approved(receipt):
            content = {"outcome": "approved"} | json.loads(receipt.to_json())
        case Declined(code, tries_left):
            content = {"outcome": "declined", "response_code": code.value}
            if tries_left is not None:
                content["pin_tries_left"] = tries_left
        case Ended() | Reversing():
            content = {"outcome": type(outcome).__name__.lower()} | _plain(outcome)
    if judgement is not None:
        content["evidence"] = _plain(judgement)
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


def enrolment_json(
    outcome: EnrolmentActive | EnrolmentRefused | EnrolmentFailed | FacePaymentClosed,
) -> str:
    """Return one JSON object with the kind of outcome and its details."""
    kind = {
        EnrolmentActive: "active",
        EnrolmentRefused: "refused",
        EnrolmentFailed: "failed",
        FacePaymentClosed: "closed",
    }[type(outcome)]
    content = {"outcome": kind} | _plain(outcome)
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


def enrolment_text(outcome: EnrolmentRefused | EnrolmentFailed) -> str:
    """Return why somebody was not enrolled, for a person."""
    match outcome:
        case EnrolmentRefused(reason):
            causes: list[Enum | None] = [reason]
        case EnrolmentFailed(end, capture, clearing):
            causes = [end, capture, clearing]
    return ", ".join(item.name.lower().replace("_", " ") for item in causes if item is not None)


def _plain(outcome: object) -> dict[str, object]:
    assert is_dataclass(outcome)
    assert not isinstance(outcome, type)
    values = {name: _plain_value(value) for name, value in asdict(outcome).items()}
    return {name: value for name, value in values.items() if value is not None}


def _plain_value(value: object) -> object:
    match value:
        case Enum():
            return value.name.lower()
        case datetime():
            return value.isoformat(timespec="seconds")
        case bytes():
            return value.hex()
        case dict():
            return {name: _plain_value(item) for name, item in value.items()}
        case list() | tuple():
            return [_plain_value(item) for item in value]
        case _:
            return value
