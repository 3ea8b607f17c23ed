"""The last digits of a payer's phone number, which narrow a search to one bucket."""

from facepay.errors import MalformedFieldError
from facepay.secret import SecretBytes

_LENGTHS = (4, 6)


class PhoneDigits(SecretBytes):
    """Four or six last digits of a phone number, ASCII, as they are sealed. Their holder wipes them.

    Raises `MalformedFieldError` for anything else.
    """

    __slots__ = ()

    def __init__(self, content: bytes | bytearray | memoryview) -> None:
        """Take a private copy; the caller still owns, and wipes, the original."""
        super().__init__(content)
        if len(self._buffer) not in _LENGTHS or not self._buffer.isdigit():
            self.wipe()
            raise MalformedFieldError("phone digits are four or six digits")

    def __repr__(self) -> str:
        """Show how many there are."""
        return f"PhoneDigits(<{len(self)} digits>)"
