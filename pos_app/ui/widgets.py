"""The few building blocks that every view is made of.

All text sits in wrapping labels, never in Qt's own single-line button text, so that no language
and no text size can clip or elide a word.
"""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QScroller,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from pos_app.ui.icons import Icon, IconView
from pos_app.ui.look import TEXT_ROLE
from pos_app.ui.theme import TOUCH_TARGET_MIN, Colour, TextRole, space

_CHINESE_WORD_MAX = 4
_Box = TypeVar("_Box", bound=QBoxLayout)
_TONES = {"primary": "onNight", "nightQuiet": "onNight", "choice": "jade"}
"""Colour of a button's text by its kind; ink where nothing else is said."""
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class TextLabel(QLabel):
    """A label of one role that wraps and always says plainly what it says (no rich text)."""

    def __init__(
        self,
        role: TextRole = TextRole.BODY,
        *,
        tone: str = "",
        align: Qt.AlignmentFlag = _LEFT,
        wrap: bool = True,
    ) -> None:
        super().__init__()
        self.setProperty(TEXT_ROLE, role.value)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setAlignment(align)
        self.set_tone(tone)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size in which no word is cut."""
        metrics = self.fontMetrics()
        words = (word for word in self.text().split() if _holds_together(word))
        widest = max((metrics.horizontalAdvance(word) for word in words), default=0)
        frame = self.width() - self.contentsRect().width()
        return super().minimumSizeHint().expandedTo(QSize(widest + max(0, frame) + 2, 0))

    def set_tone(self, tone: str) -> None:
        """Change the colour by its name in the stylesheet."""
        set_style_property(self, "tone", tone)

    def set_pill(self, pill: str) -> None:
        """Show the text as a pill of the named kind."""
        set_style_property(self, "pill", pill)


class LayoutButton(QPushButton):
    """A button that is as large as the layout inside it. The layout belongs to the caller.

    `kind` names the look in the stylesheet: primary, choice, plain, quiet, tile, row, nightQuiet.
    """

    def __init__(self, name: str, kind: str, pressed: Callable[[], object]) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("kind", kind)
        self.setAutoDefault(False)
        self._least = QSize()
        self.set_touch_target(TOUCH_TARGET_MIN)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.clicked.connect(lambda _checked: pressed())

    def set_touch_target(self, side: int) -> None:
        """Promise that no side is ever smaller than `side` logical pixels."""
        self.setProperty("touchMin", side)
        self.set_least(side, side)

    def set_least(self, width: int, height: int) -> None:
        """Ask for at least this size; the content may need more.

        A minimum width would not do: a layout takes it in place of what the content needs. The
        height must be one, because a wrapping text is asked for its height alone.
        """
        self._least = QSize(width, height)
        self.setMinimumHeight(height)
        self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size that the content needs, at least a touch target."""
        layout = self.layout()
        return (layout.sizeHint() if layout else QSize()).expandedTo(self._least)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the smallest size that shows the whole content."""
        layout = self.layout()
        return (layout.minimumSize() if layout else QSize()).expandedTo(self._least)


class TouchButton(LayoutButton):
    """A button with a wrapping text and perhaps an icon before it."""

    def __init__(
        self,
        name: str,
        kind: str,
        pressed: Callable[[], object],
        *,
        role: TextRole = TextRole.STRONG,
        icon: Icon | None = None,
    ) -> None:
        super().__init__(name, kind, pressed)
        self._label = inert(TextLabel(role, align=Qt.AlignmentFlag.AlignCenter))
        self._tone = _TONES.get(kind, "")
        self._disabled_tone = "softOnNight" if kind == "nightQuiet" else "soft"
        self._label.set_tone(self._tone)
        inside = row(self, gap=2)
        inside.setContentsMargins(space(3), space(1), space(3), space(1))
        if icon is not None:
            inside.addWidget(IconView(icon, _icon_colour(kind), 28))
        inside.addWidget(self._label, 1)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Soften the text while the button is disabled; the stylesheet cannot see that."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.EnabledChange:
            self._label.set_tone(self._tone if self.isEnabled() else self._disabled_tone)

    def set_text(self, text: str, accessible: str = "") -> None:
        """Show `text`; screen readers say `accessible`, or else the same."""
        self._label.setText(text)
        self.setAccessibleName(accessible or text)


class DeliberateButton(TouchButton):
    """A button that the second half of a double click cannot press.

    Without it, whoever touches twice would also answer the next question, unread.
    """

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Do nothing."""
        event.accept()


class ScrollColumn(QScrollArea):
    """A column that scrolls under a finger when it does not fit; never sideways."""

    def __init__(self, spacing: int = space(2)) -> None:
        super().__init__()
        self.content = QWidget()
        self.content.setObjectName("scrolled")
        self.column = QVBoxLayout(self.content)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(spacing)
        self.setWidget(self.content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        gesture = QScroller.ScrollerGestureType.TouchGesture
        QScroller.grabGesture(self.viewport(), gesture)


def scrolling(*widgets: QWidget) -> ScrollColumn:
    """Return a column that holds `widgets` at the top and scrolls when they do not fit."""
    area = ScrollColumn()
    for widget in widgets:
        area.column.addWidget(widget)
    area.column.addStretch(1)
    return area


def _holds_together(word: str) -> bool:
    """Say whether a line may not break inside; Chinese sentences may, names of two words not."""
    return word.isascii() or "¥" in word or len(word) <= _CHINESE_WORD_MAX


def inert(label: TextLabel) -> TextLabel:
    """Let clicks on the label through to the button around it."""
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    return label


def _icon_colour(kind: str) -> Colour:
    return Colour.SURFACE if kind in {"primary", "nightQuiet"} else Colour.JADE


def card(surface: str = "card") -> QFrame:
    """Return a panel of the named surface."""
    frame = QFrame()
    frame.setProperty("surface", surface)
    return frame


def rule() -> QFrame:
    """Return a hairline."""
    return card("rule")


def column(parent: QWidget | None = None, *, margin: int = 0, gap: int = 3) -> QVBoxLayout:
    """Return a vertical layout; margin and gap in steps of the grid."""
    return _spaced(QVBoxLayout(parent) if parent else QVBoxLayout(), margin, gap)


def row(parent: QWidget | None = None, *, margin: int = 0, gap: int = 3) -> QHBoxLayout:
    """Return a horizontal layout; margin and gap in steps of the grid."""
    return _spaced(QHBoxLayout(parent) if parent else QHBoxLayout(), margin, gap)


def _spaced(layout: _Box, margin: int, gap: int) -> _Box:
    layout.setContentsMargins(space(margin), space(margin), space(margin), space(margin))
    layout.setSpacing(space(gap))
    return layout


def set_style_property(widget: QWidget, name: str, value: str) -> None:
    """Set a property that the stylesheet selects on, and style the widget anew.

    A widget that was never styled is styled when it is first shown; doing it before is lost work.
    """
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def empty_layout(layout: QLayout) -> None:
    """Remove and delete everything in a layout."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
