"""What people type after a command, read strictly. What is wrong with it is said in words.

argparse shows the words, how the command is written, and ends with exit code 2.
"""

import argparse
import re
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from facepay.errors import MalformedFieldError
from facepay.identifiers import ParticipantId, RetrievalReferenceNumber

_SHOWN_MAX = 40
_NUMBER = re.compile(r"[0-9]{1,18}")
_DAY = re.compile(r"2[0-9]{3}-[0-9]{2}-[0-9]{2}")
_T = TypeVar("_T")


def number_from_one(text: str) -> int:
    """Read the number of a window, act or case, or a count."""
    if not _NUMBER.fullmatch(text) or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{_shown(text)} is no number from 1 on")
    return int(text)


def participant(text: str) -> ParticipantId:
    """Read a participant's number."""
    return _read(ParticipantId, text, "is no participant's number: it has 4 to 11 digits")


def receipt_number(text: str) -> RetrievalReferenceNumber:
    """Read a payment's number as its receipt has it."""
    return _read(RetrievalReferenceNumber, text, "is no number of a receipt: it has 12 digits")


def day(text: str) -> date:
    """Read a day of this millennium."""
    try:
        found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        raise argparse.ArgumentTypeError(f"{_shown(text)} is no date, such as 2026-11-22")
    return found


def _read(identifier: Callable[[str], _T], text: str, words: str) -> _T:
    try:
        return identifier(text)
    except MalformedFieldError:
        raise argparse.ArgumentTypeError(f"{_shown(text)} {words}") from None


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}..."
