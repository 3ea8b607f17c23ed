"""How one window looks and speaks right now: its theme and its language, with one signal."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from pos_app.ui.phrase import Language
from pos_app.ui.theme import TextRole, Theme
from pos_app.ui.tongue import Tongue

TEXT_ROLE = "textRole"
"""Dynamic property that names a widget's `TextRole`."""
_DRESSED_FOR = "dressedFor"
"""Dynamic property: for which theme a widget has its font. Setting one lays out and paints anew."""


class Look(QObject):
    """Theme and language of one window.

    Signals:
        changed: the theme or the language is another; draw everything again.
    """

    changed = Signal()

    def __init__(self, theme: Theme, language: Language) -> None:
        super().__init__()
        self.theme = theme
        self.tongue = Tongue(language)

    def switch_language(self) -> None:
        """Change to the other language."""
        self.speak(self.tongue.language.other)

    def speak(self, language: Language) -> None:
        """Change to `language`; a repeat does nothing."""
        if language is not self.tongue.language:
            self.tongue = Tongue(language)
            self.changed.emit()

    def enlarge(self) -> None:
        """Go to the next text size, the smallest after the largest."""
        self.use_theme(self.theme.larger())

    def use_theme(self, theme: Theme) -> None:
        """Change the theme."""
        self.theme = theme
        self.changed.emit()

    def dress(self, root: QWidget) -> None:
        """Give `root` and everything inside it the font of its text role; a repeat is cheap."""
        wanted = f"{self.theme.text_scale} {self.theme.family}"
        for widget in (root, *root.findChildren(QWidget)):
            role = widget.property(TEXT_ROLE)
            if role and widget.property(_DRESSED_FOR) != wanted:
                widget.setFont(self.theme.font(TextRole(role)))
                widget.setProperty(_DRESSED_FOR, wanted)
