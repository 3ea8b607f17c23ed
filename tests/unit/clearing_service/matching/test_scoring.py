"""Local scoring: exact, the same alone and in a batch."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearing_service.matching.gallery import Gallery, first_head
from clearing_service.matching.ports import WHOLE_GALLERY, SearchScope
from clearing_service.matching.query import AdmittedQuery, score
from clearing_service.matching.scoring import ProbeShares, ScoringTask, score_batch
from clearing_service.matching.shares import ReferenceRows, SyntheticSet
from tests.fakes.matching_rows import Shared, random_words, three_galleries

Words = npt.NDArray[np.uint16]


def opened(galleries: list[Gallery], probe: Shared, scope: SearchScope) -> npt.NDArray[np.int16]:
    total = np.zeros(galleries[0].candidates(scope).row_count, np.uint16)
    for party, gallery in enumerate(galleries, start=1):
        task = ScoringTask(gallery.candidates(scope), ProbeShares(*probe.pair(party)))
        total += score_batch([task])[0]
    return total.view(np.int16)


@pytest.mark.rule("TPL-06")
@given(seed=st.integers(0, 2**31), rows=st.integers(1, 60))
def test_opened_scores_equal_the_plain_product(seed: int, rows: int) -> None:
    generator = np.random.default_rng(seed)
    templates = generator.integers(-15, 16, (rows, 128)).astype(np.int16)
    probe = generator.integers(-15, 16, 128).astype(np.int16)
    galleries = three_galleries(templates, generator, tag_count=5)
    scores = opened(galleries, Shared.of(probe, generator), WHOLE_GALLERY)
    candidates = galleries[0].candidates(WHOLE_GALLERY)
    for position in range(rows):
        reference_id = candidates.reference_at(position)
        assert reference_id is not None
        number = int.from_bytes(reference_id.value)
        assert scores[position] == int(templates[number].astype(int) @ probe.astype(int))


@given(seed=st.integers(0, 2**31))
def test_norm_pieces_add_up_to_the_squared_length(seed: int) -> None:
    generator = np.random.default_rng(seed)
    probe = generator.integers(-15, 16, 128).astype(np.int16)
    shared = Shared.of(probe, generator)
    pieces = sum(ProbeShares(*shared.pair(party)).norm_piece for party in (1, 2, 3))
    assert pieces % 2**16 == int((probe.astype(int) ** 2).sum())


def test_a_batch_gives_what_its_probes_give_alone() -> None:
    generator = np.random.default_rng(4)
    templates = generator.integers(-15, 16, (300, 128)).astype(np.int16)
    gallery = three_galleries(templates, generator, tag_count=6)[0]
    scopes = [WHOLE_GALLERY, SearchScope((bytes(16),)), WHOLE_GALLERY]
    tasks = [
        ScoringTask(
            gallery.candidates(scope),
            ProbeShares(random_words(generator, 128), random_words(generator, 128)),
        )
        for scope in scopes
    ]
    together = score_batch(tasks)
    for task, scores in zip(tasks, together, strict=True):
        assert np.array_equal(scores, score_batch([task])[0])


@pytest.mark.rule("CAP-04")
def test_a_probe_is_wiped_when_it_was_scored() -> None:
    generator = np.random.default_rng(2)
    templates = generator.integers(-15, 16, (3, 128)).astype(np.int16)
    candidates = three_galleries(templates, generator, tag_count=1)[0].candidates(WHOLE_GALLERY)
    probe = ProbeShares(random_words(generator, 128), random_words(generator, 128))
    piece = probe.norm_piece
    (scored,) = score([AdmittedQuery(1, candidates, probe)])
    assert scored is not None
    assert (scored.norm_piece, scored.scores.any()) == (piece, True)
    assert not probe.first.any()
    assert not probe.second.any()


def test_a_gallery_without_rows_scores_the_synthetic_references_only() -> None:
    generator = np.random.default_rng(1)
    synthetic = SyntheticSet(
        bytes(16), random_words(generator, 256, 128), random_words(generator, 256, 128)
    )
    gallery = Gallery.build(first_head(1, "m"), ReferenceRows.empty(), synthetic)
    candidates = gallery.candidates(SearchScope((bytes(16),)))
    probe = ProbeShares(random_words(generator, 128), random_words(generator, 128))
    assert len(score_batch([ScoringTask(candidates, probe)])[0]) == 256
    assert candidates.reference_at(0) is None


def test_a_wiped_probe_is_zero_and_its_repr_shows_nothing() -> None:
    probe = ProbeShares(np.full(128, 3, np.uint16), np.full(128, 4, np.uint16))
    probe.wipe()
    assert not probe.first.any()
    assert not probe.second.any()
    assert repr(probe) == "ProbeShares(<two shares>)"
