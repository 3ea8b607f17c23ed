"""The path of one refund or void at the terminal, readable from top to bottom.

(1) find the approved payment by its number; a face plays no part
(2) ask the service where it stands: with the line down a refund is refused and never queued
(3) journal the operation and the signed message, before its first byte leaves
(4) send it; an unknown end is settled by repeating the very same bytes, which the service answers
with its stored answer, or, when the clock window has passed, refuses for ever
"""

from collections.abc import Sequence

import structlog

from facepay.identifiers import RetrievalReferenceNumber
from facepay.message_header import Purpose
from facepay.ports import Clock
from facepay.refund_decision import RefundDecision
from pos_app.checkout.clearing_answers import ClearingError, ClearingErrorReason
from pos_app.checkout.doubt import polling_delays
from pos_app.checkout.ports import Journal, JournalError
from pos_app.checkout.refund import (
    ApprovedPayment,
    JournaledRefund,
    NotRefunded,
    Refunded,
    RefundGateway,
    RefundIntent,
    RefundJournal,
    RefundReceipt,
    RefundRefused,
    RefundResult,
    RefundState,
    RefundStop,
    RefundUnknown,
)

SETTLE_SECONDS = 60.0
"""How long the cashier waits for a lost answer; after that it is asked for again at leisure."""
CLOCK_WINDOW_SECONDS = 120.0
"""A message older than this is refused by the service unless it was acted on before."""

_log = structlog.get_logger()


class RefundFlow:
    """Refunds and voids of one terminal. Every method runs on one event loop."""

    def __init__(
        self, gateway: RefundGateway, journal: Journal, refunds: RefundJournal, clock: Clock
    ) -> None:
        self._gateway = gateway
        self._journal = journal
        self._refunds = refunds
        self._clock = clock

    async def latest(self, count: int) -> Sequence[ApprovedPayment]:
        """Return at most `count` approved payments, newest first; raises `JournalError`."""
        return await self._refunds.latest_approved(count)

    async def refund(self, rrn: RetrievalReferenceNumber, intent: RefundIntent) -> RefundResult:
        """Refund or void the payment with this number and return how it ended.

        Operating failures are results; nothing is raised.
        """
        try:
            # (1), (2) Nothing is written or sent for what cannot be refunded now.
            found = await self._find(rrn)
            if isinstance(found, NotRefunded):
                return found
            # (3) The message is in the journal before it leaves.
            refund = await self._begin(found, intent)
        except JournalError as error:
            _log.error("refund_stopped_by_journal", reason=error.reason.value)
            return NotRefunded(RefundStop.JOURNAL_FAILED)
        # (4) The first answer, or a repeat of the same bytes.
        try:
            decision = await self._gateway.send_refund(refund)
        except ClearingError as error:
            if not error.is_outcome_unknown:
                return await self._give_up(refund, error.reason)
            return await self._ask_until_known(refund)
        return await self._conclude(refund, decision)

    async def ask_again(self, rrn: RetrievalReferenceNumber) -> RefundResult:
        """Return how the last refund of this payment ended, asking the service if nobody knows.

        Nothing is raised, and nothing new is ever begun.
        """
        try:
            kept = await self._refunds.last_refund(rrn)
        except JournalError as error:
            _log.error("refund_stopped_by_journal", reason=error.reason.value)
            return NotRefunded(RefundStop.JOURNAL_FAILED)
        if kept is None:
            return NotRefunded(RefundStop.NO_SUCH_PAYMENT)
        if kept.state is RefundState.UNSETTLED:
            return await self._settle(kept.refund)
        if kept.decision is None:
            return NotRefunded(RefundStop.NOT_ACCEPTED)
        return _result_of(kept.refund, kept.decision)

    async def settle_all(self, older_than_seconds: float = 0.0) -> tuple[RefundResult, ...]:
        """Ask once more about every refund without a known end; raises `JournalError`.

        `older_than_seconds` leaves out what a cashier may still be waiting for.
        """
        now = self._clock.now()
        return tuple(
            [
                await self._settle(refund)
                for refund in await self._refunds.unsettled_refunds()
                if abs((now - refund.made_at).total_seconds()) >= older_than_seconds
            ]
        )

    async def _find(self, rrn: RetrievalReferenceNumber) -> ApprovedPayment | NotRefunded:
        found = await self._refunds.approved(rrn)
        if found is None:
            return NotRefunded(RefundStop.NO_SUCH_PAYMENT)
        payment_id = found.decision.payment_id
        for earlier in await self._refunds.unsettled_refunds():
            if earlier.payment.binding.payment_id == payment_id:
                return NotRefunded(RefundStop.EARLIER_UNSETTLED)
        operation = await self._journal.begin_operation(payment_id, Purpose.GET_PAYMENT)
        try:
            await self._gateway.get_payment(operation, found.payment)
        except ClearingError as error:
            return NotRefunded(RefundStop.OFFLINE, error.reason)
        return found

    async def _begin(self, found: ApprovedPayment, intent: RefundIntent) -> JournaledRefund:
        operation = await self._journal.begin_operation(
            found.decision.payment_id, Purpose.REFUND_PAYMENT
        )
        request = self._gateway.prepare_refund(operation, found, intent)
        refund = JournaledRefund(
            operation, found.payment, found.rrn, intent, request, self._clock.now()
        )
        await self._refunds.begin_refund(refund)
        return refund

    async def _ask_until_known(self, refund: JournaledRefund) -> RefundResult:
        started = self._clock.monotonic()
        for delay in polling_delays():
            if self._clock.monotonic() - started + delay > SETTLE_SECONDS:
                break
            await self._clock.sleep(delay)
            result = await self._settle(refund)
            if not isinstance(result, RefundUnknown):
                return result
        return RefundUnknown(refund.payment.binding.payment_id)

    async def _settle(self, refund: JournaledRefund) -> RefundResult:
        try:
            decision = await self._gateway.send_refund(refund)
        except ClearingError as error:
            if self._was_never_done(refund, error.reason):
                return await self._give_up(refund, error.reason)
            return RefundUnknown(refund.payment.binding.payment_id)
        return await self._conclude(refund, decision)

    def _was_never_done(self, refund: JournaledRefund, reason: ClearingErrorReason) -> bool:
        """Whether the service has no answer for these bytes and will never act on them."""
        if reason is ClearingErrorReason.NOT_FOUND:
            return True
        age = (self._clock.now() - refund.made_at).total_seconds()
        return reason is ClearingErrorReason.CLOCK_OFF and age > CLOCK_WINDOW_SECONDS

    async def _give_up(self, refund: JournaledRefund, reason: ClearingErrorReason) -> NotRefunded:
        await self._note(refund, RefundState.NOT_DONE)
        return NotRefunded(RefundStop.NOT_ACCEPTED, reason)

    async def _conclude(self, refund: JournaledRefund, decision: RefundDecision) -> RefundResult:
        await self._note(refund, RefundState.DECIDED, decision)
        return _result_of(refund, decision)

    async def _note(
        self, refund: JournaledRefund, state: RefundState, decision: RefundDecision | None = None
    ) -> None:
        """Journal the end; if that fails the truth stands, and a restart asks for it again."""
        try:
            await self._refunds.end_refund(refund, state, decision)
        except JournalError as error:
            _log.error("refund_end_not_journaled", state=state.value, reason=error.reason.value)


def _result_of(refund: JournaledRefund, decision: RefundDecision) -> RefundResult:
    if not decision.outcome.has_moved_money:
        return RefundRefused(decision.outcome)
    return Refunded(RefundReceipt(refund.payment, refund.intent, refund.original_rrn, decision))
