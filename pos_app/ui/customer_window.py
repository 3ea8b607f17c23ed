"""The customer display: the bill always in sight beside one page at a time, and never a dead end."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QWidget

from pos_app.ui import text, text_customer
from pos_app.ui.actions import CustomerActions
from pos_app.ui.app_window import AppWindow
from pos_app.ui.customer_end import ComplaintPage, OutcomePage, ReceiptPage
from pos_app.ui.customer_face import CapturePage, ConfirmPage, PinPage, RetryPage, WorkingPage
from pos_app.ui.customer_start import ChoicePage, DigitsPage, NoticePage, TenderPage, WelcomePage
from pos_app.ui.look import Look
from pos_app.ui.money_text import amount_text
from pos_app.ui.page_frame import BesideOrAbove, CustomerPage
from pos_app.ui.preview import LatestFrame
from pos_app.ui.screen_platform import bring_to_front
from pos_app.ui.theme import TextRole, space
from pos_app.ui.till_model import Page, TillView, item_name
from pos_app.ui.widgets import ScrollColumn, TextLabel, TouchButton, card, column, empty_layout, row

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_BILL_WIDTH = 330
_PAGES_WITH_PAYEE = frozenset({Page.CONFIRM, Page.PIN})
"""These show payee and amount themselves; above them the bill would push the PIN pad away."""


class BillPanel(QWidget):
    """Payee, items and total, on dark ground."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._payee = TextLabel(TextRole.HEADING, tone="onNight")
        self._scroll = ScrollColumn(spacing=space(2))
        self._name = TextLabel(tone="softOnNight")
        self._count = TextLabel(TextRole.LABEL, tone="softOnNight")
        self._total = TextLabel(TextRole.HERO, tone="onNight", align=_RIGHT, wrap=False)
        self._total.setObjectName("billTotal")
        self._drawn: object = None
        panel = card("night")
        column(self).addWidget(panel)
        inside = column(panel, gap=3)
        inside.setContentsMargins(space(6), space(5), space(6), space(4))
        foot = QGridLayout()
        foot.addWidget(self._name, 0, 0)
        foot.addWidget(self._count, 1, 0)
        foot.addWidget(self._total, 0, 1, 2, 1)
        inside.addWidget(self._payee)
        inside.addWidget(self._scroll, 1)
        inside.addLayout(foot)

    def render_view(self, view: TillView) -> None:
        """Show what is being bought."""
        tongue = self._look.tongue
        self._payee.setText(tongue.name(view.shop.name))
        self._name.setText(tongue.say(text_customer.YOU_PAY))
        self._count.setText(tongue.say(text.ITEM_COUNT, count=view.cart.piece_count))
        self._total.setText(amount_text(view.cart.total))
        self._scroll.setAccessibleName(tongue.say(text.CART))
        drawn = (view.cart, tongue, self._look.theme)
        if drawn != self._drawn:
            self._drawn = drawn
            self._draw_lines(view)
            self._look.dress(self)

    def _draw_lines(self, view: TillView) -> None:
        tongue = self._look.tongue
        empty_layout(self._scroll.column)
        for line in view.cart.lines:
            name = TextLabel(tone="onNight")
            name.setText(f"{tongue.name(item_name(line.item))} × {line.quantity}")  # noqa: RUF001
            total = TextLabel(tone="onNight", align=_RIGHT, wrap=False)
            total.setText(amount_text(line.total))
            pair = QWidget()
            inside = row(pair)
            inside.addWidget(name, 1)
            inside.addWidget(total)
            self._scroll.column.addWidget(pair)
        self._scroll.column.addStretch(1)

    def show_lines(self, *, shown: bool) -> None:
        """Hide the rows where the page needs the room; the total always stays."""
        self._scroll.setVisible(shown)


class CustomerFooter(QWidget):
    """Language, text size, complaints, and the word that this is a simulation."""

    def __init__(
        self, look: Look, complain: Callable[[], None], show_cashier: Callable[[], None]
    ) -> None:
        super().__init__()
        self._look = look
        self._simulated = TextLabel(TextRole.LABEL)
        self._simulated.set_pill("warn")
        label = TextRole.LABEL
        self._language = TouchButton("customerLanguage", "quiet", look.switch_language, role=label)
        self._size = TouchButton("customerTextSize", "quiet", look.enlarge, role=label)
        self._complain = TouchButton("complaints", "quiet", complain, role=label)
        self._cashier = TouchButton("showCashier", "quiet", show_cashier, role=label)
        inside = row(self, gap=2)
        inside.setContentsMargins(space(6), space(1), space(6), space(4))
        inside.addWidget(self._simulated, 0, Qt.AlignmentFlag.AlignVCenter)
        inside.addStretch(1)
        for button in (self._cashier, self._complain, self._size, self._language):
            inside.addWidget(button)

    def render_view(self, *, shares_screen: bool) -> None:
        """Name the buttons in the window's language."""
        say = self._look.tongue.say
        self._cashier.set_text(say(text.CASHIER_TITLE))
        self._cashier.setVisible(shares_screen)
        self._simulated.setText(say(text.SIMULATED))
        self._complain.set_text(say(text_customer.COMPLAIN))
        self._size.set_text("A+", say(text.LARGER_TEXT))
        other = self._look.tongue.language.other
        self._language.set_text(text.LANGUAGE_NAMES[other], say(text.SWITCH_LANGUAGE))
        self._look.dress(self)


class CustomerWindow(AppWindow):
    """The customer display. It draws the view it is given and calls the actions."""

    def __init__(
        self, look: Look, actions: CustomerActions, frames: LatestFrame, view: TillView
    ) -> None:
        super().__init__(look, text.CUSTOMER_DISPLAY)
        self._view = view
        self._other_window: QWidget | None = None
        self.setMinimumSize(640, 640)
        self._bill = BillPanel(look)
        self._footer = CustomerFooter(look, self._open_complaints, self._show_cashier)
        self._complaints = ComplaintPage(look, self._leave_complaints)
        self._capture = CapturePage(look, actions, frames)
        self._pages = _pages(look, actions, self._capture)
        self._stack = QStackedWidget()
        for page in (*self._pages.values(), self._complaints):
            self._stack.addWidget(page)
        self._arrange()
        self.redraw()

    def _arrange(self) -> None:
        right = column(gap=0)
        right.addWidget(self._stack, 1)
        right.addWidget(self._footer)
        self._split = BesideOrAbove(self.look, self._bill, _BILL_WIDTH)
        self._split.addLayout(right, 1)
        self.setLayout(self._split)

    def render_view(self, view: TillView) -> None:
        """Draw `view`. The complaints page stays until it is left or the payment moves on."""
        moved = view.page is not self._view.page
        self._view = view
        self._bill.render_view(view)
        self._footer.render_view(shares_screen=self._other_window is not None)
        page = self._pages[view.page]
        if moved or self._stack.currentWidget() is not self._complaints:
            self._stack.setCurrentWidget(page)
        else:
            self._complaints.render_view(view)
        page.render_view(view)
        self._fit_bill()
        if moved and view.page is Page.NOTICE:
            self._show_on_shared_screen()
        if moved:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def share_screen(self, other: QWidget) -> None:
        """Offer a button that brings `other` to the front of the only screen."""
        self._other_window = other
        self.redraw()

    def concealed_preview(self) -> AbstractContextManager[None]:
        """Keep the face out of any picture of this window taken meanwhile."""
        return self._capture.preview.concealed()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put the bill beside or above the page."""
        super().resizeEvent(event)
        self._fit_bill()

    def _fit_bill(self) -> None:
        beside = self._split.fit(self.width())
        roomy = self._view.page in {Page.SELLING, Page.CHOOSING, Page.OTHER_TENDER}
        self._bill.show_lines(shown=beside or roomy)
        self._bill.setVisible(beside or self._view.page not in _PAGES_WITH_PAYEE)
        self._bill.setMaximumHeight(16777215 if beside else self.height() // 3)

    def _show_cashier(self) -> None:
        if self._other_window is not None:
            bring_to_front(self._other_window)

    def _show_on_shared_screen(self) -> None:
        """Come to the front when the payer is asked something on the only screen."""
        if self._other_window is not None:
            bring_to_front(self)

    def _open_complaints(self) -> None:
        self._complaints.render_view(self._view)
        self._stack.setCurrentWidget(self._complaints)

    def _leave_complaints(self) -> None:
        self._stack.setCurrentWidget(self._pages[self._view.page])
        self.render_view(self._view)

    def draw(self) -> None:
        """Draw the view again."""
        self.render_view(self._view)


def _pages(look: Look, actions: CustomerActions, capture: CapturePage) -> dict[Page, CustomerPage]:
    return {
        Page.SELLING: WelcomePage(look),
        Page.CHOOSING: ChoicePage(look, actions),
        Page.OTHER_TENDER: TenderPage(look, actions),
        Page.NOTICE: NoticePage(look, actions),
        Page.DIGITS: DigitsPage(look, actions),
        Page.CAPTURE: capture,
        Page.WORKING: WorkingPage(look, actions),
        Page.RETRY: RetryPage(look, actions),
        Page.CONFIRM: ConfirmPage(look, actions),
        Page.PIN: PinPage(look, actions),
        Page.OUTCOME: OutcomePage(look, actions),
        Page.RECEIPT: ReceiptPage(look),
    }
