"""Payments that were left behind: cut off by a crash, held too long, or never finished.

`recover` runs once at start, before the first call is taken; `sweep` runs ever after. Both ask the
issuer what it did for a payment in AUTHORIZING and then post or release.
"""

from dataclasses import dataclass
from datetime import datetime

from clearing_service.payment.authorization import Authorization
from clearing_service.payment.clearing_book import ClearingBook, Needs
from clearing_service.payment.duplicate_check import whole_milliseconds
from clearing_service.payment.ending import expire_if_overdue
from clearing_service.payment.policy import PaymentPolicy
from clearing_service.payment.ports import PaymentStore
from facepay.identifiers import PaymentId
from facepay.ports import Clock


class Recovery:
    """Ends what nobody else ended."""

    def __init__(
        self,
        store: PaymentStore,
        authorization: Authorization,
        policy: PaymentPolicy,
        clock: Clock,
    ) -> None:
        self._store = store
        self._authorization = authorization
        self._policy = policy
        self._clock = clock

    async def recover(self) -> int:
        """End every payment in AUTHORIZING; return how many. Nothing else may be running."""
        return await self._end_authorizing(self._clock.now())

    async def sweep(self) -> int:
        """End holds that are too old and payments whose time ran out; return how many."""
        now = self._clock.now()
        ended = await self._end_authorizing(now - self._policy.hold_sweep_after)
        overdue = await self._store.overdue_payments(now)
        for payment in overdue:
            await self._store.execute(ExpireWork(payment.payment_id, whole_milliseconds(now)))
        return ended + len(overdue)

    async def _end_authorizing(self, before: datetime) -> int:
        count = 0
        while left := await self._store.authorizing_payments(before):
            for payment in left:
                word = await self._authorization.recall(payment)
                await self._authorization.finish(payment, word)
            count += len(left)
        return count


@dataclass(frozen=True, slots=True)
class ExpireWork:
    """One commit: a payment whose time ran out before money was held is EXPIRED."""

    payment_id: PaymentId
    now: datetime

    @property
    def needs(self) -> Needs:
        """The payment."""
        return Needs(payments=(self.payment_id,))

    def apply(self, book: ClearingBook) -> None:
        """Expire it, if it still waits."""
        payment = book.payments.get(self.payment_id)
        if payment is not None:
            expire_if_overdue(book, payment, self.now)
