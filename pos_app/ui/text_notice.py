"""Words around the notice that a payer reads before anything is captured.

The sentences come from the clearing institution, in both languages and under one hash; the till
adds the headings, and refuses to leave out an item that has none.
"""

from dataclasses import fields

from facepay.wire.terminal import NoticeText
from pos_app.ui.phrase import Phrase, phrase

NOTICE_TITLE = phrase("Notice", "Before you pay by face")
NOTICE_LEAD = phrase(
    "Notice",
    'Your choice: other ways to pay cost the same. Touching "Agree and pay by face" is your separate '
    "consent to send your sealed face data once, for this payment only.",
)
NOTICE_HEADINGS: dict[str, Phrase] = {
    "processor": phrase("Notice", "Who"),
    "contact": phrase("Notice", "Contact"),
    "purpose": phrase("Notice", "What for"),
    "method": phrase("Notice", "How"),
    "scope": phrase("Notice", "Which data"),
    "storage_period": phrase("Notice", "How long"),
    "necessity": phrase("Notice", "Why needed"),
    "effect_on_rights": phrase("Notice", "Effect on you"),
    "how_to_use_rights": phrase("Notice", "Your rights"),
    "recipients": phrase("Notice", "Sent to"),
}


def notice_items(notice: NoticeText) -> list[tuple[Phrase, str]]:
    """Return every item of the notice as heading and sentence, in reading order.

    Raises `KeyError` if the contract gained an item that the till has no heading for.
    """
    names = [field.name for field in fields(notice)]
    return [(NOTICE_HEADINGS[name], str(getattr(notice, name))) for name in names]
