"""Answers as they are kept, so that a repeat gets the same one byte for byte.

A decision is kept unsigned and signed whenever it leaves: Ed25519 signs deterministically, so the
signature is the same each time and the security module is never called inside a transaction.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from clearing_service.payment.requests import (
    NotRouted,
    PaymentOpened,
    PhoneDigitsNeeded,
    Routed,
)
from clearing_service.routing.narrowing import DigitsNeeded
from facepay.canonical import decode_fields, encode_fields
from facepay.identifiers import PaymentId, RoutingToken
from facepay.pad_challenge import PadChallenge
from facepay.payment_decision import PaymentDecision
from facepay.refund_decision import RefundDecision

_FIELD_COUNT = 5


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision before it is signed, with what may be told beside it."""

    decision: PaymentDecision
    masked_name: str | None = None
    pin_tries_left: int | None = None


@dataclass(frozen=True, slots=True)
class RefundDecided:
    """A refund's decision before it is signed."""

    decision: RefundDecision


Answer = PaymentOpened | Routed | NotRouted | PhoneDigitsNeeded | Decided | RefundDecided


def encode_answer(answer: Answer) -> bytes:
    """Return the bytes to keep."""
    fields = _fields(answer)
    return encode_fields([*fields, *[b""] * (_FIELD_COUNT - len(fields))])


def decode_answer(encoded: bytes) -> Answer:
    """Read what `encode_answer` wrote; raises `MalformedFieldError` for anything else."""
    kind, *fields = decode_fields(encoded, count=_FIELD_COUNT)
    return _READERS[kind](*fields[: _FIELD_COUNT - 1])


def _fields(answer: Answer) -> list[bytes]:
    match answer:
        case PaymentOpened():
            return [
                b"opened",
                answer.payment_id.value,
                answer.challenge.to_bytes(),
                str(answer.digits_needed.value).encode(),
                _time_bytes(answer.expires_at),
            ]
        case Routed():
            token = answer.routing_token.value.encode()
            return [b"routed", token, _time_bytes(answer.expires_at), _optional(answer.masked_name)]
        case NotRouted():
            return [b"not routed", str(answer.attempts_left).encode()]
        case PhoneDigitsNeeded():
            digits = str(answer.digits.value).encode()
            return [b"digits", digits, str(answer.attempts_left).encode()]
        case Decided():
            tries = "" if answer.pin_tries_left is None else str(answer.pin_tries_left)
            decision = answer.decision.to_bytes()
            return [b"decided", decision, _optional(answer.masked_name), tries.encode()]
        case RefundDecided():
            return [b"refund", answer.decision.to_bytes()]


def _read_opened(*fields: bytes) -> Answer:
    return PaymentOpened(
        PaymentId(fields[0]),
        PadChallenge.from_bytes(fields[1]),
        DigitsNeeded(int(fields[2])),
        _time(fields[3]),
    )


def _read_routed(*fields: bytes) -> Answer:
    return Routed(RoutingToken(fields[0].decode()), _time(fields[1]), fields[2].decode() or None)


def _read_not_routed(*fields: bytes) -> Answer:
    return NotRouted(int(fields[0]))


def _read_digits(*fields: bytes) -> Answer:
    return PhoneDigitsNeeded(DigitsNeeded(int(fields[0])), int(fields[1]))


def _read_decided(*fields: bytes) -> Answer:
    tries = int(fields[2]) if fields[2] else None
    return Decided(PaymentDecision.from_bytes(fields[0]), fields[1].decode() or None, tries)


def _read_refund(*fields: bytes) -> Answer:
    return RefundDecided(RefundDecision.from_bytes(fields[0]))


_READERS = {
    b"opened": _read_opened,
    b"routed": _read_routed,
    b"not routed": _read_not_routed,
    b"digits": _read_digits,
    b"decided": _read_decided,
    b"refund": _read_refund,
}


def _optional(text: str | None) -> bytes:
    return (text or "").encode()


def _time_bytes(moment: datetime) -> bytes:
    return str(round(moment.timestamp() * 1000)).encode()


def _time(encoded: bytes) -> datetime:
    seconds, milliseconds = divmod(int(encoded), 1000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=milliseconds * 1000)
