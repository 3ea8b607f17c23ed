"""The dark bar at the top of a window that somebody works at: where it stands, and its settings."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QWidget

from pos_app.ui import text
from pos_app.ui.look import Look
from pos_app.ui.theme import TextRole
from pos_app.ui.widgets import TextLabel, TouchButton, card, column, row


class WindowHeader(QWidget):
    """Two names, pills, and buttons: the window's own, then text size and language."""

    def __init__(self, look: Look, pills: Sequence[TextLabel], own: Sequence[TouchButton]) -> None:
        super().__init__()
        self._look = look
        self._name = TextLabel(TextRole.HEADING, tone="onNight")
        self._terminal = TextLabel(TextRole.LABEL, tone="softOnNight")
        self._simulated = TextLabel(TextRole.LABEL)
        self._simulated.set_pill("warn")
        label = TextRole.LABEL
        self._size = TouchButton("textSize", "nightQuiet", look.enlarge, role=label)
        self._language = TouchButton("language", "nightQuiet", look.switch_language, role=label)
        bar = card("night")
        column(self).addWidget(bar)
        inside = row(bar, gap=2)
        inside.setContentsMargins(20, 8, 16, 8)
        self._told = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._told.setSpacing(8)
        self._arrange_words(pills)
        inside.addLayout(self._told, 1)
        for button in (*own, self._size, self._language):
            inside.addWidget(button)

    def _arrange_words(self, pills: Sequence[TextLabel]) -> None:
        names = column(gap=0)
        names.addWidget(self._name)
        names.addWidget(self._terminal)
        side = row(gap=2)
        side.addStretch(1)
        for widget in (*pills, self._simulated):
            side.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self._told.addLayout(names, 1)
        self._told.addLayout(side)

    def show_names(self, name: str, terminal_id: str) -> None:
        """Show whose window it is and at which terminal, and dress the bar."""
        tongue = self._look.tongue
        say = tongue.say
        self._name.setText(name)
        self._terminal.setText(f"{say(text.RECEIPT_TERMINAL)} {terminal_id}")
        self._simulated.setText(say(text.SIMULATED))
        self._size.set_text("A+", say(text.LARGER_TEXT))
        other = text.LANGUAGE_NAMES[tongue.language.other]
        self._language.set_text(other, say(text.SWITCH_LANGUAGE))
        directions = QBoxLayout.Direction
        stacked = self._look.theme.is_large
        self._told.setDirection(directions.TopToBottom if stacked else directions.LeftToRight)
        self._look.dress(self)
