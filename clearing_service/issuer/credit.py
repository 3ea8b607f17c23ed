"""How an issuer credits a refund: one unit of work, once for each refund."""

from dataclasses import dataclass, replace
from datetime import datetime

from clearing_service.issuer.issuer_book import (
    AccountKey,
    IssuerBook,
    IssuerCredited,
    IssuerPayment,
    OwnerNoticeKind,
)
from clearing_service.payment.ports import CreditOutcome, IssuerCredit
from facepay.identifiers import PaymentId


@dataclass(frozen=True, slots=True)
class CreditWork:
    """Credit a part of a payment's debit; a repeat of the operation gets the first answer.

    Refused if the payment was never debited here, was undone, or would get back more than it took.
    A closed or locked account is credited all the same.
    """

    credit: IssuerCredit
    now: datetime

    @property
    def account_keys(self) -> tuple[AccountKey, ...]:
        """Which account it is, the payment's row tells."""
        return ()

    @property
    def payment_ids(self) -> tuple[PaymentId, ...]:
        """The payment."""
        return (self.credit.payment_id,)

    def apply(self, book: IssuerBook) -> IssuerCredited:
        """Credit, or refuse, and remember which."""
        known = book.credits.get(self.credit.operation_id)
        if known is not None:
            return known
        payment = book.payments.get(self.credit.payment_id)
        is_covered = payment is not None and self._is_covered(payment)
        if payment is not None and is_covered:
            self._pay_back(book, payment)
        outcome = CreditOutcome.CREDITED if is_covered else CreditOutcome.REFUSED
        credit = self.credit
        done = IssuerCredited(
            credit.operation_id, credit.payment_id, credit.amount, outcome, self.now
        )
        book.credits.put(credit.operation_id, done)
        return done

    def _is_covered(self, payment: IssuerPayment) -> bool:
        if payment.approval_code is None or payment.is_reversed or payment.amount is None:
            return False
        credited = payment.credited_minor_units + self.credit.amount.amount_minor_units
        is_ours = payment.issuer_id == self.credit.issuer_id
        return is_ours and credited <= payment.amount.amount_minor_units

    def _pay_back(self, book: IssuerBook, payment: IssuerPayment) -> None:
        amount = self.credit.amount
        credited = payment.credited_minor_units + amount.amount_minor_units
        book.payments.put(payment.payment_id, replace(payment, credited_minor_units=credited))
        if payment.account_alias is None:
            return
        account = book.accounts.get((payment.issuer_id, payment.account_alias))
        if account is not None:
            book.put_account(replace(account, balance=account.balance + amount))
            book.tell_owner(account, OwnerNoticeKind.REFUNDED, self.now)
