"""A search among three parties, over links in memory."""

import asyncio

import pytest

from clearing_service.matching.errors import MatchingUnavailableError
from clearing_service.matching.guards import Refusal
from clearing_service.matching.ports import WHOLE_GALLERY, NoMatch, SearchMatch, SearchScope
from tests.fakes.matching import ThreeParties, people, seen_again

TAG, OTHER_TAG = b"a" * 16, b"b" * 16


@pytest.mark.rule("TPL-01")
async def test_an_enrolled_person_is_found_and_a_stranger_is_not(parties: ThreeParties) -> None:
    persons = people(4)
    ids = [await parties.enrol(person, TAG) for person in persons[:3]]
    found = await parties.service.search(
        parties.terminal.probe(seen_again(persons[1])), SearchScope((TAG,))
    )
    stranger = await parties.service.search(parties.terminal.probe(persons[3]), WHOLE_GALLERY)
    assert found == SearchMatch(ids[1])
    assert stranger == NoMatch()
    assert parties.observers[3].refused == [Refusal.THRESHOLD]


async def test_searches_that_wait_together_each_get_their_own_answer(
    parties: ThreeParties,
) -> None:
    persons = people(12)
    ids = [await parties.enrol(person, TAG) for person in persons[:10]]
    searches = [
        parties.service.search(parties.terminal.probe(seen_again(person)), WHOLE_GALLERY)
        for person in persons
    ]
    answers = await asyncio.gather(*searches)
    assert answers == [*(SearchMatch(reference_id) for reference_id in ids), NoMatch(), NoMatch()]


async def test_a_person_of_another_bucket_is_not_a_candidate(parties: ThreeParties) -> None:
    persons = people(6)
    for person in persons[:3]:
        await parties.enrol(person, TAG)
    for person in persons[3:]:
        await parties.enrol(person, OTHER_TAG)
    probe = parties.terminal.probe(seen_again(persons[0]))
    assert await parties.service.search(probe, SearchScope((OTHER_TAG,))) == NoMatch()


@pytest.mark.rule("TPL-08")
async def test_twins_are_not_told_apart_by_guessing(parties: ThreeParties) -> None:
    persons = people(3)
    twin = seen_again(persons[0], noise=0.1)
    for person in [*persons, twin]:
        await parties.enrol(person, TAG)
    answer = await parties.service.search(parties.terminal.probe(persons[0]), WHOLE_GALLERY)
    assert answer == NoMatch()
    assert parties.observers[3].refused == [Refusal.MARGIN]


@pytest.mark.rule("OFF-01")
@pytest.mark.parametrize("missing", [2, 3])
async def test_without_one_party_nothing_is_guessed(parties: ThreeParties, missing: int) -> None:
    person = people(1)[0]
    await parties.enrol(person, TAG)
    await parties.stop_party(missing)
    with pytest.raises(MatchingUnavailableError):
        await parties.service.search(parties.terminal.probe(person), WHOLE_GALLERY)


async def test_a_peer_that_never_answers_costs_one_deadline(
    parties: ThreeParties, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = people(1)[0]
    await parties.enrol(person, TAG)
    monkeypatch.setattr("clearing_service.matching.search_leader.PEER_DEADLINE_SECONDS", 0.02)
    link = parties.parties[3].session(1).link
    monkeypatch.setattr(link, "send", lambda _frame: None)
    with pytest.raises(MatchingUnavailableError):
        await parties.service.search(parties.terminal.probe(person), WHOLE_GALLERY)


async def test_the_link_between_the_peers_is_needed_too(
    parties: ThreeParties, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = people(1)[0]
    await parties.enrol(person, TAG)
    monkeypatch.setattr("clearing_service.matching.search_leader.PEER_DEADLINE_SECONDS", 0.02)
    parties.parties[2].session(3).close()
    await parties.settle()
    with pytest.raises(MatchingUnavailableError):
        await parties.service.search(parties.terminal.probe(person), WHOLE_GALLERY)


async def test_without_a_synthetic_set_there_is_no_search() -> None:
    parties = ThreeParties()
    for number in (1, 2, 3):
        await parties.start_party(number)
    with pytest.raises(MatchingUnavailableError):
        await parties.service.search(parties.terminal.probe(people(1)[0]), WHOLE_GALLERY)
    await parties.close()


async def test_a_caller_that_gives_up_does_not_harm_the_others(parties: ThreeParties) -> None:
    persons = people(3)
    ids = [await parties.enrol(person, TAG) for person in persons]
    impatient = asyncio.ensure_future(
        parties.service.search(parties.terminal.probe(seen_again(persons[0])), WHOLE_GALLERY)
    )
    patient = asyncio.ensure_future(
        parties.service.search(parties.terminal.probe(seen_again(persons[1])), WHOLE_GALLERY)
    )
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient == SearchMatch(ids[1])
