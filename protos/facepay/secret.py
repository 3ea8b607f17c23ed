"""Bytes that must not be shown and must not stay in memory."""

import hmac
from types import TracebackType
from typing import Self


class SecretBytes:
    """Secret bytes in one buffer that its owner wipes.

    The buffer is a bytearray, so `wipe()` overwrites the bytes in place; a copy made with
    `bytes(secret.view)` is the caller's own and cannot be wiped. Used as a context manager it wipes
    on leaving. `repr` never shows content. After `wipe()` every access raises `ValueError`.
    """

    __slots__ = ("_buffer", "_is_wiped")

    def __init__(self, content: bytes | bytearray | memoryview) -> None:
        """Take a private copy of `content`; the caller still owns, and wipes, the original."""
        self._buffer = bytearray(content)
        self._is_wiped = False

    @property
    def view(self) -> memoryview:
        """A view of the secret, valid until `wipe()`."""
        if self._is_wiped:
            raise ValueError("this secret was wiped")
        return memoryview(self._buffer)

    def wipe(self) -> None:
        """Overwrite the secret with zeros. A repeat does nothing."""
        wipe(self._buffer)
        self._is_wiped = True

    def equals(self, other: "SecretBytes") -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(self.view, other.view)

    def __len__(self) -> int:
        """Return the number of bytes."""
        return len(self._buffer)

    def __enter__(self) -> Self:
        """Return the secret itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wipe on every way out."""
        self.wipe()

    def __repr__(self) -> str:
        """Show the length only."""
        return f"SecretBytes(<{len(self._buffer)} bytes>)"

    def __reduce__(self) -> str:
        """Refuse to be pickled: a pickle is a copy nobody wipes."""
        raise TypeError("a secret cannot be pickled")


def wipe(buffer: bytearray) -> None:
    """Overwrite `buffer` in place with zeros, keeping its length."""
    buffer[:] = bytes(len(buffer))
