"""The header of a terminal's message: what is signed, and what every sealed envelope is bound to.

It travels as bytes and is never re-serialised: whoever checks a signature or opens an envelope uses
the bytes that arrived. Every matching party reads it, so it holds no amount, no order and no name.
"""

import hashlib
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import Enum
from typing import Self

from facepay.canonical import decode_fields, encode_fields
from facepay.errors import MalformedFieldError
from facepay.identifiers import OperationId, TerminalId

HEADER_VERSION = 1
HASH_BYTES = 32
KEY_ID_BYTES = 16
NONCE_BYTES = 16
CHALLENGE_NONCE_BYTES = 32
COUNTER_MAX = 2**63 - 1
"""Counters are stored as signed 64-bit integers."""

_LABEL = b"facepay/message-header/1"


class Purpose(Enum):
    """What a message is for. A message is good for this and for nothing else."""

    SIGN_ON = 1
    OPEN_PAYMENT = 2
    ROUTE_PROBE = 3
    AUTHORIZE_PAYMENT = 4
    GET_PAYMENT = 5
    CANCEL_PAYMENT = 6
    REVERSE_PAYMENT = 7
    OPEN_ENROLMENT = 8
    SUBMIT_REFERENCE = 9
    CONFIRM_REFERENCE = 10
    CLOSE_FACE_PAYMENT = 11
    REFUND_PAYMENT = 12
    RECONCILE_TOTALS = 13


@dataclass(frozen=True, slots=True)
class MessageHeader:
    """One message's header.

    `counter` rises with every new operation of a terminal. `sent_at` has millisecond precision.
    `challenge_nonce` is the clearing service's, empty before it has given one. `epoch`, `model_id`
    and `commitments` are 0 and empty where no template is sent. The three hashes are blinded
    (`facepay.payment_fields`), empty where they do not apply; `body_hash` is SHA-256 of the body,
    and every body holds 32 random bytes of its own.
    """

    suite_id: int
    purpose: Purpose
    terminal_id: TerminalId
    signing_key_id: bytes
    operation_id: OperationId
    counter: int
    sent_at: datetime
    nonce: bytes
    challenge_nonce: bytes
    epoch: int
    model_id: str
    commitments: tuple[bytes, ...]
    payment_hash: bytes
    notice_hash: bytes
    body_hash: bytes

    def __post_init__(self) -> None:
        """Refuse a header that could not be encoded and read back to the same value."""
        _require(0 <= self.suite_id < 2**16, "suite id")
        _require(len(self.signing_key_id) == KEY_ID_BYTES, "signing key id")
        _require(0 <= self.counter <= COUNTER_MAX, "counter")
        _require(self.sent_at.tzinfo is not None and self.sent_at.year >= 1970, "time")
        _require(len(self.nonce) == NONCE_BYTES, "nonce")
        _require(len(self.challenge_nonce) in (0, CHALLENGE_NONCE_BYTES), "challenge nonce")
        _require(0 <= self.epoch < 2**32, "epoch")
        _require(len(self.model_id) <= 64 and self.model_id.isascii(), "model id")
        _require(len(self.commitments) in (0, 3), "commitments")
        _require(all(len(item) == HASH_BYTES for item in self.commitments), "commitments")
        _require(len(self.payment_hash) in (0, HASH_BYTES), "payment hash")
        _require(len(self.notice_hash) in (0, HASH_BYTES), "notice hash")
        _require(len(self.body_hash) == HASH_BYTES, "body hash")

    def to_bytes(self) -> bytes:
        """Return the bytes that are signed and sent."""
        milliseconds = round(self.sent_at.timestamp() * 1000)
        return encode_fields(
            [
                _LABEL,
                bytes([HEADER_VERSION]),
                self.suite_id.to_bytes(2),
                bytes([self.purpose.value]),
                self.terminal_id.value.encode(),
                self.signing_key_id,
                self.operation_id.value,
                self.counter.to_bytes(8),
                milliseconds.to_bytes(8),
                self.nonce,
                self.challenge_nonce,
                self.epoch.to_bytes(4),
                self.model_id.encode(),
                b"".join(self.commitments),
                self.payment_hash,
                self.notice_hash,
                self.body_hash,
            ]
        )

    @classmethod
    def from_bytes(cls, encoded: bytes) -> Self:
        """Read what `to_bytes` wrote; raises `MalformedFieldError` for anything else."""
        parts = decode_fields(encoded, count=len(fields(cls)) + 2)
        if parts[0] != _LABEL or parts[1] != bytes([HEADER_VERSION]):
            raise MalformedFieldError("not a message header of this version")
        try:
            header = cls(
                suite_id=_integer(parts[2], 2),
                purpose=Purpose(_integer(parts[3], 1)),
                terminal_id=TerminalId(parts[4].decode("ascii")),
                signing_key_id=parts[5],
                operation_id=OperationId(parts[6]),
                counter=_integer(parts[7], 8),
                sent_at=_time(_integer(parts[8], 8)),
                nonce=parts[9],
                challenge_nonce=parts[10],
                epoch=_integer(parts[11], 4),
                model_id=parts[12].decode("ascii"),
                commitments=_commitments(parts[13]),
                payment_hash=parts[14],
                notice_hash=parts[15],
                body_hash=parts[16],
            )
        except (ValueError, OverflowError, OSError) as error:
            raise MalformedFieldError("a header field is malformed") from error
        if header.to_bytes() != encoded:
            raise MalformedFieldError("a header has one encoding only")
        return header


def body_hash(body: bytes) -> bytes:
    """Return the hash of a message's body that its header carries."""
    return hashlib.sha256(body).digest()


def truncate_to_milliseconds(moment: datetime) -> datetime:
    """Return `moment` as a header can carry it."""
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)


def _require(holds: bool, field: str) -> None:  # noqa: FBT001 - the condition is the argument
    if not holds:
        raise MalformedFieldError(f"the header's {field} is out of range")


def _integer(encoded: bytes, size: int) -> int:
    if len(encoded) != size:
        raise MalformedFieldError("a header field is malformed")
    return int.from_bytes(encoded)


def _time(milliseconds: int) -> datetime:
    seconds, rest = divmod(milliseconds, 1000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest * 1000)


def _commitments(joined: bytes) -> tuple[bytes, ...]:
    if len(joined) % HASH_BYTES:
        raise MalformedFieldError("commitments are malformed")
    return tuple(joined[start : start + HASH_BYTES] for start in range(0, len(joined), HASH_BYTES))
