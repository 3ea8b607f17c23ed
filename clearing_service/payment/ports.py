"""What the payment use cases need from outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol, TypeVar

from clearing_service.payment.clearing_book import Work
from clearing_service.payment.issuer_reversal import IssuerReversal
from clearing_service.payment.payment import Payment
from clearing_service.payment.refund_entry import RefundEntry
from clearing_service.routing.narrowing import DigitsNeeded
from clearing_service.routing.router import Route, RouteQuery, Unrouted
from clearing_service.security_module.protocol import RoutingRecord, ZonePinBlock
from facepay.identifiers import (
    AccountAlias,
    ApprovalCode,
    OperationId,
    ParticipantId,
    PaymentId,
)
from facepay.money import Money
from facepay.payment_decision import PaymentDecision, SignedDecision
from facepay.refund_decision import RefundDecision
from facepay.sealed_envelope import SealedEnvelope

AnswerT = TypeVar("AnswerT")


class PaymentStore(Protocol):
    """The clearing database. Raises `StoreError`; work that failed so was not done."""

    async def execute(self, work: Work[AnswerT]) -> AnswerT:
        """Do the work in one durable transaction, shared with whatever else waits.

        What the work raises is raised here, and nothing of it remains. After a
        `LedgerInvariantError` the store refuses all further work.
        """

    async def find_payment(self, payment_id: PaymentId) -> Payment | None:
        """Return a payment as last committed."""

    async def authorizing_payments(self, before: datetime) -> Sequence[Payment]:
        """Return payments in AUTHORIZING since `before` or longer, oldest first, at most 1,000."""

    async def overdue_payments(self, now: datetime) -> Sequence[Payment]:
        """Return payments OPENED or ROUTED beyond their expiry, at most 1,000."""

    async def due_issuer_reversals(self, now: datetime) -> Sequence[IssuerReversal]:
        """Return unacknowledged reversals whose next attempt is due, at most 1,000."""

    async def due_refunds(self, now: datetime) -> Sequence[RefundEntry]:
        """Return refunds the issuer has not answered whose next attempt is due, at most 1,000."""


class Routing(Protocol):
    """Finds the payer's account. `clearing_service.routing.router.Router` implements it."""

    def digits_needed(self) -> DigitsNeeded:
        """Return how many phone digits a search needs at the gallery's present size."""

    def require_ready(self) -> None:
        """Raise `MatchingUnavailableError` or `GenerationMismatchError` if no search could begin."""

    async def route(self, query: RouteQuery) -> Route | Unrouted:
        """Route a probe; raises `MatchingUnavailableError` or `StoreError`."""


class Notices(Protocol):
    """Which notices may be shown to a payer before the camera starts."""

    def is_in_force(self, version: str, text_sha256: bytes) -> bool:
        """Whether a touch on this notice is consent to one transmission now."""


class PaymentSecurity(Protocol):
    """The part of the clearing institution's security module that payments use.

    `clearing_service.security_module.protocol.ClearingSecurityModule` says what each call does.
    """

    def sign_decision(self, decision: PaymentDecision) -> SignedDecision:
        """Sign with Ed25519: the same decision always gets the same signature."""

    def sign_refund(self, decision: RefundDecision) -> SignedDecision:
        """Sign a refund with the same key, under a label of its own."""

    async def translate_pin(
        self, pin_envelope: SealedEnvelope, header: bytes, record: RoutingRecord, now: datetime
    ) -> ZonePinBlock:
        """Re-encipher the PIN for the issuer and account in the record, once."""


@dataclass(frozen=True, slots=True)
class IssuerDebit:
    """What an issuer is asked: verify this PIN and debit this account for this payment."""

    payment_id: PaymentId
    issuer_id: ParticipantId
    account_alias: AccountAlias
    amount: Money
    zone_pin_block: ZonePinBlock


class IssuerRefusal(Enum):
    """Why an issuer declined."""

    WRONG_PIN = 1
    FACE_CHANNEL_LOCKED = 2
    INSUFFICIENT_FUNDS = 3
    ACCOUNT_NOT_PERMITTED = 4
    DO_NOT_HONOUR = 5
    REVERSED_BEFORE = 6
    """The reversal came first; the debit is refused for ever."""


@dataclass(frozen=True, slots=True)
class IssuerApproved:
    """The account was debited for this payment, once."""

    approval_code: ApprovalCode
    masked_name: str


@dataclass(frozen=True, slots=True)
class IssuerDeclined:
    """Nothing was debited. `pin_tries_left` is given with a wrong PIN."""

    refusal: IssuerRefusal
    pin_tries_left: int | None = None


@dataclass(frozen=True, slots=True)
class IssuerCredit:
    """What an issuer is asked: credit this much of a payment's debit back, for one refund."""

    operation_id: OperationId
    payment_id: PaymentId
    issuer_id: ParticipantId
    amount: Money


class CreditOutcome(Enum):
    """Whether an issuer credited a refund."""

    CREDITED = 1
    REFUSED = 2
    """It never debited the payment, undid it, or would credit more than it debited."""


class IssuerGateway(Protocol):
    """The way to the issuers. Raises `IssuerUnavailableError` when no answer came in time."""

    async def authorize(self, debit: IssuerDebit) -> IssuerApproved | IssuerDeclined:
        """Verify the PIN and debit. Idempotent by payment id: a repeat gets the first answer."""

    async def find(
        self, issuer_id: ParticipantId, payment_id: PaymentId
    ) -> IssuerApproved | IssuerDeclined | None:
        """Return what was answered for the payment, or None if the issuer never heard of it."""

    async def reverse(self, issuer_id: ParticipantId, payment_id: PaymentId) -> None:
        """Undo the payment's debit, or forbid it if it has not come yet. May be repeated."""

    async def credit(self, credit: IssuerCredit) -> CreditOutcome:
        """Credit a refund. Idempotent by operation id: a repeat gets the first answer."""

    async def masked_name(
        self, issuer_id: ParticipantId, account_alias: AccountAlias
    ) -> str | None:
        """Return the account owner's masked name, or None if there is no such account."""
