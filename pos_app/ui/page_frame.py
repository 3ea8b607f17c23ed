"""The frame of every page that people are led through: content may scroll, actions may not."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from pos_app.ui.icons import Icon, IconView
from pos_app.ui.look import Look
from pos_app.ui.theme import Colour, TextRole, space
from pos_app.ui.till_model import TillView
from pos_app.ui.widgets import ScrollColumn, TextLabel, TouchButton, column

FOLD_WIDTH = 700
"""Wide enough for two halves side by side; narrower pages stack them."""
BESIDE_WIDTH = 1000
"""From this width of a window a side panel stands beside the page, below it above the page."""
_BUTTON_HEIGHT = 60


class TitledPage(QWidget):
    """A titled page. Buttons at the bottom are all of one size: none is pushed on anybody."""

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.look = look
        self.title = TextLabel(TextRole.TITLE)
        self.hint = TextLabel(tone="soft")
        self.scroller = ScrollColumn(spacing=space(4))
        self.body: QVBoxLayout = self.scroller.column
        self.buttons = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self.buttons.setSpacing(space(3))
        outside = column(self, gap=3)
        outside.setContentsMargins(space(6), space(5), space(6), space(4))
        outside.addWidget(self.title)
        outside.addWidget(self.hint)
        outside.addWidget(self.scroller, 1)
        outside.addLayout(self.buttons)

    def add_button(self, button: TouchButton) -> TouchButton:
        """Put a button into the bottom row."""
        button.set_touch_target(_BUTTON_HEIGHT)
        self.buttons.addWidget(button, 1)
        return button

    def set_head(self, title: str, hint: str = "") -> None:
        """Show the page's title and the sentence below it."""
        self.title.setText(title)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        self.setAccessibleName(title)
        self.scroller.setAccessibleName(title)


class CustomerPage(TitledPage):
    """A page of the customer display."""

    def render_view(self, view: TillView) -> None:
        """Draw the page; pages extend this and end by dressing themselves."""
        del view
        self.look.dress(self)


class FoldingHalves(QWidget):
    """Two halves, side by side where there is room, else one above the other.

    `second_on_top` says which: what must be seen whatever the size of the text.
    """

    def __init__(self, first: QWidget, second: QWidget, *, second_on_top: bool = False) -> None:
        super().__init__()
        directions = QBoxLayout.Direction
        self._folded = directions.BottomToTop if second_on_top else directions.TopToBottom
        self._box = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(space(6))
        for half in (first, second):
            self._box.addWidget(half, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fold or unfold."""
        super().resizeEvent(event)
        directions = QBoxLayout.Direction
        wide = self.width() >= FOLD_WIDTH
        self._box.setDirection(directions.LeftToRight if wide else self._folded)


class BesideOrAbove(QBoxLayout):
    """A panel beside what it goes with where the window is wide, and above it where it is not."""

    def __init__(self, look: Look, panel: QWidget, width: int) -> None:
        """`width` is the panel's beside the rest, at ordinary text size."""
        super().__init__(QBoxLayout.Direction.TopToBottom)
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(0)
        self._look, self._panel, self._width = look, panel, width
        self.addWidget(panel)

    def fit(self, window_width: int) -> bool:
        """Put the panel where it belongs in a window so wide; return whether that is beside."""
        is_beside = window_width >= BESIDE_WIDTH
        directions = QBoxLayout.Direction
        self.setDirection(directions.LeftToRight if is_beside else directions.TopToBottom)
        growth = 1 + (self._look.theme.text_scale - 1) * 0.3
        self._panel.setFixedWidth(round(self._width * growth) if is_beside else window_width)
        return is_beside


class BigSign(QWidget):
    """An icon with a title and a sentence, in the middle: nothing is asked of anybody."""

    def __init__(self, icon: Icon) -> None:
        super().__init__()
        self._title = TextLabel(TextRole.TITLE, align=Qt.AlignmentFlag.AlignCenter)
        self._hint = TextLabel(tone="soft", align=Qt.AlignmentFlag.AlignCenter)
        inside = column(self, gap=4)
        inside.addStretch(2)
        inside.addWidget(IconView(icon, Colour.JADE, 96, line=1.1), 0, Qt.AlignmentFlag.AlignCenter)
        inside.addWidget(self._title)
        inside.addWidget(self._hint)
        inside.addStretch(3)

    def show_words(self, title: str, hint: str) -> None:
        """Say both."""
        self._title.setText(title)
        self._hint.setText(hint)


def centred(widget: QWidget) -> QWidget:
    """Return a holder that keeps `widget` at its own size in the middle."""
    holder = QWidget()
    inside = column(holder)
    inside.addWidget(widget, 0, Qt.AlignmentFlag.AlignCenter)
    return holder
