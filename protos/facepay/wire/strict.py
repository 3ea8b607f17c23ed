"""What every incoming message must hold to before any of its fields is believed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import TypeVar

from google.protobuf.message import DecodeError, Message

from facepay.errors import ImageBytesError, MalformedFieldError

HEADER_MAX_BYTES = 1024
"""A header with every field at its longest has 458 bytes."""
BODY_MAX_BYTES = 4096
"""Evidence of presentation attack detection (2 KiB) is the longest field of any body."""
SEALED_MAX_BYTES = 4096
"""A share pair sealed with the hybrid suite has under 2 KiB."""
TEXT_MAX_CHARACTERS = 2000
SALT_BYTES = 32

_M = TypeVar("_M", bound=Message)
_E = TypeVar("_E", bound=Enum)
_V = TypeVar("_V")

# Pictures are refused wherever their signature is long enough never to occur by chance in a
# ciphertext; the three bytes that start a bare JPEG count only at the start of a field.
_PICTURE_ANYWHERE = re.compile(
    rb"\xff\xd8\xff[\xe0-\xef]..(?:JFIF|Exif|ICC_|Adobe|http)"
    rb"|\x89PNG\r\n\x1a\n"
    rb"|RIFF....WEBP"
    rb"|GIF8[79]a"
    rb"|ftyp(?:heic|heix|mif1|avif)"
    rb"|iVBORw0KGgo|/9j/4[AQ]{1,2}"
    rb"|data:image/",
    re.DOTALL,
)
_PICTURE_AT_START = re.compile(
    rb"\xff\xd8\xff[\xc0-\xcf\xdb\xdd\xe0-\xef\xfe]|BM.{4}\0{4}|II\*\0|MM\0\*", re.DOTALL
)


def parse_strictly(message_type: type[_M], encoded: bytes) -> _M:
    """Parse `encoded` and return it once it passed `require_strict`.

    Raises `MalformedFieldError` for bytes that are no such message or are longer than any body.
    """
    if len(encoded) > BODY_MAX_BYTES:
        raise MalformedFieldError("a message body is too long")
    message: _M = message_type()
    try:
        message.ParseFromString(encoded)
    except DecodeError as error:
        raise MalformedFieldError("not a message of this kind") from error
    require_strict(message)
    return message


def serialize(message: Message) -> bytes:
    """Return the bytes of a body, the same for the same fields."""
    return bytes(message.SerializeToString(deterministic=True))


def require_strict(message: Message) -> None:
    """Refuse fields that the contract does not have, and pictures in those it has.

    Raises `ImageBytesError` for a picture, else `MalformedFieldError`. Unknown fields are removed
    from `message` on the way, which is why it must not be used after a refusal.
    """
    size = message.ByteSize()
    message.DiscardUnknownFields()
    if message.ByteSize() != size:
        raise MalformedFieldError("a message has a field that the contract does not have")
    for content in _contents(message):
        require_no_picture(content)


def require_no_picture(content: bytes) -> None:
    """Raise `ImageBytesError` if `content` is, or holds, a picture of a common format."""
    if _PICTURE_AT_START.match(content) or _PICTURE_ANYWHERE.search(content):
        raise ImageBytesError("a field holds a picture")


def exactly(content: bytes, count: int, field: str) -> bytes:
    """Return `content` if it has exactly `count` bytes."""
    if len(content) != count:
        raise MalformedFieldError(f"{field} has {count} bytes")
    return content


def at_most(content: bytes, count: int, field: str) -> bytes:
    """Return `content` if it has 1 to `count` bytes."""
    if not 1 <= len(content) <= count:
        raise MalformedFieldError(f"{field} has 1 to {count} bytes")
    return content


def text(content: str, field: str, *, characters: int = TEXT_MAX_CHARACTERS) -> str:
    """Return `content` if it is 1 to `characters` long and holds no control characters."""
    if not 1 <= len(content) <= characters or any(ord(item) < 32 for item in content):
        raise MalformedFieldError(f"{field} is 1 to {characters} printable characters")
    return content


def text_or_empty(content: str, field: str, *, characters: int = TEXT_MAX_CHARACTERS) -> str:
    """As `text`, and nothing at all is allowed too."""
    return text(content, field, characters=characters) if content else ""


def word(vocabulary: type[_E], number: int) -> _E:
    """Return the word with `number`; raises `MalformedFieldError` for an unknown or unset one."""
    try:
        return vocabulary(number)
    except ValueError:
        raise MalformedFieldError(f"not a {vocabulary.__name__}") from None


def given(message: Message, field: str, value: _V) -> _V | None:
    """Return `value`, which is that of the optional `field`, or None if it was not given."""
    return value if message.HasField(field) else None


def day(content: str) -> date:
    """Return the day in `content`, YYYY-MM-DD; raises `MalformedFieldError`."""
    try:
        return date.fromisoformat(content)
    except ValueError:
        raise MalformedFieldError("not a day") from None


def stored_number(number: int) -> int:
    """Return `number` if a store can hold it; raises `MalformedFieldError` for a larger one."""
    if not 0 <= number < 1 << 63:
        raise MalformedFieldError("a number is larger than any store's")
    return number


def to_milliseconds(moment: datetime) -> int:
    """Return whole milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def from_milliseconds(milliseconds: int) -> datetime:
    """Return the UTC time; raises `MalformedFieldError` for times no calendar of ours reaches."""
    if not 0 <= milliseconds < 253_402_300_800_000:
        raise MalformedFieldError("a time is out of range")
    seconds, rest = divmod(milliseconds, 1000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest * 1000)


def _contents(message: Message) -> Iterator[bytes]:
    """Yield every bytes and string value of `message` and of the messages within it."""
    for _, value in message.ListFields():
        yield from _contents_of(value)


def _contents_of(value: object) -> Iterator[bytes]:
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, str):
        yield value.encode()
    elif isinstance(value, Message):
        yield from _contents(value)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _contents_of(key)
            yield from _contents_of(item)
    elif isinstance(value, Iterable):
        for item in value:
            yield from _contents_of(item)
