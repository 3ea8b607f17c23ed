"""Pages of the customer display before a face is involved: the items, the choice, the notice."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from facepay.pad_challenge import Presentation
from pos_app.checkout.tenders import OTHER_TENDERS, Tender
from pos_app.ui import text, text_customer
from pos_app.ui.actions import CustomerActions
from pos_app.ui.cashier_sale import TENDER_ICONS
from pos_app.ui.icons import Icon, IconView
from pos_app.ui.keypad import DigitPad
from pos_app.ui.look import Look
from pos_app.ui.notice_paper import NoticePaper
from pos_app.ui.page_frame import BigSign, CustomerPage, FoldingHalves, centred
from pos_app.ui.phrase import Phrase
from pos_app.ui.text_notice import NOTICE_LEAD, NOTICE_TITLE
from pos_app.ui.theme import Colour, TextRole, space
from pos_app.ui.till_model import TillView
from pos_app.ui.widgets import TextLabel, TouchButton

_CENTRE = Qt.AlignmentFlag.AlignCenter


class WelcomePage(CustomerPage):
    """While the cashier rings up: a welcome, and the ways to pay as plain information."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "welcomePage")
        self._sign = BigSign(Icon.BASKET)
        self.body.addWidget(self._sign, 1)
        self.title.hide()
        self.hint.hide()

    def render_view(self, view: TillView) -> None:
        """Greet, and once there are items say how they can be paid."""
        say = self.look.tongue.say
        welcome = say(text_customer.WELCOME)
        self._sign.show_words(welcome, say(_welcome_message(view)))
        self.setAccessibleName(welcome)
        self.scroller.setAccessibleName(welcome)
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
        self._paper = NoticePaper(look)
        self._light = TextLabel(TextRole.STRONG)
        self.body.addWidget(self._light)
        self.body.addWidget(self._paper)
        self.body.addStretch(1)
        self._other = self.add_button(TouchButton("otherWays", "choice", actions.pay_another_way))
        self._calmly = self.add_button(
            TouchButton("agreeToFaceCalmly", "choice", actions.agree_to_face_calmly)
        )
        self._agree = self.add_button(TouchButton("agreeToFace", "choice", actions.agree_to_face))

    def render_view(self, view: TillView) -> None:
        """Show the notice in the window's language, every item of it."""
        if view.notice is None:
            return
        tongue = self.look.tongue
        self.set_head(tongue.say(NOTICE_TITLE), tongue.say(NOTICE_LEAD))
        self._other.set_text(tongue.say(text_customer.OTHER_WAYS))
        self._agree.set_text(tongue.say(text_customer.PAY_BY_FACE))
        self._calmly.set_text(tongue.say(text_customer.PAY_BY_FACE_CALMLY))
        self._calmly.setVisible(view.presentation is not Presentation.ACCESSIBLE)
        self._light.setText(tongue.say(text_customer.LIGHT_COMES))
        self._light.setVisible(view.presentation is Presentation.WITH_LIGHT)
        self._paper.render_notice(view.notice)
        super().render_view(view)


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
