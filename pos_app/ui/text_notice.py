"""The notice that a payer reads before anything is captured.

Every item that the law wants told has a heading and a sentence in plain words, and there is no
notice without all of them. The hash that goes with the consent is taken over exactly these texts.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields

from pos_app.ui.phrase import Phrase, phrase

NOTICE_TITLE = phrase("Notice", "Before you pay by face")
NOTICE_LEAD = phrase(
    "Notice",
    "Your choice: other ways to pay cost the same. Touching “Agree and pay by face” is your separate "
    "consent to send your sealed face data once, for this payment only.",
)


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """One thing that must be told: what it is about, and what is said."""

    heading: Phrase
    sentence: Phrase


@dataclass(frozen=True, slots=True)
class Notice:
    """What the payer is told before capture; every field is shown, and none can be left out."""

    processor: NoticeItem
    contact: NoticeItem
    purpose: NoticeItem
    method: NoticeItem
    scope: NoticeItem
    storage_period: NoticeItem
    necessity: NoticeItem
    effect_on_rights: NoticeItem
    exercise_of_rights: NoticeItem

    @property
    def items(self) -> tuple[NoticeItem, ...]:
        """Return all items in the order in which they are read."""
        return tuple(getattr(self, field.name) for field in fields(self))


def notice_hash(shown: Iterable[str]) -> bytes:
    """Return SHA-256 over the texts as they were shown, in order, each with its length."""
    digest = hashlib.sha256(b"facepay notice v1")
    for text in (part.encode() for part in shown):
        digest.update(len(text).to_bytes(4, "big") + text)
    return digest.digest()


NOTICE = Notice(
    processor=NoticeItem(
        phrase("Notice", "Who"),
        phrase("Notice", "{processor}, a licensed clearing institution (simulated), not the shop."),
    ),
    contact=NoticeItem(phrase("Notice", "Contact"), phrase("Notice", "{phone} or {address}")),
    purpose=NoticeItem(
        phrase("Notice", "What for"),
        phrase("Notice", "Only to find your bank for this payment. Your PIN approves it."),
    ),
    method=NoticeItem(
        phrase("Notice", "How"),
        phrase(
            "Notice",
            "This till turns your face into numbers, splits and seals them for three institutions. "
            "No single one of them can see your face.",
        ),
    ),
    scope=NoticeItem(
        phrase("Notice", "Which data"),
        phrase(
            "Notice", "Face features, a check that you are present, and phone digits if asked."
        ),
    ),
    storage_period=NoticeItem(
        phrase("Notice", "How long"),
        phrase("Notice", "Pictures: at most one minute, only in memory. Sealed data: not kept."),
    ),
    necessity=NoticeItem(
        phrase("Notice", "Why needed"),
        phrase("Notice", "Without a phone or card, your face is how your bank is found."),
    ),
    effect_on_rights=NoticeItem(
        phrase("Notice", "Effect on you"),
        phrase(
            "Notice",
            "A face cannot be changed like a password. If you say no, nothing else changes.",
        ),
    ),
    exercise_of_rights=NoticeItem(
        phrase("Notice", "Your rights"),
        phrase(
            "Notice",
            "Close face payment, withdraw, see, correct or erase at any time: call {phone}.",
        ),
    ),
)
