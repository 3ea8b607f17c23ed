"""One stream between two peers, as a port, and the one that lives in memory."""

import asyncio
from typing import Protocol

from clearing_service.matching.errors import PeerLinkClosedError
from clearing_service.matching.frames import Frame


class PeerLink(Protocol):
    """An ordered stream of frames both ways, direct between two parties."""

    def send(self, frame: Frame) -> None:
        """Queue `frame` behind those queued before. A closed link drops it."""

    async def receive(self) -> Frame:
        """Return the next frame. Raises `PeerLinkClosedError` when there will be none."""

    def close(self) -> None:
        """End the stream at both ends. A repeat does nothing."""


class MemoryLink:
    """One end of a link inside a process. Frames arrive in order, after a turn of the event loop.

    Byte strings are shared between the ends; nobody changes them.
    """

    def __init__(self) -> None:
        self._inbox: asyncio.Queue[Frame | None] = asyncio.Queue()
        self._other: MemoryLink | None = None
        self._is_closed = False

    @classmethod
    def pair(cls) -> tuple["MemoryLink", "MemoryLink"]:
        """Return both ends."""
        left, right = cls(), cls()
        left._other, right._other = right, left
        return left, right

    def send(self, frame: Frame) -> None:
        """Put `frame` into the other end's queue."""
        if not self._is_closed and self._other is not None:
            self._other.deliver(frame)

    def deliver(self, frame: Frame) -> None:
        """Take a frame from the other end; a subclass may delay, drop or record it."""
        self._inbox.put_nowait(frame)

    async def receive(self) -> Frame:
        """Return the next frame of the queue."""
        frame = await self._inbox.get()
        if frame is None:
            self._inbox.put_nowait(None)
            raise PeerLinkClosedError("the peer's stream has ended")
        return frame

    def close(self) -> None:
        """Let both ends read what is queued, then end."""
        if self._is_closed:
            return
        self._is_closed = True
        self._inbox.put_nowait(None)
        if self._other is not None:
            self._other.close()
