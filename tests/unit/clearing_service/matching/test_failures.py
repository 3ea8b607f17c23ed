"""What happens when a store, a worker or a peer does not do its part."""

import asyncio
import logging
import threading
from datetime import timedelta

import numpy as np
import pytest

from clearing_service.errors import StoreError
from clearing_service.matching.admission import CLOCK_WINDOW, HeaderMemory, Inadmissible
from clearing_service.matching.errors import (
    MatchingUnavailableError,
    PeerLinkClosedError,
    PeerProtocolError,
    ReferenceRefusedError,
)
from clearing_service.matching.frames import (
    BatchAnswer,
    BatchDigests,
    Frame,
    Hello,
    MaskedVectors,
    QueryBatch,
)
from clearing_service.matching.guards import Refusal
from clearing_service.matching.link import MemoryLink
from clearing_service.matching.mailbox import UNCLAIMED_MAX, Mailbox
from clearing_service.matching.observer import LoggingObserver
from clearing_service.matching.ports import WHOLE_GALLERY, RelayedProbe, SearchMatch
from clearing_service.matching.query import agreed_positions
from clearing_service.matching.rates import Rate, RateLimiter
from clearing_service.matching.store import NO_CHANGE
from clearing_service.matching.worker import ThreadWorker
from tests.fakes.matching import Terminal, ThreeParties, people, seen_again
from tests.fakes.ports import ManualClock

TAG = b"t" * 16


def fail(*_arguments: object) -> None:
    raise StoreError("the disk is full")


@pytest.mark.parametrize("number", [1, 2, 3])
async def test_a_change_that_one_party_cannot_record_is_forgotten_by_all(
    parties: ThreeParties, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    reference = parties.terminal.reference(people(1)[0], TAG)
    await parties.service.prepare(reference)
    with monkeypatch.context() as broken:
        broken.setattr(parties.stores[number], "save_pending", fail)
        with pytest.raises((MatchingUnavailableError, StoreError)):
            await parties.service.activate([reference.reference_id])
    await parties.settle()
    assert {party.keeper.pending_change_id for party in parties.parties.values()} == {NO_CHANGE}
    await parties.service.activate([reference.reference_id])
    assert parties.service.active_rows == 1


@pytest.mark.parametrize("number", [2, 3])
async def test_a_peer_that_cannot_commit_is_not_used_until_it_has(
    parties: ThreeParties, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    person = people(1)[0]
    reference = parties.terminal.reference(person, TAG)
    await parties.service.prepare(reference)
    with monkeypatch.context() as broken:
        broken.setattr(parties.stores[number], "commit", fail)
        with pytest.raises(MatchingUnavailableError):
            await parties.service.activate([reference.reference_id])
        await parties.settle()
    await parties.stop_party(number)
    await parties.restart_party(number)
    found = await parties.service.search(parties.terminal.probe(person), WHOLE_GALLERY)
    assert found == SearchMatch(reference.reference_id)


async def test_a_search_whose_headers_cannot_be_remembered_is_not_answered(
    parties: ThreeParties, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = people(1)[0]
    await parties.enrol(person, TAG)
    monkeypatch.setattr("clearing_service.matching.search_leader.PEER_DEADLINE_SECONDS", 0.02)
    monkeypatch.setattr(parties.stores[3], "remember_headers", fail)
    with pytest.raises(MatchingUnavailableError):
        await parties.service.search(parties.terminal.probe(person), WHOLE_GALLERY)
    assert [type(error) for error in parties.observers[3].failed] == [StoreError]


@pytest.mark.rule("WIR-05")
async def test_a_mark_that_could_not_be_stored_is_stored_with_the_next_batch(
    parties: ThreeParties, monkeypatch: pytest.MonkeyPatch
) -> None:
    (person,) = people(1)
    reference_id = await parties.enrol(person, TAG)
    with monkeypatch.context() as patch:
        patch.setattr(parties.stores[2], "raise_query_mark", fail)
        with pytest.raises(MatchingUnavailableError):
            await parties.service.search(parties.terminal.probe(person), WHOLE_GALLERY)
    found = await parties.service.search(parties.terminal.probe(person), WHOLE_GALLERY)
    assert found == SearchMatch(reference_id)
    assert parties.stores[2].query_mark() >= parties.parties[2]._mark.mark


async def test_a_party_that_did_not_start_serves_nothing() -> None:
    parties = ThreeParties()
    await parties.start_party(1)
    fresh = type(parties.parties[1])(
        parties.parties[1].keys, parties.parties[1].surroundings, parties.settings
    )
    with pytest.raises(MatchingUnavailableError):
        _ = fresh.workplace
    await parties.close()


# --- peers that break the protocol -----------------------------------------------------------


async def test_only_party_1_may_ask(parties: ThreeParties) -> None:
    parties.parties[3].session(2).link.send(QueryBatch(1, 1, ()))
    await parties.settle()
    assert (3, "PeerProtocolError") in parties.observers[2].lost


async def test_a_hello_in_the_middle_ends_the_stream(parties: ThreeParties) -> None:
    parties.parties[1].session(2).link.send(Hello(1, bytes(32), bytes(32)))
    await parties.settle()
    assert (1, "PeerProtocolError") in parties.observers[2].lost


@pytest.mark.parametrize("positions", [(5_000_000,), (-2,), (1, 2)])
async def test_a_position_that_cannot_be_is_no_answer(
    parties: ThreeParties, positions: tuple[int, ...]
) -> None:
    person = people(1)[0]
    await parties.enrol(person, TAG)
    alter(parties, lambda frame: BatchAnswer(frame.batch, positions), BatchAnswer)
    with pytest.raises(MatchingUnavailableError):
        await parties.service.search(parties.terminal.probe(person), WHOLE_GALLERY)


@pytest.mark.parametrize("vectors", [(), (b"\x00\x00",), (b"odd",)])
async def test_vectors_that_do_not_fit_are_not_opened(
    parties: ThreeParties, monkeypatch: pytest.MonkeyPatch, vectors: tuple[bytes, ...]
) -> None:
    person = people(1)[0]
    await parties.enrol(person, TAG)
    link = parties.parties[1].session(3).link
    send = link.send
    monkeypatch.setattr(
        link,
        "send",
        lambda frame: send(
            MaskedVectors(frame.batch, vectors, (0,) * len(vectors))
            if isinstance(frame, MaskedVectors)
            else frame
        ),
    )
    search = asyncio.ensure_future(
        parties.service.search(parties.terminal.probe(person), WHOLE_GALLERY)
    )
    while not parties.observers[3].failed:
        await parties.settle()
    assert not search.done()
    search.cancel()
    assert [type(error) for error in parties.observers[3].failed] == [PeerProtocolError]


def alter(parties: ThreeParties, change: object, kind: type[BatchAnswer]) -> None:
    """Let party 3 answer something else."""
    link = parties.parties[3].session(1).link
    assert isinstance(link, MemoryLink)
    assert callable(change)
    send = link.send

    def altered(frame: Frame) -> None:
        send(change(frame) if isinstance(frame, kind) else frame)

    link.send = altered  # type: ignore[method-assign]


def test_digests_of_another_number_of_queries_break_the_protocol() -> None:
    named = [BatchDigests(1, 1, (b"d",)), BatchDigests(1, 1, (b"d", b"e"))]
    with pytest.raises(PeerProtocolError):
        agreed_positions(1, named)


# --- references ------------------------------------------------------------------------------


def late(terminal: Terminal, face: np.ndarray) -> RelayedProbe:
    message = terminal.reference(face, TAG).message
    terminal.clock.advance(121)
    return message


def of_another_epoch(terminal: Terminal, face: np.ndarray) -> RelayedProbe:
    terminal.epoch = 9
    return terminal.reference(face, TAG).message


@pytest.mark.parametrize(
    ("make", "reason"), [(late, Inadmissible.TIME), (of_another_epoch, Inadmissible.EPOCH)]
)
async def test_a_reference_that_is_late_or_of_another_epoch_is_refused(
    parties: ThreeParties, make: object, reason: Inadmissible
) -> None:
    assert callable(make)
    message = make(parties.terminal, people(1)[0])
    reference = parties.terminal.reference(seen_again(people(1)[0]), TAG)
    with pytest.raises(ReferenceRefusedError):
        await parties.service.prepare(type(reference)(reference.reference_id, TAG, message))
    assert parties.observers[1].inadmissible == [reason]


# --- small parts -----------------------------------------------------------------------------


def test_a_header_is_forgotten_when_its_time_refuses_it(clock: ManualClock) -> None:
    memory = HeaderMemory({}, clock)
    assert memory.claim(b"header")
    assert len(memory.take_unsaved()) == 1
    clock.advance((2 * CLOCK_WINDOW + timedelta(seconds=1)).total_seconds())
    memory.take_unsaved()
    assert memory.claim(b"header")


def test_a_limiter_forgets_only_who_is_allowed_everything_again(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clearing_service.matching.rates._KEYS_MAX", 2)
    limiter = RateLimiter(Rate(per_minute=60, burst=2), clock)
    limiter.allows(b"old")
    clock.advance(3.0)
    limiter.allows(b"busy")
    limiter.allows(b"busy")
    limiter.allows(b"third")
    assert not limiter.allows(b"busy")
    assert b"old" not in limiter._levels


async def test_frames_nobody_asks_for_do_not_pile_up() -> None:
    mailbox = Mailbox()
    for number in range(UNCLAIMED_MAX + 10):
        mailbox.deliver(BatchAnswer(number, ()))
    assert len(mailbox._frames) == UNCLAIMED_MAX
    mailbox.close()
    with pytest.raises(PeerLinkClosedError):
        await mailbox.take(BatchAnswer, 3)


async def test_a_thread_worker_runs_elsewhere_and_in_order() -> None:
    worker = ThreadWorker("test")
    threads = [await worker.run(lambda: threading.current_thread().name) for _ in range(3)]
    worker.close()
    assert len(set(threads)) == 1
    assert threads[0].startswith("test")


def test_the_log_names_reasons_and_no_scores(caplog: pytest.LogCaptureFixture) -> None:
    observer = LoggingObserver()
    with caplog.at_level(logging.INFO):
        observer.query_inadmissible(4, Inadmissible.TIME)
        observer.probe_refused(4, Refusal.CEILING)
        observer.probe_refused(5, Refusal.THRESHOLD)
        observer.peer_joined(2)
        observer.peer_lost(2, "PeerLinkClosedError")
        observer.stream_refused("PeerProtocolError")
        observer.out_of_step(3)
        observer.round_failed(4, TimeoutError())
    levels = [record.levelno for record in caplog.records]
    assert levels.count(logging.ERROR) == 2
    assert "CEILING" in caplog.text
    assert "TimeoutError" in caplog.text
