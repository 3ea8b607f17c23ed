"""The window of an enrolment station: for the clerk and the person who is enrolled, side by side."""

from contextlib import AbstractContextManager

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from pos_app.checkout.enrolment_ports import EnrolmentStep
from pos_app.ui import text
from pos_app.ui import text_enrolment as words
from pos_app.ui.app_window import AppWindow
from pos_app.ui.enrolment_actions import StationActions
from pos_app.ui.enrolment_capture_pages import (
    PasscodePage,
    ReadyPage,
    StationCapturePage,
    StationWorkingPage,
)
from pos_app.ui.enrolment_end_page import EndPage
from pos_app.ui.enrolment_model import Errand, StationPage, StationView
from pos_app.ui.enrolment_pages import (
    ConsentPage,
    SignInPage,
    StartPage,
    StationNoticePage,
    StationPageView,
)
from pos_app.ui.look import Look
from pos_app.ui.page_frame import BesideOrAbove
from pos_app.ui.phrase import Phrase
from pos_app.ui.preview import LatestFrame
from pos_app.ui.step_list import StepList
from pos_app.ui.theme import TextRole, space
from pos_app.ui.till_model import LineState
from pos_app.ui.widgets import TextLabel, card, column, scrolling
from pos_app.ui.window_header import WindowHeader

_RAIL_WIDTH = 280
_LINE = {
    LineState.STARTING: (text.LINE_STARTING, "warn"),
    LineState.ONLINE: (text.LINE_UP, "good"),
    LineState.OFFLINE: (words.LINE_DOWN, "bad"),
    LineState.OUT_OF_ORDER: (words.LINE_OUT_OF_ORDER, "bad"),
}
_STEPS = {Errand.OPEN: words.OPENING_STEPS, Errand.CLOSE: words.CLOSING_STEPS}
_REACHED: dict[StationPage | EnrolmentStep, int] = {
    StationPage.NOTICE: 0,
    StationPage.CONSENT_FACE: 1,
    StationPage.CONSENT_SENDING: 2,
    EnrolmentStep.SIGNING_IN: 3,
    EnrolmentStep.OPENING: 3,
    EnrolmentStep.CHOOSING_PASSCODE: 4,
    EnrolmentStep.TAKING_FIRST_LOOK: 5,
    EnrolmentStep.TAKING_SECOND_LOOK: 6,
    EnrolmentStep.SUBMITTING: 6,
    EnrolmentStep.CAPTURING_TO_CONFIRM: 7,
    EnrolmentStep.CONFIRMING: 7,
}


def reached(view: StationView) -> int:
    """Return the index of the step that runs; one more than the last when all are done."""
    if view.active is not None or view.receipts:
        return len(_STEPS[view.errand or Errand.OPEN])
    if view.errand is Errand.CLOSE:
        return 0 if view.page is StationPage.SIGN_IN else 1
    by_page = _REACHED.get(view.page)
    return by_page if by_page is not None else _REACHED.get(view.step or view.page, 0)


class StepRail(QWidget):
    """How far it is, for both: a list beside the page, or one line above it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._title = TextLabel(TextRole.HEADING, tone="onNight")
        self._line = TextLabel(TextRole.LABEL, tone="softOnNight")
        self._lists = {
            errand: StepList(len(steps), on_night=True) for errand, steps in _STEPS.items()
        }
        self._scroll = scrolling(*self._lists.values())
        panel = card("night")
        column(self).addWidget(panel)
        self._inside = column(panel, gap=4)
        for widget in (self._title, self._line):
            self._inside.addWidget(widget)
        self._inside.addWidget(self._scroll, 1)

    def render_view(self, view: StationView, *, is_beside: bool) -> None:
        """Mark what is done; an errand must have begun."""
        if view.errand is None:
            return
        say = self._look.tongue.say
        names: tuple[Phrase, ...] = _STEPS[view.errand]
        now = reached(view)
        shown = min(now, len(names) - 1)
        self._title.setText(say(words.OPEN if view.errand is Errand.OPEN else words.CLOSE))
        name = say(names[shown])
        self._line.setText(say(words.STEP_OF, step=shown + 1, steps=len(names), name=name))
        self._scroll.setAccessibleName(self._line.text())
        for errand, steps in self._lists.items():
            steps.setVisible(errand is view.errand)
        self._lists[view.errand].show_steps([say(step) for step in names], now)
        self._scroll.setVisible(is_beside)
        self._title.setVisible(is_beside)
        self._line.setVisible(not is_beside)
        top, bottom = (space(5), space(5)) if is_beside else (0, space(3))
        self._inside.setContentsMargins(space(5), top, space(5), bottom)
        self._look.dress(self)


class EnrolmentWindow(AppWindow):
    """Draws the view it is given and calls the actions."""

    def __init__(
        self, look: Look, actions: StationActions, frames: LatestFrame, view: StationView
    ) -> None:
        super().__init__(look, words.STATION_TITLE)
        self._view = view
        self.setMinimumSize(640, 640)
        self._line = TextLabel(TextRole.LABEL)
        self._line.setObjectName("lineState")
        self._header = WindowHeader(look, (self._line,), ())
        self._rail = StepRail(look)
        self._sign_in = SignInPage(look, actions, view.issuers)
        self._capture = StationCapturePage(look, actions, frames)
        self._pages = self._make_pages(actions)
        self._stack = QStackedWidget()
        for page in self._pages.values():
            self._stack.addWidget(page)
        self._split = BesideOrAbove(look, self._rail, _RAIL_WIDTH)
        self._split.addWidget(self._stack, 1)
        outside = column(self, gap=0)
        outside.addWidget(self._header)
        outside.addLayout(self._split, 1)
        self.redraw()

    def _make_pages(self, actions: StationActions) -> dict[StationPage, StationPageView]:
        look = self.look
        consents = (StationPage.CONSENT_FACE, StationPage.CONSENT_SENDING)
        return {
            StationPage.START: StartPage(look, actions),
            StationPage.NOTICE: StationNoticePage(look, actions),
            **{page: ConsentPage(look, actions, page) for page in consents},
            StationPage.SIGN_IN: self._sign_in,
            StationPage.PASSCODE: PasscodePage(look, actions),
            StationPage.READY: ReadyPage(look, actions),
            StationPage.CAPTURE: self._capture,
            StationPage.WORKING: StationWorkingPage(look),
            StationPage.ENDED: EndPage(look, actions),
        }

    def render_view(self, view: StationView) -> None:
        """Draw `view`. Nothing is focused that a key could press by accident."""
        has_moved = view.page is not self._view.page
        self._view = view
        say = self.look.tongue.say
        line, pill = _LINE[view.line]
        self._line.setText(say(line))
        self._line.set_pill(pill)
        self._header.show_names(say(words.STATION_TITLE), view.terminal_id.value)
        if view.page is StationPage.START:
            self._sign_in.forget()
        page = self._pages[view.page]
        page.render_view(view)
        self._stack.setCurrentWidget(page)
        self._fit_rail()
        if has_moved:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def draw(self) -> None:
        """Draw the view again."""
        self.render_view(self._view)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put the steps beside or above the page."""
        super().resizeEvent(event)
        self._fit_rail()

    def concealed_preview(self) -> AbstractContextManager[None]:
        """Keep the face out of any picture of this window taken meanwhile."""
        return self._capture.preview.concealed()

    def _fit_rail(self) -> None:
        is_beside = self._split.fit(self.width())
        self._rail.setVisible(self._view.errand is not None)
        self._rail.render_view(self._view, is_beside=is_beside)
