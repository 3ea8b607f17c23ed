"""The side that streams from other parties come in on."""

import asyncio
from collections.abc import AsyncIterator

import grpc
import grpc.aio

from clearing_service.matching.errors import PeerProtocolError
from clearing_service.matching.party import MatchingParty
from clearing_service.matching.peer.streams import GrpcPeerLink
from facepay.v1 import matching_pb2 as pb
from facepay.v1.matching_pb2_grpc import PartyServiceServicer, add_PartyServiceServicer_to_server

SERVICE_NAME = "facepay.v1.PartyService"
EXCHANGE_METHOD = f"/{SERVICE_NAME}/Exchange"
"""For the rules of the server's call guard: matching parties only, and no deadline."""


class PartyServer(PartyServiceServicer):
    """Serves `PartyService` for one party. Who the peer is, the hello proves."""

    def __init__(self, party: MatchingParty) -> None:
        self._party = party

    async def Exchange(  # noqa: N802 - named by the protocol
        self,
        request_iterator: AsyncIterator[pb.PartyFrame],
        context: "grpc.aio.ServicerContext[pb.PartyFrame, pb.PartyFrame]",
    ) -> AsyncIterator[pb.PartyFrame]:
        """Serve one stream until either end closes it."""
        link = GrpcPeerLink()
        serving = asyncio.ensure_future(self._party.serve(link))
        reading = asyncio.ensure_future(link.take_all(request_iterator))
        try:
            async for message in link.outgoing():
                yield message
            if reading.done():  # The peer ended it; by the party's own end nothing more is read.
                await reading
        except PeerProtocolError:
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, "not a frame of the protocol")
        finally:
            link.close()
            reading.cancel()
            await asyncio.gather(serving, reading, return_exceptions=True)


def add_party_service(server: grpc.aio.Server, party: MatchingParty) -> str:
    """Add the service of `party` to a server and return the service's full name."""
    add_PartyServiceServicer_to_server(  # type: ignore[no-untyped-call]
        PartyServer(party), server
    )
    return SERVICE_NAME
