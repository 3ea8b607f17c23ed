"""A receipt on the screen: the same paper for cashier and payer."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from pos_app.checkout.receipt import Receipt
from pos_app.checkout.sale import SaleLine
from pos_app.ui import text
from pos_app.ui.look import Look
from pos_app.ui.money_text import amount_text, time_text
from pos_app.ui.phrase import Phrase
from pos_app.ui.theme import TextRole, space
from pos_app.ui.till_model import acceptor_name, item_name
from pos_app.ui.widgets import TextLabel, card, column, empty_layout, row, rule

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_WIDTH_MAX = 560
_CENTRE = Qt.AlignmentFlag.AlignCenter


class Slip(QWidget):
    """A sheet of paper as a printer would make it: a sum, lines and named facts."""

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._look = look
        self._drawn: object = None
        self.setObjectName(name)
        paper = card()
        paper.setMaximumWidth(_WIDTH_MAX)
        outside = row(self)
        outside.addStretch(0)
        outside.addWidget(paper, 1)
        outside.addStretch(0)
        self._column = QVBoxLayout(paper)
        self._column.setContentsMargins(space(6), space(5), space(6), space(5))
        self._column.setSpacing(space(2))

    def begin_anew(self, content: object) -> bool:
        """Clear the sheet for `content`; False if just that is drawn on it already."""
        drawn = (content, self._look.tongue, self._look.theme)
        if drawn == self._drawn:
            return False
        self._drawn = drawn
        empty_layout(self._column)
        return True

    def add(self, shown: str, role: TextRole, tone: str = "") -> None:
        """Add a centred line."""
        label = TextLabel(role, tone=tone, align=_CENTRE)
        label.setText(shown)
        self._column.addWidget(label)

    def add_pair(self, name: str, value: str) -> None:
        """Add a name with its value."""
        self._column.addWidget(fact_pair(name, value, is_stacked=self._look.theme.is_large))

    def add_rule(self) -> None:
        """Add a hairline."""
        self._column.addWidget(rule())

    def finish(self) -> None:
        """Add the word that no real money was moved, and dress the sheet."""
        self.add(self._look.tongue.say(text.RECEIPT_NOT_MONEY), TextRole.LABEL, tone="warn")
        self._look.dress(self)


class ReceiptPaper(Slip):
    """Merchant, amount, numbers, masked name, complaint phone and the word that it is simulated."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "receiptPaper")

    def render_receipt(self, receipt: Receipt) -> None:
        """Show `receipt` in the window's language; draws only what is not drawn yet."""
        if not self.begin_anew(receipt):
            return
        tongue = self._look.tongue
        self.setAccessibleName(tongue.say(text.RECEIPT_TITLE))
        self.add(tongue.name(acceptor_name(receipt.acceptor)), TextRole.HEADING)
        self.add(amount_text(receipt.amount), TextRole.HERO)
        for line in receipt.lines:
            self.add_pair(self._line_name(line), amount_text(line.total))
        self.add_rule()
        for phrase, value in self._facts(receipt):
            self.add_pair(tongue.say(phrase), value)
        self.add_rule()
        self.finish()

    def _facts(self, receipt: Receipt) -> list[tuple[Phrase, str]]:
        say = self._look.tongue.say
        facts = [
            (text.RECEIPT_TIME, time_text(receipt.paid_at)),
            (text.RECEIPT_TENDER, say(text.TENDER_NAMES[receipt.tender])),
            (text.RECEIPT_ORDER, receipt.order_id.value),
            (text.RECEIPT_TERMINAL, receipt.terminal_id.value),
        ]
        if receipt.face is not None:
            facts += [
                (text.RECEIPT_PAYER, receipt.face.masked_name),
                (text.RECEIPT_RRN, receipt.face.rrn.value),
                (text.RECEIPT_APPROVAL, receipt.face.approval_code.value),
            ]
        facts.append((text.RECEIPT_COMPLAINTS, receipt.acceptor.complaint_phone))
        return facts

    def _line_name(self, line: SaleLine) -> str:
        return f"{self._look.tongue.name(item_name(line.item))} × {line.quantity}"  # noqa: RUF001 - times sign


def fact_pair(name: str, value: str, *, is_stacked: bool) -> QWidget:
    """Return name and value side by side, or for large text sizes one above the other."""
    pair = QWidget()
    inside: QBoxLayout = column(pair, gap=0) if is_stacked else row(pair)
    left = TextLabel(TextRole.LABEL, tone="soft")
    left.setText(name)
    right = TextLabel(TextRole.LABEL, align=_RIGHT)
    right.setText(value)
    inside.addWidget(left, 1)
    inside.addWidget(right, 1)
    return pair
