"""Pages of the customer display before a face is involved: the items, the choice, the notice."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from pos_app.checkout.tenders import OTHER_TENDERS, Tender
from pos_app.ui import text, text_customer
from pos_app.ui.actions import CustomerActions
from pos_app.ui.cashier_sale import TENDER_ICONS
from pos_app.ui.icons import Icon, IconView
from pos_app.ui.keypad import DigitPad
from pos_app.ui.look import Look
from pos_app.ui.page_frame import FOLD_WIDTH, CustomerPage, FoldingHalves, centred
from pos_app.ui.phrase import Language, Phrase
from pos_app.ui.text_notice import NOTICE_LEAD, NOTICE_TITLE, notice_items
from pos_app.ui.theme import Colour, TextRole, space
from pos_app.ui.till_model import TillView
from pos_app.ui.widgets import TextLabel, TouchButton, card, column, empty_layout

_CENTRE = Qt.AlignmentFlag.AlignCenter


class WelcomePage(CustomerPage):
    """While the cashier rings up: a welcome, and the ways to pay as plain information."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "welcomePage")
        self._welcome = TextLabel(TextRole.TITLE, align=_CENTRE)
        self._message = TextLabel(TextRole.BODY, tone="soft", align=_CENTRE)
        self.body.addStretch(2)
        self.body.addWidget(IconView(Icon.BASKET, Colour.JADE, 96, line=1.1), 0, _CENTRE)
        self.body.addWidget(self._welcome)
        self.body.addWidget(self._message)
        self.body.addStretch(3)
        self.title.hide()
        self.hint.hide()

    def render_view(self, view: TillView) -> None:
        """Greet, and once there are items say how they can be paid."""
        say = self.look.tongue.say
        self._welcome.setText(say(text_customer.WELCOME))
        self._message.setText(say(_welcome_message(view)))
        self.setAccessibleName(self._welcome.text())
        self.scroller.setAccessibleName(self._welcome.text())
        super().render_view(view)


def _welcome_message(view: TillView) -> Phrase:
    if not view.cart.lines:
        return text_customer.WELCOME_HINT
    face_is_open = view.offers(Tender.FACE)
    return text_customer.BILL_HINT if face_is_open else text_customer.BILL_HINT_NO_FACE


class ChoicePage(CustomerPage):
    """All ways to pay, side by side and of one size; none is chosen beforehand."""

    def __init__(self, look: Look, actions: CustomerActions) -> None:
        super().__init__(look, "choicePage")
        self._choices: dict[Tender, TouchButton] = {}
        grid = QGridLayout()
        grid.setSpacing(space(4))
        for index, tender in enumerate((*OTHER_TENDERS, Tender.FACE)):
            choice = TouchButton(
                f"choose_{tender.value}",
                "choice",
                partial(actions.choose_tender, tender),
                role=TextRole.HEADING,
                icon=TENDER_ICONS[tender],
            )
            choice.set_touch_target(112)
            self._choices[tender] = choice
            grid.addWidget(choice, index // 2, index % 2)
        self.body.addLayout(grid)
        self.body.addStretch(1)

    def render_view(self, view: TillView) -> None:
        """Offer what is open; face is gone for this sale once it was refused."""
        say = self.look.tongue.say
        self.set_head(say(text_customer.CHOOSE_TITLE), say(text_customer.CHOOSE_HINT))
        for tender, choice in self._choices.items():
            choice.set_text(say(text.TENDER_NAMES[tender]))
            choice.setVisible(tender is not Tender.FACE or view.offers(tender))
        super().render_view(view)


class TenderPage(CustomerPage):
    """What the payer does for a payment by QR code, card or cash."""

    def __init__(self, look: Look, actions: CustomerActions) -> None:
        super().__init__(look, "tenderPage")
        self._task = TextLabel(TextRole.HEADING, align=_CENTRE)
        self._icon = IconView(Icon.QR, Colour.JADE, 128, line=1.1)
        self.body.addStretch(2)
        self.body.addWidget(self._icon, 0, _CENTRE)
        self.body.addWidget(self._task)
        self.body.addStretch(3)
        self._other = self.add_button(TouchButton("otherWays", "choice", actions.pay_another_way))

    def render_view(self, view: TillView) -> None:
        """Show the task of the chosen tender."""
        tender = view.tender
        if tender is None or tender is Tender.FACE:
            return
        say = self.look.tongue.say
        self.set_head(say(text.TENDER_NAMES[tender]))
        self._icon.show_icon(TENDER_ICONS[tender], Colour.JADE)
        self._task.setText(say(text_customer.TENDER_TASKS[tender]))
        self._other.set_text(say(text_customer.OTHER_WAYS))
        super().render_view(view)


class NoticePage(CustomerPage):
    """Everything a payer must be told, then two buttons of one size."""

    def __init__(self, look: Look, actions: CustomerActions) -> None:
        super().__init__(look, "noticePage")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(space(6))
        self._grid.setVerticalSpacing(space(3))
        paper = card()
        inside = column(paper, margin=5)
        inside.addLayout(self._grid)
        self.body.addWidget(paper)
        self.body.addStretch(1)
        self._other = self.add_button(TouchButton("otherWays", "choice", actions.pay_another_way))
        self._agree = self.add_button(TouchButton("agreeToFace", "choice", actions.agree_to_face))

    def render_view(self, view: TillView) -> None:
        """Show the notice in the window's language, every item of it."""
        if view.notice is None:
            return
        tongue = self.look.tongue
        self.set_head(tongue.say(NOTICE_TITLE), tongue.say(NOTICE_LEAD))
        self._other.set_text(tongue.say(text_customer.OTHER_WAYS))
        self._agree.set_text(tongue.say(text_customer.PAY_BY_FACE))
        notice = view.notice.zh if tongue.language is Language.CHINESE else view.notice.en
        self._draw(notice_items(notice))
        super().render_view(view)

    def _draw(self, items: list[tuple[Phrase, str]]) -> None:
        empty_layout(self._grid)
        columns = 2 if self.width() >= FOLD_WIDTH - 100 else 1
        for index, (heading, sentence) in enumerate(items):
            cell = QWidget()
            inside = column(cell, gap=0)
            name = TextLabel(TextRole.LABEL, tone="jade")
            name.setText(self.look.tongue.say(heading))
            said = TextLabel(TextRole.LABEL)
            said.setText(sentence)
            inside.addWidget(name)
            inside.addWidget(said)
            inside.addStretch(1)
            self._grid.addWidget(cell, index // columns, index % columns)
        for index in range(2):
            self._grid.setColumnStretch(index, 1 if index < columns else 0)


class DigitsPage(CustomerPage):
    """The last digits of the payer's phone number."""

    def __init__(self, look: Look, actions: CustomerActions) -> None:
        super().__init__(look, "digitsPage")
        self._boxes = TextLabel(TextRole.HERO, align=_CENTRE, wrap=False)
        self._boxes.setObjectName("typedDigits")
        self._pad = DigitPad(
            look, "digit", actions.type_digit, actions.clear_digits, actions.confirm_digits
        )
        halves = FoldingHalves(self._boxes, centred(self._pad))
        self.body.addStretch(1)
        self.body.addWidget(halves)
        self.body.addStretch(1)
        self._other = self.add_button(TouchButton("otherWays", "choice", actions.pay_another_way))

    def render_view(self, view: TillView) -> None:
        """Show what was typed and how many digits are still missing."""
        say = self.look.tongue.say
        wanted, typed = view.digits.wanted, view.digits.typed
        self.set_head(say(text_customer.DIGITS_TITLE, count=wanted), say(text_customer.DIGITS_WHY))
        self._boxes.setText(" ".join(typed.ljust(wanted, "_")))
        self._pad.render_pad(self.title.text(), is_complete=len(typed) == wanted)
        self._other.set_text(say(text_customer.OTHER_WAYS))
        super().render_view(view)
