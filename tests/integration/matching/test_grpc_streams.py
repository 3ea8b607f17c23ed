"""The three parties over real gRPC streams on this machine."""

import asyncio
from collections.abc import AsyncIterator

import grpc.aio
import pytest

from clearing_service.matching.errors import MatchingUnavailableError
from clearing_service.matching.peer.streams import CHANNEL_OPTIONS, PeerDialler
from clearing_service.matching.ports import WHOLE_GALLERY, NoMatch, SearchMatch
from clearing_service.matching.server import add_party_service
from facepay.v1 import matching_pb2 as pb
from facepay.v1.matching_pb2_grpc import PartyServiceStub
from tests.fakes.matching import ThreeParties, people, seen_again

TAG = b"t" * 16


class GrpcParties(ThreeParties):
    """Parties that meet on local ports instead of in memory."""

    def __init__(self) -> None:
        super().__init__(min_bucket_rows=3)
        self.servers: dict[int, grpc.aio.Server] = {}
        self.ports: dict[int, int] = {}
        self.diallers: list[PeerDialler] = []

    async def start(self) -> "GrpcParties":
        for number in (3, 2, 1):
            await self.start_party(number)
            if number > 1:
                await self.listen(number)
        for left, right in ((1, 2), (1, 3), (2, 3)):
            self.dial(left, right)
        await self.until_connected()
        await self.service.redraw_synthetic()
        return self

    async def listen(self, number: int, port: int = 0) -> None:
        server = grpc.aio.server(options=CHANNEL_OPTIONS)
        add_party_service(server, self.parties[number])
        self.ports[number] = server.add_insecure_port(f"127.0.0.1:{port}")
        await server.start()
        self.servers[number] = server

    def dial(self, left: int, right: int) -> None:
        def open_channel() -> grpc.aio.Channel:
            address = f"127.0.0.1:{self.ports[right]}"
            return grpc.aio.insecure_channel(address, options=CHANNEL_OPTIONS)

        dialler = PeerDialler(open_channel)
        self.diallers.append(dialler)
        party = self.parties[left]
        party.spawn(party.keep_connected(right, dialler.dial))

    async def until_connected(self, times: int = 1) -> None:
        async with asyncio.timeout(20):
            await self.observers[2].until_joined(3, times)
            await self.service.until_ready()

    async def close(self) -> None:
        await super().close()
        for dialler in self.diallers:
            await dialler.close()
        for server in self.servers.values():
            await server.stop(None)


@pytest.fixture
async def grpc_parties() -> AsyncIterator[GrpcParties]:
    world = await GrpcParties().start()
    yield world
    await world.close()


async def test_a_person_is_enrolled_found_and_erased_over_streams(
    grpc_parties: GrpcParties,
) -> None:
    persons = people(4)
    ids = [await grpc_parties.enrol(person, TAG) for person in persons]
    terminal, service = grpc_parties.terminal, grpc_parties.service
    answers = await asyncio.gather(
        *(service.search(terminal.probe(seen_again(one)), WHOLE_GALLERY) for one in persons)
    )
    assert answers == [SearchMatch(reference_id) for reference_id in ids]
    receipts = await service.erase(ids[:1])
    assert [receipt.party for receipt in receipts] == [1, 2, 3]
    gone = await service.search(terminal.probe(seen_again(persons[0])), WHOLE_GALLERY)
    assert gone == NoMatch()


async def test_a_peer_that_comes_back_is_used_again(grpc_parties: GrpcParties) -> None:
    person = people(1)[0]
    reference_id = await grpc_parties.enrol(person, TAG)
    service, terminal = grpc_parties.service, grpc_parties.terminal
    await grpc_parties.parties[3].close()
    await grpc_parties.servers[3].stop(None)
    async with asyncio.timeout(10):
        await grpc_parties.observers[1].until_lost(3)
    with pytest.raises(MatchingUnavailableError):
        await service.search(terminal.probe(person), WHOLE_GALLERY)
    await grpc_parties.start_party(3)
    await grpc_parties.listen(3, grpc_parties.ports[3])
    await grpc_parties.until_connected(times=2)
    found = await service.search(terminal.probe(seen_again(person)), WHOLE_GALLERY)
    assert found == SearchMatch(reference_id)


async def test_a_stream_with_something_else_on_it_is_ended(grpc_parties: GrpcParties) -> None:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{grpc_parties.ports[3]}") as channel:
        call = PartyServiceStub(channel).Exchange()  # type: ignore[no-untyped-call]
        await call.write(pb.PartyFrame())
        assert (await call.read()).WhichOneof("content") == "hello"
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call.read()
    assert refused.value.code() is grpc.StatusCode.FAILED_PRECONDITION
