"""The receipt: what was bought, how it was paid, and where to complain. No face, no PIN, no name."""

import json
from dataclasses import dataclass
from datetime import datetime

from facepay.identifiers import (
    ApprovalCode,
    OrderId,
    PaymentId,
    RetrievalReferenceNumber,
    Stan,
    TerminalId,
)
from facepay.money import Money
from facepay.response_code import ResponseCode
from facepay.wire.terminal import Acceptor
from pos_app.checkout.sale import SHOP_TIME_ZONE, Sale, SaleLine
from pos_app.checkout.tenders import OtherTender, Tender

SIMULATION_NOTICE = "Simulated payment: no real money has moved."


@dataclass(frozen=True, slots=True)
class FacePaymentRecord:
    """What a receipt shows of an approved payment by face, all of it from a verified decision."""

    payment_id: PaymentId
    response_code: ResponseCode
    rrn: RetrievalReferenceNumber
    approval_code: ApprovalCode
    stan: Stan
    masked_name: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt. `paid_at` is aware UTC. Exactly one of `face` and `other` is not None."""

    acceptor: Acceptor
    terminal_id: TerminalId
    order_id: OrderId
    lines: tuple[SaleLine, ...]
    amount: Money
    paid_at: datetime
    face: FacePaymentRecord | None = None
    other: OtherTender | None = None

    @property
    def tender(self) -> Tender:
        """How it was paid."""
        return self.other.tender if self.other else Tender.FACE

    def to_json(self) -> str:
        """Return the receipt as one JSON object, for scripts and for the demonstration."""
        content: dict[str, object] = {
            "tender": self.tender.value,
            "order_id": self.order_id.value,
            "acceptor_id": self.acceptor.acceptor_id.value,
            "acceptor_name_zh": self.acceptor.name_zh,
            "acceptor_name_en": self.acceptor.name_en,
            "terminal_id": self.terminal_id.value,
            "amount_minor_units": self.amount.amount_minor_units,
            "currency": self.amount.currency.name,
            "paid_at": self.paid_at.astimezone(SHOP_TIME_ZONE).isoformat(timespec="seconds"),
            "complaint_phone": self.acceptor.complaint_phone,
            "complaint_url": self.acceptor.complaint_url,
            "lines": [_line_content(line) for line in self.lines],
            "notice": SIMULATION_NOTICE,
        }
        if self.face:
            content |= _face_content(self.face)
        if self.other:
            content["change_minor_units"] = self.other.change.amount_minor_units
        return json.dumps(content, ensure_ascii=False, sort_keys=True)


def receipt_for_other_tender(
    sale: Sale,
    payment: OtherTender,
    acceptor: Acceptor,
    terminal_id: TerminalId,
    paid_at: datetime,
) -> Receipt:
    """Return the receipt of a sale that was paid without face. Needs no line and no journal."""
    return Receipt(
        acceptor, terminal_id, sale.order_id, sale.cart.lines, sale.amount, paid_at, other=payment
    )


def _line_content(line: SaleLine) -> dict[str, object]:
    return {
        "sku": line.item.sku,
        "name_zh": line.item.name_zh,
        "name_en": line.item.name_en,
        "quantity": line.quantity,
        "total_minor_units": line.total.amount_minor_units,
    }


def _face_content(face: FacePaymentRecord) -> dict[str, object]:
    return {
        "payment_id": str(face.payment_id),
        "response_code": face.response_code.value,
        "rrn": face.rrn.value,
        "approval_code": face.approval_code.value,
        "stan": face.stan.value,
        "masked_name": face.masked_name,
    }
