"""A running capture as the person sees it: the preview, what to do, and one line of help."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from pos_app.capture.stage import ColourRgb, Prompt
from pos_app.ui import text_customer
from pos_app.ui.icons import Icon, IconView
from pos_app.ui.light_surround import LightSurround
from pos_app.ui.look import Look
from pos_app.ui.page_frame import FoldingHalves
from pos_app.ui.preview import LatestFrame, PreviewView
from pos_app.ui.theme import Colour, TextRole
from pos_app.ui.till_model import CaptureView
from pos_app.ui.widgets import TextLabel, column

_CENTRE = Qt.AlignmentFlag.AlignCenter
_PROMPT_ICONS = {
    Prompt.LOOK: Icon.LOOK,
    Prompt.BLINK: Icon.BLINK,
    Prompt.TURN_LEFT: Icon.TURN_LEFT,
    Prompt.TURN_RIGHT: Icon.TURN_RIGHT,
    Prompt.TURN_EITHER_SIDE: Icon.TURN_EITHER_SIDE,
    Prompt.OPEN_MOUTH: Icon.OPEN_MOUTH,
}


class CaptureSight(QWidget):
    """Preview and prompt, side by side where there is room."""

    def __init__(self, look: Look, frames: LatestFrame) -> None:
        super().__init__()
        self._look = look
        self.preview = PreviewView(frames)
        self._frames = frames
        self._capture = CaptureView()
        self._is_lit = False
        self._icon = IconView(Icon.LOOK, Colour.JADE, 72, line=1.4)
        self._step = TextLabel(TextRole.LABEL, tone="soft", align=_CENTRE)
        self._prompt = TextLabel(TextRole.TITLE, align=_CENTRE)
        self._prompt.setObjectName("prompt")
        self._guidance = TextLabel(TextRole.HEADING, tone="jade", align=_CENTRE)
        self._guidance.setObjectName("guidance")
        words = QWidget()
        inside = column(words, gap=3)
        inside.addStretch(1)
        inside.addWidget(self._icon, 0, _CENTRE)
        for label in (self._step, self._prompt, self._guidance):
            inside.addWidget(label)
        inside.addStretch(1)
        column(self).addWidget(FoldingHalves(self.preview, words, second_on_top=True), 1)

    def light_up(self, page: QWidget, *spared: QWidget) -> None:
        """Let `page`, which this is on, shine when the capture says so, but for `spared`."""
        words = (self._icon, self._prompt, self._guidance, *spared)
        surround = LightSurround(page, self.preview, words)
        self._frames.lit.connect(surround.shine, Qt.ConnectionType.QueuedConnection)
        self._frames.lit.connect(self._tell_of_light, Qt.ConnectionType.QueuedConnection)

    def _tell_of_light(self, colour: ColourRgb | None) -> None:
        is_lit = colour is not None
        if is_lit is not self._is_lit:
            self._is_lit = is_lit
            self.render_capture(self._capture)

    def render_capture(self, capture: CaptureView) -> None:
        """Show the prompt, the guidance and how far the challenge is."""
        self._capture = capture
        say = self._look.tongue.say
        prompt = capture.prompt or Prompt.LOOK
        guidance = capture.guidance
        self._icon.show_icon(_PROMPT_ICONS[prompt], Colour.JADE)
        self._prompt.setText(say(text_customer.PROMPTS[prompt]))
        self._step.setText(say(text_customer.CAPTURE_STEP, step=capture.step, steps=capture.steps))
        self._step.setVisible(capture.steps > 0 and capture.step > 0)
        told = text_customer.GUIDANCE[guidance] if guidance else None
        if self._is_lit:
            told = text_customer.LIT
        self._guidance.setText(say(told) if told else "")
        self.preview.setAccessibleName(say(text_customer.PREVIEW_NAME))
        self.preview.show_progress(_progress(capture))

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Wipe the preview as soon as the page is left."""
        super().hideEvent(event)
        self.preview.wipe()


def _progress(capture: CaptureView) -> float:
    return max(0, capture.step - 1) / capture.steps if capture.steps else 0.0
