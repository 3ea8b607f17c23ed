"""Which peers are in step with party 1, and how one that is behind catches up.

A peer can be behind by one change: everything is prepared at all three before party 1 commits, so
a peer that was down between the two phases holds the change and only has to be told to take it.
"""

import asyncio

from clearing_service.errors import ClearingError
from clearing_service.matching.errors import (
    GenerationMismatchError,
    MatchingUnavailableError,
    ReferenceRefusedError,
)
from clearing_service.matching.frames import ActivateChange, BatchDigests, DropChange
from clearing_service.matching.party import MatchingParty
from clearing_service.matching.query_numbers import QueryNumbers
from clearing_service.matching.requests import CUSTODIAN, WITNESS
from clearing_service.matching.session import PeerSession
from clearing_service.matching.store import NO_CHANGE


class PeersInStep:
    """Party 1's view of the two others."""

    def __init__(self, party: MatchingParty, numbers: QueryNumbers) -> None:
        """Take party 1, and the query numbers that a peer's mark may overtake."""
        self._party = party
        self._numbers = numbers
        self._in_step: dict[int, PeerSession] = {}
        self.changing = asyncio.Lock()
        """Held while the gallery changes, so that nobody catches up with a moving generation."""
        self._caught_up = asyncio.Event()

    def require(self) -> tuple[PeerSession, PeerSession]:
        """Return the streams to parties 2 and 3.

        Raises `MatchingUnavailableError` if one is not connected and `GenerationMismatchError` if
        one is connected but behind.
        """
        return self._require(CUSTODIAN), self._require(WITNESS)

    async def until_ready(self) -> None:
        """Return when both peers are connected and in step."""
        while True:
            self._caught_up.clear()
            try:
                self.require()
            except ClearingError:
                await self._caught_up.wait()
            else:
                return

    async def joined(self, session: PeerSession) -> None:
        """Bring a peer up to date that has just proven itself on a new stream."""
        await self._numbers.skip_to(session.standing.query_mark)
        async with self.changing:
            await self._forget_undecided(session)
            await self._catch_up(session)

    def check(self, generation: int, *named: BatchDigests) -> None:
        """Raise `GenerationMismatchError` unless both peers are at `generation`.

        A peer that is not is brought up to date meanwhile.
        """
        behind = [
            peer
            for peer, digests in zip((CUSTODIAN, WITNESS), named, strict=True)
            if digests.generation != generation
        ]
        for peer in behind:
            session = self._in_step.pop(peer, None)
            self._party.surroundings.observer.out_of_step(peer)
            if session is not None:
                self._party.spawn(self._catch_up_again(session))
        if behind:
            raise GenerationMismatchError(f"parties {behind} are at another generation")

    def suspect(self, peer: int) -> None:
        """Stop using a peer that did not confirm a change, until it is known to have taken it."""
        session = self._in_step.pop(peer, None)
        if session is not None:
            self._party.spawn(self._catch_up_again(session))

    def _require(self, peer: int) -> PeerSession:
        session = self._party.session(peer)
        if self._in_step.get(peer) is not session:
            raise GenerationMismatchError(f"party {peer} is not in step")
        return session

    async def _catch_up_again(self, session: PeerSession) -> None:
        async with self.changing:
            await self._catch_up(session)

    async def _forget_undecided(self, session: PeerSession) -> None:
        pending = session.standing.pending_change_id
        if pending not in (NO_CHANGE, self._party.keeper.last_change_id):
            request = self._party.next_request()
            session.link.send(DropChange(request, pending))

    async def _catch_up(self, session: PeerSession) -> None:
        try:
            generation = await self._take_last_change(session)
        except (MatchingUnavailableError, ReferenceRefusedError):
            # It could not do it now. Whoever opened the stream opens another, and it is asked again.
            session.close()
            return
        except GenerationMismatchError:
            generation = None
        if generation == self._party.keeper.generation:
            self._in_step[session.peer] = session
            self._caught_up.set()
        else:
            self._party.surroundings.observer.out_of_step(session.peer)

    async def _take_last_change(self, session: PeerSession) -> int:
        last_change_id = self._party.keeper.last_change_id
        if last_change_id == NO_CHANGE:
            return session.standing.generation
        request = self._party.next_request()
        session.link.send(ActivateChange(request, last_change_id))
        return (await self._party.answer_on(session, request)).generation
