"""A text that people read, before it is put into their language."""

from dataclasses import dataclass
from enum import Enum


class Language(Enum):
    """The languages of the till, by Qt locale name."""

    CHINESE = "zh_CN"
    ENGLISH = "en"

    @property
    def other(self) -> "Language":
        """Return the language that a language button switches to."""
        return Language.ENGLISH if self is Language.CHINESE else Language.CHINESE


@dataclass(frozen=True, slots=True)
class Phrase:
    """An English source text and the context under which translators see it."""

    context: str
    source: str


def phrase(context: str, source: str) -> Phrase:
    """Name a translatable text. The translation tools look for calls of this name."""
    return Phrase(context, source)


@dataclass(frozen=True, slots=True)
class LocalName:
    """A proper name, of an item or a shop, that comes with the data in both languages."""

    chinese: str
    english: str

    def in_language(self, language: Language) -> str:
        """Return the name in one language."""
        return self.chinese if language is Language.CHINESE else self.english


@dataclass(frozen=True, slots=True)
class Explanation:
    """An outcome in words: what happened, what was not lost, what to do next."""

    title: Phrase
    happened: Phrase
    kept: Phrase
    next_step: Phrase

    @property
    def phrases(self) -> tuple[Phrase, Phrase, Phrase, Phrase]:
        """Return the four texts in the order in which they are read."""
        return (self.title, self.happened, self.kept, self.next_step)
