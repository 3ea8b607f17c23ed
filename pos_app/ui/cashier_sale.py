"""The cashier's selling side: products, cart, number pad and tenders."""

import math
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from pos_app.checkout.sale import CatalogueItem, SaleLine
from pos_app.checkout.tenders import OTHER_TENDERS, Tender
from pos_app.ui import text
from pos_app.ui.actions import CashierActions
from pos_app.ui.icons import Icon
from pos_app.ui.look import Look
from pos_app.ui.money_text import amount_text
from pos_app.ui.theme import TextRole, space
from pos_app.ui.till_model import TillView, item_name
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
    rule,
)

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_TILE_WIDTH_MIN = 150
TENDER_ICONS = {
    Tender.QR_CODE: Icon.QR,
    Tender.CARD: Icon.CARD,
    Tender.CASH: Icon.CASH,
    Tender.FACE: Icon.FACE,
}


class ProductTile(LayoutButton):
    """One product: its name and price."""

    def __init__(self, item: CatalogueItem, look: Look, actions: CashierActions) -> None:
        super().__init__(f"product_{item.sku}", "tile", lambda: actions.add_item(item.sku))
        name = inert(TextLabel(TextRole.STRONG))
        name.setText(look.tongue.name(item_name(item)))
        price = inert(TextLabel(TextRole.BODY, tone="jade"))
        price.setText(amount_text(item.price))
        inside = column(self, margin=3, gap=1)
        inside.addWidget(name, 1)
        inside.addWidget(price)
        self.setAccessibleName(f"{name.text()} {price.text()}")
        self.set_least(space(24), space(24))


class CataloguePane(QWidget):
    """All products as tiles, in as many columns as fit."""

    def __init__(self, look: Look, actions: CashierActions) -> None:
        super().__init__()
        self._look = look
        self._actions = actions
        self._items: tuple[CatalogueItem, ...] = ()
        self._drawn: object = None
        self._title = TextLabel(TextRole.HEADING)
        self._scroll = ScrollColumn()
        self._grid = QGridLayout()
        self._grid.setSpacing(space(3))
        self._scroll.column.addLayout(self._grid)
        self._scroll.column.addStretch(1)
        outside = column(self)
        outside.addWidget(self._title)
        outside.addWidget(self._scroll, 1)

    def render_view(self, view: TillView) -> None:
        """Show the products; draws only when they, the language or the room changed."""
        self._items = view.catalogue
        self._title.setText(self._look.tongue.say(text.PRODUCTS))
        self._scroll.setAccessibleName(self._title.text())
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Lay the tiles out anew when another number of columns fits."""
        super().resizeEvent(event)
        self._draw()

    def _columns(self) -> int:
        tile = round(_TILE_WIDTH_MIN * math.sqrt(self._look.theme.text_scale))
        return max(1, self.width() // (tile + space(3)))

    def _draw(self) -> None:
        columns = self._columns()
        state = (self._items, self._look.tongue, self._look.theme, columns)
        if self._drawn == state:
            return
        self._drawn = state
        empty_layout(self._grid)
        for index, item in enumerate(self._items):
            tile = ProductTile(item, self._look, self._actions)
            self._grid.addWidget(tile, index // columns, index % columns)
        for index in range(self._grid.columnCount()):
            self._grid.setColumnStretch(index, 1 if index < columns else 0)
        self._look.dress(self)


class CartRow(LayoutButton):
    """One row of the cart; touching it chooses it for the number pad."""

    def __init__(self, line: SaleLine, look: Look, actions: CashierActions) -> None:
        super().__init__(f"line_{line.item.sku}", "row", lambda: actions.select_line(line.item.sku))
        name = inert(TextLabel(TextRole.BODY))
        name.setText(look.tongue.name(item_name(line.item)))
        each = inert(TextLabel(TextRole.LABEL, tone="soft"))
        each.setText(f"{line.quantity} × {amount_text(line.item.price)}")  # noqa: RUF001 - times sign
        total = inert(TextLabel(TextRole.STRONG, align=_RIGHT, wrap=False))
        total.setText(amount_text(line.total))
        inside = QGridLayout(self)
        inside.setContentsMargins(space(3), space(1), space(3), space(1))
        inside.setVerticalSpacing(0)
        inside.addWidget(name, 0, 0)
        inside.addWidget(each, 1, 0)
        inside.addWidget(total, 0, 1, 2, 1)
        inside.setColumnStretch(0, 1)
        self.setCheckable(True)
        self.setAccessibleName(f"{name.text()} {each.text()} {total.text()}")


class CartPane(QWidget):
    """The cart with its total."""

    def __init__(self, look: Look, actions: CashierActions) -> None:
        super().__init__()
        self._look = look
        self._actions = actions
        self._title = TextLabel(TextRole.HEADING)
        self._clear = TouchButton("clearCart", "quiet", actions.clear_cart, role=TextRole.LABEL)
        self._hint = TextLabel(TextRole.BODY, tone="soft")
        self._scroll = ScrollColumn(spacing=space(1))
        self._count = TextLabel(TextRole.LABEL, tone="soft")
        self._total_name = TextLabel(TextRole.BODY)
        self._total = TextLabel(TextRole.AMOUNT, align=_RIGHT, wrap=False)
        self._total.setObjectName("cartTotal")
        self._drawn: object = None
        paper = card()
        column(self).addWidget(paper)
        inside = column(paper, margin=4, gap=2)
        head = row()
        head.addWidget(self._title, 1)
        head.addWidget(self._clear)
        foot = QGridLayout()
        foot.addWidget(self._total_name, 0, 0)
        foot.addWidget(self._count, 1, 0)
        foot.addWidget(self._total, 0, 1, 2, 1)
        inside.addLayout(head)
        inside.addWidget(self._hint)
        inside.addWidget(self._scroll, 1)
        inside.addWidget(rule())
        inside.addLayout(foot)

    def render_view(self, view: TillView) -> None:
        """Show the rows, the chosen one marked, and the total."""
        say = self._look.tongue.say
        self._title.setText(say(text.CART))
        self._clear.set_text(say(text.CLEAR_CART))
        self._clear.setVisible(bool(view.cart.lines) and not view.is_paying)
        self._hint.setText(say(text.CART_EMPTY))
        self._hint.setVisible(not view.cart.lines)
        self._scroll.setAccessibleName(say(text.CART))
        self._count.setText(say(text.ITEM_COUNT, count=view.cart.piece_count))
        self._total_name.setText(say(text.TOTAL))
        self._total.setText(amount_text(view.cart.total))
        drawn = (view.cart, view.selected_sku, view.is_paying, self._look.tongue, self._look.theme)
        if drawn != self._drawn:
            self._drawn = drawn
            self._draw_rows(view)
            self._look.dress(self)

    def _draw_rows(self, view: TillView) -> None:
        empty_layout(self._scroll.column)
        for line in view.cart.lines:
            line_row = CartRow(line, self._look, self._actions)
            line_row.setChecked(line.item.sku == view.selected_sku)
            line_row.setEnabled(not view.is_paying)
            self._scroll.column.addWidget(line_row)
        self._scroll.column.addStretch(1)


class NumberPad(QWidget):
    """Digits for the quantity of the chosen row."""

    def __init__(self, look: Look, actions: CashierActions) -> None:
        super().__init__()
        self._look = look
        self._title = TextLabel(TextRole.STRONG)
        self._remove = TouchButton("removeLine", "plain", actions.remove_line, role=TextRole.LABEL)
        self._delete = TouchButton(
            "deleteDigit", "plain", actions.delete_quantity_digit, role=TextRole.KEY
        )
        self._digits = [self._digit_key(digit, actions) for digit in range(10)]
        outside = column(self, gap=2)
        outside.addWidget(self._title)
        grid = QGridLayout()
        grid.setSpacing(space(2))
        for digit in range(1, 10):
            grid.addWidget(self._digits[digit], (digit - 1) // 3, (digit - 1) % 3)
        grid.addWidget(self._remove, 3, 0)
        grid.addWidget(self._digits[0], 3, 1)
        grid.addWidget(self._delete, 3, 2)
        outside.addLayout(grid)

    def render_view(self, view: TillView) -> None:
        """Show the pad; it works only while a row is chosen and nothing is being paid."""
        say = self._look.tongue.say
        self._title.setText(say(text.QUANTITY))
        self._remove.set_text(say(text.REMOVE))
        self._delete.set_text("←", say(text.DELETE_DIGIT))
        usable = view.selected_sku is not None and not view.is_paying
        for key in (*self._digits, self._remove, self._delete):
            key.setEnabled(usable)
        self._look.dress(self)

    @staticmethod
    def _digit_key(digit: int, actions: CashierActions) -> TouchButton:
        key = TouchButton(
            f"quantity_{digit}", "plain", lambda: actions.type_quantity(digit), role=TextRole.KEY
        )
        key.set_text(str(digit))
        key.set_touch_target(56)
        return key


class TenderPane(QWidget):
    """The ways to pay, any of them at any moment."""

    def __init__(self, look: Look, actions: CashierActions) -> None:
        super().__init__()
        self._look = look
        self._title = TextLabel(TextRole.STRONG)
        outside = column(self, gap=2)
        outside.addWidget(self._title)
        grid = QGridLayout()
        grid.setSpacing(space(2))
        self._buttons: dict[Tender, TouchButton] = {}
        for index, tender in enumerate((*OTHER_TENDERS, Tender.FACE)):
            button = TouchButton(
                f"tender_{tender.value}",
                "choice",
                partial(actions.choose_tender, tender),
                icon=TENDER_ICONS[tender],
            )
            button.set_touch_target(64)
            self._buttons[tender] = button
            grid.addWidget(button, index // 2, index % 2)
        outside.addLayout(grid)

    def render_view(self, view: TillView) -> None:
        """Show the tenders; face is closed while the line is down or after the payer refused."""
        say = self._look.tongue.say
        self.setVisible(not view.is_paid)
        self._title.setText(say(text.SWITCH_TENDER if view.is_paying else text.TAKE_PAYMENT))
        for tender, button in self._buttons.items():
            button.set_text(say(text.TENDER_NAMES[tender]))
            button.setEnabled(view.offers(tender))
        self._look.dress(self)
