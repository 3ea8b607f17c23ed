"""A payment as the clearing service keeps it."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from clearing_service.errors import LedgerInvariantError
from clearing_service.ledger.account import AccountId
from clearing_service.ledger.transfer import Movement
from clearing_service.payment.operation import OperationKey
from clearing_service.payment.payment_state import code_without_decline, require_move
from clearing_service.routing.narrowing import DigitsNeeded
from clearing_service.routing.router import Route
from facepay.identifiers import (
    ApprovalCode,
    OperationId,
    PaymentId,
    RetrievalReferenceNumber,
    TerminalId,
)
from facepay.money import Money
from facepay.pad_challenge import PadChallenge
from facepay.payment_decision import PaymentDecision, PaymentState
from facepay.payment_fields import PaymentFields
from facepay.response_code import ResponseCode


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a probe must answer.

    `attempts_used` is the number of the last capture that was heard of: no later probe may rest on
    that one or one before it.
    """

    pad: PadChallenge
    digits_needed: DigitsNeeded
    attempts_used: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a payment was decided: by which operation (None: by a timer), when, and the result."""

    operation_id: OperationId | None
    decided_at: datetime
    decline_code: ResponseCode | None = None
    approval_code: ApprovalCode | None = None
    masked_name: str | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment. `fields` and `challenge` are None if a reversal closed it before it was opened.

    `rrn`, `authorizing_since`, `authorized_by` and `usage_day` (the Beijing day whose limit it
    uses) are set when money is first held; `route` is the live one, None after it was voided.
    `refunded_minor_units` went back in `refund_count` refunds.
    """

    payment_id: PaymentId
    terminal_id: TerminalId
    payment_hash: bytes
    notice_hash: bytes
    state: PaymentState
    opened_at: datetime
    expires_at: datetime
    fields: PaymentFields | None = None
    challenge: Challenge | None = None
    probe_count: int = 0
    route: Route | None = None
    rrn: RetrievalReferenceNumber | None = None
    authorizing_since: datetime | None = None
    authorized_by: OperationId | None = None
    usage_day: date | None = None
    verdict: Verdict | None = None
    refunded_minor_units: int = 0
    refund_count: int = 0

    def moved(self, state: PaymentState) -> "Payment":
        """Return the payment in another state; a move that is not permitted raises."""
        require_move(self.state, state)
        return replace(self, state=state)

    def decided(self, state: PaymentState, verdict: Verdict) -> "Payment":
        """Return the payment in a state that decides it, with the verdict."""
        return replace(self.moved(state), verdict=verdict)

    @property
    def response_code(self) -> ResponseCode:
        """The code that goes with the state; 00 for APPROVED and for nothing else."""
        if self.verdict and self.verdict.decline_code and self.state is not PaymentState.APPROVED:
            return self.verdict.decline_code
        return code_without_decline(self.state)

    @property
    def masked_name(self) -> str | None:
        """The payer's masked name, given with an approval only."""
        approved = self.state is PaymentState.APPROVED
        return self.verdict.masked_name if approved and self.verdict else None

    @property
    def live_route(self) -> Route:
        """The route of a payment that has one; its absence is a broken invariant."""
        if self.route is None:
            raise LedgerInvariantError(f"payment {self.payment_id} has no route")
        return self.route

    @property
    def known_fields(self) -> PaymentFields:
        """The fields of a payment that was opened; their absence is a broken invariant."""
        if self.fields is None:
            raise LedgerInvariantError(f"payment {self.payment_id} was never opened")
        return self.fields

    @property
    def authorizing_operation(self) -> OperationKey:
        """The operation that authorizes; its absence is a broken invariant."""
        if self.authorized_by is None:
            raise LedgerInvariantError(f"payment {self.payment_id} was never authorized")
        return (self.terminal_id, self.authorized_by)

    @property
    def movement(self) -> Movement:
        """Who owes whom how much if the payment is approved."""
        return Movement(
            debit=AccountId(self.live_route.issuer_id),
            credit=AccountId(self.known_fields.acquirer_id),
            amount=self.known_fields.amount,
        )

    @property
    def given_back(self) -> Money:
        """What has gone back to the payer, by refunds or by a reversal of the whole."""
        if self.fields is None:
            return Money(0)
        whole = self.fields.amount
        if self.state is PaymentState.REVERSED:
            return whole
        return Money(self.refunded_minor_units, whole.currency)

    @property
    def refundable(self) -> Money:
        """What is left of an approved payment to refund."""
        return self.known_fields.amount - self.given_back

    def decision(self, asked_by: OperationId, now: datetime) -> PaymentDecision:
        """Return the clearing service's word on the payment.

        It names the operation that decided; if there is none, the one that asks.
        """
        decided_by = self.verdict.operation_id if self.verdict else None
        has_money_moved = self.state is PaymentState.APPROVED
        return PaymentDecision(
            payment_id=self.payment_id,
            payment_hash=self.payment_hash,
            operation_id=decided_by or asked_by,
            state=self.state,
            response_code=self.response_code,
            rrn=self.rrn if has_money_moved else None,
            approval_code=self.verdict.approval_code if has_money_moved and self.verdict else None,
            decided_at=self.verdict.decided_at if self.verdict else now,
        )
