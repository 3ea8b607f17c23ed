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
Key = tuple[int, type[Reply], int]

UNCLAIMED_MAX = 256
"""More frames than any honest peer sends ahead; the oldest is dropped then."""


class Mailbox:
    """One party's frames that wait for a reader, and readers that wait for a frame."""

    def __init__(self) -> None:
        self._frames: dict[Key, Reply] = {}
        self._readers: dict[Key, asyncio.Future[Reply]] = {}

    def deliver(self, peer: int, frame: Reply) -> None:
        """Hand `frame` to its reader, or keep it."""
        number = frame.request if isinstance(frame, Answer) else frame.batch
        key = (peer, type(frame), number)
        reader = self._readers.pop(key, None)
        if reader is not None and not reader.done():
            reader.set_result(frame)
            return
        self._frames[key] = frame
        if len(self._frames) > UNCLAIMED_MAX:
            del self._frames[next(iter(self._frames))]

    async def take(self, peer: int, kind: type[R], number: int) -> R:
        """Return the frame of that kind and number from `peer`, waiting for it.

        Raises `PeerLinkClosedError` if the peer's stream ends first.
        """
        key = (peer, kind, number)
        frame: Frame | None = self._frames.pop(key, None)
        if frame is None:
            reader = self._readers[key] = asyncio.get_running_loop().create_future()
            try:
                frame = await reader
            finally:
                self._readers.pop(key, None)
        if not isinstance(frame, kind):
            raise PeerProtocolError("a frame of another kind")
        return frame

    def abandon(self, peer: int) -> None:
        """Fail every reader of `peer`'s frames and drop those that wait: its stream has ended."""
        self._frames = {key: frame for key, frame in self._frames.items() if key[0] != peer}
        for key in [key for key in self._readers if key[0] == peer]:
            reader = self._readers.pop(key)
            if not reader.done():
                reader.set_exception(PeerLinkClosedError("the peer's stream has ended"))
