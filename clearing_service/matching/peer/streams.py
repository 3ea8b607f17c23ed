"""Streams between parties over gRPC, and the side that opens them."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable

import grpc
import grpc.aio

from clearing_service.matching.errors import PeerLinkClosedError, PeerProtocolError
from clearing_service.matching.frames import Frame
from clearing_service.matching.peer.codec import decode, encode
from facepay.v1 import matching_pb2 as pb
from facepay.v1.matching_pb2_grpc import PartyServiceStub

FRAME_MAX_BYTES = 32 * 1024 * 1024
"""A batch holds at most 8,000,000 scores of two bytes."""

CHANNEL_OPTIONS = (
    ("grpc.max_receive_message_length", FRAME_MAX_BYTES),
    ("grpc.max_send_message_length", FRAME_MAX_BYTES),
)
"""For both ends of a stream between parties."""


class GrpcPeerLink:
    """One end of a stream: the party sends and receives, gRPC reads `outgoing` and feeds `take_all`."""

    def __init__(self) -> None:
        self._incoming: asyncio.Queue[Frame | None] = asyncio.Queue()
        self._outgoing: asyncio.Queue[Frame | None] = asyncio.Queue()
        self._is_closed = False

    def send(self, frame: Frame) -> None:
        """Queue `frame`; a closed link drops it."""
        if not self._is_closed:
            self._outgoing.put_nowait(frame)

    async def receive(self) -> Frame:
        """Return the next frame. Raises `PeerLinkClosedError` when there will be none."""
        frame = await self._incoming.get()
        if frame is None:
            self._incoming.put_nowait(None)
            raise PeerLinkClosedError("the peer's stream has ended")
        return frame

    def close(self) -> None:
        """End the stream after what is queued. A repeat does nothing."""
        if not self._is_closed:
            self._is_closed = True
            self._outgoing.put_nowait(None)
            self._incoming.put_nowait(None)

    async def outgoing(self) -> AsyncIterator[pb.PartyFrame]:
        """Yield what is to be sent, until the link is closed."""
        while (frame := await self._outgoing.get()) is not None:
            yield encode(frame)

    async def take_all(self, incoming: AsyncIterable[pb.PartyFrame]) -> None:
        """Queue every frame of `incoming` for the party, then close the link.

        Raises `PeerProtocolError` if one cannot be read.
        """
        try:
            async for message in incoming:
                self._incoming.put_nowait(decode(message))
        finally:
            self.close()


class PeerDialler:
    """Opens streams to one peer, each over a channel of its own; kept as long as the party runs.

    A new channel shows the certificate that is in the files then, and is not held back by what an
    earlier one has learnt of a peer that was away.
    """

    def __init__(self, open_channel: Callable[[], grpc.aio.Channel]) -> None:
        """Take what opens a mutual-TLS channel to the peer, made with `CHANNEL_OPTIONS`."""
        self._open_channel = open_channel
        self._readers: set[asyncio.Task[None]] = set()

    async def dial(self) -> GrpcPeerLink:
        """Return a new stream. Whether the peer is there shows when it is first read.

        Raises what opening the channel raises.
        """
        link = GrpcPeerLink()
        reader = asyncio.ensure_future(_read(link, self._open_channel()))
        self._readers.add(reader)
        reader.add_done_callback(self._readers.discard)
        return link

    async def close(self) -> None:
        """End every stream and its channel."""
        for reader in list(self._readers):
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)


async def _read(link: GrpcPeerLink, channel: grpc.aio.Channel) -> None:
    """Feed `link` from a new stream on `channel` until one of them ends; then close all three."""
    stub = PartyServiceStub(channel)  # type: ignore[no-untyped-call]
    call = stub.Exchange(link.outgoing())
    try:
        await link.take_all(call)
    except (grpc.aio.AioRpcError, PeerProtocolError):
        link.close()
    finally:
        call.cancel()
        await channel.close()
