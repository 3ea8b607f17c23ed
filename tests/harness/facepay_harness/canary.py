"""Searching for planted secrets in everything a sandbox leaves behind.

A canary is a face vector, a picture or a PIN with a content that occurs nowhere else. It is looked
for in every form that a careless line of code could have given it: raw bytes, hexadecimal, base64 at
each of its three alignments, and numbers as text.
"""

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

_HASH = re.compile(rb"[0-9a-fA-F]{32,}")
_LEAST_BYTES = 6
"""A shorter needle would be found by chance."""


@dataclass(frozen=True, slots=True)
class Needle:
    """One form of one canary."""

    canary: str
    form: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """A needle, and where it was."""

    needle: Needle
    place: str


def vector_needles(name: str, values: npt.NDArray[np.floating]) -> list[Needle]:
    """Return the forms of a vector: its first, middle and last eight values in every encoding."""
    needles: list[Needle] = []
    for start in (0, len(values) // 2, len(values) - 8):
        piece = values[start : start + 8]
        for kind in ("<f4", ">f4", "<f8", ">f8", "<f2"):
            needles += byte_needles(name, piece.astype(kind).tobytes(), form=kind)
        needles += [
            Needle(name, "decimal text", f"{value:.6g}".encode())
            for value in piece
            if abs(value) > 0.01
        ]
    return needles


def template_needles(name: str, values: npt.NDArray[np.int16]) -> list[Needle]:
    """Return the forms of a quantised template: runs of sixteen integers in every encoding."""
    needles: list[Needle] = []
    for start in (0, len(values) // 2, len(values) - 16):
        piece = values[start : start + 16]
        for kind in ("i1", "<i2", ">i2", "<i4", "<i8", "<f4"):
            needles += byte_needles(name, piece.astype(kind).tobytes(), form=kind)
        for separator in (",", ", ", " "):
            text = separator.join(str(value) for value in piece.tolist())
            needles.append(Needle(name, "integer text", text.encode()))
    return needles


def picture_needles(name: str, pixels: npt.NDArray[np.uint8]) -> list[Needle]:
    """Return the forms of a picture: a row of its pixels."""
    row = pixels.reshape(-1)[: 3 * 32].tobytes()
    return byte_needles(name, row, form="pixels")


def pin_needles(name: str, digits: str) -> list[Needle]:
    """Return the forms of a PIN: text, digit values, packed decimal, and the block's first bytes."""
    values = bytes(int(digit) for digit in digits)
    return [
        Needle(name, "text", digits.encode()),
        Needle(name, "UTF-16", digits.encode("utf-16-le")),
        Needle(name, "digit values", values),
        Needle(name, "text with separators", ",".join(digits).encode()),
        Needle(name, "list text", ", ".join(digits).encode()),
        Needle(name, "format 4 field", bytes.fromhex(f"4{len(digits)}{digits}".ljust(16, "a"))[:6]),
        *_text_forms(name, digits.encode(), "text"),
    ]


def byte_needles(name: str, content: bytes, *, form: str) -> list[Needle]:
    """Return raw, hexadecimal and base64 forms of `content`."""
    return [Needle(name, form, content), *_text_forms(name, content, form)]


def search(needles: Iterable[Needle], hay: Iterable[tuple[str, bytes]]) -> list[Found]:
    """Return every needle that is in any of the named contents."""
    wanted = [needle for needle in needles if len(needle.content) >= _LEAST_BYTES]
    found: list[Found] = []
    for place, content in hay:
        # Six digits occur by chance in a long run of hexadecimal, so plain text is sought elsewhere.
        without_hashes = _HASH.sub(b" ", content)
        found += [
            Found(needle, place)
            for needle in wanted
            if needle.content in (without_hashes if needle.form == "text" else content)
        ]
    return found


def files_under(directory: Path) -> Iterator[tuple[str, bytes]]:
    """Return every file under `directory`, write-ahead logs and leftovers included."""
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            yield path.relative_to(directory).as_posix(), path.read_bytes()


def _text_forms(name: str, content: bytes, form: str) -> list[Needle]:
    hexadecimal = content.hex().encode()
    forms = [
        Needle(name, f"{form} in hex", hexadecimal),
        Needle(name, f"{form} in upper hex", hexadecimal.upper()),
    ]
    for shift in range(3):
        # The characters that do not depend on what stands before or after.
        encoded = base64.b64encode(bytes(shift) + content)
        start = -(-shift * 8 // 6)
        end = (shift + len(content)) * 8 // 6
        forms.append(Needle(name, f"{form} in base64", encoded[start:end]))
    return forms
