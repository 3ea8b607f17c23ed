"""How an issuer decides: one unit of work from a verified or wrong PIN to a debit or refusal.

The PIN was compared before, by the issuer's security module; what that means is decided here, where
tries, lock and balance cannot change in between. A locked account answers as locked whether the PIN
was right or not.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from clearing_service.issuer.account import Account
from clearing_service.issuer.issuer_book import (
    AccountKey,
    IssuerBook,
    IssuerPayment,
    OwnerNoticeKind,
)
from clearing_service.payment.ports import (
    IssuerApproved,
    IssuerDebit,
    IssuerDeclined,
    IssuerRefusal,
)
from clearing_service.security_module.protocol import PinCheck
from facepay.identifiers import ApprovalCode, ParticipantId, PaymentId
from facepay.money import Money


@dataclass(frozen=True, slots=True)
class DebitWork:
    """Debit an account for a payment, once; a repeat gets the first answer.

    `pin_check` is None if the account has no passcode to compare with.
    """

    debit: IssuerDebit
    pin_check: PinCheck | None
    approval_code: ApprovalCode
    now: datetime

    @property
    def account_keys(self) -> tuple[AccountKey, ...]:
        """The account."""
        return ((self.debit.issuer_id, self.debit.account_alias),)

    @property
    def payment_ids(self) -> tuple[PaymentId, ...]:
        """The payment."""
        return (self.debit.payment_id,)

    def apply(self, book: IssuerBook) -> IssuerPayment:
        """Decide, and remember the answer."""
        known = book.payments.get(self.debit.payment_id)
        if known is not None:
            return known
        account = book.accounts.get(self.account_keys[0])
        if account is None or not account.is_open or self.pin_check is None:
            return self._refuse(book, IssuerRefusal.ACCOUNT_NOT_PERMITTED)
        if account.is_face_locked:
            return self._refuse(book, IssuerRefusal.FACE_CHANNEL_LOCKED)
        if self.pin_check is PinCheck.WRONG:
            return self._count_wrong_pin(book, account)
        book.put_account(account.with_right_pin())
        if account.balance < self.debit.amount:
            return self._refuse(book, IssuerRefusal.INSUFFICIENT_FUNDS)
        return self._debit(book, account.with_right_pin())

    def _count_wrong_pin(self, book: IssuerBook, account: Account) -> IssuerPayment:
        counted = account.with_wrong_pin()
        book.put_account(counted)
        if counted.is_face_locked:
            book.tell_owner(counted, OwnerNoticeKind.FACE_CHANNEL_LOCKED, self.now)
        return self._refuse(book, IssuerRefusal.WRONG_PIN, counted.pin_tries_left)

    def _debit(self, book: IssuerBook, account: Account) -> IssuerPayment:
        book.put_account(replace(account, balance=account.balance - self.debit.amount))
        book.tell_owner(account, OwnerNoticeKind.DEBITED, self.now)
        return self._keep(book, replace(self._row(), approval_code=self.approval_code))

    def _refuse(
        self, book: IssuerBook, refusal: IssuerRefusal, pin_tries_left: int | None = None
    ) -> IssuerPayment:
        row = replace(self._row(), refusal=refusal, pin_tries_left=pin_tries_left)
        return self._keep(book, row)

    def _keep(self, book: IssuerBook, row: IssuerPayment) -> IssuerPayment:
        book.payments.put(row.payment_id, row)
        return row

    def _row(self) -> IssuerPayment:
        return IssuerPayment(
            self.debit.payment_id,
            self.debit.issuer_id,
            self.now,
            self.debit.account_alias,
            self.debit.amount,
        )


@dataclass(frozen=True, slots=True)
class RefundWork:
    """Undo the debit of a payment, once, or forbid it if it has not come yet."""

    payment_id: PaymentId
    issuer_id: ParticipantId
    now: datetime

    @property
    def account_keys(self) -> tuple[AccountKey, ...]:
        """Which account it is, the payment's row tells."""
        return ()

    @property
    def payment_ids(self) -> tuple[PaymentId, ...]:
        """The payment."""
        return (self.payment_id,)

    def apply(self, book: IssuerBook) -> None:
        """Credit back what was debited and not refunded."""
        known = book.payments.get(self.payment_id)
        if known is None:
            known = IssuerPayment(
                self.payment_id,
                self.issuer_id,
                self.now,
                refusal=IssuerRefusal.REVERSED_BEFORE,
            )
        elif not known.is_reversed and known.approval_code is not None:
            self._credit(book, known)
        reversed_at = known.reversed_at or self.now
        undone = replace(known, is_reversed=True, reversed_at=reversed_at)
        book.payments.put(self.payment_id, undone)

    def _credit(self, book: IssuerBook, known: IssuerPayment) -> None:
        if known.account_alias is None or known.amount is None:
            return
        account = book.accounts.get((known.issuer_id, known.account_alias))
        if account is not None:
            left = known.amount - Money(known.credited_minor_units, known.amount.currency)
            book.put_account(replace(account, balance=account.balance + left))
            book.tell_owner(account, OwnerNoticeKind.CREDITED_BACK, self.now)


def answer_of(payment: IssuerPayment, masked_name: str) -> IssuerApproved | IssuerDeclined:
    """Return what the issuer says of a payment. A debit that was undone is no approval."""
    if payment.is_reversed:
        return IssuerDeclined(IssuerRefusal.REVERSED_BEFORE)
    if payment.approval_code is not None:
        return IssuerApproved(payment.approval_code, masked_name)
    refusal = payment.refusal or IssuerRefusal.DO_NOT_HONOUR
    return IssuerDeclined(refusal, payment.pin_tries_left)
