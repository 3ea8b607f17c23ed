"""Pages of the enrolment station with PIN pad and camera."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from pos_app.checkout.pin_entry import PinStage
from pos_app.ui import text_customer
from pos_app.ui import text_enrolment as text
from pos_app.ui.capture_sight import CaptureSight
from pos_app.ui.enrolment_actions import StationActions
from pos_app.ui.enrolment_model import Errand, StationView
from pos_app.ui.enrolment_pages import StationPageView
from pos_app.ui.icons import Icon
from pos_app.ui.keypad import DigitPad, Dots
from pos_app.ui.look import Look
from pos_app.ui.outcome_card import OutcomeCard
from pos_app.ui.page_frame import BigSign, FoldingHalves, centred
from pos_app.ui.preview import LatestFrame
from pos_app.ui.text_enrolment_end import CAPTURE_FAILURES
from pos_app.ui.theme import TextRole
from pos_app.ui.till_model import PIN_LENGTH, OutcomeView, Verdict
from pos_app.ui.widgets import (
    DeliberateButton,
    TextLabel,
    TouchButton,
    card,
    column,
    set_style_property,
)

_CENTRE = Qt.AlignmentFlag.AlignCenter
_REFUSED_STAGES = frozenset(
    {PinStage.CHOOSE_AGAIN, PinStage.CHOOSE_UNREPEATED, PinStage.CHOOSE_NO_RUN}
)


class PasscodePage(StationPageView):
    """The PIN pad, what a good passcode is, and why the one before was refused."""

    def __init__(self, look: Look, actions: StationActions) -> None:
        super().__init__(look, "passcodePage")
        self._dots = Dots(PIN_LENGTH)
        self._dots.setObjectName("passcodeDots")
        self._time = TextLabel(TextRole.LABEL, tone="soft", align=_CENTRE)
        self._hint = TextLabel(TextRole.STRONG)
        self._hint.setObjectName("passcodeHint")
        self._rules = [TextLabel() for _ in text.PASSCODE_RULES]
        self._advice = card()
        lines = column(self._advice, margin=5, gap=3)
        for label in (self._hint, *self._rules):
            lines.addWidget(label)
        left = QWidget()
        inside = column(left, gap=4)
        inside.addWidget(self._dots, 0, _CENTRE)
        inside.addWidget(self._time)
        inside.addWidget(self._advice)
        inside.addStretch(1)
        self._pad = DigitPad(look, "pin", actions.press, actions.clear_pin, actions.confirm_pin)
        self.body.addWidget(FoldingHalves(left, centred(self._pad)))
        self.body.addStretch(1)
        self._stop = self.add_button(TouchButton("stop", "choice", actions.stop))
        self._more = self.add_button(TouchButton("moreTime", "choice", actions.more_time))

    def render_view(self, view: StationView) -> None:
        """Show what is asked for and how many digits were entered."""
        say = self.look.tongue.say
        stage, pin = view.pin_stage, view.pin
        self.set_head(say(text.PASSCODE_TITLES.get(stage, text.PASSCODE_TITLES[PinStage.CHOOSE])))
        self._hint.setText(say(text.PASSCODE_HINTS.get(stage, text.PASSCODE_HINT)))
        for label, rule in zip(self._rules, text.PASSCODE_RULES, strict=True):
            label.setText(f"· {say(rule)}")
        was_refused = stage in _REFUSED_STAGES
        set_style_property(self._advice, "surface", "warn" if was_refused else "card")
        counted = say(text_customer.PIN_DOTS, count=pin.entered, total=PIN_LENGTH)
        self._dots.show_count(pin.entered, counted)
        is_complete = pin.entered == PIN_LENGTH
        self._pad.render_pad(say(text_customer.PIN_PAD_NAME), is_complete=is_complete)
        self._time.setText(say(text_customer.MORE_TIME_GIVEN))
        self._time.setVisible(pin.was_extended)
        self._stop.set_text(say(text.STOP))
        self._more.set_text(say(text_customer.MORE_TIME))
        self._more.setEnabled(pin.extensions_left > 0)
        super().render_view(view)


class ReadyPage(StationPageView):
    """Before each capture: what it is for; the camera waits for the touch."""

    def __init__(self, look: Look, actions: StationActions) -> None:
        super().__init__(look, "readyPage")
        self._sign = BigSign(Icon.LOOK)
        self._failure = OutcomeCard(look, "captureFailure")
        self.body.addWidget(self._failure)
        self.body.addWidget(self._sign, 1)
        self._stop = self.add_button(TouchButton("stop", "choice", actions.stop))
        self._start = self.add_button(
            DeliberateButton("startCamera", "choice", actions.start_capture)
        )

    def render_view(self, view: StationView) -> None:
        """Say which capture comes and, after a failure, why there is another try."""
        say = self.look.tongue.say
        title, sign = text.READY.get(view.step, text.READY[None])
        self.set_head(say(title))
        self._sign.show_words(say(sign), say(text.READY_HINT))
        reason = view.capture_failure
        self._failure.setVisible(reason is not None)
        if reason is not None:
            words = replace(CAPTURE_FAILURES[reason], title=text.READY_AGAIN, kept=text.READY_KEPT)
            self._failure.render_outcome(OutcomeView(Verdict.STOPPED, words))
        self._stop.set_text(say(text.STOP))
        self._start.set_text(say(text.START_CAMERA))
        super().render_view(view)


class StationCapturePage(StationPageView):
    """The running capture."""

    def __init__(self, look: Look, actions: StationActions, frames: LatestFrame) -> None:
        super().__init__(look, "stationCapturePage")
        self._sight = CaptureSight(look, frames)
        self.preview = self._sight.preview
        self.body.addWidget(self._sight, 1)
        self._stop = self.add_button(TouchButton("stop", "choice", actions.stop))
        self._sight.light_up(self, self.title, self.hint, self._stop)

    def render_view(self, view: StationView) -> None:
        """Show the prompt, the guidance and how far the challenge is."""
        say = self.look.tongue.say
        self.set_head(say(text_customer.CAPTURE_TITLE), say(text_customer.CAPTURE_LIMIT))
        self._sight.render_capture(view.capture)
        self._stop.set_text(say(text.STOP))
        super().render_view(view)


class StationWorkingPage(StationPageView):
    """While nothing is asked of anybody; each of these waits ends by itself within seconds."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "stationWorkingPage")
        self._sign = BigSign(Icon.WAIT)
        self.body.addWidget(self._sign, 1)
        self.title.hide()
        self.hint.hide()

    def render_view(self, view: StationView) -> None:
        """Say what the station is doing."""
        say = self.look.tongue.say
        words = text.WORKING.get(view.step, text.WORKING[None])
        if view.errand is Errand.CLOSE:
            words = text.CLOSING
        title, hint = (say(part) for part in words)
        self._sign.show_words(title, hint)
        self.setAccessibleName(title)
        self.scroller.setAccessibleName(title)
        super().render_view(view)
