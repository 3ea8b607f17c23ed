"""The path of one payment by face at the terminal, readable from top to bottom.

 (1) journal the payment, before anybody hears of it
 (2) open it at the clearing service
 (3) ask for phone digits, if the size of the gallery calls for them
 (4) capture a probe and have it routed, at most three times
 (5) let the payer confirm payee and amount
 (6) let the payer enter the PIN
 (7) journal, then authorize: from here on money may move
 (8) conclude: a receipt on a verified approval, else the reason there is none

Until (7) a stop, a deadline or a failure ends the payment with no money moved (`preparation`). From
(7) on an unknown end is queried and then reversed, and a stop reverses whatever was approved
(`authorization`). A payment is never sent to be charged a second time.
"""

import structlog

from facepay.identifiers import PaymentId, TerminalId
from facepay.message_header import Purpose
from facepay.pad_challenge import Presentation
from facepay.payment_fields import BLINDING_BYTES, PaymentFields
from facepay.vocabulary import CancelReason
from pos_app.checkout import preparation
from pos_app.checkout.authorization import Authorization, record_decline
from pos_app.checkout.clearing_answers import (
    ClearingError,
    ClearingErrorReason,
    PaymentAnswer,
    SignedOn,
)
from pos_app.checkout.interruption import Interruption
from pos_app.checkout.payment import (
    Confirmation,
    Ended,
    EndReason,
    OpeningIntent,
    PaymentBinding,
    PaymentOutcome,
    PaymentStep,
)
from pos_app.checkout.payment_run import CheckoutPorts, PaymentRun
from pos_app.checkout.payment_state import TerminalState
from pos_app.checkout.ports import JournalError
from pos_app.checkout.preparation import ReadyToAuthorize
from pos_app.checkout.reversal_queue import ReversalQueue
from pos_app.checkout.sale import Sale

_log = structlog.get_logger()

_CANCEL_OF_END = {
    EndReason.STOPPED_BY_PAYER: CancelReason.PAYER,
    EndReason.NOT_ROUTED: CancelReason.PAYER,
    EndReason.NOT_ME: CancelReason.NOT_ME,
    EndReason.CAPTURE_FAILED: CancelReason.CAPTURE_FAILED,
    EndReason.PIN_TIMED_OUT: CancelReason.TIMED_OUT,
    EndReason.EXPIRED: CancelReason.TIMED_OUT,
}


class PaymentFlow:
    """One payment by face. An instance is used once."""

    def __init__(
        self,
        ports: CheckoutPorts,
        terminal_id: TerminalId,
        signed_on: SignedOn,
        reversals: ReversalQueue,
    ) -> None:
        self._ports = ports
        self._terminal_id = terminal_id
        self._signed_on = signed_on
        self._reversals = reversals
        self._interruption = Interruption(ports.clock)

    def stop(self, reason: CancelReason) -> None:
        """Stop at any moment; called on the event loop's thread.

        Before (7) the payment just ends; later it is reversed if it was approved. A repeat does
        nothing.
        """
        self._interruption.stop(reason)
        self._ports.capture.cancel()

    async def pay(
        self, sale: Sale, *, presentation: Presentation = Presentation.WITH_LIGHT
    ) -> PaymentOutcome:
        """Run the path and return how it ended; every way out announces FINISHED.

        Operating failures are outcomes: the till stays usable for every other tender.
        """
        intent = OpeningIntent(
            self._ports.randomness.bytes(BLINDING_BYTES), self._signed_on.notice, presentation
        )
        binding = self._bind(sale, intent.blinding)
        run = PaymentRun(self._ports, self._signed_on, sale, binding, self._interruption)
        try:
            outcome = await self._path(run, intent)
        except JournalError as error:
            _log.error("payment_stopped_by_journal", reason=error.reason.value)
            outcome = Ended(EndReason.JOURNAL_FAILED)
        run.announce(PaymentStep.FINISHED, outcome)
        return outcome

    async def _path(self, run: PaymentRun, intent: OpeningIntent) -> PaymentOutcome:
        # (1) The payment is in the journal before its first byte leaves.
        await run.ports.journal.begin_payment(run.binding)

        # (2) to (6) No money can move yet, so any failure just ends the payment.
        try:
            ready = await self._prepare(run, intent)
        except ClearingError as error:
            ready = Ended(EndReason.CLEARING_FAILED, clearing=error.reason)
        if isinstance(ready, Ended):
            return await self._end_without_money(run, ready)
        if isinstance(ready, PaymentAnswer):
            return await record_decline(run, ready)

        # (7) The journal knows that money may move before the request leaves.
        authorization = Authorization(run, self._reversals)
        decided = await authorization.authorize(ready)
        if isinstance(decided, Ended):
            return await self._end_without_money(run, decided)

        # (8) Only a verified approval becomes a receipt.
        if isinstance(decided, PaymentAnswer):
            return await authorization.conclude(decided)
        return decided

    async def _prepare(
        self, run: PaymentRun, intent: OpeningIntent
    ) -> ReadyToAuthorize | PaymentAnswer | Ended:
        # (2) The payer's touch on the notice is the consent to what follows.
        opened = await preparation.open_payment(run, intent)
        if isinstance(opened, PaymentAnswer | Ended):
            return opened

        # (3), (4) The camera is on only inside a capture, and each capture follows a touch.
        routed = await preparation.route_payer(run, opened)
        if isinstance(routed, PaymentAnswer | Ended):
            return routed

        # (5) The payer sees whom and how much before anything can be taken.
        shown = Confirmation(run.signed_on.acceptor, run.sale.amount, routed.masked_name)
        refusal = await preparation.confirm(run, shown, routed.expires_at)
        if refusal is not None:
            return refusal

        # (6) The PIN leaves the PIN pad enciphered and bound to this routing.
        return await preparation.enter_pin(run, shown, routed, opened.challenge.nonce)

    async def _end_without_money(self, run: PaymentRun, ended: Ended) -> Ended:
        """Tell the service, as far as it can be reached; what it does not hear of expires there."""
        run.announce(PaymentStep.CANCELLING)
        await run.note(TerminalState.ENDED)
        if ended.clearing is ClearingErrorReason.UNREACHABLE:
            return ended
        try:
            operation = await run.begin(Purpose.CANCEL_PAYMENT)
            reason = _CANCEL_OF_END.get(ended.reason, CancelReason.CASHIER)
            await run.ports.gateway.cancel_payment(operation, run.binding, reason)
        except (ClearingError, JournalError) as error:
            _log.warning("cancellation_not_heard", error=str(error))
        return ended

    def _bind(self, sale: Sale, blinding: bytes) -> PaymentBinding:
        acceptor = self._signed_on.acceptor
        fields = PaymentFields(
            acceptor_id=acceptor.acceptor_id,
            terminal_id=self._terminal_id,
            order_id=sale.order_id,
            amount=sale.amount,
            acquirer_id=acceptor.acquirer_id,
        )
        payment_id = PaymentId.generate(self._ports.clock, self._ports.randomness)
        return PaymentBinding.bind(payment_id, fields, self._signed_on.notice, blinding)
