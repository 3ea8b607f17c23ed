"""The cashier's window: products, cart, number pad, tenders, and how the payment is doing."""

from collections.abc import Callable

from PySide6.QtWidgets import QStackedWidget, QWidget

from pos_app.ui import text, text_refund
from pos_app.ui.actions import CashierActions
from pos_app.ui.app_window import AppWindow
from pos_app.ui.cashier_payment import (
    PANE_OF_PAGE,
    ProgressPane,
    ReceiptListPane,
    ReceiptPane,
    ResultPane,
    TenderTaskPane,
)
from pos_app.ui.cashier_refund import RefundPane
from pos_app.ui.cashier_sale import CartPane, CataloguePane, NumberPad, TenderPane
from pos_app.ui.look import Look
from pos_app.ui.refund_actions import RefundActions
from pos_app.ui.refund_model import RefundStage, RefundView
from pos_app.ui.screen_platform import bring_to_front
from pos_app.ui.theme import TextRole
from pos_app.ui.till_model import LineState, TillView
from pos_app.ui.widgets import TextLabel, TouchButton, column, row
from pos_app.ui.window_header import WindowHeader

_LINE = {
    LineState.STARTING: (text.LINE_STARTING, "warn"),
    LineState.ONLINE: (text.LINE_UP, "good"),
    LineState.OFFLINE: (text.LINE_DOWN, "bad"),
    LineState.OUT_OF_ORDER: (text.LINE_OUT_OF_ORDER, "bad"),
}
_SIDE_WIDTH = 236
_CART_WIDTH = 340


_Pane = CataloguePane | ProgressPane | TenderTaskPane | ResultPane | ReceiptPane


class CashierHeader(QWidget):
    """Where the till stands, whether the line is up, and the window's own settings."""

    def __init__(
        self,
        look: Look,
        show_receipts: Callable[[], None],
        open_refunds: Callable[[], None],
        show_display: Callable[[], None],
    ) -> None:
        super().__init__()
        self._look = look
        self._line = TextLabel(TextRole.LABEL)
        self._line.setObjectName("lineState")
        self._unsent = TextLabel(TextRole.LABEL)
        self._unsent.set_pill("warn")
        quiet, label = "nightQuiet", TextRole.LABEL
        self._receipts = TouchButton("receipts", quiet, show_receipts, role=label)
        self._refunds = TouchButton("refunds", quiet, open_refunds, role=label)
        self._display = TouchButton("showDisplay", quiet, show_display, role=label)
        pills, own = (self._unsent, self._line), (self._refunds, self._receipts, self._display)
        self._bar = WindowHeader(look, pills, own)
        column(self).addWidget(self._bar)

    def render_view(self, view: TillView, *, shares_screen: bool, is_refunding: bool) -> None:
        """Show the line state and the names; refunds are open between sales and online only."""
        tongue = self._look.tongue
        say = tongue.say
        line, pill = _LINE[view.line]
        self._line.setText(say(line))
        self._line.set_pill(pill)
        self._unsent.setText(say(text.UNSENT, count=view.unsent_count))
        self._unsent.setVisible(view.unsent_count > 0)
        self._receipts.set_text(say(text.RECEIPTS))
        self._receipts.setEnabled(not is_refunding)
        self._refunds.set_text(say(text_refund.OPEN))
        is_free = view.line is LineState.ONLINE and not view.is_paying
        self._refunds.setEnabled(is_free and not is_refunding)
        self._display.set_text(say(text.CUSTOMER_DISPLAY))
        self._display.setVisible(shares_screen)
        self._bar.show_names(tongue.name(view.shop.name), view.shop.terminal_id.value)


class CashierWindow(AppWindow):
    """The cashier's window. It draws the view it is given and calls the actions."""

    def __init__(
        self, look: Look, actions: CashierActions, refunds: RefundActions, view: TillView
    ) -> None:
        super().__init__(look, text.CASHIER_TITLE)
        self._view = view
        self._other_window: QWidget | None = None
        self._drawn: object = None
        self.setMinimumSize(1024, 640)
        self._refund_view = RefundView()
        self._refund = RefundPane(look, refunds)
        self._header = CashierHeader(
            look, self._show_receipts, refunds.open_refunds, self._show_display
        )
        self._build(actions)
        self.redraw()

    def _build(self, actions: CashierActions) -> None:
        look = self.look
        self._catalogue = CataloguePane(look, actions)
        self._progress = ProgressPane(look, actions)
        self._tender = TenderTaskPane(look, actions)
        self._result = ResultPane(look, actions)
        self._receipt = ReceiptPane(
            look, "cashierReceipt", TouchButton("receiptNewSale", "primary", actions.new_sale)
        )
        self._receipts = ReceiptListPane(
            look, TouchButton("leaveReceipts", "quiet", self._leave_receipts)
        )
        self._cart = CartPane(look, actions)
        self._pad = NumberPad(look, actions)
        self._tenders = TenderPane(look, actions)
        self._panes: dict[str, _Pane] = {
            "catalogue": self._catalogue,
            "progress": self._progress,
            "tender": self._tender,
            "result": self._result,
            "receipt": self._receipt,
        }
        self._stack = QStackedWidget()
        for pane in (*self._panes.values(), self._receipts):
            self._stack.addWidget(pane)
        self._arrange()

    def _arrange(self) -> None:
        self._side = QWidget()
        side = column(self._side, gap=5)
        side.addWidget(self._pad)
        side.addStretch(1)
        side.addWidget(self._tenders)
        sale = QWidget()
        body = row(sale, gap=4)
        body.setContentsMargins(20, 16, 20, 20)
        body.addWidget(self._stack, 1)
        body.addWidget(self._cart)
        body.addWidget(self._side)
        outside = column(self, gap=0)
        outside.addWidget(self._header)
        self._body = QStackedWidget()
        for page in (sale, self._refund):
            self._body.addWidget(page)
        outside.addWidget(self._body, 1)

    def render_view(self, view: TillView) -> None:
        """Draw `view`; the receipt list stays open until it is left.

        The payer's keys and the camera's guidance change nothing here, so nothing is drawn for them.
        """
        shares_screen = self._other_window is not None
        is_refunding = self._refund_view.stage is not RefundStage.CLOSED
        look = self.look
        drawn = (view.for_cashier, look.tongue, look.theme, shares_screen, is_refunding)
        if drawn == self._drawn:
            self._view = view
            return
        self._drawn = drawn
        if view.page is not self._view.page and self._stack.currentWidget() is self._receipts:
            self._stack.setCurrentWidget(self._catalogue)
        self._view = view
        self._header.render_view(view, shares_screen=shares_screen, is_refunding=is_refunding)
        for part in (self._cart, self._pad, self._tenders):
            part.render_view(view)
        if self._stack.currentWidget() is self._receipts:
            self._receipts.render_view(view)
        else:
            self._show_pane(view)

    def render_refund(self, view: RefundView) -> None:
        """Draw a refund over the sale, or the sale again once it is left."""
        self._refund_view = view
        is_open = view.stage is not RefundStage.CLOSED
        self._refund.render_view(view)
        self._body.setCurrentIndex(1 if is_open else 0)
        self.render_view(self._view)

    def share_screen(self, other: QWidget) -> None:
        """Offer a button that brings `other` to the front of the only screen."""
        self._other_window = other
        self.redraw()

    def _show_pane(self, view: TillView) -> None:
        name = PANE_OF_PAGE.get(view.page, "progress")
        pane = self._panes[name]
        self._stack.setCurrentWidget(pane)
        if isinstance(pane, ReceiptPane):
            if view.receipt is not None:
                pane.show_receipt(view.receipt, text.NEW_SALE)
        else:
            pane.render_view(view)

    def _show_receipts(self) -> None:
        self._receipts.render_view(self._view)
        self._receipts.close_receipt()
        self._stack.setCurrentWidget(self._receipts)

    def _show_display(self) -> None:
        if self._other_window is not None:
            bring_to_front(self._other_window)

    def _leave_receipts(self) -> None:
        if not self._receipts.close_receipt():
            self._stack.setCurrentWidget(self._catalogue)
            self._show_pane(self._view)

    def draw(self) -> None:
        """Fit the side columns to the text, and draw the view again."""
        growth = (self.look.theme.text_scale - 1) * 0.5
        self._side.setFixedWidth(round(_SIDE_WIDTH * (1 + growth)))
        self._cart.setFixedWidth(round(_CART_WIDTH * (1 + growth)))
        self.render_refund(self._refund_view)
