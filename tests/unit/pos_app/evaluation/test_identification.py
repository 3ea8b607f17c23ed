"""Searches are counted as by hand, and grow with the gallery as the model says."""

import numpy as np
import numpy.typing as npt
import pytest

from pos_app.evaluation.error_rate import ErrorRate
from pos_app.evaluation.findings import extrapolate
from pos_app.evaluation.identification import GalleryPlan, Identification, SearchRule
from pos_app.evaluation.roles import Cast

RULE = SearchRule(threshold=0.48, margin=0.06)
"""As scores: 1,536 and ahead by 192."""
NO_FAILURE = ErrorRate(0, 1)


def cast_of(
    references: npt.ArrayLike, probes: npt.ArrayLike, owners: list[int], strangers: npt.ArrayLike
) -> Cast:
    return Cast(
        np.asarray(references, np.float32),
        np.asarray(probes, np.float32),
        np.array(owners, np.int64),
        np.asarray(strangers, np.float32),
        NO_FAILURE,
        NO_FAILURE,
    )


def hand_made() -> Cast:
    """Four people whose references are the axes, so a probe's numbers are its scores."""
    return cast_of(
        references=np.eye(4),
        probes=[
            [2000, 0, 0, 0],  # found
            [0, 1500, 0, 0],  # below the threshold
            [0, 0, 2000, 1900],  # the fourth person is too close
            [2000, 0, 0, 1600],  # taken for the first person
        ],
        owners=[0, 1, 2, 3],
        strangers=[
            [0, 0, 0, 0],  # nobody
            [1536, 0, 0, 0],  # the first person, just
            [1800, 1700, 0, 0],  # two people, neither picked
        ],
    )


@pytest.mark.rule("TPL-06", "TPL-08")
def test_a_hand_made_gallery_is_counted_as_by_hand() -> None:
    """Three strangers, and four owners left out of the gallery: the last two meet somebody else."""
    [rates] = Identification(hand_made()).rates(GalleryPlan(4), [RULE])
    assert rates.fnir == ErrorRate(3, 4)
    assert rates.mistaken == ErrorRate(1, 4)
    assert rates.fpir == ErrorRate(3, 7)


@pytest.mark.rule("TPL-06")
def test_a_gallery_of_one_holds_the_owner_and_no_rival() -> None:
    [rates] = Identification(hand_made()).rates(GalleryPlan(1), [RULE])
    assert rates.fnir == ErrorRate(1, 4), "only the probe below the threshold is missed"
    assert rates.mistaken.errors == 0


@pytest.mark.rule("TPL-05")
def test_comparisons_leave_out_a_persons_own_reference() -> None:
    mated, non_mated = Identification(hand_made()).comparisons()
    assert (mated * 3200).tolist() == [1500, 1600, 2000, 2000]
    assert len(non_mated) == 4 * 3 + 3 * 4
    assert non_mated[-3:] * 3200 == pytest.approx([1800, 1900, 2000])


def random_faces(count: int, generator: np.random.Generator) -> npt.NDArray[np.float32]:
    faces = generator.standard_normal((count, 128))
    return (faces / np.linalg.norm(faces, axis=1)[:, None] * 3200**0.5).astype(np.float32)


@pytest.mark.rule("TPL-06")
def test_false_positives_grow_with_the_gallery_as_the_model_says() -> None:
    """Unrelated vectors, where the model's assumption is true by construction."""
    generator = np.random.default_rng(5)
    references, strangers = random_faces(10_000, generator), random_faces(400, generator)
    identification = Identification(cast_of(references, np.empty((0, 128)), [], strangers))
    rule = SearchRule(threshold=0.3, margin=0.0)
    _mated, non_mated = identification.comparisons()
    fmr = ErrorRate(int((non_mated >= 0.3).sum()), len(non_mated))
    counted = []
    for size in (100, 1_000, 10_000):
        [rates] = identification.rates(GalleryPlan(size), [rule])
        low, high = rates.fpir.interval
        assert low <= extrapolate(fmr, 0.3, size).fpir <= high
        counted.append(rates.fpir.errors)
    assert counted == sorted(counted)
    assert counted[0] < counted[-1]


@pytest.mark.rule("TPL-07")
def test_a_bucket_lets_fewer_strangers_through_and_finds_every_owner_that_was_found() -> None:
    generator = np.random.default_rng(6)
    references, strangers = random_faces(2_000, generator), random_faces(300, generator)
    owners = list(range(200))
    cast = cast_of(references, references[:200], owners, strangers)
    rule = SearchRule(threshold=0.28, margin=0.0)
    [whole] = Identification(cast).rates(GalleryPlan(2_000), [rule])
    [bucket] = Identification(cast).rates(GalleryPlan(2_000, buckets=40), [rule])
    assert bucket.fpir.errors * 10 < whole.fpir.errors
    assert bucket.fnir.errors <= whole.fnir.errors


def test_the_model_starts_from_what_the_counts_allow() -> None:
    clean = extrapolate(ErrorRate(0, 3000), 0.48, 1000)
    assert clean.fpir == 0.0
    assert clean.fpir_highest == pytest.approx(1 - (1 - 0.000998) ** 1000, rel=0.01)
    assert extrapolate(ErrorRate(1, 1), 0.48, 10).fpir == 1.0
