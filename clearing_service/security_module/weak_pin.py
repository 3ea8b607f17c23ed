"""PINs nobody may choose: repeated digits, sequences, the owner's birthday."""

from datetime import date

from clearing_service.security_module.protocol import WeakPinReason
from facepay.weak_digits import is_repeated, is_run


def weakness_of(digits: memoryview, birthday: date | None) -> WeakPinReason | None:
    """Return why `digits` (values 0 to 9) are too weak, or None. Makes no copy of them."""
    if is_repeated(digits):
        return WeakPinReason.REPEATED
    if is_run(digits):
        return WeakPinReason.SEQUENCE
    if birthday is not None and _is_birthday(digits, birthday):
        return WeakPinReason.BIRTHDAY
    return None


def _is_birthday(digits: memoryview, birthday: date) -> bool:
    """Whether the digits write the date, in the orders people use; only the date is made text."""
    forms = ("%y%m%d", "%d%m%y", "%m%d%y", "%Y%m", "%m%Y", "%y%d%m")
    return any(
        [int(character) for character in birthday.strftime(form)] == list(digits) for form in forms
    )
