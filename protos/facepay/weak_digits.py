"""Digits that anybody would guess first, whoever owns the PIN: repetitions and runs.

The PIN pad refuses them while the person is still choosing; the issuer's security module refuses
them again, with what only the issuer knows of the person. Neither makes a copy of the digits.
"""

from itertools import pairwise

_LONGEST_GROUP = 3


def is_repeated(digits: memoryview) -> bool:
    """Return whether `digits` (values 0 to 9) are one digit, or a group of two or three, repeated."""
    return any(
        len(digits) % group == 0
        and all(digits[position] == digits[position % group] for position in range(len(digits)))
        for group in range(1, _LONGEST_GROUP + 1)
    )


def is_run(digits: memoryview) -> bool:
    """Return whether `digits` go up by one, or down by one; nine is followed by zero."""
    steps = {(after - before) % 10 for before, after in pairwise(digits)}
    return steps in ({1}, {9})
