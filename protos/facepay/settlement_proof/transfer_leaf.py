"""One transfer as a leaf of its window's tree, so that each side reads its own half only.

The leaf holds what both sides may know and one commitment for each side: to its account, and to
what only that side may know of the sale. A participant is given the blinding of its own side and the
other side's commitment as it is. Both therefore compute the same leaf: one amount, one debit, one
credit, and no way to tell the one a sum and the other another.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from facepay.canonical import encode_fields
from facepay.errors import MalformedFieldError
from facepay.money import Money
from facepay.settlement_proof.merkle import leaf_hash

BLINDING_BYTES = 32
SIDE_COMMITMENT_BYTES = 32

_LEAF_LABEL = b"facepay/transfer-leaf/1"
_SIDE_LABEL = b"facepay/transfer-side/1"


class Side(Enum):
    """On which side of a transfer an account stands. The values are those of the report."""

    DEBIT = "DEBIT"
    CREDIT = "CREDIT"


@dataclass(frozen=True, slots=True)
class SharedFacts:
    """What both sides of a transfer know. Absent texts are empty, an absent number is 0.

    `number` is the transfer's place in the ledger and `answers` that of the one it answers;
    `subject` is the payment's id or, for a row of no payment, an id of its own, and `part` counts
    its rows of one kind where there may be several. `booked_at` has whole milliseconds.
    """

    number: int
    kind: str
    subject: str
    rrn: str
    amount: Money
    answers: int
    part: int
    booked_at: datetime


@dataclass(frozen=True, slots=True)
class SideFacts:
    """What one side of a transfer knows: its account, and of a sale it acquired the place."""

    side: Side
    account: str
    acceptor_id: str = ""
    terminal_id: str = ""
    order_id: str = ""

    def commitment(self, blinding: bytes) -> bytes:
        """Return the 32 bytes that stand for this side, given its own 32 secret bytes."""
        if len(blinding) != BLINDING_BYTES:
            raise MalformedFieldError(f"a side's blinding is {BLINDING_BYTES} bytes")
        texts = (self.side.value, self.account, self.acceptor_id, self.terminal_id, self.order_id)
        fields = [_SIDE_LABEL, blinding, *(text.encode() for text in texts)]
        return hashlib.sha256(encode_fields(fields)).digest()


def transfer_leaf(facts: SharedFacts, debit: bytes, credit: bytes) -> bytes:
    """Return the leaf hash of a transfer with these commitments to its sides."""
    if {len(debit), len(credit)} != {SIDE_COMMITMENT_BYTES}:
        raise MalformedFieldError(f"a side's commitment is {SIDE_COMMITMENT_BYTES} bytes")
    return leaf_hash(
        encode_fields(
            [
                _LEAF_LABEL,
                facts.number.to_bytes(8),
                facts.kind.encode(),
                facts.subject.encode(),
                facts.rrn.encode(),
                str(facts.amount.amount_minor_units).encode(),
                facts.amount.currency.value.encode(),
                facts.answers.to_bytes(8),
                facts.part.to_bytes(4),
                round(facts.booked_at.timestamp() * 1000).to_bytes(8),
                debit,
                credit,
            ]
        )
    )
