"""A window that is nothing but light and one sentence: the customer display while a camera is calibrated."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pos_app.capture.stage import Prompt, Stage, StageView
from pos_app.ui.theme import TextRole, Theme

Result = TypeVar("Result")
Say = Callable[[Prompt], str]
"""Gives the sentence of a prompt in the language of the window."""

_LOOK_AGAIN_MILLISECONDS: Final = 8
_DARK: Final = QColor(0, 0, 0)
_TEXT_ON_DARK: Final = QColor(235, 235, 235)


class LightWindow(QWidget):
    """Shows the stage's colour all over and what is asked at its lower edge.

    It reads the stage eight thousandths of a second apart, on the GUI thread.
    """

    def __init__(self, stage: Stage, theme: Theme, say: Say) -> None:
        super().__init__()
        self._stage, self._say = stage, say
        self._font = theme.font(TextRole.TITLE)
        self._shown: StageView | None = None
        self._may_close = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look_again)
        self._timer.start(_LOOK_AGAIN_MILLISECONDS)

    def finish(self) -> None:
        """Stop reading the stage and close. A repeat is harmless."""
        self._timer.stop()
        self._may_close = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Stay open until the camera is off: light that vanishes would count as an answer."""
        event.setAccepted(self._may_close)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Fill the window with the colour and write the sentence."""
        del event
        view = self._stage.view
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(*view.colour_rgb) if view.colour_rgb else _DARK)
        if view.prompt is not None and view.colour_rgb is None:
            painter.setPen(_TEXT_ON_DARK)
            painter.setFont(self._font)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), flags, self._say(view.prompt))
        painter.end()

    def _look_again(self) -> None:
        view = self._stage.view
        if view != self._shown:
            self._shown = view
            self.update()


def run_beside_light(window: LightWindow, work: Callable[[], Result]) -> Result:
    """Show `window` over the whole screen, run `work` on a thread, and return what it returns.

    What `work` raises is raised here, after the window is gone. Needs a `QApplication`.
    """
    window.showFullScreen()
    # A loop of its own: the application would not quit while a window refuses to close.
    loop, watch = QEventLoop(), QTimer(window)
    with ThreadPoolExecutor(1, thread_name_prefix="calibration") as pool:
        job = pool.submit(work)
        watch.timeout.connect(lambda: loop.quit() if job.done() else None)
        watch.start(_LOOK_AGAIN_MILLISECONDS)
        loop.exec()
        watch.stop()
        window.finish()
        return job.result()
