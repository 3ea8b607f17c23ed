"""Refunds and voids in the cashier's window: one page a step, over everything else."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from facepay.vocabulary import RefundKind
from pos_app.checkout.refund import ApprovedPayment
from pos_app.ui import text
from pos_app.ui import text_refund as words
from pos_app.ui.cashier_refund_end import RefundEndPage, RefundWaitPage
from pos_app.ui.keypad import DigitPad
from pos_app.ui.look import Look
from pos_app.ui.money_text import amount_text, time_text
from pos_app.ui.page_frame import FoldingHalves, TitledPage, centred
from pos_app.ui.refund_actions import RefundActions
from pos_app.ui.refund_model import CHECK_LENGTH, RefundStage, RefundView
from pos_app.ui.theme import TextRole, space
from pos_app.ui.widgets import (
    DeliberateButton,
    LayoutButton,
    TextLabel,
    TouchButton,
    column,
    empty_layout,
    inert,
    row,
)

_CENTRE = Qt.AlignmentFlag.AlignCenter


class RefundPage(TitledPage):
    """One step. Without a line it says that nothing can be refunded, and why nothing waits."""

    def __init__(self, look: Look, name: str, actions: RefundActions) -> None:
        super().__init__(look, name)
        self._offline = TextLabel(TextRole.STRONG, tone="warn")
        self.body.addWidget(self._offline)
        self._leave = self.add_button(TouchButton("leaveRefunds", "quiet", actions.leave_refunds))

    def add_back(self, actions: RefundActions) -> TouchButton:
        """Add a button that goes one step back."""
        return self.add_button(TouchButton("refundBack", "quiet", actions.back_in_refund))

    def render_view(self, view: RefundView) -> None:
        """Draw the page; pages extend this and end by calling it."""
        say = self.look.tongue.say
        self._offline.setText(say(words.OFFLINE))
        self._offline.setVisible(not view.is_online)
        self._leave.set_text(say(words.LEAVE))
        self.look.dress(self)


class PaymentRow(LayoutButton):
    """One payment in the list: when, which order, how much. Its number stays on the receipt."""

    def __init__(self, payment: ApprovedPayment, actions: RefundActions) -> None:
        name = f"refund_{payment.rrn.value}"
        super().__init__(name, "tile", partial(actions.choose_payment, payment.rrn))
        fields = payment.payment.binding.fields
        time = inert(TextLabel(TextRole.BODY, tone="soft"))
        time.setText(time_text(payment.decision.decided_at))
        order = inert(TextLabel(TextRole.LABEL))
        order.setText(fields.order_id.value)
        amount = inert(TextLabel(TextRole.STRONG, wrap=False))
        amount.setText(amount_text(fields.amount))
        inside = row(self, gap=4)
        inside.setContentsMargins(space(4), space(2), space(4), space(2))
        inside.addWidget(time, 1)
        inside.addWidget(order, 1)
        inside.addWidget(amount)
        self.setAccessibleName(f"{time.text()} {order.text()} {amount.text()}")


class PaymentListPage(RefundPage):
    """The latest approved payments by face of this till."""

    def __init__(self, look: Look, actions: RefundActions) -> None:
        super().__init__(look, "refundListPage", actions)
        self._actions = actions
        self._drawn: object = None
        self._none = TextLabel(tone="soft")
        rows = QWidget()
        self._rows = column(rows, gap=2)
        self.body.addWidget(self._none)
        self.body.addWidget(rows)
        self.body.addStretch(1)

    def render_view(self, view: RefundView) -> None:
        """List the payments, newest first."""
        say = self.look.tongue.say
        self.set_head(say(words.LIST_TITLE), say(words.LIST_HINT))
        self._none.setText(say(words.NONE))
        self._none.setVisible(not view.payments)
        if view.payments != self._drawn:
            self._drawn = view.payments
            empty_layout(self._rows)
            for payment in view.payments:
                self._rows.addWidget(PaymentRow(payment, self._actions))
        super().render_view(view)


class KindPage(RefundPage):
    """All of it, or a sum."""

    def __init__(self, look: Look, actions: RefundActions) -> None:
        super().__init__(look, "refundKindPage", actions)
        self._kinds = {kind: _KindButton(kind, actions) for kind in RefundKind}
        halves = FoldingHalves(self._kinds[RefundKind.VOID], self._kinds[RefundKind.REFUND])
        self.body.addWidget(halves)
        self.body.addStretch(1)
        self._back = self.add_back(actions)

    def render_view(self, view: RefundView) -> None:
        """Name the payment, and what each kind is."""
        if view.chosen is None:
            return
        say = self.look.tongue.say
        fields = view.chosen.payment.binding.fields
        time, order = time_text(view.chosen.decision.decided_at), fields.order_id.value
        hint = say(words.KIND_HINT, amount=amount_text(fields.amount), time=time, order=order)
        self.set_head(say(words.KIND_TITLE), hint)
        for kind, button in self._kinds.items():
            button.show_words(say(words.KIND_NAMES[kind]), say(words.KIND_HINTS[kind]))
            button.setEnabled(view.is_online)
        self._back.set_text(say(text.BACK))
        super().render_view(view)


class _KindButton(LayoutButton):
    """One kind: its name and when it fits."""

    def __init__(self, kind: RefundKind, actions: RefundActions) -> None:
        super().__init__(f"refund_{kind.name}", "choice", partial(actions.choose_kind, kind))
        self.set_least(200, 140)
        self._name = inert(TextLabel(TextRole.HEADING, tone="jade", align=_CENTRE))
        self._hint = inert(TextLabel(align=_CENTRE))
        inside = column(self, margin=4, gap=2)
        inside.addStretch(1)
        inside.addWidget(self._name)
        inside.addWidget(self._hint)
        inside.addStretch(1)

    def show_words(self, name: str, hint: str) -> None:
        """Say both; screen readers say both, too."""
        self._name.setText(name)
        self._hint.setText(hint)
        self.setAccessibleName(f"{name}. {hint}")


class AmountPage(RefundPage):
    """The sum to refund, typed as on a card terminal: in cents from the right."""

    def __init__(self, look: Look, actions: RefundActions) -> None:
        super().__init__(look, "refundAmountPage", actions)
        self._amount = TextLabel(TextRole.HERO, align=_CENTRE, wrap=False)
        self._amount.setObjectName("refundAmount")
        self._too_much = TextLabel(TextRole.STRONG, tone="warn", align=_CENTRE)
        left = QWidget()
        inside = column(left, gap=3)
        inside.addWidget(self._amount)
        inside.addWidget(self._too_much)
        inside.addStretch(1)
        self._pad = _pad(look, "refundKey", actions, actions.go_on)
        self.body.addWidget(FoldingHalves(left, centred(self._pad)))
        self.body.addStretch(1)
        self._back = self.add_back(actions)
        self._on = self.add_button(TouchButton("refundGoOn", "primary", actions.go_on))

    def render_view(self, view: RefundView) -> None:
        """Show what was typed, and whether it can be."""
        if view.whole is None or view.amount is None:
            return
        say = self.look.tongue.say
        self.set_head(
            say(words.AMOUNT_TITLE), say(words.AMOUNT_HINT, amount=amount_text(view.whole))
        )
        self._amount.setText(amount_text(view.amount))
        self._too_much.setText(say(words.TOO_MUCH))
        self._too_much.setVisible(view.amount.amount_minor_units > view.whole.amount_minor_units)
        self._pad.render_pad(say(words.PAD_NAME), is_complete=view.is_amount_possible)
        self._back.set_text(say(text.BACK))
        self._on.set_text(say(words.GO_ON))
        self._on.setEnabled(view.is_amount_possible)
        super().render_view(view)


class CheckPage(RefundPage):
    """What would happen, and the digits that only the payer's receipt shows."""

    def __init__(self, look: Look, actions: RefundActions) -> None:
        super().__init__(look, "refundCheckPage", actions)
        self._sum = TextLabel(TextRole.HEADING)
        self._sum.setObjectName("refundSum")
        self._digits = TextLabel(TextRole.HERO, align=_CENTRE, wrap=False)
        self._wrong = TextLabel(TextRole.STRONG, tone="warn")
        self._wrong.setObjectName("refundWrongReceipt")
        left = QWidget()
        inside = column(left, gap=3)
        for label in (self._sum, self._digits, self._wrong):
            inside.addWidget(label)
        inside.addStretch(1)
        self._pad = _pad(look, "checkKey", actions, actions.confirm_refund)
        self.body.addWidget(FoldingHalves(left, centred(self._pad)))
        self.body.addStretch(1)
        self._back = self.add_back(actions)
        self._confirm = self.add_button(
            DeliberateButton("confirmRefund", "primary", actions.confirm_refund)
        )

    def render_view(self, view: RefundView) -> None:
        """Say what would happen; it can be confirmed once the digits are those of the receipt."""
        if view.whole is None or view.amount is None or view.kind is None:
            return
        say = self.look.tongue.say
        self.set_head(say(words.CHECK_TITLE), say(words.CHECK_HINT, count=CHECK_LENGTH))
        amount, whole = amount_text(view.amount), amount_text(view.whole)
        self._sum.setText(say(words.CHECK_SUMS[view.kind], amount=amount, whole=whole))
        self._digits.setText(view.checked.ljust(CHECK_LENGTH, "·"))
        typed = say(words.CHECK_TYPED, count=len(view.checked), total=CHECK_LENGTH)
        self._digits.setAccessibleName(typed)
        self._wrong.setText(say(words.CHECK_WRONG))
        self._wrong.setVisible(view.is_check_complete and not view.is_checked)
        may_confirm = view.is_checked and view.is_online
        self._pad.render_pad(say(words.CHECK_PAD_NAME), is_complete=may_confirm)
        self._back.set_text(say(text.BACK))
        self._confirm.set_text(say(words.CONFIRM[view.kind]))
        self._confirm.setEnabled(may_confirm)
        super().render_view(view)


class RefundPane(QStackedWidget):
    """All pages of a refund; it is shown while the view is not closed."""

    def __init__(self, look: Look, actions: RefundActions) -> None:
        super().__init__()
        wait = RefundWaitPage(look)
        self._pages: dict[
            RefundStage,
            PaymentListPage | KindPage | AmountPage | CheckPage | RefundWaitPage | RefundEndPage,
        ] = {
            RefundStage.LOADING: wait,
            RefundStage.LIST: PaymentListPage(look, actions),
            RefundStage.KIND: KindPage(look, actions),
            RefundStage.AMOUNT: AmountPage(look, actions),
            RefundStage.CHECK: CheckPage(look, actions),
            RefundStage.WORKING: wait,
            RefundStage.ENDED: RefundEndPage(look, actions),
        }
        for page in dict.fromkeys(self._pages.values()):
            self.addWidget(page)

    def render_view(self, view: RefundView) -> None:
        """Show the page of the stage."""
        page = self._pages.get(view.stage)
        if page is not None:
            page.render_view(view)
            self.setCurrentWidget(page)


def _pad(look: Look, name: str, actions: RefundActions, confirm: Callable[[], None]) -> DigitPad:
    return DigitPad(look, name, actions.type_refund_digit, actions.clear_refund_digits, confirm)
