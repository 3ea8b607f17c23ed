"""Adapts refunds to the cashier's window, on the GUI thread.

It holds one `RefundView` and emits it when it changes. What takes time runs on the payment's loop.
"""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal

from facepay.identifiers import RetrievalReferenceNumber
from facepay.vocabulary import RefundKind
from pos_app.checkout.ports import JournalError
from pos_app.checkout.refund import (
    ApprovedPayment,
    NotRefunded,
    Refunded,
    RefundIntent,
    RefundResult,
    RefundStop,
)
from pos_app.ui.checkout_port import Refunding
from pos_app.ui.flow_thread import FlowThread
from pos_app.ui.refund_model import CHECK_LENGTH, RefundStage, RefundView
from pos_app.ui.refund_words import is_open, refund_outcome_view
from pos_app.ui.till_model import LineState

LISTED = 20
"""Payments that are offered; an older one is refunded with its number at the service."""
_BEFORE = {
    RefundStage.KIND: RefundStage.LIST,
    RefundStage.AMOUNT: RefundStage.KIND,
}


class RefundPresenter(QObject):
    """Implements `RefundActions` over the terminal's refunds.

    Signals:
        changed: RefundView, whenever anything shown is different.
        loaded: the latest approved payments, newest first; emitted on the payment's loop.
        finished: RefundResult; emitted on the payment's loop.
    """

    changed = Signal(object)
    loaded = Signal(object)
    finished = Signal(object)

    def __init__(self, flow: FlowThread) -> None:
        super().__init__()
        self.view = RefundView()
        self._flow = flow
        self._refunds: Refunding | None = None
        queued = Qt.ConnectionType.QueuedConnection
        self.loaded.connect(self._on_loaded, queued)
        self.finished.connect(self._on_finished, queued)

    def use_refunds(self, refunds: Refunding) -> None:
        """Refund through `refunds` from now on."""
        self._refunds = refunds

    def take_line(self, line: LineState) -> None:
        """Take notice of whether the service can be reached; without it nothing can be refunded."""
        self._show(replace(self.view, is_online=line is LineState.ONLINE))

    # --- the cashier -------------------------------------------------------------------------

    def open_refunds(self) -> None:
        """List the latest payments; not while offline."""
        refunds = self._refunds
        if self.view.stage is RefundStage.CLOSED and self.view.is_online and refunds is not None:
            self._show(replace(self.view, stage=RefundStage.LOADING))
            self._flow.run(self._load(refunds))

    def choose_payment(self, rrn: RetrievalReferenceNumber) -> None:
        """Choose the payment to refund or void."""
        chosen = next((payment for payment in self.view.payments if payment.rrn == rrn), None)
        if self.view.stage is RefundStage.LIST and chosen is not None:
            self._show(replace(self.view, stage=RefundStage.KIND, chosen=chosen))

    def choose_kind(self, kind: RefundKind) -> None:
        """Say whether all of it is voided or a sum refunded."""
        if self.view.stage is RefundStage.KIND:
            is_void = kind is RefundKind.VOID
            stage = RefundStage.CHECK if is_void else RefundStage.AMOUNT
            view = replace(self.view, stage=stage, kind=kind)
            self._show(replace(view, typed_minor_units=0, checked=""))

    def type_refund_digit(self, digit: int) -> None:
        """Add a digit to the amount, or to the digits of the receipt."""
        view = self.view
        if view.stage is RefundStage.AMOUNT and view.whole is not None:
            typed = view.typed_minor_units * 10 + digit
            if len(str(typed)) <= len(str(view.whole.amount_minor_units)):
                self._show(replace(view, typed_minor_units=typed))
        elif view.stage is RefundStage.CHECK and len(view.checked) < CHECK_LENGTH:
            self._show(replace(view, checked=f"{view.checked}{digit}"))

    def clear_refund_digits(self) -> None:
        """Take back what was typed."""
        if self.view.stage is RefundStage.AMOUNT:
            self._show(replace(self.view, typed_minor_units=0))
        elif self.view.stage is RefundStage.CHECK:
            self._show(replace(self.view, checked=""))

    def go_on(self) -> None:
        """Leave the amount for the check."""
        if self.view.stage is RefundStage.AMOUNT and self.view.is_amount_possible:
            self._show(replace(self.view, stage=RefundStage.CHECK, checked=""))

    def confirm_refund(self) -> None:
        """Ask the service for it, once the digits of the receipt fit."""
        view, refunds = self.view, self._refunds
        is_ready = view.stage is RefundStage.CHECK and view.is_checked and view.is_online
        if not is_ready or refunds is None:
            return
        if view.chosen is not None and view.kind is not None and view.amount is not None:
            self._show(replace(view, stage=RefundStage.WORKING))
            intent = RefundIntent(view.kind, view.amount)
            self._flow.run(self._refund(refunds, view.chosen.rrn, intent))

    def ask_refund_again(self) -> None:
        """Ask once more what became of a refund without a known end."""
        view, refunds = self.view, self._refunds
        is_open = view.stage is RefundStage.ENDED and view.may_ask_again
        if is_open and refunds is not None and view.chosen is not None:
            self._show(replace(view, stage=RefundStage.WORKING))
            self._flow.run(self._ask_again(refunds, view.chosen.rrn))

    def back_in_refund(self) -> None:
        """Go one step back."""
        stage = self.view.stage
        if stage is RefundStage.CHECK:
            is_void = self.view.kind is RefundKind.VOID
            before: RefundStage | None = RefundStage.KIND if is_void else RefundStage.AMOUNT
        else:
            before = _BEFORE.get(stage)
        if before is not None:
            self._show(replace(self.view, stage=before, checked=""))

    def leave_refunds(self) -> None:
        """Go back to selling; not while the service is being asked."""
        if self.view.stage is not RefundStage.WORKING:
            self._show(RefundView(is_online=self.view.is_online))

    # --- on the payment's loop ---------------------------------------------------------------

    async def _load(self, refunds: Refunding) -> None:
        try:
            self.loaded.emit(tuple(await refunds.latest(LISTED)))
        except JournalError:
            self.finished.emit(NotRefunded(RefundStop.JOURNAL_FAILED))

    async def _refund(
        self, refunds: Refunding, rrn: RetrievalReferenceNumber, intent: RefundIntent
    ) -> None:
        self.finished.emit(await refunds.refund(rrn, intent))

    async def _ask_again(self, refunds: Refunding, rrn: RetrievalReferenceNumber) -> None:
        self.finished.emit(await refunds.ask_again(rrn))

    # --- reports -----------------------------------------------------------------------------

    def _on_loaded(self, payments: Sequence[ApprovedPayment]) -> None:
        if self.view.stage is RefundStage.LOADING:
            self._show(replace(self.view, stage=RefundStage.LIST, payments=tuple(payments)))

    def _on_finished(self, result: RefundResult) -> None:
        if self.view.stage not in {RefundStage.WORKING, RefundStage.LOADING}:
            return
        self._show(
            replace(
                self.view,
                stage=RefundStage.ENDED,
                outcome=refund_outcome_view(result),
                receipt=result.receipt if isinstance(result, Refunded) else None,
                may_ask_again=is_open(result),
            )
        )

    def _show(self, view: RefundView) -> None:
        if view != self.view:
            self.view = view
            self.changed.emit(view)
