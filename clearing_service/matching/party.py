"""One matching party at work: its streams to the two others and what it does for them.

The same class runs at all three. Parties 2 and 3 only answer; party 1 also leads, through
`coordinator.Coordinator`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from clearing_service.errors import ClearingError
from clearing_service.matching import query as steps
from clearing_service.matching.admission import Admission, HeaderMemory
from clearing_service.matching.attendance import UNKNOWN_PEER, Attendance
from clearing_service.matching.errors import (
    GenerationMismatchError,
    MatchingUnavailableError,
    PeerLinkClosedError,
    PeerProtocolError,
    ReferenceRefusedError,
)
from clearing_service.matching.frames import (
    ActivateChange,
    Answer,
    BatchAnswer,
    BatchDigests,
    Frame,
    MaskedVectors,
    Outcome,
    QueryBatch,
    Request,
)
from clearing_service.matching.gallery import MIN_BUCKET_ROWS, first_head
from clearing_service.matching.guards import ScorePolicy
from clearing_service.matching.keeper import GalleryKeeper
from clearing_service.matching.link import PeerLink
from clearing_service.matching.observer import MatchingObserver
from clearing_service.matching.query_numbers import QueryMark
from clearing_service.matching.rates import RatePolicy
from clearing_service.matching.requests import CLEARING, ReceiptBook, RequestDesk
from clearing_service.matching.rounds import RoundDesk, Workplace
from clearing_service.matching.session import PartyKeys, PeerSession, Standing, open_session
from clearing_service.matching.store import GalleryStore
from clearing_service.matching.terminal_keys import TerminalRegister
from clearing_service.matching.worker import Worker
from facepay.errors import FacepayError
from facepay.ports import Clock, Randomness

HANDSHAKE_SECONDS = 5.0
RECONNECT_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""How long to wait before each new attempt to reach a peer; the last one repeats."""

STEADY_SECONDS = 10.0
"""A stream that held this long was a good one: after it the attempts begin anew."""

CHANGE_DEADLINE_SECONDS = 120.0
"""A change of a million rows rewrites half a gigabyte durably."""

T = TypeVar("T")

_REPLIES = (BatchDigests, MaskedVectors, BatchAnswer, Answer)
REFERENCE_DEADLINE_SECONDS = 5.0
"""One reference is one durable write at each party."""

_FAILURES: dict[Outcome, type[ClearingError]] = {
    Outcome.REFUSED: ReferenceRefusedError,
    Outcome.OUT_OF_STEP: GenerationMismatchError,
    Outcome.FAILED: MatchingUnavailableError,
}


@dataclass(frozen=True, slots=True)
class PartySurroundings:
    """What a party is given from outside."""

    store: GalleryStore
    register: TerminalRegister
    store_worker: Worker
    compute_worker: Worker
    observer: MatchingObserver
    clock: Clock
    randomness: Randomness


@dataclass(frozen=True, slots=True)
class PartySettings:
    """What all three parties must be told alike, and each party's own rates."""

    epoch: int
    """The epoch of an empty gallery; a stored one knows its own."""
    policy: ScorePolicy
    rates: RatePolicy = field(default_factory=RatePolicy)
    min_bucket_rows: int = MIN_BUCKET_ROWS


class MatchingParty:
    """Party 1, 2 or 3. `start` first; then `serve` every stream, whoever opened it."""

    def __init__(
        self, keys: PartyKeys, surroundings: PartySurroundings, settings: PartySettings
    ) -> None:
        """Take the party's keys, its surroundings and settings; nothing runs yet."""
        self.keys = keys
        self.surroundings = surroundings
        self.settings = settings
        self.keeper = GalleryKeeper(
            keys.party, surroundings.store, surroundings.store_worker, settings.min_bucket_rows
        )
        self.receipts = ReceiptBook(keys.party, keys.identity, surroundings.clock)
        self.on_joined: Callable[[PeerSession], Awaitable[None]] | None = None
        self._attendance = Attendance(surroundings.observer)
        self._sessions: dict[int, PeerSession] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._request_count = 0
        self._workplace: Workplace | None = None

    @property
    def number(self) -> int:
        """1, 2 or 3."""
        return self.keys.party

    @property
    def workplace(self) -> Workplace:
        """What searches need; there is none before `start`."""
        if self._workplace is None:
            raise MatchingUnavailableError("the party has not started")
        return self._workplace

    async def start(self) -> None:
        """Load the gallery into memory. Until then no stream is served."""
        around = self.surroundings
        await self.keeper.start(first_head(self.settings.epoch, self.settings.policy.model_id))
        await around.compute_worker.run(steps.compile_kernels)
        remembered = await around.store_worker.run(around.store.remembered_headers)
        stored_mark = await around.store_worker.run(around.store.query_mark)
        admission = Admission(
            self.number, around.register, self.keys.kem, self.settings.rates, around.clock
        )
        self._workplace = Workplace(
            admission=admission,
            headers=HeaderMemory(remembered, around.clock),
            store=around.store,
            store_worker=around.store_worker,
            compute_worker=around.compute_worker,
            observer=around.observer,
            clock=around.clock,
        )
        self._mark = QueryMark(stored_mark)
        self._rounds = RoundDesk(self.number, self._workplace, self._mark, self.settings.policy)
        self._desk = RequestDesk(
            self.number, self.keeper, admission, self.receipts, around.observer
        )

    async def serve(self, link: PeerLink, dialled: int = UNKNOWN_PEER) -> None:
        """Prove both sides, then do what the peer's frames ask, until the stream ends.

        `dialled` is the peer that this party reached out to, if it opened the stream.
        """
        session = await self._open(link, dialled)
        if session is None:
            return
        earlier = self._sessions.get(session.peer)
        self._sessions[session.peer] = session
        if earlier is not None:
            earlier.close()
        self._attendance.joined(session.peer)
        if self.on_joined is not None:
            self.spawn(self.on_joined(session))
        reason = await self._read(session)
        self._leave(session, reason)

    async def keep_connected(self, peer: int, dial: Callable[[], Awaitable[PeerLink]]) -> None:
        """Open a stream to `peer` and serve it, again and again, until cancelled.

        Attempts come further and further apart until a stream has held for a while.
        """
        clock = self.surroundings.clock
        attempt = 0
        while True:
            started = clock.monotonic()
            try:
                await self.serve(await dial(), peer)
            except ClearingError as error:
                self._attendance.lost(peer, type(error).__name__)
            has_held = clock.monotonic() - started >= STEADY_SECONDS
            attempt = 0 if has_held else min(attempt + 1, len(RECONNECT_SECONDS) - 1)
            await clock.sleep(RECONNECT_SECONDS[attempt])

    def session(self, peer: int) -> PeerSession:
        """Return the stream to `peer`; raises `MatchingUnavailableError` if there is none."""
        session = self._sessions.get(peer)
        if session is None:
            raise MatchingUnavailableError(f"party {peer} is not connected")
        return session

    def next_request(self) -> int:
        """Return a number for a request."""
        self._request_count += 1
        return self._request_count

    async def answer_on(
        self, session: PeerSession, request: int, seconds: float = CHANGE_DEADLINE_SECONDS
    ) -> Answer:
        """Return the peer's answer to a request when it has done what it was asked.

        Raises `ReferenceRefusedError`, `GenerationMismatchError` or `MatchingUnavailableError`.
        """
        peer = session.peer
        try:
            async with asyncio.timeout(seconds):
                answer = await session.mailbox.take(Answer, request)
        except (TimeoutError, PeerLinkClosedError) as error:
            raise MatchingUnavailableError(f"party {peer} did not answer") from error
        if answer.outcome is not Outcome.DONE:
            failure = _FAILURES[answer.outcome]
            raise failure(f"party {peer} answered {answer.outcome.name}")
        return answer

    def spawn(self, work: Awaitable[object]) -> None:
        """Run `work` beside the streams; `close` ends it."""
        self._task(work)

    async def see_through(self, work: Awaitable[T]) -> T:
        """Return what `work` returns; it goes on to its end though the caller gives up.

        A change that was cut off between its phases would leave memory and store apart.
        """
        return await asyncio.shield(self._task(work))

    def _task(self, work: Awaitable[T]) -> "asyncio.Task[T]":
        task = asyncio.ensure_future(_as_coroutine(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def close(self) -> None:
        """End all streams and all work in progress."""
        for session in list(self._sessions.values()):
            session.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _open(self, link: PeerLink, dialled: int) -> PeerSession | None:
        keeper = self.keeper
        standing = Standing(
            keeper.generation, keeper.last_change_id, keeper.pending_change_id, self._mark.mark
        )
        try:
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                return await open_session(link, self.keys, standing, self.surroundings.randomness)
        except (TimeoutError, ClearingError, FacepayError) as error:
            link.close()
            if dialled == UNKNOWN_PEER:
                self._attendance.refused(type(error).__name__)
            elif dialled not in self._sessions:
                self._attendance.lost(dialled, type(error).__name__)
            return None

    async def _read(self, session: PeerSession) -> str:
        """Dispatch the peer's frames until the stream ends; return why it did."""
        waiting: asyncio.Queue[Request] = asyncio.Queue()
        requests = asyncio.ensure_future(self._do_requests(session, waiting))
        try:
            while True:
                await self._dispatch(session, await session.link.receive(), waiting)
        except (ClearingError, FacepayError) as error:
            return type(error).__name__
        finally:
            requests.cancel()

    async def _dispatch(
        self, session: PeerSession, frame: Frame, waiting: "asyncio.Queue[Request]"
    ) -> None:
        if isinstance(frame, _REPLIES):
            session.mailbox.deliver(frame)
        elif session.peer != CLEARING:
            raise PeerProtocolError("only party 1 asks")
        elif isinstance(frame, QueryBatch):
            self._begin_round(frame, session)
        elif isinstance(frame, ActivateChange):
            # In line with the stream: the batches behind it are for the new generation.
            session.link.send(await self._desk.handle(frame))
        elif isinstance(frame, Request):
            waiting.put_nowait(frame)
        else:
            raise PeerProtocolError("a hello in the middle of a stream")

    def _begin_round(self, batch: QueryBatch, clearing: PeerSession) -> None:
        other = self._sessions.get(5 - self.number)
        if other is None:
            self.surroundings.observer.round_failed(
                batch.batch, MatchingUnavailableError("the other peer is not connected")
            )
            return
        self.spawn(self._rounds.answer(batch, self.keeper.gallery, clearing, other))

    async def _do_requests(self, session: PeerSession, waiting: "asyncio.Queue[Request]") -> None:
        while True:
            session.link.send(await self._desk.handle(await waiting.get()))

    def _leave(self, session: PeerSession, reason: str) -> None:
        session.close()
        if self._sessions.get(session.peer) is session:
            del self._sessions[session.peer]
            self._attendance.lost(session.peer, reason)


async def _as_coroutine(work: Awaitable[T]) -> T:
    return await work
