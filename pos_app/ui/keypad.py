"""Keys of the customer's pads, and the dots that stand for hidden digits.

The keys take no keyboard focus: nothing that types, a barcode scanner least of all, can press them.
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from pos_app.ui.look import Look
from pos_app.ui.text_customer import CLEAR, CONFIRM, DIGIT_KEY
from pos_app.ui.theme import PIN_KEY_MIN, Colour, TextRole, space
from pos_app.ui.widgets import TouchButton

_KEY_WIDTH = 112
_KEY_HEIGHT = 68
_DOT = 20


class PadKey(TouchButton):
    """A key that only a finger or a mouse can press."""

    def __init__(
        self,
        name: str,
        kind: str,
        pressed: Callable[[], object],
        role: TextRole = TextRole.STRONG,
    ) -> None:
        super().__init__(name, kind, pressed, role=role)
        self.set_touch_target(PIN_KEY_MIN)
        self.set_least(_KEY_WIDTH, _KEY_HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Ignore every key, even one that is sent to this very button."""
        event.ignore()


class DigitPad(QWidget):
    """Ten digits, clear and confirm. `name` starts the object name of every key."""

    def __init__(
        self,
        look: Look,
        name: str,
        press: Callable[[int], None],
        clear: Callable[[], None],
        confirm: Callable[[], None],
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self._look = look
        self._digits = [
            PadKey(f"{name}_{digit}", "plain", partial(press, digit), TextRole.KEY)
            for digit in range(10)
        ]
        self._clear = PadKey(f"{name}_clear", "quiet", clear)
        self._confirm = PadKey(f"{name}_confirm", "primary", confirm)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(space(3))
        for digit in range(1, 10):
            grid.addWidget(self._digits[digit], (digit - 1) // 3, (digit - 1) % 3)
        grid.addWidget(self._clear, 3, 0)
        grid.addWidget(self._digits[0], 3, 1)
        grid.addWidget(self._confirm, 3, 2)
        for index in range(3):
            grid.setColumnStretch(index, 1)

    def render_pad(self, label: str, *, is_complete: bool) -> None:
        """Name the keys; confirm works once enough digits were entered."""
        say = self._look.tongue.say
        self.setAccessibleName(label)
        for digit, key in enumerate(self._digits):
            key.set_text(str(digit), say(DIGIT_KEY, digit=digit))
        self._clear.set_text(say(CLEAR))
        self._confirm.set_text(say(CONFIRM))
        self._confirm.setEnabled(is_complete)


class Dots(QWidget):
    """One dot for each hidden digit, filled when it was entered. It knows counts, never digits."""

    def __init__(self, total: int) -> None:
        super().__init__()
        self._total = total
        self._filled = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_count(self, filled: int, spoken: str) -> None:
        """Fill the first `filled` dots; screen readers say `spoken`."""
        self._filled = filled
        self.setAccessibleName(spoken)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the room that the dots need."""
        return QSize(self._total * 2 * _DOT, 2 * _DOT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the dots."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(Colour.JADE.value), 2))
        for index in range(self._total):
            filled = index < self._filled
            painter.setBrush(QBrush(QColor(Colour.JADE.value if filled else Colour.SURFACE.value)))
            painter.drawEllipse(QRectF(index * 2 * _DOT + _DOT / 2, _DOT / 2, _DOT, _DOT))
        painter.end()
