"""Steps (7) and (8) of a payment by face: from here on money may move.

The journal says AUTHORIZING before the request leaves. A decision is believed only because the
gateway verified it; anything less is a doubt, and a doubt is queried and then reversed.
"""

from datetime import datetime

from facepay.message_header import Purpose
from facepay.payment_decision import PaymentState
from facepay.vocabulary import CancelReason, ReversalReason
from pos_app.checkout.clearing_answers import ClearingError, PaymentAnswer
from pos_app.checkout.doubt import UNDECIDED, Doubt
from pos_app.checkout.payment import (
    Approved,
    Declined,
    Ended,
    EndReason,
    JournaledPayment,
    Operation,
    PaymentStep,
    Reversing,
)
from pos_app.checkout.payment_run import PaymentRun
from pos_app.checkout.payment_state import ForbiddenMoveError, TerminalState
from pos_app.checkout.ports import JournalError
from pos_app.checkout.preparation import ReadyToAuthorize
from pos_app.checkout.receipt import FacePaymentRecord, Receipt
from pos_app.checkout.reversal_queue import ReversalQueue


class Authorization:
    """Moves the money of one payment, or finds out that it did not move."""

    def __init__(self, run: PaymentRun, reversals: ReversalQueue) -> None:
        self._run = run
        self._reversals = reversals

    async def authorize(self, ready: ReadyToAuthorize) -> PaymentAnswer | Ended | Reversing:
        """(7) Journal, send, and return the decision; or how the payment ended without one.

        Raises `JournalError` only before anything was sent.
        """
        run = self._run
        operation = await run.begin(Purpose.AUTHORIZE_PAYMENT)
        await run.ports.journal.move(run.binding.payment_id, TerminalState.AUTHORIZING)
        run.announce(PaymentStep.AUTHORIZING)
        self._operation = operation
        try:
            return await run.ports.gateway.authorize_payment(
                operation, run.binding, ready.route, ready.pin
            )
        except ClearingError as error:
            if not error.is_outcome_unknown:
                return await self._close_refused(error)
        return await self._settle_doubt()

    async def conclude(self, answer: PaymentAnswer) -> Approved | Declined | Ended | Reversing:
        """(8) Turn a verified decision into a receipt, a decline, or a reversal if it came too late."""
        run, decision = self._run, answer.decision
        if decision.state.is_final_without_money:
            return await record_decline(run, answer)
        record = _face_record(self._operation, answer)
        if record is None:
            return await self._undo(ReversalReason.NO_REPLY)
        if run.interruption.reason is not None:
            return await self._undo(ReversalReason.CASHIER)
        try:
            await run.ports.journal.move(run.binding.payment_id, TerminalState.APPROVED, decision)
        except ForbiddenMoveError:  # reversed in the meantime
            return Reversing(ReversalReason.CASHIER, is_acknowledged=False)
        except JournalError:
            # After a restart it would be in doubt, and perhaps undone though a receipt was given.
            return await self._undo(ReversalReason.NO_REPLY)
        return Approved(_receipt(run, record, decision.decided_at))

    async def _close_refused(self, refusal: ClearingError) -> PaymentAnswer | Ended | Reversing:
        """End a refused payment only on the service's signed word that it is closed.

        A refusal carries no signature. Whoever relays the line could make one up and deliver the
        request all the same: the payer would pay here and again by another tender.
        """
        run = self._run
        try:
            operation = await run.begin(Purpose.CANCEL_PAYMENT)
            answer = await run.ports.gateway.cancel_payment(
                operation, run.binding, CancelReason.CASHIER
            )
        except (ClearingError, JournalError):
            return await self._settle_doubt()
        if answer.decision.state is PaymentState.CANCELLED:
            return Ended(EndReason.CLEARING_FAILED, clearing=refusal.reason)
        if answer.decision.state in UNDECIDED:
            return await self._settle_doubt()
        return answer

    async def _settle_doubt(self) -> PaymentAnswer | Reversing:
        run = self._run
        await run.note(TerminalState.UNKNOWN)
        ports = run.ports
        doubt = Doubt(ports.gateway, ports.journal, ports.clock, ports.observer)
        answer = await doubt.ask_until_known(
            self._in_memory(), run.signed_on.timers.polling_seconds, run.interruption
        )
        return answer or await self._undo(ReversalReason.NO_REPLY)

    async def _undo(self, reason: ReversalReason) -> Reversing:
        self._run.announce(PaymentStep.REVERSING)
        is_acknowledged = await self._reversals.reverse(self._in_memory(), reason)
        return Reversing(reason, is_acknowledged)

    def _in_memory(self) -> JournaledPayment:
        run = self._run
        return JournaledPayment(
            run.binding,
            TerminalState.UNKNOWN,
            run.ports.clock.now(),
            frozenset({self._operation.operation_id}),
        )


async def record_decline(run: PaymentRun, answer: PaymentAnswer) -> Declined | Ended:
    """Journal a decision that moved no money, and return it as the till shows it."""
    decision = answer.decision
    await run.note(TerminalState.DECLINED, decision)
    if decision.state is PaymentState.EXPIRED:
        return Ended(EndReason.EXPIRED)
    return Declined(decision.response_code, answer.pin_tries_left)


def _face_record(authorization: Operation, answer: PaymentAnswer) -> FacePaymentRecord | None:
    """Return what the receipt shows, or None when the decision is no complete approval."""
    decision = answer.decision
    if decision.state is not PaymentState.APPROVED or not decision.response_code.is_approval:
        return None
    if decision.rrn is None or decision.approval_code is None:
        return None
    return FacePaymentRecord(
        payment_id=decision.payment_id,
        response_code=decision.response_code,
        rrn=decision.rrn,
        approval_code=decision.approval_code,
        stan=authorization.stan,
        masked_name=answer.masked_name,
    )


def _receipt(run: PaymentRun, record: FacePaymentRecord, paid_at: datetime) -> Receipt:
    return Receipt(
        acceptor=run.signed_on.acceptor,
        terminal_id=run.binding.fields.terminal_id,
        order_id=run.sale.order_id,
        lines=run.sale.cart.lines,
        amount=run.sale.amount,
        paid_at=paid_at,
        face=record,
    )
