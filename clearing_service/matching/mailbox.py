"""Frames that answer something, kept until whoever waits for them asks.

A peer may be faster than the frame that starts the work here, so a frame can come before anybody
waits for it.
"""

import asyncio
from typing import TypeVar

from clearing_service.matching.errors import PeerLinkClosedError, PeerProtocolError
from clearing_service.matching.frames import (
    Answer,
    BatchAnswer,
    BatchDigests,
    Frame,
    MaskedVectors,
)

Reply = BatchDigests | MaskedVectors | BatchAnswer | Answer
R = TypeVar("R", BatchDigests, MaskedVectors, BatchAnswer, Answer)
Key = tuple[type[Reply], int]

UNCLAIMED_MAX = 256
"""More frames than any honest peer sends ahead; the oldest is dropped then."""


class Mailbox:
    """One stream's frames that wait for a reader, and readers that wait for a frame."""

    def __init__(self) -> None:
        self._frames: dict[Key, Reply] = {}
        self._readers: dict[Key, asyncio.Future[Reply]] = {}
        self._is_closed = False

    def deliver(self, frame: Reply) -> None:
        """Hand `frame` to its reader, or keep it."""
        number = frame.request if isinstance(frame, Answer) else frame.batch
        key = (type(frame), number)
        reader = self._readers.pop(key, None)
        if reader is not None and not reader.done():
            reader.set_result(frame)
            return
        self._frames[key] = frame
        if len(self._frames) > UNCLAIMED_MAX:
            del self._frames[next(iter(self._frames))]

    async def take(self, kind: type[R], number: int) -> R:
        """Return the frame of that kind and number, waiting for it.

        Raises `PeerLinkClosedError` if the stream has ended or ends first.
        """
        key = (kind, number)
        frame: Frame | None = self._frames.pop(key, None)
        if frame is None:
            frame = await self._wait(key)
        if not isinstance(frame, kind):
            raise PeerProtocolError("a frame of another kind")
        return frame

    async def _wait(self, key: Key) -> Frame:
        if self._is_closed:
            raise PeerLinkClosedError("the peer's stream has ended")
        reader: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._readers[key] = reader
        try:
            return await reader
        finally:
            self._readers.pop(key, None)

    def close(self) -> None:
        """Fail every reader and drop what waits: the stream has ended. A repeat does nothing."""
        self._is_closed = True
        self._frames.clear()
        for reader in self._readers.values():
            if not reader.done():
                reader.set_exception(PeerLinkClosedError("the peer's stream has ended"))
        self._readers.clear()
