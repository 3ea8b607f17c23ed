"""The rows of the issuers' database as work sees them."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol, TypeVar

from clearing_service.issuer.account import Account
from clearing_service.ledger.working_set import AppendedRows, WorkingSet
from clearing_service.payment.ports import CreditOutcome, IssuerRefusal
from facepay.identifiers import (
    AccountAlias,
    ApprovalCode,
    OperationId,
    ParticipantId,
    PaymentId,
)
from facepay.money import Money

AnswerT = TypeVar("AnswerT")
AnswerT_co = TypeVar("AnswerT_co", covariant=True)

AccountKey = tuple[ParticipantId, AccountAlias]


class OwnerNoticeKind(Enum):
    """What an account's owner is told by their issuer."""

    FACE_CHANNEL_LOCKED = "wrong PINs have locked payment by face; the account's other ways go on"
    DEBITED = "a payment by face was made"
    CREDITED_BACK = "a payment by face was undone"
    REFUNDED = "a part or all of a payment by face was refunded"


@dataclass(frozen=True, slots=True)
class OwnerNotice:
    """One message to an account's owner."""

    issuer_id: ParticipantId
    account_alias: AccountAlias
    kind: OwnerNoticeKind
    at: datetime


@dataclass(frozen=True, slots=True)
class IssuerPayment:
    """What an issuer did for a payment: debited, refused, or was told to undo before it came.

    `approval_code` is set if the account was debited, `refusal` otherwise; `credited_minor_units`
    of the debit were refunded.
    """

    payment_id: PaymentId
    issuer_id: ParticipantId
    answered_at: datetime
    account_alias: AccountAlias | None = None
    amount: Money | None = None
    approval_code: ApprovalCode | None = None
    refusal: IssuerRefusal | None = None
    pin_tries_left: int | None = None
    is_reversed: bool = False
    credited_minor_units: int = 0
    reversed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IssuerCredited:
    """What an issuer did for one refund, by its operation id."""

    operation_id: OperationId
    payment_id: PaymentId
    amount: Money
    outcome: CreditOutcome
    answered_at: datetime


class IssuerBook:
    """All rows of one batch of work."""

    def __init__(self, rows: "IssuerRows") -> None:
        self.accounts = WorkingSet(rows.account)
        self.payments = WorkingSet(rows.payment)
        self.credits = WorkingSet(rows.credited)
        self.new_notices = AppendedRows[OwnerNotice]()

    def do(self, work: "IssuerWork[AnswerT]") -> AnswerT:
        """Apply one unit of work; if it raises, nothing of it remains."""
        try:
            answer = work.apply(self)
        except BaseException:
            self.accounts.discard()
            self.payments.discard()
            self.credits.discard()
            self.new_notices.discard()
            raise
        self.accounts.keep()
        self.payments.keep()
        self.credits.keep()
        self.new_notices.keep()
        return answer

    def put_account(self, account: Account) -> None:
        """Set an account's row."""
        self.accounts.put((account.issuer_id, account.account_alias), account)

    def tell_owner(self, account: Account, kind: OwnerNoticeKind, at: datetime) -> None:
        """Leave a message for the account's owner."""
        notice = OwnerNotice(account.issuer_id, account.account_alias, kind, at)
        self.new_notices.add(notice)


class IssuerWork(Protocol[AnswerT_co]):
    """A unit of work on the issuers' database."""

    @property
    def account_keys(self) -> tuple[AccountKey, ...]:
        """Accounts to fetch together with those of other work."""

    @property
    def payment_ids(self) -> tuple[PaymentId, ...]:
        """Payments to fetch together with those of other work."""

    def apply(self, book: IssuerBook) -> AnswerT_co:
        """Do the work on rows in memory. An exception undoes all of it."""


class IssuerRows(Protocol):
    """Fetches one row each, by key; None if there is none."""

    def account(self, key: AccountKey) -> Account | None:
        """Return an account."""

    def payment(self, key: PaymentId) -> IssuerPayment | None:
        """Return what was done for a payment."""

    def credited(self, key: OperationId) -> IssuerCredited | None:
        """Return what was done for a refund."""


class IssuerStore(Protocol):
    """The issuers' database. Raises `StoreError`; work that failed so was not done."""

    async def execute(self, work: IssuerWork[AnswerT]) -> AnswerT:
        """Do the work in one durable transaction, shared with whatever else waits."""

    async def find_account(self, key: AccountKey) -> Account | None:
        """Return an account as last committed."""

    async def find_by_login(self, issuer_id: ParticipantId, login: str) -> Account | None:
        """Return the account whose owner signs in with `login`."""

    async def find_payment(self, payment_id: PaymentId) -> IssuerPayment | None:
        """Return what was done for a payment, as last committed."""
