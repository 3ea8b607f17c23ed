"""PINs nobody may choose: repeated digits, sequences, the owner's birthday."""

from datetime import date
from itertools import pairwise

from clearing_service.security_module.protocol import WeakPinReason

_LONGEST_GROUP = 3


def weakness_of(digits: memoryview, birthday: date | None) -> WeakPinReason | None:
    """Return why `digits` (values 0 to 9) are too weak, or None. Makes no copy of them."""
    if _is_repeated(digits):
        return WeakPinReason.REPEATED
    if _is_sequence(digits):
        return WeakPinReason.SEQUENCE
    if birthday is not None and _is_birthday(digits, birthday):
        return WeakPinReason.BIRTHDAY
    return None


def _is_repeated(digits: memoryview) -> bool:
    return any(
        len(digits) % group == 0
        and all(digits[position] == digits[position % group] for position in range(len(digits)))
        for group in range(1, _LONGEST_GROUP + 1)
    )


def _is_sequence(digits: memoryview) -> bool:
    """Whether the digits go up by one, or down by one; nine is followed by zero."""
    steps = {(after - before) % 10 for before, after in pairwise(digits)}
    return steps in ({1}, {9})


def _is_birthday(digits: memoryview, birthday: date) -> bool:
    """Whether the digits write the date, in the orders people use; only the date is made text."""
    forms = ("%y%m%d", "%d%m%y", "%m%d%y", "%Y%m", "%m%Y", "%y%d%m")
    return any(
        [int(character) for character in birthday.strftime(form)] == list(digits) for form in forms
    )
