"""The fields that make a payment, and the blinded hash that binds every message to them.

All three matching parties read a message's header, so the header holds a hash of these fields and
not the fields; 32 random bytes known to the terminal and the clearing institution alone keep a
party from guessing an amount and checking it against the hash.
"""

import hashlib
from dataclasses import dataclass

from facepay.canonical import encode_fields
from facepay.errors import MalformedFieldError
from facepay.identifiers import AcceptorId, OrderId, ParticipantId, TerminalId
from facepay.money import Money

BLINDING_BYTES = 32

_PAYMENT_LABEL = b"facepay/payment-fields/1"
_NOTICE_LABEL = b"facepay/notice/1"


@dataclass(frozen=True, slots=True)
class PaymentFields:
    """What the payer is asked to pay, to whom, where and for which order."""

    acceptor_id: AcceptorId
    terminal_id: TerminalId
    order_id: OrderId
    amount: Money
    acquirer_id: ParticipantId

    def hash(self, blinding: bytes) -> bytes:
        """Return the SHA-256 that stands for these fields, given the payment's 32 random bytes."""
        return _blinded_hash(
            _PAYMENT_LABEL,
            blinding,
            self.acceptor_id.value.encode(),
            self.terminal_id.value.encode(),
            self.order_id.value.encode(),
            str(self.amount.amount_minor_units).encode(),
            self.amount.currency.value.encode(),
            self.acquirer_id.value.encode(),
        )


def notice_hash(notice_version: str, notice_text_sha256: bytes, blinding: bytes) -> bytes:
    """Return the hash that stands for the notice the payer was shown and touched."""
    return _blinded_hash(_NOTICE_LABEL, blinding, notice_version.encode(), notice_text_sha256)


def _blinded_hash(label: bytes, blinding: bytes, *fields: bytes) -> bytes:
    if len(blinding) != BLINDING_BYTES:
        raise MalformedFieldError(f"blinding is {BLINDING_BYTES} bytes")
    return hashlib.sha256(encode_fields([label, blinding, *fields])).digest()
