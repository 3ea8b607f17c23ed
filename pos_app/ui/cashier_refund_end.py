"""The end of a refund in the cashier's window: the wait, the outcome in words, and the slip."""

from pos_app.checkout.refund import RefundReceipt
from pos_app.ui import text
from pos_app.ui import text_refund as words
from pos_app.ui.icons import Icon
from pos_app.ui.look import Look
from pos_app.ui.money_text import amount_text, time_text
from pos_app.ui.outcome_card import OutcomeCard
from pos_app.ui.page_frame import BigSign, TitledPage
from pos_app.ui.receipt_view import Slip
from pos_app.ui.refund_actions import RefundActions
from pos_app.ui.refund_model import RefundStage, RefundView
from pos_app.ui.theme import TextRole
from pos_app.ui.widgets import TouchButton


class RefundWaitPage(TitledPage):
    """While the journal is read or the service asked; it ends by itself."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "refundWaitPage")
        self._sign = BigSign(Icon.WAIT)
        self.body.addWidget(self._sign, 1)
        self.title.hide()
        self.hint.hide()

    def render_view(self, view: RefundView) -> None:
        """Say what is waited for."""
        is_working = view.stage is RefundStage.WORKING
        shown = words.WORKING if is_working else words.LOADING
        title, hint = (self.look.tongue.say(part) for part in shown)
        self._sign.show_words(title, hint)
        self.setAccessibleName(title)
        self.scroller.setAccessibleName(title)
        self.look.dress(self)


class RefundEndPage(TitledPage):
    """How it ended, and the slip."""

    def __init__(self, look: Look, actions: RefundActions) -> None:
        super().__init__(look, "refundEndPage")
        self._card = OutcomeCard(look, "refundOutcome")
        self._slip = RefundPaper(look)
        self.body.addWidget(self._card)
        self.body.addWidget(self._slip)
        self.body.addStretch(1)
        self.title.hide()
        self.hint.hide()
        self._again = self.add_button(
            TouchButton("askRefundAgain", "choice", actions.ask_refund_again)
        )
        self._done = self.add_button(TouchButton("refundDone", "primary", actions.leave_refunds))

    def render_view(self, view: RefundView) -> None:
        """Show the outcome in words; the slip is made from a verified decision alone."""
        if view.outcome is None:
            return
        say = self.look.tongue.say
        self._card.render_outcome(view.outcome)
        self.setAccessibleName(self._card.accessibleName())
        self.scroller.setAccessibleName(say(view.outcome.explanation.title))
        self._slip.setVisible(view.receipt is not None)
        if view.receipt is not None:
            self._slip.render_slip(view.receipt)
        self._again.set_text(say(words.ASK_AGAIN))
        self._again.setVisible(view.may_ask_again)
        self._done.set_text(say(words.DONE))
        self.look.dress(self)


class RefundPaper(Slip):
    """The slip of a refund or void: no name, no face."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "refundPaper")

    def render_slip(self, receipt: RefundReceipt) -> None:
        """Show the slip; draws only what is not drawn yet."""
        if not self.begin_anew(receipt):
            return
        say = self._look.tongue.say
        fields, decision = receipt.payment.binding.fields, receipt.decision
        title = say(words.SLIP_TITLES[receipt.intent.kind])
        self.setAccessibleName(title)
        self.add(title, TextRole.HEADING)
        self.add(amount_text(decision.amount), TextRole.HERO)
        self.add_rule()
        for phrase, value in (
            (text.RECEIPT_TIME, time_text(decision.decided_at)),
            (words.SLIP_RRN, decision.rrn.value if decision.rrn else ""),
            (words.SLIP_ORIGINAL, receipt.original_rrn.value),
            (words.SLIP_ALTOGETHER, amount_text(decision.refunded)),
            (text.RECEIPT_ORDER, fields.order_id.value),
            (text.RECEIPT_TERMINAL, fields.terminal_id.value),
        ):
            self.add_pair(say(phrase), value)
        self.add_rule()
        self.finish()
