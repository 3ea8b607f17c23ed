"""The three parties together, over links in memory."""

from clearing_service.matching.ports import WHOLE_GALLERY, NoMatch, SearchMatch, SearchScope
from tests.fakes.matching import people, seen_again

TAG = b"a" * 16


async def test_an_enrolled_person_is_found_and_a_stranger_is_not(parties):
    persons = people(4)
    ids = [await parties.enrol(person, TAG) for person in persons[:3]]
    found = await parties.service.search(
        parties.terminal.probe(seen_again(persons[1])), SearchScope((TAG,))
    )
    stranger = await parties.service.search(parties.terminal.probe(persons[3]), WHOLE_GALLERY)
    assert found == SearchMatch(ids[1])
    assert stranger == NoMatch()
