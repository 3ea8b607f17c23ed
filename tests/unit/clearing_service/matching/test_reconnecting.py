"""How often a party tries to reach a peer, and what its operators hear of it."""

import asyncio
from itertools import pairwise

from clearing_service.matching.link import MemoryLink, PeerLink
from clearing_service.matching.party import RECONNECT_SECONDS, STEADY_SECONDS
from clearing_service.transport.credentials import CredentialsError
from tests.fakes.matching import ThreeParties


class Line:
    """Dials, and notes when; a line that is down gives a stream that has ended."""

    def __init__(self, parties: ThreeParties, dials: int) -> None:
        self.parties = parties
        self.dials = dials
        self.dialled_at: list[float] = []
        self.is_up = False
        self.holds_seconds = 0.0

    async def dial(self) -> PeerLink:
        self.dialled_at.append(self.parties.clock.monotonic())
        if len(self.dialled_at) > self.dials:
            raise asyncio.CancelledError
        near, far = MemoryLink.pair()
        if self.is_up:
            self.parties.parties[3].spawn(self.parties.parties[3].serve(far))
            self.parties.parties[1].spawn(self.end(near))
        else:
            far.close()
        return near

    async def end(self, link: PeerLink) -> None:
        await self.parties.settle()
        self.parties.clock.advance(self.holds_seconds)
        link.close()

    async def run(self) -> list[float]:
        """Return the pauses between attempts."""
        await asyncio.gather(
            self.parties.parties[1].keep_connected(3, self.dial), return_exceptions=True
        )
        return [round(later - earlier, 3) for earlier, later in pairwise(self.dialled_at)]


async def test_attempts_come_further_apart_and_are_told_once(parties: ThreeParties) -> None:
    await parties.stop_party(3)
    observer = parties.observers[1]
    observer.lost.clear()
    line = Line(parties, dials=8)
    assert await line.run() == [*RECONNECT_SECONDS[1:], *RECONNECT_SECONDS[-1:] * 3]
    assert observer.lost == []  # it was told when the stream ended, and nothing has changed since


async def test_a_peer_that_was_never_there_is_told_once_by_its_number() -> None:
    parties = ThreeParties()
    await parties.start_party(1)
    await Line(parties, dials=5).run()
    assert [peer for peer, _ in parties.observers[1].lost] == [3]
    assert parties.observers[1].strangers == []
    await parties.close()


async def test_a_stream_that_ends_at_once_does_not_hurry_the_next(parties: ThreeParties) -> None:
    line = Line(parties, dials=3)
    line.is_up = True
    assert await line.run() == list(RECONNECT_SECONDS[1:4])


async def test_after_a_stream_that_held_the_next_attempt_is_soon(parties: ThreeParties) -> None:
    line = Line(parties, dials=3)
    line.is_up, line.holds_seconds = True, STEADY_SECONDS
    assert await line.run() == [STEADY_SECONDS + RECONNECT_SECONDS[0]] * 3


async def test_files_that_cannot_be_read_are_tried_again(parties: ThreeParties) -> None:
    attempts = []

    async def dial() -> PeerLink:
        attempts.append(1)
        if len(attempts) > 3:
            raise asyncio.CancelledError
        raise CredentialsError("tls_key.pem cannot be read")

    party = parties.parties[1]
    await asyncio.gather(party.keep_connected(3, dial), return_exceptions=True)
    assert parties.observers[1].lost == [(3, "CredentialsError")]
    assert len(attempts) == 4


async def test_somebody_who_proves_nothing_is_told_once(parties: ThreeParties) -> None:
    for _ in range(3):
        near, far = MemoryLink.pair()
        near.close()
        await parties.parties[3].serve(far)
    assert parties.observers[3].strangers == ["PeerLinkClosedError"]
    assert parties.observers[3].lost == []
