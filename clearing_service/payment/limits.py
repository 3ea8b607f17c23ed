"""How much one payer may pay by face: per payment and per calendar day in Beijing.

What a day has used counts from the moment a sum is held, so that payments in parallel cannot pass
together what each could pass alone. It comes back, once and to the day it was used on, when the
payment is declined, reversed or voided. A refund does not give it back: the payer did pay by face,
and money going round and round would pass every limit.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from clearing_service.clock import beijing_day
from clearing_service.errors import LedgerInvariantError
from clearing_service.payment.clearing_book import ClearingBook, Needs, PayerKey, UsageKey
from clearing_service.payment.payment import Payment
from clearing_service.payment.policy import AmountLimits


class LimitOutcome(Enum):
    """Whether a payment stays within the limits."""

    WITHIN = 1
    PER_PAYMENT_EXCEEDED = 2
    PER_DAY_EXCEEDED = 3


def use_limit(
    book: ClearingBook, payment: Payment, ceilings: AmountLimits, now: datetime
) -> LimitOutcome:
    """Use up the payer's limit of today for the payment, or say which limit forbids it."""
    outcome = check_limit(book, payment, ceilings, now)
    if outcome is LimitOutcome.WITHIN:
        route = payment.live_route
        key = (route.issuer_id, route.account_alias, beijing_day(now))
        book.usages.put(key, _used_with(book, payment, key))
    return outcome


def check_limit(
    book: ClearingBook, payment: Payment, ceilings: AmountLimits, now: datetime
) -> LimitOutcome:
    """Say whether a limit forbids the payment today; nothing is used up."""
    route = payment.live_route
    own = book.payer_limits.get((route.issuer_id, route.account_alias))
    limits = ceilings.lowered_to(own)
    if payment.known_fields.amount > limits.per_payment:
        return LimitOutcome.PER_PAYMENT_EXCEEDED
    key = (route.issuer_id, route.account_alias, beijing_day(now))
    if _used_with(book, payment, key) > limits.per_day.amount_minor_units:
        return LimitOutcome.PER_DAY_EXCEEDED
    return LimitOutcome.WITHIN


def _used_with(book: ClearingBook, payment: Payment, key: UsageKey) -> int:
    return (book.usages.get(key) or 0) + payment.known_fields.amount.amount_minor_units


def give_back_limit(book: ClearingBook, payment: Payment) -> None:
    """Return what the payment had used of its day. The caller's state change makes it once."""
    key = usage_key(payment)
    left = (book.usages.get(key) or 0) - payment.known_fields.amount.amount_minor_units
    if left < 0:
        raise LedgerInvariantError(f"payment {payment.payment_id} gives back more than was used")
    book.usages.put(key, left)


def usage_key(payment: Payment) -> UsageKey:
    """Return the day's account of limits that the payment used."""
    if payment.usage_day is None:
        raise LedgerInvariantError(f"payment {payment.payment_id} has used no limit")
    route = payment.live_route
    return (route.issuer_id, route.account_alias, payment.usage_day)


@dataclass(frozen=True, slots=True)
class SetLimitsWork:
    """One commit: a payer's own limits. Above the ceilings they have no effect."""

    payer: PayerKey
    limits: AmountLimits

    @property
    def needs(self) -> Needs:
        """The limits set before."""
        return Needs(payer_limits=(self.payer,))

    def apply(self, book: ClearingBook) -> None:
        """Keep them; payments already held stay as they are."""
        book.payer_limits.put(self.payer, self.limits)
