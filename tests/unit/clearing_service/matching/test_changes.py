"""References enter, leave and are rewritten at one generation at all three parties."""

import asyncio

import numpy as np
import pytest

from clearing_service.matching.errors import MatchingUnavailableError, ReferenceRefusedError
from clearing_service.matching.frames import DealtRows
from clearing_service.matching.gallery import Gallery
from clearing_service.matching.ports import WHOLE_GALLERY, NoMatch, SearchMatch
from facepay.identifiers import ReferenceId
from facepay.rotation import EpochStepKey, derive_signed_permutation
from tests.fakes.matching import ThreeParties, people, seen_again

TAG = b"t" * 16


def galleries(parties: ThreeParties) -> list[Gallery]:
    return [parties.parties[number].keeper.gallery for number in (1, 2, 3)]


def plain_rows(parties: ThreeParties) -> np.ndarray:
    """Add up what no party could add up alone."""
    first, second = (gallery.rows() for gallery in galleries(parties)[:2])
    sums = [
        mine.first + mine.second + theirs.second for mine, theirs in zip(first, second, strict=True)
    ]
    return np.concatenate(sums).view(np.int16)


def generations(parties: ThreeParties) -> set[int]:
    return {gallery.head.generation for gallery in galleries(parties)}


async def test_a_prepared_reference_is_not_a_candidate(parties: ThreeParties) -> None:
    person = people(1)[0]
    await parties.service.prepare(parties.terminal.reference(person, TAG))
    assert parties.service.active_rows == 0
    answer = await parties.service.search(parties.terminal.probe(person), WHOLE_GALLERY)
    assert answer == NoMatch()


async def test_preparing_the_same_reference_again_does_nothing(parties: ThreeParties) -> None:
    person = people(1)[0]
    reference = parties.terminal.reference(person, TAG)
    await parties.service.prepare(reference)
    await parties.service.prepare(reference)
    generation = await parties.service.activate([reference.reference_id])
    assert await parties.service.activate([reference.reference_id]) == generation
    assert parties.service.active_rows == 1
    assert generations(parties) == {generation}


async def test_one_id_cannot_stand_for_two_references(parties: ThreeParties) -> None:
    persons = people(2)
    first = parties.terminal.reference(persons[0], TAG)
    await parties.service.prepare(first)
    other = parties.terminal.reference(persons[1], TAG, first.reference_id)
    with pytest.raises(ReferenceRefusedError):
        await parties.service.prepare(other)


async def test_what_was_never_prepared_cannot_be_activated(parties: ThreeParties) -> None:
    with pytest.raises(ReferenceRefusedError):
        await parties.service.activate([ReferenceId(bytes(16))])


@pytest.mark.rule("CON-06")
async def test_an_erased_reference_is_gone_everywhere_with_a_receipt_of_each_party(
    parties: ThreeParties,
) -> None:
    persons = people(4)
    ids = [await parties.enrol(person, TAG) for person in persons]
    receipts = await parties.service.erase([ids[2]])
    probe = parties.terminal.probe(seen_again(persons[2]))
    assert await parties.service.search(probe, WHOLE_GALLERY) == NoMatch()
    assert [receipt.party for receipt in receipts] == [1, 2, 3]
    for receipt in receipts:
        identity = parties.identities[receipt.party].public_key()
        identity.verify(receipt.signature, receipt.statement)
        assert receipt.reference_ids == (ids[2],)
    for store in parties.stores.values():
        assert len(store.find([ids[2].value])) == 0


async def test_erasing_again_gives_receipts_again(parties: ThreeParties) -> None:
    reference_id = await parties.enrol(people(1)[0], TAG)
    await parties.service.erase([reference_id])
    assert len(await parties.service.erase([reference_id])) == 3


async def test_a_prepared_reference_can_be_erased_before_it_was_ever_active(
    parties: ThreeParties,
) -> None:
    reference = parties.terminal.reference(people(1)[0], TAG)
    await parties.service.prepare(reference)
    await parties.service.erase([reference.reference_id])
    with pytest.raises(ReferenceRefusedError):
        await parties.service.activate([reference.reference_id])


@pytest.mark.rule("TPL-03")
async def test_a_refresh_changes_every_share_and_no_score(parties: ThreeParties) -> None:
    persons = people(5)
    ids = [await parties.enrol(person, TAG) for person in persons]
    before, plain = galleries(parties), plain_rows(parties)
    await parties.service.refresh()
    for old, new in zip(before, galleries(parties), strict=True):
        for old_rows, new_rows in zip(old.rows(), new.rows(), strict=True):
            assert (old_rows.first != new_rows.first).mean() > 0.99
            assert (old_rows.second != new_rows.second).mean() > 0.99
    assert np.array_equal(plain_rows(parties), plain)
    probe = parties.terminal.probe(seen_again(persons[3]))
    assert await parties.service.search(probe, WHOLE_GALLERY) == SearchMatch(ids[3])


async def test_shares_of_before_and_after_a_refresh_do_not_go_together(
    parties: ThreeParties,
) -> None:
    persons = people(3)
    for person in persons:
        await parties.enrol(person, TAG)
    old = next(galleries(parties)[0].rows())
    await parties.service.refresh()
    new = next(galleries(parties)[1].rows())
    stolen = (old.first + old.second + new.second).view(np.int16)
    assert not np.isin(stolen, np.arange(-15, 16)).all(axis=1).any()


async def test_a_refresh_leaves_no_seed_behind(parties: ThreeParties) -> None:
    await parties.enrol(people(1)[0], TAG)
    await parties.service.refresh()
    for store in parties.stores.values():
        assert store.open(galleries(parties)[0].head).pending is None


@pytest.mark.rule("TPL-04")
async def test_after_an_epoch_step_old_probes_fail_and_stepped_ones_match(
    parties: ThreeParties,
) -> None:
    persons = people(4)
    ids = [await parties.enrol(person, TAG) for person in persons]
    step_key = EpochStepKey(bytes(range(32)))
    await parties.service.step_epoch(step_key)
    step = derive_signed_permutation(step_key)
    face = seen_again(persons[1])
    stepped = step.apply(face.view(np.uint16)).view(np.int16)
    parties.terminal.epoch = 2
    assert parties.service.epoch == 2
    old = await parties.service.search(parties.terminal.probe(face), WHOLE_GALLERY)
    new = await parties.service.search(parties.terminal.probe(stepped), WHOLE_GALLERY)
    assert (old, new) == (NoMatch(), SearchMatch(ids[1]))


async def test_an_epoch_step_reaches_prepared_references_too(parties: ThreeParties) -> None:
    person = people(1)[0]
    reference = parties.terminal.reference(person, TAG)
    await parties.service.prepare(reference)
    step_key = EpochStepKey(bytes(range(32)))
    await parties.service.step_epoch(step_key)
    await parties.service.activate([reference.reference_id])
    stepped = derive_signed_permutation(step_key).apply(person.view(np.uint16)).view(np.int16)
    assert np.array_equal(plain_rows(parties), stepped.reshape(1, 128))


async def test_the_synthetic_set_is_redrawn_at_all_parties(parties: ThreeParties) -> None:
    before = {gallery.synthetic.set_id for gallery in galleries(parties)}
    await parties.service.redraw_synthetic()
    after = {gallery.synthetic.set_id for gallery in galleries(parties)}
    assert len(before) == len(after) == 1
    assert before != after
    assert {len(gallery.synthetic) for gallery in galleries(parties)} == {256}


async def test_generated_rows_are_candidates_of_nobody(parties: ThreeParties) -> None:
    assert await parties.service.generate_synthetic(500, tag_count=20) == 500
    assert parties.service.active_rows == 500
    target = plain_rows(parties)[123]
    answer = await parties.service.search(parties.terminal.probe(target), WHOLE_GALLERY)
    assert isinstance(answer, SearchMatch)
    assert answer.is_synthetic


async def test_generated_rows_fall_into_several_buckets(parties: ThreeParties) -> None:
    await parties.service.generate_synthetic(300, tag_count=10)
    tags = [tag.tobytes() for rows in galleries(parties)[0].rows() for tag in rows.tags]
    assert sorted(tags.count(tag) for tag in set(tags)) == [30] * 10


@pytest.mark.parametrize("missing", [2, 3])
async def test_with_a_party_missing_nothing_changes_anywhere(
    parties: ThreeParties, missing: int
) -> None:
    reference = parties.terminal.reference(people(1)[0], TAG)
    await parties.service.prepare(reference)
    before = parties.service.active_rows, parties.parties[1].keeper.generation
    await parties.stop_party(missing)
    with pytest.raises(MatchingUnavailableError):
        await parties.service.activate([reference.reference_id])
    assert (parties.service.active_rows, parties.parties[1].keeper.generation) == before


async def test_searches_go_on_while_references_come_in(parties: ThreeParties) -> None:
    persons = people(20)
    first = await parties.enrol(persons[0], TAG)
    enrolments = [parties.enrol(person, TAG) for person in persons[1:]]
    searches = [
        parties.service.search(parties.terminal.probe(seen_again(persons[0])), WHOLE_GALLERY)
        for _ in range(20)
    ]
    answers = await asyncio.gather(*searches, *enrolments)
    assert answers[:20] == [SearchMatch(first)] * 20
    assert generations(parties) == {parties.parties[1].keeper.generation}
    assert parties.service.active_rows == 20


@pytest.mark.parametrize("turns", range(0, 40, 3))
async def test_a_change_goes_on_though_its_caller_gives_up(
    parties: ThreeParties, turns: int
) -> None:
    reference = parties.terminal.reference(people(1)[0], TAG)
    await parties.service.prepare(reference)
    call = asyncio.ensure_future(parties.service.activate([reference.reference_id]))
    for _ in range(turns):
        await asyncio.sleep(0)
    call.cancel()
    await parties.settle()
    assert len(generations(parties)) == 1
    await parties.service.activate([reference.reference_id])
    assert parties.service.active_rows == 1


async def test_rows_that_do_not_fit_are_refused_and_the_stream_lives_on(
    parties: ThreeParties,
) -> None:
    party = parties.parties[1]
    session = party.session(2)
    session.link.send(DealtRows(900, b"c" * 16, b"i" * 16, b"", 1, b"s" * 32, b"odd", b"", NONE))
    with pytest.raises(ReferenceRefusedError):
        await party.answer_on(session, 900)
    await parties.enrol(people(1)[0], TAG)


NONE = (b"", b"", b"")
