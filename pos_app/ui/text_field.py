"""A field for typed text under its label, and a choice of one from a few."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from pos_app.ui.look import TEXT_ROLE
from pos_app.ui.theme import TextRole, space
from pos_app.ui.widgets import TextLabel, TouchButton, column

_FIELD_HEIGHT = 56


class TextField(QWidget):
    """One line of text. `entered` is called when Enter is pressed, `changed` at every change."""

    def __init__(
        self, name: str, length_max: int, changed: Callable[[], None], entered: Callable[[], None]
    ) -> None:
        super().__init__()
        self._label = TextLabel(TextRole.LABEL, tone="soft")
        self._line = QLineEdit()
        self._line.setObjectName(name)
        self._line.setProperty(TEXT_ROLE, TextRole.HEADING.value)
        self._line.setMaxLength(length_max)
        self._line.setMinimumHeight(_FIELD_HEIGHT)
        self._line.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._line.setInputMethodHints(
            Qt.InputMethodHint.ImhNoPredictiveText | Qt.InputMethodHint.ImhNoAutoUppercase
        )
        self._line.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._line.textChanged.connect(lambda _text: changed())
        self._line.returnPressed.connect(entered)
        inside = column(self, gap=1)
        inside.addWidget(self._label)
        inside.addWidget(self._line)

    @property
    def typed(self) -> str:
        """What was typed, without spaces around it."""
        return self._line.text().strip()

    def set_label(self, label: str) -> None:
        """Name the field, on the screen and for screen readers."""
        self._label.setText(label)
        self._line.setAccessibleName(label)

    def forget(self) -> None:
        """Empty the field, and what could be undone in it."""
        self._line.clear()

    def focus(self) -> None:
        """Let the keyboard type here."""
        self._line.setFocus(Qt.FocusReason.OtherFocusReason)


class ChoiceField(QWidget):
    """Buttons of one size of which one, and at first none, is chosen."""

    def __init__(self, name: str, keys: list[str], choose: Callable[[str], None]) -> None:
        super().__init__()
        self._label = TextLabel(TextRole.LABEL, tone="soft")
        self._choose = choose
        self._buttons: dict[str, TouchButton] = {}
        inside = column(self, gap=1)
        inside.addWidget(self._label)
        inside.setSpacing(space(2))
        for key in keys:
            button = TouchButton(f"{name}_{key}", "plain", partial(self._touched, key))
            button.setCheckable(True)
            button.set_touch_target(_FIELD_HEIGHT)
            self._buttons[key] = button
            inside.addWidget(button)

    def render_choice(self, label: str, names: dict[str, str], chosen: str | None) -> None:
        """Name everything and mark what is chosen."""
        self._label.setText(label)
        self._mark(chosen)
        for key, button in self._buttons.items():
            button.set_text(names[key], f"{label}: {names[key]}")

    def _mark(self, chosen: str | None) -> None:
        for key, button in self._buttons.items():
            button.setChecked(key == chosen)

    def _touched(self, key: str) -> None:
        """Mark what was touched: a second touch on it does not take it back."""
        self._mark(key)
        self._choose(key)
