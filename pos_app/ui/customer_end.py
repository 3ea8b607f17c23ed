"""Pages of the customer display after a payment: how it ended, the receipt, complaints."""

from collections.abc import Callable

from pos_app.ui import text, text_customer
from pos_app.ui.actions import CustomerActions
from pos_app.ui.look import Look
from pos_app.ui.outcome_card import OutcomeCard
from pos_app.ui.page_frame import CustomerPage
from pos_app.ui.receipt_view import ReceiptPaper
from pos_app.ui.theme import TextRole
from pos_app.ui.till_model import TillView, acceptor_name
from pos_app.ui.widgets import TextLabel, TouchButton, card, column


class OutcomePage(CustomerPage):
    """How the payment ended: the receipt next, or another way to pay."""

    def __init__(self, look: Look, actions: CustomerActions) -> None:
        super().__init__(look, "outcomePage")
        self._card = OutcomeCard(look, "customerOutcome")
        self.title.hide()
        self.hint.hide()
        self.body.addStretch(1)
        self.body.addWidget(self._card)
        self.body.addStretch(2)
        self._other = self.add_button(TouchButton("otherWays", "choice", actions.pay_another_way))
        self._receipt = self.add_button(
            TouchButton("customerReceipt", "choice", actions.show_receipt)
        )

    def render_view(self, view: TillView) -> None:
        """Show the outcome and the one way on that fits it."""
        if view.outcome is None:
            return
        say = self.look.tongue.say
        self._card.render_outcome(view.outcome)
        self.setAccessibleName(self._card.accessibleName())
        self.scroller.setAccessibleName(say(view.outcome.explanation.title))
        self._other.set_text(say(text_customer.OTHER_WAYS))
        self._other.setVisible(not view.is_paid)
        self._receipt.set_text(say(text.SHOW_RECEIPT))
        self._receipt.setVisible(view.is_paid)
        super().render_view(view)


class ReceiptPage(CustomerPage):
    """The receipt, as the payer keeps it."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "receiptPage")
        self._paper = ReceiptPaper(look)
        self.body.addWidget(self._paper)
        self.body.addStretch(1)

    def render_view(self, view: TillView) -> None:
        """Show the receipt under a word of thanks."""
        if view.receipt is None:
            return
        self.set_head(self.look.tongue.say(text_customer.THANKS))
        self._paper.render_receipt(view.receipt)
        super().render_view(view)


class ComplaintPage(CustomerPage):
    """Who takes complaints and how, and the payer's rights; open at any moment."""

    def __init__(self, look: Look, leave: Callable[[], None]) -> None:
        super().__init__(look, "complaintPage")
        self._lines = [TextLabel(TextRole.HEADING)] + [TextLabel() for _ in range(4)]
        paper = card()
        inside = column(paper, margin=6, gap=4)
        for label in self._lines:
            inside.addWidget(label)
        self.body.addWidget(paper)
        self.body.addStretch(1)
        self._back = self.add_button(TouchButton("leaveComplaints", "choice", leave))

    def render_view(self, view: TillView) -> None:
        """Show the channels of the payee and of the clearing institution."""
        tongue = self.look.tongue
        say = tongue.say
        acceptor = view.shop.acceptor
        reference = view.receipt.order_id.value if view.receipt else view.shop.terminal_id.value
        if view.receipt is not None and view.receipt.face is not None:
            reference = view.receipt.face.rrn.value
        shown = (
            say(text_customer.COMPLAIN_PHONE, phone=acceptor.complaint_phone),
            say(text_customer.COMPLAIN_ONLINE, address=acceptor.complaint_url),
            say(text_customer.COMPLAIN_UNIT, unit=tongue.name(acceptor_name(acceptor))),
            say(text_customer.COMPLAIN_REFERENCE, reference=reference),
            say(text_customer.COMPLAIN_RIGHTS),
        )
        for label, sentence in zip(self._lines, shown, strict=True):
            label.setText(sentence)
        self.set_head(say(text_customer.COMPLAIN_TITLE))
        self._back.set_text(say(text.BACK))
        super().render_view(view)
