"""The buffer digits are entered into."""

import hmac

from facepay.secret import wipe

PIN_LENGTH = 6


class DigitBuffer:
    """Up to six digits of value 0 to 9, in one bytearray that is overwritten in place."""

    __slots__ = ("_count", "_digits")

    def __init__(self) -> None:
        self._digits = bytearray(PIN_LENGTH)
        self._count = 0

    @property
    def count(self) -> int:
        """How many digits were entered."""
        return self._count

    @property
    def is_complete(self) -> bool:
        """Whether all six are there."""
        return self._count == PIN_LENGTH

    @property
    def view(self) -> memoryview:
        """The digits entered so far, as they are in the buffer."""
        return memoryview(self._digits)[: self._count]

    def push(self, digit: int) -> None:
        """Add a digit; one too many is ignored. Raises `ValueError` for no digit."""
        if not 0 <= digit <= 9:
            raise ValueError("a digit is 0 to 9")
        if not self.is_complete:
            self._digits[self._count] = digit
            self._count += 1

    def drop_last(self) -> None:
        """Overwrite the last digit, if there is one."""
        if self._count:
            self._count -= 1
            self._digits[self._count] = 0

    def wipe(self) -> None:
        """Overwrite all digits. A repeat does nothing."""
        wipe(self._digits)
        self._count = 0

    def equals(self, other: "DigitBuffer") -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(self.view, other.view)

    def take_from(self, other: "DigitBuffer") -> None:
        """Become a copy of `other`, which is wiped."""
        self.wipe()
        for digit in other.view:
            self.push(digit)
        other.wipe()

    def __repr__(self) -> str:
        """Show nothing, not even how many."""
        return "DigitBuffer(<digits>)"
