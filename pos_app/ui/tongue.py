"""The language a window speaks; it can change at any moment, and each window has its own."""

from pathlib import Path

from PySide6.QtCore import QTranslator

from pos_app.errors import PosError
from pos_app.ui.phrase import Explanation, Language, LocalName, Phrase

TRANSLATIONS = Path(__file__).parent / "translations"


class TranslationMissingError(PosError):
    """A compiled translation cannot be loaded: the installation is damaged."""


class Tongue:
    """Puts phrases into one language.

    The source language is English and needs no file. Translators are not installed into the
    application, because the customer may read another language than the cashier.
    """

    def __init__(self, language: Language) -> None:
        self.language = language
        self._translator = _load(language)

    def say(self, phrase: Phrase, **values: str | int) -> str:
        """Return the text with its `{named}` places filled."""
        text = phrase.source
        if self._translator is not None:
            text = self._translator.translate(phrase.context, phrase.source) or text
        return text.format(**values) if values else text

    def name(self, name: LocalName) -> str:
        """Return a proper name."""
        return name.in_language(self.language)

    def explain(self, explanation: Explanation) -> tuple[str, str, str, str]:
        """Return title, what happened, what was not lost and what to do next."""
        title, happened, kept, next_step = (self.say(part) for part in explanation.phrases)
        return title, happened, kept, next_step


def _load(language: Language) -> QTranslator | None:
    if language is Language.ENGLISH:
        return None
    translator = QTranslator()
    path = TRANSLATIONS / f"till_{language.value}.qm"
    if not translator.load(str(path)):
        raise TranslationMissingError(f"the translation {path.name} cannot be loaded")
    return translator
