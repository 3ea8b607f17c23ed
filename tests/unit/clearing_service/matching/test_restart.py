"""What a party that was down remembers, and how it comes back into step."""

import pytest

from clearing_service.matching.errors import GenerationMismatchError, MatchingUnavailableError
from clearing_service.matching.frames import ActivateChange, Frame
from clearing_service.matching.link import MemoryLink
from clearing_service.matching.ports import WHOLE_GALLERY, SearchMatch
from clearing_service.matching.store import NO_CHANGE
from tests.fakes.matching import ThreeParties, people, seen_again

TAG = b"t" * 16


async def search(parties: ThreeParties, face: object) -> object:
    return await parties.service.search(
        parties.terminal.probe(seen_again(face)),  # type: ignore[arg-type]
        WHOLE_GALLERY,
    )


@pytest.mark.parametrize("number", [1, 2, 3])
async def test_a_party_that_restarts_finds_its_references_again(
    parties: ThreeParties, number: int
) -> None:
    persons = people(3)
    ids = [await parties.enrol(person, TAG) for person in persons]
    await parties.stop_party(number)
    await parties.restart_party(number)
    assert await search(parties, persons[1]) == SearchMatch(ids[1])


@pytest.mark.parametrize("number", [2, 3])
async def test_a_peer_that_missed_an_activation_catches_up_when_it_returns(
    parties: ThreeParties, number: int
) -> None:
    """The change is prepared everywhere and decided; then the peer is gone."""
    persons = people(2)
    await parties.enrol(persons[0], TAG)
    reference = parties.terminal.reference(persons[1], TAG)
    await parties.service.prepare(reference)
    lose_activations(parties, number)
    with pytest.raises(MatchingUnavailableError):
        await parties.service.activate([reference.reference_id])
    assert parties.parties[1].keeper.generation == parties.parties[number].keeper.generation + 1
    await parties.restart_party(number)
    assert parties.parties[1].keeper.generation == parties.parties[number].keeper.generation
    assert await search(parties, persons[1]) == SearchMatch(reference.reference_id)


async def test_a_peer_one_generation_behind_is_told_apart_and_then_repaired(
    parties: ThreeParties,
) -> None:
    persons = people(2)
    await parties.enrol(persons[0], TAG)
    keeper = parties.parties[2].keeper
    behind, last = keeper.gallery, keeper.last_change_id
    second = await parties.enrol(persons[1], TAG)
    keeper._gallery = behind  # As if the activation had been lost on the way.
    with pytest.raises(GenerationMismatchError):
        await search(parties, persons[1])
    assert parties.observers[1].behind[0] == 2
    await parties.stop_party(2)
    await parties.restart_party(2)
    assert last != parties.parties[2].keeper.last_change_id
    assert await search(parties, persons[1]) == SearchMatch(second)


async def test_a_peer_that_lost_its_store_is_never_used(parties: ThreeParties) -> None:
    persons = people(2)
    await parties.enrol(persons[0], TAG)
    await parties.stop_party(3)
    parties.stores[3] = type(parties.stores[3])()
    await parties.restart_party(3)
    with pytest.raises(GenerationMismatchError):
        await search(parties, persons[0])
    assert parties.observers[1].behind == [3]


async def test_a_change_that_was_never_decided_is_forgotten_by_all(
    parties: ThreeParties, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Party 1 stops between the phases; nobody may activate what it did not commit."""
    reference = parties.terminal.reference(people(1)[0], TAG)
    await parties.service.prepare(reference)
    lose_activations(parties, 2)
    lose_activations(parties, 3)
    before = parties.parties[1].keeper.generation
    with monkeypatch.context() as crash:
        crash.setattr(parties.stores[1], "commit", end_process)
        with pytest.raises(ProcessEndedError):
            await parties.service.activate([reference.reference_id])
    await parties.stop_party(1)
    await parties.restart_party(1)
    assert {party.keeper.generation for party in parties.parties.values()} == {before}
    assert {party.keeper.pending_change_id for party in parties.parties.values()} == {NO_CHANGE}
    await parties.service.activate([reference.reference_id])
    assert parties.service.active_rows == 1


async def test_an_epoch_step_that_a_peer_missed_is_carried_out_from_its_store(
    parties: ThreeParties,
) -> None:
    persons = people(3)
    ids = [await parties.enrol(person, TAG) for person in persons]
    lose_activations(parties, 2)
    with pytest.raises(MatchingUnavailableError):
        await parties.service.refresh()
    await parties.restart_party(2)
    assert await search(parties, persons[2]) == SearchMatch(ids[2])


async def test_numbers_go_on_above_what_any_peer_has_seen(parties: ThreeParties) -> None:
    person = people(1)[0]
    reference_id = await parties.enrol(person, TAG)
    await search(parties, person)
    for number in (2, 3):
        await parties.stop_party(number)
        await parties.restart_party(number)
    assert await search(parties, person) == SearchMatch(reference_id)
    assert parties.stores[3].query_mark() > 1000


async def test_a_lost_stream_is_replaced_by_a_new_one(parties: ThreeParties) -> None:
    person = people(1)[0]
    reference_id = await parties.enrol(person, TAG)
    parties.parties[1].session(2).close()
    await parties.settle()
    with pytest.raises(MatchingUnavailableError):
        await search(parties, person)
    parties.connect(1, 2)
    await parties.settle()
    assert await search(parties, person) == SearchMatch(reference_id)


def lose_activations(parties: ThreeParties, peer: int) -> None:
    """End the stream to `peer` at the moment a change is decided."""
    link = parties.parties[1].session(peer).link
    assert isinstance(link, MemoryLink)
    send = link.send

    def losing(frame: Frame) -> None:
        if isinstance(frame, ActivateChange):
            link.close()
        else:
            send(frame)

    link.send = losing  # type: ignore[method-assign]


class ProcessEndedError(Exception):
    """Party 1 goes no further."""


def end_process(*_arguments: object) -> None:
    raise ProcessEndedError
