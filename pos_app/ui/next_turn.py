"""Spreads drawing over turns of the event loop, so that no touch waits for two windows."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class NextTurn(QObject):
    """Draws once in the next turn, however often it is asked in this one."""

    def __init__(self, draw: Callable[[], None]) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(draw)

    def ask(self) -> None:
        """Draw in the next turn."""
        self._timer.start(0)

    def stop(self) -> None:
        """Do not draw what was asked for. A repeat does nothing."""
        self._timer.stop()
