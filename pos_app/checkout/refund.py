"""Refunds at the terminal: what is asked, what is journaled before it leaves, how it can end."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from facepay.identifiers import PaymentId, RetrievalReferenceNumber
from facepay.money import Money
from facepay.payment_decision import PaymentDecision
from facepay.refund_decision import RefundDecision, RefundOutcome
from facepay.signed_request import SignedRequest
from facepay.vocabulary import RefundKind
from pos_app.checkout.clearing_answers import ClearingErrorReason, PaymentAnswer
from pos_app.checkout.payment import JournaledPayment, Operation
from pos_app.checkout.receipt import SIMULATION_NOTICE
from pos_app.checkout.sale import SHOP_TIME_ZONE


@dataclass(frozen=True, slots=True)
class RefundIntent:
    """What the cashier asks for. A void names the whole sum of its payment."""

    kind: RefundKind
    amount: Money


@dataclass(frozen=True, slots=True)
class ApprovedPayment:
    """An approved payment of this terminal, with the decision its receipt was printed from."""

    payment: JournaledPayment
    decision: PaymentDecision
    rrn: RetrievalReferenceNumber


class RefundState(Enum):
    """Where a refund is, as the terminal knows it. The values are stored."""

    UNSETTLED = "unsettled"
    """The message may have left; what became of it is not known yet."""
    DECIDED = "decided"
    """The service's signed answer is there, whatever it says."""
    NOT_DONE = "not_done"
    """The service did not act on the message and never will."""


@dataclass(frozen=True, slots=True)
class JournaledRefund:
    """A refund as the journal has it: the signed message itself, which holds no face and no PIN.

    After a restart it is repeated byte for byte, so that it can happen only once. `made_at` is UTC.
    """

    operation: Operation
    payment: JournaledPayment
    original_rrn: RetrievalReferenceNumber
    intent: RefundIntent
    request: SignedRequest
    made_at: datetime


@dataclass(frozen=True, slots=True)
class KeptRefund:
    """A refund and where it is; `decision` is the service's answer once there was one."""

    refund: JournaledRefund
    state: RefundState
    decision: RefundDecision | None


class RefundGateway(Protocol):
    """The clearing service's side of a refund."""

    async def get_payment(self, operation: Operation, payment: JournaledPayment) -> PaymentAnswer:
        """Ask where a payment is; raises `ClearingError`."""

    def prepare_refund(
        self, operation: Operation, found: ApprovedPayment, intent: RefundIntent
    ) -> SignedRequest:
        """Build and sign the message. Nothing is sent."""

    async def send_refund(self, refund: JournaledRefund) -> RefundDecision:
        """Send the very bytes of `refund.request`; may be repeated for ever.

        Returns a decision that was verified: signature, payment, payment hash, operation and sum.
        Raises `ClearingError`.
        """


class RefundJournal(Protocol):
    """The refunds in the terminal's journal. Every method raises `JournalError`.

    A method has returned only when what it wrote is durable.
    """

    async def approved(self, rrn: RetrievalReferenceNumber) -> ApprovedPayment | None:
        """Return the approved payment with this number, or None if this terminal has none."""

    async def latest_approved(self, count: int) -> Sequence[ApprovedPayment]:
        """Return at most `count` approved payments, newest first."""

    async def begin_refund(self, refund: JournaledRefund) -> None:
        """Write a new refund as UNSETTLED, before its first byte leaves."""

    async def unsettled_refunds(self) -> Sequence[JournaledRefund]:
        """Return the refunds whose end is not known, oldest first."""

    async def last_refund(self, rrn: RetrievalReferenceNumber) -> KeptRefund | None:
        """Return the newest refund of the payment with this number, or None."""

    async def end_refund(
        self, refund: JournaledRefund, state: RefundState, decision: RefundDecision | None = None
    ) -> None:
        """Write how a refund ended."""


@dataclass(frozen=True, slots=True)
class RefundReceipt:
    """The slip of a refund or void, all of it from a verified decision. No name, no face."""

    payment: JournaledPayment
    intent: RefundIntent
    original_rrn: RetrievalReferenceNumber
    decision: RefundDecision

    def to_json(self) -> str:
        """Return the slip as one JSON object."""
        fields, decision = self.payment.binding.fields, self.decision
        at = decision.decided_at.astimezone(SHOP_TIME_ZONE)
        content = {
            "kind": self.intent.kind.name.lower(),
            "order_id": fields.order_id.value,
            "acceptor_id": fields.acceptor_id.value,
            "terminal_id": fields.terminal_id.value,
            "payment_id": str(decision.payment_id),
            "original_rrn": self.original_rrn.value,
            "rrn": decision.rrn.value if decision.rrn else None,
            "response_code": decision.outcome.response_code.value,
            "amount_minor_units": decision.amount.amount_minor_units,
            "refunded_minor_units": decision.refunded.amount_minor_units,
            "currency": decision.amount.currency.name,
            "refunded_at": at.isoformat(timespec="seconds"),
            "notice": SIMULATION_NOTICE,
        }
        return json.dumps(content, ensure_ascii=False, sort_keys=True)


class RefundStop(Enum):
    """Why nothing was sent, or what was sent was not acted on. The values are stable names."""

    NO_SUCH_PAYMENT = "no_such_payment"
    """No approved payment of this terminal has the number; a refund's own number is none either."""
    OFFLINE = "offline"
    """The service cannot be asked now, and a refund never waits in a queue."""
    EARLIER_UNSETTLED = "earlier_unsettled"
    """An earlier refund of the same payment has no known end yet."""
    JOURNAL_FAILED = "journal_failed"
    NOT_ACCEPTED = "not_accepted"


@dataclass(frozen=True, slots=True)
class Refunded:
    """Money goes back, on the word of a verified decision."""

    receipt: RefundReceipt


@dataclass(frozen=True, slots=True)
class RefundRefused:
    """The service refused for a named reason; nothing changed."""

    outcome: RefundOutcome


@dataclass(frozen=True, slots=True)
class NotRefunded:
    """Nothing was refunded. `clearing` is set with OFFLINE and NOT_ACCEPTED."""

    stop: RefundStop
    clearing: ClearingErrorReason | None = None


@dataclass(frozen=True, slots=True)
class RefundUnknown:
    """Nobody knows yet; it is being resolved. The cashier can ask again and can never do it twice."""

    payment_id: PaymentId


RefundResult = Refunded | RefundRefused | NotRefunded | RefundUnknown
