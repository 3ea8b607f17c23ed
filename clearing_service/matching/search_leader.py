"""How party 1 leads searches: everything waiting goes out as one batch and is scored in one pass.

1. admit every message that waits; what party 1 itself refuses goes no further
2. number the queries, relay them with the digest of party 1's candidate set
3. score, while both peers name their candidate sets and the used headers become durable
4. send the masked, shuffled vectors to party 3
5. turn the positions that party 3 names back into references
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from clearing_service.errors import ClearingError
from clearing_service.matching import query as steps
from clearing_service.matching.admission import Admitted, Inadmissible
from clearing_service.matching.errors import (
    GenerationMismatchError,
    MatchingUnavailableError,
)
from clearing_service.matching.frames import (
    NO_POSITION,
    REFUSED_DIGEST,
    BatchAnswer,
    BatchDigests,
    Query,
    QueryBatch,
    RelayedMessage,
)
from clearing_service.matching.gallery import Gallery
from clearing_service.matching.in_step import PeersInStep
from clearing_service.matching.party import MatchingParty
from clearing_service.matching.ports import (
    SANDBOX_ID_PREFIX,
    NoMatch,
    RelayedProbe,
    SearchMatch,
    SearchScope,
)
from clearing_service.matching.query import AdmittedQuery, ScoredQuery
from clearing_service.matching.query_numbers import QueryNumbers
from clearing_service.matching.requests import CLEARING
from clearing_service.matching.rounds import PEER_DEADLINE_SECONDS
from clearing_service.matching.session import PeerSession

QUERIES_MAX = 64
"""Queries in one batch: enough to share a pass, few enough to answer within the deadline."""

BATCH_ROWS_MAX = 8_000_000
"""Scores in one batch: 16 MB a frame."""

BATCHES_MAX = 2
"""Batches under way at once: one is scored while the other's frames travel."""


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    probe: RelayedProbe
    scope: SearchScope
    answer: "asyncio.Future[SearchMatch | NoMatch]"


@dataclass(frozen=True, slots=True, eq=False)
class _Batch:
    """One batch after it was sent."""

    number: int
    generation: int
    waiting: Sequence[_Waiting]
    queries: Sequence[AdmittedQuery]
    custodian: PeerSession
    witness: PeerSession

    @property
    def own_digests(self) -> BatchDigests:
        """What party 1 named."""
        return BatchDigests(self.number, self.generation, steps.digests_of(self.queries))


class SearchLeader:
    """Party 1's side of every search."""

    def __init__(self, party: MatchingParty, in_step: PeersInStep, numbers: QueryNumbers) -> None:
        self._party = party
        self._in_step = in_step
        self._numbers = numbers
        self._waiting: list[_Waiting] = []
        self._batches = 0
        self._sending = asyncio.Lock()

    async def search(self, probe: RelayedProbe, scope: SearchScope) -> SearchMatch | NoMatch:
        """Return the answer for one probe; see `MatchingService.search`."""
        self._in_step.require()
        waiting = _Waiting(probe, scope, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._begin_batch()
        return await waiting.answer

    def _begin_batch(self) -> None:
        if self._waiting and self._batches < BATCHES_MAX:
            self._batches += 1
            self._party.spawn(self._run_batch())

    async def _run_batch(self) -> None:
        # Whoever called in the same turn of the event loop comes along.
        taken = self._take_waiting()
        try:
            async with asyncio.timeout(PEER_DEADLINE_SECONDS):
                if taken:
                    await self._answer(taken)
        except GenerationMismatchError as error:
            _fail(taken, error)
        except (TimeoutError, ClearingError) as error:
            self._party.surroundings.observer.round_failed(0, error)
            _fail(taken, MatchingUnavailableError("the parties did not answer in time"))
        finally:
            _fail(taken, MatchingUnavailableError("the search was ended"))
            self._batches -= 1
            self._begin_batch()

    def _take_waiting(self) -> list[_Waiting]:
        gallery = self._party.keeper.gallery
        taken: list[_Waiting] = []
        rows = 0
        while self._waiting and len(taken) < QUERIES_MAX:
            rows += gallery.candidates(self._waiting[0].scope).row_count
            if taken and rows > BATCH_ROWS_MAX:
                break
            taken.append(self._waiting.pop(0))
        return taken

    async def _answer(self, taken: list[_Waiting]) -> None:
        admitted, headers = await self._admit(taken)
        usable: list[tuple[_Waiting, Admitted]] = []
        for waiting, one in zip(taken, admitted, strict=True):
            if isinstance(one, Inadmissible):
                self._party.surroundings.observer.query_inadmissible(0, one)
                _settle(waiting, NoMatch())
            else:
                usable.append((waiting, one))
        if usable:
            batch = await self._send(usable)
            await self._finish(batch, headers)

    async def _admit(
        self, taken: list[_Waiting]
    ) -> tuple[list[Admitted | Inadmissible], Mapping[bytes, datetime]]:
        place, head = self._party.workplace, self._party.keeper.gallery.head

        def admit() -> tuple[list[Admitted | Inadmissible], Mapping[bytes, datetime]]:
            admitted = [
                place.admission.admit_search(
                    relayed_to(CLEARING, waiting.probe), waiting.scope, head, place.headers
                )
                for waiting in taken
            ]
            return admitted, place.headers.take_unsaved()

        return await place.compute_worker.run(admit)

    async def _send(self, usable: list[tuple[_Waiting, Admitted]]) -> _Batch:
        async with self._sending:
            # Peers accept rising numbers only, so numbers are taken and sent under one lock.
            numbers = await self._numbers.take(len(usable))
            custodian, witness = self._in_step.require()
            # No await from here on: a change of generation may not come between.
            gallery = self._party.keeper.gallery
            queries = [
                steps.ready(number, admitted, gallery.candidates(waiting.scope))
                for number, (waiting, admitted) in zip(numbers, usable, strict=True)
            ]
            waiting = [waiting for waiting, _ in usable]
            for session in (custodian, witness):
                session.link.send(_relay(session.peer, gallery, waiting, queries))
        return _Batch(numbers[0], gallery.head.generation, waiting, queries, custodian, witness)

    async def _finish(self, batch: _Batch, headers: Mapping[bytes, datetime]) -> None:
        place = self._party.workplace
        scored, from_custodian, from_witness, _ = await asyncio.gather(
            place.compute_worker.run(lambda: steps.score(batch.queries)),
            batch.custodian.mailbox.take(BatchDigests, batch.number),
            batch.witness.mailbox.take(BatchDigests, batch.number),
            place.remember(headers),
        )
        named = [batch.own_digests, from_custodian, from_witness]
        self._in_step.check(batch.generation, from_custodian, from_witness)
        positions = steps.agreed_positions(batch.generation, named)
        self._answer_not_agreed(batch, named, set(positions))
        agreed = steps.pick(scored, positions)
        if agreed:
            waiting = [batch.waiting[position] for position in positions]
            await self._open(batch, agreed, waiting)

    def _answer_not_agreed(
        self, batch: _Batch, named: list[BatchDigests], agreed: set[int]
    ) -> None:
        for position, waiting in enumerate(batch.waiting):
            if position in agreed:
                continue
            if any(digests.digests[position] == REFUSED_DIGEST for digests in named):
                _settle(waiting, NoMatch())
            else:
                _fail([waiting], GenerationMismatchError("the parties hold different candidates"))

    async def _open(
        self, batch: _Batch, agreed: list[ScoredQuery], waiting: list[_Waiting]
    ) -> None:
        place = self._party.workplace
        vectors = await place.compute_worker.run(
            lambda: steps.clearing_vectors(
                batch.number, agreed, batch.custodian.secret, batch.witness.secret
            )
        )
        batch.witness.link.send(vectors)
        answer = await batch.witness.mailbox.take(BatchAnswer, batch.number)
        if len(answer.positions) != len(agreed):
            raise MatchingUnavailableError("party 3 answered for another number of queries")
        for query, position, one in zip(agreed, answer.positions, waiting, strict=True):
            _settle(one, _result(query, position, batch.custodian))


def relayed_to(peer: int, probe: RelayedProbe) -> RelayedMessage:
    """Return what `peer` gets to see of a terminal's message."""
    return RelayedMessage(probe.header, probe.signature, probe.digests, probe.envelopes[peer - 1])


def _relay(
    peer: int, gallery: Gallery, waiting: Sequence[_Waiting], queries: Sequence[AdmittedQuery]
) -> QueryBatch:
    return QueryBatch(
        queries[0].number,
        gallery.head.generation,
        tuple(
            Query(query.number, relayed_to(peer, one.probe), one.scope, query.candidates.digest)
            for query, one in zip(queries, waiting, strict=True)
        ),
    )


def _result(query: ScoredQuery, position: int, custodian: PeerSession) -> SearchMatch | NoMatch:
    if position == NO_POSITION:
        return NoMatch()
    row = steps.unshuffle(query, position, custodian.secret)
    reference_id = query.candidates.reference_at(row)
    if reference_id is None:
        return NoMatch()
    return SearchMatch(reference_id, reference_id.value.startswith(SANDBOX_ID_PREFIX))


def _settle(waiting: _Waiting, answer: SearchMatch | NoMatch) -> None:
    if not waiting.answer.done():  # A caller that gave up has cancelled it.
        waiting.answer.set_result(answer)


def _fail(taken: Sequence[_Waiting], error: ClearingError) -> None:
    for waiting in taken:
        if not waiting.answer.done():
            waiting.answer.set_exception(error)
