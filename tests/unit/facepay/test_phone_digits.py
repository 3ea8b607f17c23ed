"""Phone digits are four or six ASCII digits and are never shown."""

import pytest

from facepay.errors import MalformedFieldError
from facepay.phone_digits import PhoneDigits


@pytest.mark.parametrize("content", [b"0042", b"138042"])
def test_four_or_six_digits_are_taken(content: bytes) -> None:
    with PhoneDigits(content) as digits:
        assert bytes(digits.view) == content
        assert repr(digits) == f"PhoneDigits(<{len(content)} digits>)"


@pytest.mark.parametrize("content", [b"", b"123", b"12345", b"12a4", b"\x01\x02\x03\x04", b" 123"])
def test_anything_else_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedFieldError):
        PhoneDigits(content)
