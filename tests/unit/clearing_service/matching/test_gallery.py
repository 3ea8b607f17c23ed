"""The gallery in memory: order, groups of buckets, digests, and snapshots that do not change."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearing_service.matching import blocks
from clearing_service.matching.gallery import (
    Gallery,
    GalleryHead,
    advance_lineage,
    first_head,
    next_head,
)
from clearing_service.matching.ports import WHOLE_GALLERY, SearchScope
from clearing_service.matching.shares import ReferenceRows, SyntheticSet
from tests.fakes.matching_rows import Shared, random_words, rows_of

HEAD = first_head(1, "m")


def some_rows(count: int, tag_count: int, party: int = 1) -> ReferenceRows:
    generator = np.random.default_rng(2)
    templates = generator.integers(-15, 16, (count, 128)).astype(np.int16)
    return rows_of(Shared.of(templates, generator), party, tag_count=tag_count)


def synthetic(party: int = 1) -> SyntheticSet:
    generator = np.random.default_rng(party)
    return SyntheticSet(
        bytes(16), random_words(generator, 256, 128), random_words(generator, 256, 128)
    )


def build(rows: ReferenceRows, min_bucket_rows: int = 5) -> Gallery:
    return Gallery.build(HEAD, rows, synthetic(), min_bucket_rows)


def tag(number: int) -> bytes:
    return bytes([number]) * 16


def names(gallery: Gallery, scope: SearchScope) -> list[bytes]:
    candidates = gallery.candidates(scope)
    found = [candidates.reference_at(place) for place in range(candidates.real_count)]
    return [reference.value for reference in found if reference is not None]


def test_candidates_are_ordered_by_tag_and_slot_however_rows_came() -> None:
    rows = some_rows(60, tag_count=4)
    shuffled = rows.take(np.random.default_rng(1).permutation(60))
    expected = names(build(rows), WHOLE_GALLERY)
    assert names(build(shuffled), WHOLE_GALLERY) == expected
    numbers = [int.from_bytes(name) for name in expected]
    assert numbers == sorted(range(60), key=lambda number: (number % 4, number))


@given(cut=st.integers(0, 60), block_rows=st.integers(1, 80))
def test_rows_added_later_give_the_same_gallery_whatever_the_blocks(
    cut: int, block_rows: int
) -> None:
    rows = some_rows(60, tag_count=7)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_ROWS", block_rows)
        grown = build(rows.take(slice(0, cut))).with_rows(rows.take(slice(cut, None)), HEAD)
    whole = build(rows)
    for scope in [WHOLE_GALLERY, *(SearchScope((tag(number),)) for number in range(9))]:
        assert names(grown, scope) == names(whole, scope)
        assert grown.candidates(scope).digest == whole.candidates(scope).digest


@given(gone=st.sets(st.integers(0, 59)), block_rows=st.integers(1, 80))
def test_erased_rows_leave_the_gallery_that_never_had_them(gone: set[int], block_rows: int) -> None:
    rows = some_rows(60, tag_count=7)
    ids = [number.to_bytes(16) for number in gone]
    tags = [tag(number % 7) for number in gone]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_ROWS", block_rows)
        left = build(rows).without(ids, tags, HEAD)
    kept = np.array([number for number in range(60) if number not in gone], np.intp)
    assert len(left) == 60 - len(gone)
    assert (
        left.candidates(WHOLE_GALLERY).digest
        == build(rows.take(kept)).candidates(WHOLE_GALLERY).digest
    )


@given(page_rows=st.integers(1, 70), tag_count=st.integers(1, 9), block_rows=st.integers(1, 80))
def test_rows_loaded_in_pages_give_the_same_gallery(
    page_rows: int, tag_count: int, block_rows: int
) -> None:
    rows = some_rows(60, tag_count).in_order()
    pages = [rows.take(slice(start, start + page_rows)) for start in range(0, 60, page_rows)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_ROWS", block_rows)
        loaded = Gallery.load(HEAD, pages, synthetic(), 5)
    assert names(loaded, WHOLE_GALLERY) == names(build(rows), WHOLE_GALLERY)
    expected = build(rows).candidates(WHOLE_GALLERY).digest
    assert loaded.candidates(WHOLE_GALLERY).digest == expected


def test_a_change_leaves_the_earlier_snapshot_alone() -> None:
    before = build(some_rows(20, tag_count=2))
    digest = before.candidates(WHOLE_GALLERY).digest
    before.without([(3).to_bytes(16)], [tag(1)], next_head(HEAD))
    assert before.candidates(WHOLE_GALLERY).digest == digest
    assert len(before) == 20


@pytest.mark.rule("TPL-07")
def test_a_bucket_narrows_the_candidates() -> None:
    gallery = build(some_rows(60, tag_count=4), min_bucket_rows=15)
    assert len(names(gallery, SearchScope((tag(2),)))) == 15
    assert len(names(gallery, WHOLE_GALLERY)) == 60


@pytest.mark.parametrize("asked", range(12))
def test_nobody_can_ask_about_fewer_rows_than_the_minimum(asked: int) -> None:
    gallery = build(some_rows(30, tag_count=10), min_bucket_rows=8)
    assert len(names(gallery, SearchScope((tag(asked),)))) >= 8


def test_a_gallery_below_the_minimum_is_one_group() -> None:
    gallery = build(some_rows(4, tag_count=4), min_bucket_rows=50)
    assert len(names(gallery, SearchScope((tag(2),)))) == 4


def test_every_row_belongs_to_exactly_one_group() -> None:
    gallery = build(some_rows(60, tag_count=10), min_bucket_rows=13)
    by_group = {tuple(names(gallery, SearchScope((tag(number),)))) for number in range(10)}
    everyone = [name for group in by_group for name in group]
    assert sorted(everyone) == sorted(names(gallery, WHOLE_GALLERY))


def test_several_tags_are_searched_together_without_doubles() -> None:
    gallery = build(some_rows(60, tag_count=4), min_bucket_rows=15)
    assert len(names(gallery, SearchScope((tag(0), tag(3), tag(0))))) == 30


@pytest.mark.parametrize("column", ["reference_ids", "generations", "fingerprints"])
def test_the_digest_follows_every_named_property_of_a_row(column: str) -> None:
    rows = some_rows(30, tag_count=2)
    changed = getattr(rows, column).copy()
    changed[17] = changed[16]
    other = build(replace(rows, **{column: changed} | _other_generation(column, rows)))
    assert other.candidates(WHOLE_GALLERY).digest != build(rows).candidates(WHOLE_GALLERY).digest


def _other_generation(column: str, rows: ReferenceRows) -> dict[str, np.ndarray]:
    if column != "generations":
        return {}
    generations = rows.generations.copy()
    generations[17] = 2
    return {"generations": generations}


@pytest.mark.parametrize(
    "head",
    [
        replace(HEAD, epoch=2),
        replace(HEAD, model_id="other"),
        replace(HEAD, lineage=advance_lineage(HEAD.lineage, b"refresh")),
    ],
)
def test_the_digest_follows_epoch_model_and_lineage(head: GalleryHead) -> None:
    rows = some_rows(30, tag_count=2)
    other = Gallery.build(head, rows, synthetic(), 5)
    assert other.candidates(WHOLE_GALLERY).digest != build(rows).candidates(WHOLE_GALLERY).digest


def test_the_digest_follows_the_synthetic_set() -> None:
    gallery = build(some_rows(30, tag_count=2))
    other = gallery.with_synthetic(replace(synthetic(), set_id=b"x" * 16), HEAD)
    assert other.candidates(WHOLE_GALLERY).digest != gallery.candidates(WHOLE_GALLERY).digest


def test_the_digest_is_remembered_until_the_gallery_changes() -> None:
    gallery = build(some_rows(30, tag_count=2))
    assert gallery.candidates(WHOLE_GALLERY) is gallery.candidates(WHOLE_GALLERY)


def test_all_parties_name_the_same_candidates_though_their_shares_differ() -> None:
    digests = {
        build(some_rows(30, tag_count=3, party=party)).candidates(WHOLE_GALLERY).digest
        for party in (1, 2, 3)
    }
    assert len(digests) == 1


def test_positions_behind_the_real_rows_are_nobody() -> None:
    candidates = build(some_rows(30, tag_count=2)).candidates(WHOLE_GALLERY)
    assert candidates.reference_at(29) is not None
    assert candidates.reference_at(30) is None
    assert candidates.row_count == 30 + 256
