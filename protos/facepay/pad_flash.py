"""The colours that a customer display shows so that a face answers them.

The clearing service draws them, the terminal shows them, and the digest that goes into the evidence
says which were shown under which nonce. Colours are the six that light one or two of a display's
primaries: an answer has to follow three channels, and no two colours look alike to a camera.
"""

import hashlib
from dataclasses import dataclass
from enum import Enum
from typing import Self

from facepay.canonical import encode_fields
from facepay.errors import MalformedFieldError
from facepay.ports import Randomness

SEGMENT_MILLISECONDS_MIN = 400
"""Never more than three changes of light a second: two and a half leave a margin."""
SEGMENT_MILLISECONDS_MAX = 2000
SEGMENTS_MIN, SEGMENTS_MAX = 3, 8
FLASHES_MAX = 4
"""Sequences of one payment: one for each capture it allows, and one to spare."""
DIGEST_BYTES = 32
_LABEL = b"facepay/pad-flash/1"


class FlashColour(Enum):
    """A colour of the customer display. The numbers are those of the wire."""

    RED = 1
    GREEN = 2
    BLUE = 3
    YELLOW = 4
    CYAN = 5
    MAGENTA = 6


@dataclass(frozen=True, slots=True)
class FlashSequence:
    """Colours in the order they are shown, each as long; no colour follows itself."""

    colours: tuple[FlashColour, ...]
    segment_milliseconds: int

    def __post_init__(self) -> None:
        """Refuse what must not be shown to anybody; raises `MalformedFieldError`."""
        changes = zip(self.colours, self.colours[1:], strict=False)
        is_shown_safely = (
            SEGMENTS_MIN <= len(self.colours) <= SEGMENTS_MAX
            and SEGMENT_MILLISECONDS_MIN <= self.segment_milliseconds <= SEGMENT_MILLISECONDS_MAX
        )
        if not is_shown_safely or any(before is after for before, after in changes):
            raise MalformedFieldError("not a flash sequence that may be shown")

    @property
    def seconds(self) -> float:
        """How long the whole sequence lasts."""
        return len(self.colours) * self.segment_milliseconds / 1000

    def digest(self, nonce: bytes) -> bytes:
        """Return 32 bytes that bind the sequence to the challenge `nonce` it was drawn for."""
        return hashlib.sha256(encode_fields([_LABEL, nonce, self.to_bytes()])).digest()

    def to_bytes(self) -> bytes:
        """Return the one encoding of the sequence."""
        colours = bytes(colour.value for colour in self.colours)
        return self.segment_milliseconds.to_bytes(2) + colours

    @classmethod
    def from_bytes(cls, encoded: bytes) -> Self:
        """Read what `to_bytes` wrote; raises `MalformedFieldError` for anything else."""
        try:
            colours = tuple(FlashColour(number) for number in encoded[2:])
        except ValueError as error:
            raise MalformedFieldError("not a flash colour") from error
        return cls(colours, int.from_bytes(encoded[:2]))

    @classmethod
    def draw(cls, segments: int, segment_milliseconds: int, randomness: Randomness) -> Self:
        """Draw a sequence; each colour is any but the one before it, with a bias below 2^-60."""
        drawn: list[FlashColour] = []
        for _ in range(segments):
            left = [colour for colour in FlashColour if colour not in drawn[-1:]]
            drawn.append(left[int.from_bytes(randomness.bytes(8)) % len(left)])
        return cls(tuple(drawn), segment_milliseconds)
