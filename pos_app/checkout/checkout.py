"""The checkout of one terminal: sign on, take payments one at a time, settle what is left over."""

from collections.abc import Sequence

import structlog

from facepay.identifiers import PaymentId, TerminalId
from facepay.message_header import Purpose
from facepay.pad_challenge import Presentation
from facepay.vocabulary import CancelReason, ReversalReason
from facepay.wire.terminal import Timers
from pos_app.checkout.clearing_answers import ClearingError, ClearingErrorReason, SignedOn
from pos_app.checkout.payment import (
    Ended,
    EndReason,
    JournaledPayment,
    PaymentOutcome,
    PaymentStep,
)
from pos_app.checkout.payment_flow import PaymentFlow
from pos_app.checkout.payment_run import CheckoutPorts
from pos_app.checkout.ports import JournalError, JournalErrorReason
from pos_app.checkout.recovery import RecoveredPayment, Recoverer
from pos_app.checkout.reversal_queue import ENTRIES_MAX, ReversalQueue
from pos_app.checkout.sale import Sale

_SIGN_ON_AGAIN = frozenset({ClearingErrorReason.EPOCH_STALE, ClearingErrorReason.NOT_SIGNED_ON})

_log = structlog.get_logger()


class Checkout:
    """What a till drives. Every method runs on one event loop."""

    def __init__(self, ports: CheckoutPorts, terminal_id: TerminalId) -> None:
        self._ports = ports
        self._terminal_id = terminal_id
        self._signed_on: SignedOn | None = None
        self._running: PaymentFlow | None = None
        self._left_over: list[JournaledPayment] | None = None
        self.reversals = ReversalQueue(ports.gateway, ports.journal, ports.clock)

    @property
    def signed_on(self) -> SignedOn | None:
        """Acceptor, notice and timers in force; None before the first successful sign-on."""
        return self._signed_on

    async def sign_on(self) -> SignedOn:
        """Sign on, or sign on again. Raises `ClearingError` and `JournalError`."""
        operation = await self._ports.journal.begin_operation(None, Purpose.SIGN_ON)
        self._signed_on = await self._ports.gateway.sign_on(operation)
        return self._signed_on

    async def left_over(self) -> Sequence[JournaledPayment]:
        """Return what an earlier process left and this one has not settled yet.

        The journal is asked once, before the first payment of this process, so that none of its own
        is ever among them. Raises `JournalError`.
        """
        if self._left_over is None:
            self._left_over = list(await self._ports.journal.unfinished())
        return tuple(self._left_over)

    async def recover(self) -> tuple[RecoveredPayment, ...]:
        """Settle what is left over, by asking and undoing only; return what became of it.

        A payment that the journal cannot take now stays left over, and the others go on. Raises
        `JournalError` if it cannot be told what is left over.
        """
        timers = self._signed_on.timers if self._signed_on else Timers()
        recoverer = Recoverer(self._ports, self.reversals, timers.polling_seconds)
        recovered = []
        for payment in await self.left_over():
            try:
                settled = await recoverer.settle(payment)
            except JournalError as error:
                payment_id = str(payment.binding.payment_id)
                _log.error("payment_not_settled", payment=payment_id, reason=error.reason.value)
                continue
            self._forget_left_over(payment)
            if settled is not None:
                recovered.append(settled)
        return tuple(recovered)

    async def pay(
        self, sale: Sale, *, presentation: Presentation = Presentation.WITH_LIGHT
    ) -> PaymentOutcome:
        """Take one payment by face and return how it ended.

        Signs on first if need be. Raises `RuntimeError` while another payment runs.
        """
        if self._running is not None:
            raise RuntimeError("one payment at a time")
        try:
            await self.left_over()
            await self._require_room_for_reversal()
            signed_on = self._signed_on or await self.sign_on()
        except (ClearingError, JournalError) as error:
            return self._refused(error)
        self._running = PaymentFlow(self._ports, self._terminal_id, signed_on, self.reversals)
        try:
            outcome = await self._running.pay(sale, presentation=presentation)
        finally:
            self._running = None
        if isinstance(outcome, Ended) and outcome.clearing in _SIGN_ON_AGAIN:
            self._signed_on = None
        return outcome

    def stop(self, reason: CancelReason) -> None:
        """Stop the running payment, for instance because another tender was chosen."""
        if self._running is not None:
            self._running.stop(reason)

    async def reverse(self, payment_id: PaymentId, reason: ReversalReason) -> bool:
        """Undo an approved payment; return whether it was acknowledged at once, else it is queued.

        Raises `JournalError`, and `KeyError` for a payment the journal does not know.
        """
        payment = await self._ports.journal.payment(payment_id)
        return await self.reversals.reverse(payment, reason)

    def _forget_left_over(self, payment: JournaledPayment) -> None:
        if self._left_over is not None and payment in self._left_over:
            self._left_over.remove(payment)

    async def _require_room_for_reversal(self) -> None:
        """Refuse a payment whose reversal might find no room: nothing may be lost."""
        if len(await self._ports.journal.reversals()) >= ENTRIES_MAX:
            raise JournalError(JournalErrorReason.QUEUE_FULL)

    def _refused(self, error: ClearingError | JournalError) -> Ended:
        if isinstance(error, ClearingError):
            ended = Ended(EndReason.CLEARING_FAILED, clearing=error.reason)
        else:
            ended = Ended(EndReason.JOURNAL_FAILED)
        self._ports.observer.step_changed(PaymentStep.FINISHED, ended)
        return ended
