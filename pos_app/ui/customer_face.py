"""Pages of the customer display during a payment by face: capture, waiting, checking, PIN."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from pos_app.checkout.payment import PaymentStep
from pos_app.ui import text_customer
from pos_app.ui.actions import CustomerActions
from pos_app.ui.capture_sight import CaptureSight
from pos_app.ui.icons import Icon
from pos_app.ui.keypad import DigitPad, Dots
from pos_app.ui.look import Look
from pos_app.ui.money_text import amount_text
from pos_app.ui.page_frame import BigSign, CustomerPage, FoldingHalves, centred
from pos_app.ui.preview import LatestFrame
from pos_app.ui.theme import TextRole
from pos_app.ui.till_model import PIN_LENGTH, TillView, acceptor_name
from pos_app.ui.widgets import TextLabel, TouchButton, card, column

_CENTRE = Qt.AlignmentFlag.AlignCenter


class CapturePage(CustomerPage):
    """The preview, what to do, and one line of help."""

    def __init__(self, look: Look, actions: CustomerActions, frames: LatestFrame) -> None:
        super().__init__(look, "capturePage")
        self._sight = CaptureSight(look, frames)
        self.preview = self._sight.preview
        self.body.addWidget(self._sight, 1)
        self._other = self.add_button(TouchButton("otherWays", "choice", actions.pay_another_way))
        self._sight.light_up(self, self.title, self.hint, self._other)

    def render_view(self, view: TillView) -> None:
        """Show the prompt, the guidance and how far the challenge is."""
        say = self.look.tongue.say
        self.set_head(say(text_customer.CAPTURE_TITLE), say(text_customer.CAPTURE_LIMIT))
        self._sight.render_capture(view.capture)
        self._other.set_text(say(text_customer.OTHER_WAYS))
        super().render_view(view)


class WorkingPage(CustomerPage):
    """While nothing is asked of the payer; another way stays open until the bank decides."""

    def __init__(self, look: Look, actions: CustomerActions) -> None:
        super().__init__(look, "workingPage")
        self._sign = BigSign(Icon.WAIT)
        self.body.addWidget(self._sign, 1)
        self._other = self.add_button(TouchButton("otherWays", "choice", actions.pay_another_way))
        self.title.hide()
        self.hint.hide()

    def render_view(self, view: TillView) -> None:
        """Say what the till is doing."""
        say = self.look.tongue.say
        step = view.payment_step or PaymentStep.OPENING
        opening = text_customer.WORKING[PaymentStep.OPENING]
        title, hint = (say(words) for words in text_customer.WORKING.get(step, opening))
        self._sign.show_words(title, hint)
        self._other.set_text(say(text_customer.OTHER_WAYS))
        self._other.setVisible(not view.money_may_move)
        self.setAccessibleName(title)
        self.scroller.setAccessibleName(title)
        super().render_view(view)


class RetryPage(CustomerPage):
    """No account was found, or nobody could look: try again, or pay another way."""

    def __init__(self, look: Look, actions: CustomerActions) -> None:
        super().__init__(look, "retryPage")
        self._other = self.add_button(TouchButton("otherWays", "choice", actions.pay_another_way))
        self._again = self.add_button(TouchButton("tryAgain", "choice", actions.try_again))

    def render_view(self, view: TillView) -> None:
        """Ask, and say how many tries are left."""
        say = self.look.tongue.say
        title, hint = text_customer.RETRY_TITLE, text_customer.RETRY_HINT
        if view.payment_step is PaymentStep.OFFERING_RECAPTURE:
            title, hint = text_customer.RECAPTURE_TITLE, text_customer.RECAPTURE_HINT
        self.set_head(say(title), say(hint, count=view.tries_left or 0))
        self._other.set_text(say(text_customer.OTHER_WAYS))
        self._again.set_text(say(text_customer.TRY_AGAIN))
        super().render_view(view)


class PayeeCard(QWidget):
    """Whom the payer is about to pay, how much, and under which name."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._payee = TextLabel(TextRole.HEADING)
        self._amount = TextLabel(TextRole.HERO, wrap=False)
        self._amount.setObjectName("confirmAmount")
        self._name = TextLabel(tone="soft")
        paper = card()
        column(self).addWidget(paper)
        inside = column(paper, margin=5, gap=2)
        for label in (self._payee, self._amount, self._name):
            inside.addWidget(label)

    def render_view(self, view: TillView) -> None:
        """Show what the clearing service bound the payment to."""
        shown = view.confirmation
        if shown is None:
            return
        tongue = self._look.tongue
        payee = tongue.name(acceptor_name(shown.payee))
        self._payee.setText(tongue.say(text_customer.TO_PAYEE, payee=payee))
        self._amount.setText(amount_text(shown.amount))
        self._name.setText(tongue.say(text_customer.PAYING_AS, name=shown.masked_name))
        self._name.setVisible(bool(shown.masked_name))


class ConfirmPage(CustomerPage):
    """Payee and amount, before any PIN."""

    def __init__(self, look: Look, actions: CustomerActions) -> None:
        super().__init__(look, "confirmPage")
        self._payee = PayeeCard(look)
        self.body.addWidget(self._payee)
        self.body.addStretch(1)
        self._other = self.add_button(TouchButton("otherWays", "choice", actions.pay_another_way))
        self._not_me = self.add_button(TouchButton("notMe", "choice", actions.not_me))
        self._yes = self.add_button(
            TouchButton("confirmPayment", "primary", actions.confirm_payment)
        )

    def render_view(self, view: TillView) -> None:
        """Show payee, amount and, if known, the masked name."""
        say = self.look.tongue.say
        self.set_head(say(text_customer.CONFIRM_TITLE), say(text_customer.CONFIRM_HINT))
        self._payee.render_view(view)
        self._other.set_text(say(text_customer.OTHER_WAYS))
        self._not_me.set_text(say(text_customer.NOT_ME))
        self._not_me.setVisible(bool(view.confirmation and view.confirmation.masked_name))
        self._yes.set_text(say(text_customer.CONFIRM_YES))
        super().render_view(view)


class PinPage(CustomerPage):
    """The PIN pad, with payee and amount still in sight."""

    def __init__(self, look: Look, actions: CustomerActions) -> None:
        super().__init__(look, "pinPage")
        self._payee = PayeeCard(look)
        self._dots = Dots(PIN_LENGTH)
        self._dots.setObjectName("pinDots")
        self._time = TextLabel(TextRole.LABEL, tone="soft", align=_CENTRE)
        self._pad = DigitPad(look, "pin", actions.press, actions.clear_pin, actions.confirm_pin)
        left = QWidget()
        inside = column(left, gap=3)
        inside.addWidget(self._payee)
        inside.addWidget(self._dots, 0, _CENTRE)
        inside.addWidget(self._time)
        inside.addStretch(1)
        self.body.addWidget(FoldingHalves(left, centred(self._pad)))
        self.body.addStretch(1)
        self._other = self.add_button(TouchButton("otherWays", "choice", actions.pay_another_way))
        self._more = self.add_button(TouchButton("moreTime", "choice", actions.more_time))

    def render_view(self, view: TillView) -> None:
        """Show how many digits were entered."""
        say = self.look.tongue.say
        pin = view.pin
        self.set_head(say(text_customer.PIN_TITLE), say(text_customer.PIN_HINT))
        self._payee.render_view(view)
        counted = say(text_customer.PIN_DOTS, count=pin.entered, total=PIN_LENGTH)
        self._dots.show_count(pin.entered, counted)
        complete = pin.entered == PIN_LENGTH
        self._pad.render_pad(say(text_customer.PIN_PAD_NAME), is_complete=complete)
        self._time.setText(say(text_customer.MORE_TIME_GIVEN))
        self._time.setVisible(pin.was_extended)
        self._other.set_text(say(text_customer.OTHER_WAYS))
        self._more.set_text(say(text_customer.MORE_TIME))
        self._more.setEnabled(pin.extensions_left > 0)
        super().render_view(view)
