"""What every window of a terminal has: a look that can change at any moment, a name, an end."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.look import Look
from pos_app.ui.phrase import Phrase


class AppWindow(QWidget):
    """A window in one look; whoever extends it draws it in `draw` and calls `redraw` once built."""

    def __init__(self, look: Look, title: Phrase) -> None:
        super().__init__()
        self.look = look
        self._title = title
        self._on_close: Callable[[], None] | None = None
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        look.changed.connect(self.redraw)

    def draw(self) -> None:
        """Draw the content in the look as it is now."""

    def redraw(self) -> None:
        """Apply the look, and draw."""
        self.setStyleSheet(self.look.theme.stylesheet())
        self.setWindowTitle(self.look.tongue.say(self._title))
        self.setAccessibleName(self.windowTitle())
        self.draw()

    def dispose(self) -> None:
        """Hide the window and destroy it, now and here; it cannot be used any more.

        Left to Python, it would go whenever, and on whichever thread, garbage is collected; but
        widgets may be destroyed on the GUI thread only.
        """
        self.hide()
        self.deleteLater()
        QCoreApplication.sendPostedEvents(self, QEvent.Type.DeferredDelete.value)

    def on_close(self, closed: Callable[[], None]) -> None:
        """Call `closed` when the window is closed."""
        self._on_close = closed

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Tell whoever asked."""
        super().closeEvent(event)
        if self._on_close is not None:
            self._on_close()
