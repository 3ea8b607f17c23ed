"""The cashier's view of a payment: how far it is, what to do for another tender, how it ended."""

from PySide6.QtWidgets import QWidget

from pos_app.checkout.payment import PaymentStep
from pos_app.checkout.receipt import Receipt
from pos_app.checkout.tenders import Tender
from pos_app.ui import text
from pos_app.ui.actions import CashierActions
from pos_app.ui.look import Look
from pos_app.ui.money_text import amount_text, clock_text
from pos_app.ui.outcome_card import OutcomeCard
from pos_app.ui.phrase import Phrase
from pos_app.ui.receipt_view import ReceiptPaper
from pos_app.ui.step_list import StepList
from pos_app.ui.text_evidence import evidence_words
from pos_app.ui.theme import TextRole, space
from pos_app.ui.till_model import Page, TillView, Verdict
from pos_app.ui.widgets import (
    LayoutButton,
    ScrollColumn,
    TextLabel,
    TouchButton,
    card,
    column,
    empty_layout,
    inert,
    row,
    scrolling,
)


class ProgressPane(QWidget):
    """Where a payment by face is, step by step, with a way out."""

    def __init__(self, look: Look, actions: CashierActions) -> None:
        super().__init__()
        self._look = look
        self._title = TextLabel(TextRole.TITLE)
        self._now = TextLabel(TextRole.BODY, tone="soft")
        self._now.setObjectName("paymentProgress")
        self._cancel = TouchButton("cancelPayment", "quiet", actions.cancel_payment)
        self._path: list[PaymentStep | None] = [None, *text.PROGRESS_PATH]
        self._steps = StepList(len(self._path))
        panel = card()
        inside = column(panel, margin=6, gap=4)
        inside.addWidget(self._title)
        inside.addWidget(self._steps)
        inside.addWidget(self._now)
        self._scroll = scrolling(panel)
        outside = column(self)
        outside.addWidget(self._scroll, 1)
        outside.addWidget(self._cancel)

    def render_view(self, view: TillView) -> None:
        """Mark the steps that are done and the one that runs."""
        say = self._look.tongue.say
        self._title.setText(say(text.PROGRESS_TITLE))
        self._scroll.setAccessibleName(self._title.text())
        path = self._path
        texts = [say(_step_text(step)) for step in path]
        self._steps.show_steps(texts, _reached(view.payment_step, path))
        self._now.setText(say(_now_text(view)))
        self._now.setVisible(view.payment_step not in path or view.money_may_move)
        self._cancel.set_text(say(text.CANCEL_PAYMENT))
        self._cancel.setEnabled(not view.money_may_move)
        self._look.dress(self)


_BESIDE_THE_PATH: dict[PaymentStep | None, int] = {
    PaymentStep.OPENING: 1,
    PaymentStep.ASKING_DIGITS: 1,
    PaymentStep.OFFERING_RETRY: 2,
    PaymentStep.OFFERING_RECAPTURE: 2,
    PaymentStep.CANCELLING: 0,
}
"""Where a step counts that not every payment goes through; all others count as the last."""


def _reached(step: PaymentStep | None, path: list[PaymentStep | None]) -> int:
    """Return how far on the path a step is."""
    return path.index(step) if step in path else _BESIDE_THE_PATH.get(step, len(path) - 1)


def _step_text(step: PaymentStep | None) -> Phrase:
    return text.PROGRESS_NOTICE if step is None else text.PROGRESS[step]


def _now_text(view: TillView) -> Phrase:
    return text.MONEY_MAY_MOVE if view.money_may_move else _step_text(view.payment_step)


class TenderTaskPane(QWidget):
    """What the cashier does for a payment by QR code, card or cash."""

    def __init__(self, look: Look, actions: CashierActions) -> None:
        super().__init__()
        self._look = look
        self._title = TextLabel(TextRole.TITLE)
        self._amount = TextLabel(TextRole.HERO, wrap=False)
        self._task = TextLabel()
        self._simulated = TextLabel(TextRole.LABEL, tone="warn")
        self._received = TouchButton("received", "primary", actions.confirm_received)
        self._received.set_touch_target(64)
        self._cancel = TouchButton("cancelTender", "quiet", actions.cancel_payment)
        panel = card()
        inside = column(panel, margin=6, gap=4)
        for label in (self._title, self._amount, self._task, self._simulated):
            inside.addWidget(label)
        self._scroll = scrolling(panel)
        outside = column(self)
        outside.addWidget(self._scroll, 1)
        outside.addWidget(self._received)
        outside.addWidget(self._cancel)

    def render_view(self, view: TillView) -> None:
        """Show the task of the chosen tender."""
        say = self._look.tongue.say
        tender = view.tender
        if tender is None or tender is Tender.FACE:
            return
        self._title.setText(say(text.TENDER_NAMES[tender]))
        self._scroll.setAccessibleName(self._title.text())
        self._amount.setText(amount_text(view.cart.total))
        self._task.setText(say(text.TENDER_TASKS[tender]))
        self._simulated.setText(say(text.TENDER_SIMULATED))
        self._received.set_text(say(text.RECEIVED))
        self._cancel.set_text(say(text.CANCEL_PAYMENT))
        self._look.dress(self)


class ResultPane(QWidget):
    """How the payment ended, in the same words the customer reads, and what the cashier can do."""

    def __init__(self, look: Look, actions: CashierActions) -> None:
        super().__init__()
        self._look = look
        self._card = OutcomeCard(look, "cashierOutcome")
        self._code = TextLabel(TextRole.LABEL, tone="soft")
        self._evidence = TextLabel(TextRole.LABEL, tone="soft")
        self._evidence.setObjectName("evidence")
        self._receipt = TouchButton("showReceipt", "choice", actions.show_receipt)
        self._new_sale = TouchButton("newSale", "primary", actions.new_sale)
        outside = column(self)
        self._scroll = scrolling(self._card, self._code, self._evidence)
        outside.addWidget(self._scroll, 1)
        outside.addWidget(self._receipt)
        outside.addWidget(self._new_sale)

    def render_view(self, view: TillView) -> None:
        """Show the outcome; after a refusal the cart stays and can be paid another way."""
        if view.outcome is None:
            return
        say = self._look.tongue.say
        paid = view.outcome.verdict is Verdict.PAID
        self._card.render_outcome(view.outcome)
        self._scroll.setAccessibleName(self._card.accessibleName())
        self._code.setText(say(text.CODE, code=view.outcome.code or ""))
        self._code.setVisible(view.outcome.code is not None)
        told = view.judgement
        self._evidence.setText(evidence_words(told, self._look.tongue) if told else "")
        self._evidence.setVisible(told is not None)
        self._receipt.set_text(say(text.SHOW_RECEIPT))
        self._receipt.setVisible(view.is_paid)
        self._new_sale.set_text(say(text.NEW_SALE if paid else text.BACK_TO_CART))
        self._look.dress(self)


class ReceiptPane(QWidget):
    """One receipt, and the way on."""

    def __init__(self, look: Look, name: str, leave: TouchButton) -> None:
        super().__init__()
        self.setObjectName(name)
        self._look = look
        self._leave = leave
        self._paper = ReceiptPaper(look)
        scroll = ScrollColumn()
        scroll.column.addWidget(self._paper)
        scroll.column.addStretch(1)
        self._scroll = scroll
        outside = column(self)
        outside.addWidget(scroll, 1)
        outside.addWidget(leave)

    def show_receipt(self, receipt: Receipt, leave: Phrase) -> None:
        """Show the receipt above a button that says `leave`."""
        self._paper.render_receipt(receipt)
        self._scroll.setAccessibleName(self._look.tongue.say(text.RECEIPT_TITLE))
        self._leave.set_text(self._look.tongue.say(leave))
        self._look.dress(self)


class ReceiptRow(LayoutButton):
    """One receipt in the list."""

    def __init__(self, receipt: Receipt, look: Look, chosen: "ReceiptListPane") -> None:
        name = f"receipt_{receipt.order_id.value}"
        super().__init__(name, "tile", lambda: chosen.open_receipt(receipt))
        time = inert(TextLabel(TextRole.BODY, tone="soft", wrap=False))
        time.setText(clock_text(receipt.paid_at))
        tender = inert(TextLabel())
        reference = receipt.face.rrn.value if receipt.face else receipt.order_id.value
        tender.setText(f"{look.tongue.say(text.TENDER_NAMES[receipt.tender])}  {reference}")
        amount = inert(TextLabel(TextRole.STRONG, wrap=False))
        amount.setText(amount_text(receipt.amount))
        inside = row(self, gap=4)
        inside.setContentsMargins(space(4), space(2), space(4), space(2))
        inside.addWidget(time)
        inside.addWidget(tender, 1)
        inside.addWidget(amount)
        self.setAccessibleName(f"{time.text()} {tender.text()} {amount.text()}")


class ReceiptListPane(QWidget):
    """Today's receipts, newest first; a touch opens one. It lies over whatever is going on."""

    def __init__(self, look: Look, leave: TouchButton) -> None:
        super().__init__()
        self._look = look
        self._leave = leave
        self._open: Receipt | None = None
        self._title = TextLabel(TextRole.HEADING)
        self._none = TextLabel(tone="soft")
        self._scroll = ScrollColumn()
        outside = column(self)
        for widget in (self._title, self._none, self._scroll, leave):
            outside.addWidget(widget)
        outside.setStretch(2, 1)

    def render_view(self, view: TillView) -> None:
        """List the receipts, or show the one that was opened."""
        say = self._look.tongue.say
        self._title.setText(say(text.RECEIPTS))
        self._none.setText(say(text.NO_RECEIPTS))
        self._none.setVisible(not view.receipts)
        self._leave.set_text(say(text.BACK))
        self._scroll.setAccessibleName(say(text.RECEIPTS))
        empty_layout(self._scroll.column)
        if self._open is not None:
            paper = ReceiptPaper(self._look)
            paper.render_receipt(self._open)
            self._scroll.column.addWidget(paper)
        else:
            for receipt in reversed(view.receipts):
                self._scroll.column.addWidget(ReceiptRow(receipt, self._look, self))
        self._scroll.column.addStretch(1)
        self._view = view
        self._look.dress(self)

    def open_receipt(self, receipt: Receipt) -> None:
        """Show one receipt."""
        self._open = receipt
        self.render_view(self._view)

    def close_receipt(self) -> bool:
        """Go back to the list; False if the list itself was showing."""
        was_open = self._open is not None
        self._open = None
        if was_open:
            self.render_view(self._view)
        return was_open


PANE_OF_PAGE = {
    Page.SELLING: "catalogue",
    Page.OTHER_TENDER: "tender",
    Page.OUTCOME: "result",
    Page.RECEIPT: "receipt",
}
"""Which of the cashier's panes goes with a page of the customer display; all others: progress."""
