"""How parties 2 and 3 answer a batch of searches, step by step.

1. claim the query numbers, admit the messages, name the candidate sets to both others
2. score, while the other peer's digests come and what must be remembered becomes durable
3. party 3 sends v to party 2; party 2 sends its shuffled vector to party 3
4. party 3 opens the shuffled scores and answers party 1

A batch that fails or takes too long is dropped; party 1 notices by its own deadline.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from clearing_service.errors import ClearingError
from clearing_service.matching import query as steps
from clearing_service.matching.admission import Admission, HeaderMemory, Inadmissible
from clearing_service.matching.frames import (
    REFUSED_DIGEST,
    BatchAnswer,
    BatchDigests,
    MaskedVectors,
    Query,
    QueryBatch,
)
from clearing_service.matching.gallery import Gallery
from clearing_service.matching.guards import ScorePolicy
from clearing_service.matching.observer import MatchingObserver
from clearing_service.matching.query import AdmittedQuery, ScoredQuery
from clearing_service.matching.query_numbers import QueryMark
from clearing_service.matching.requests import CUSTODIAN
from clearing_service.matching.session import PeerSession
from clearing_service.matching.store import GalleryStore
from clearing_service.matching.worker import Worker
from facepay.ports import Clock

PEER_DEADLINE_SECONDS = 1.0
"""From a batch's arrival to its end."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """What searches need at any of the three parties."""

    admission: Admission
    headers: HeaderMemory
    store: GalleryStore
    store_worker: Worker
    compute_worker: Worker
    observer: MatchingObserver
    clock: Clock

    async def remember(self, headers: Mapping[bytes, datetime], mark: int | None = None) -> None:
        """Make claimed headers and the mark durable."""
        if headers:
            now = self.clock.now()
            await self.store_worker.run(lambda: self.store.remember_headers(headers, now))
        if mark is not None:
            await self.store_worker.run(lambda: self.store.raise_query_mark(mark))


class RoundDesk:
    """Answers batches at party 2 or 3."""

    def __init__(
        self, party: int, workplace: Workplace, mark: QueryMark, policy: ScorePolicy
    ) -> None:
        self._party = party
        self._workplace = workplace
        self._mark = mark
        self._policy = policy

    async def answer(
        self, batch: QueryBatch, gallery: Gallery, clearing: PeerSession, other: PeerSession
    ) -> None:
        """Take part in one batch that came on the stream `clearing`, with the rows of `gallery`."""
        claimed = [self._claim(query) for query in batch.queries]
        try:
            async with asyncio.timeout(PEER_DEADLINE_SECONDS):
                agreed = await self._agree(batch, claimed, gallery, (clearing, other))
                if agreed:
                    await self._finish(batch.batch, agreed, clearing, other)
        except (TimeoutError, ClearingError) as error:
            self._workplace.observer.round_failed(batch.batch, error)

    def _claim(self, query: Query) -> Query | None:
        if self._mark.claim(query.number):
            return query
        self._workplace.observer.query_inadmissible(query.number, Inadmissible.REPEATED_NUMBER)
        return None

    async def _agree(
        self,
        batch: QueryBatch,
        claimed: list[Query | None],
        gallery: Gallery,
        peers: tuple[PeerSession, PeerSession],
    ) -> list[ScoredQuery]:
        is_in_step = batch.generation == gallery.head.generation
        usable = [query if is_in_step else None for query in claimed]
        place, mark = self._workplace, self._mark.unsaved()
        admitted, headers = await place.compute_worker.run(lambda: self._admit(usable, gallery))
        named = BatchDigests(batch.batch, gallery.head.generation, steps.digests_of(admitted))
        for peer in peers:
            peer.link.send(named)
        scored, theirs, _ = await asyncio.gather(
            place.compute_worker.run(lambda: steps.score(admitted)),
            peers[1].mailbox.take(BatchDigests, batch.batch),
            place.remember(headers, mark),
        )
        if mark is not None:
            self._mark.saved(mark)
        asked = tuple(query.digest or REFUSED_DIGEST for query in batch.queries)
        relayed = BatchDigests(batch.batch, batch.generation, asked)
        positions = steps.agreed_positions(gallery.head.generation, [relayed, named, theirs])
        return steps.pick(scored, positions)

    def _admit(
        self, queries: list[Query | None], gallery: Gallery
    ) -> tuple[list[AdmittedQuery | None], Mapping[bytes, datetime]]:
        place = self._workplace
        admitted = [
            None
            if query is None
            else steps.admit(query, gallery, place.admission, place.headers, place.observer)
            for query in queries
        ]
        return admitted, place.headers.take_unsaved()

    async def _finish(
        self, batch: int, agreed: list[ScoredQuery], clearing: PeerSession, other: PeerSession
    ) -> None:
        if self._party == CUSTODIAN:
            await self._finish_as_custodian(batch, agreed, clearing, other)
        else:
            await self._finish_as_witness(batch, agreed, clearing, other)

    async def _finish_as_custodian(
        self, batch: int, agreed: list[ScoredQuery], clearing: PeerSession, witness: PeerSession
    ) -> None:
        place = self._workplace
        received = await witness.mailbox.take(MaskedVectors, batch)
        vectors = await place.compute_worker.run(
            lambda: steps.custodian_vectors(batch, agreed, clearing.secret, received)
        )
        witness.link.send(vectors)

    async def _finish_as_witness(
        self, batch: int, agreed: list[ScoredQuery], clearing: PeerSession, custodian: PeerSession
    ) -> None:
        place = self._workplace
        vectors = await place.compute_worker.run(
            lambda: steps.witness_vectors(batch, agreed, clearing.secret)
        )
        custodian.link.send(vectors)
        first = await clearing.mailbox.take(MaskedVectors, batch)
        second = await custodian.mailbox.take(MaskedVectors, batch)
        positions = await place.compute_worker.run(
            lambda: steps.open_batch(agreed, first, second, self._policy, place.observer)
        )
        clearing.link.send(BatchAnswer(batch, positions))
