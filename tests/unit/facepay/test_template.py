"""The routing template: exact shares, binding commitments, renewable coordinates."""

import hashlib
import pickle
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facepay.errors import CommitmentError, MalformedFieldError
from facepay.template import (
    DIMENSIONS,
    LIMIT,
    SCALE,
    SHARE_PAIR_LENGTH,
    SQUARED_SCALE,
    EpochKey,
    EpochStepKey,
    FeatureVector,
    QuantisedTemplate,
    SharePair,
    ThreeShares,
    derive_rotation,
    derive_signed_permutation,
    quantise,
    split,
    verify_commitments,
)
from tests.fakes.ports import SeededRandomness

KEY = EpochKey(bytes(range(32)))
STEP = EpochStepKey(bytes(range(32, 64)))
EXPECTED_FIRST_ROW = (
    0.09636735371461058,
    -0.10456050031005504,
    0.030049055652701464,
    0.10309601465484777,
)


def a_face(seed: int) -> FeatureVector:
    values = np.random.default_rng(seed).standard_normal(DIMENSIONS)
    return FeatureVector((values / np.linalg.norm(values)).astype(np.float32))


def a_template(seed: int) -> QuantisedTemplate:
    values = np.random.default_rng(seed).integers(-LIMIT, LIMIT, DIMENSIONS, endpoint=True)
    return QuantisedTemplate(values.astype(np.int16))


def score(left: QuantisedTemplate, right: QuantisedTemplate) -> int:
    return int(left.values.astype(np.int64) @ right.values.astype(np.int64))


def test_the_scale_puts_three_standard_deviations_at_the_limit() -> None:
    assert pytest.approx(LIMIT / (3 / np.sqrt(DIMENSIONS))) == SCALE
    assert DIMENSIONS * LIMIT * LIMIT < 2**15


def test_features_of_another_shape_dtype_or_length_are_refused() -> None:
    unit = a_face(1).values
    bad_values: tuple[Any, ...] = (
        unit[:64],
        unit.astype(np.float64),
        unit * 1.5,
        np.full(DIMENSIONS, np.nan, "f4"),
    )
    for values in bad_values:
        with pytest.raises(MalformedFieldError):
            FeatureVector(values)


def test_a_template_value_out_of_range_is_refused() -> None:
    values = np.zeros(DIMENSIONS, np.int16)
    values[5] = LIMIT + 1
    with pytest.raises(MalformedFieldError):
        QuantisedTemplate(values)


def test_an_epoch_key_is_a_seed_and_its_steps() -> None:
    for content in (b"", b"short", bytes(33), bytes(32 * 66)):
        with pytest.raises(MalformedFieldError):
            EpochKey(content)
    with pytest.raises(MalformedFieldError):
        EpochStepKey(bytes(64))
    assert len(EpochKey.generate(SeededRandomness())) == 32


@pytest.mark.rule("TPL-04")
def test_the_key_of_a_later_epoch_gives_the_composed_rotation() -> None:
    step = derive_signed_permutation(STEP)
    stepped = KEY.stepped(STEP)
    once = derive_rotation(KEY).compose(step)
    assert np.array_equal(derive_rotation(stepped).matrix, once.matrix)
    twice = derive_rotation(stepped.stepped(STEP))
    assert np.array_equal(twice.matrix, once.compose(step).matrix)
    assert repr(stepped) == "EpochKey(<1 steps>)"


def test_the_rotation_is_orthogonal_and_follows_from_the_key() -> None:
    rotation = derive_rotation(KEY)
    assert np.allclose(rotation.matrix @ rotation.matrix.T, np.eye(DIMENSIONS), atol=1e-12)
    assert np.array_equal(rotation.matrix, derive_rotation(KEY).matrix)
    other = derive_rotation(EpochKey(bytes(32))).matrix
    assert np.abs(rotation.matrix - other).max() > 0.1


def test_the_rotation_stays_what_it_was_when_stored_references_were_made() -> None:
    """A change here would orphan every stored reference: it needs a new label and a new epoch."""
    first_row = derive_rotation(KEY).matrix[0, :4]
    assert np.allclose(first_row, EXPECTED_FIRST_ROW, atol=1e-9)


def test_rotated_scores_approximate_the_cosine() -> None:
    """Rounding and clipping together cost a few hundredths."""
    rotation = derive_rotation(KEY)
    for seed in range(20):
        face, near = a_face(seed), a_face(seed + 100)
        mixed = 0.8 * face.values + 0.6 * near.values
        other = FeatureVector((mixed / np.linalg.norm(mixed)).astype(np.float32))
        cosine = float(face.values @ other.values)
        measured = score(quantise(face, rotation), quantise(other, rotation)) / SQUARED_SCALE
        assert measured == pytest.approx(cosine, abs=0.08)


@pytest.mark.rule("TPL-04")
def test_a_step_to_the_next_epoch_equals_quantising_under_the_composed_rotation() -> None:
    rotation, step = derive_rotation(KEY), derive_signed_permutation(STEP)
    composed = rotation.compose(step)
    for seed in range(50):
        face = a_face(seed)
        stepped = step.apply(quantise(face, rotation).values.view(np.uint16)).view(np.int16)
        assert np.array_equal(stepped, quantise(face, composed).values)


@pytest.mark.rule("TPL-04")
def test_an_old_probe_does_not_match_a_reference_of_the_next_epoch() -> None:
    """Rotated away without a stored photo: the same face scores like a stranger across epochs."""
    rotation, step = derive_rotation(KEY), derive_signed_permutation(STEP)
    composed = rotation.compose(step)
    for seed in range(20):
        face = a_face(seed)
        old, new = quantise(face, rotation), quantise(face, composed)
        assert score(new, quantise(face, composed)) > 0.9 * SQUARED_SCALE
        assert abs(score(old, new)) < 0.42 * SQUARED_SCALE


@pytest.mark.rule("TPL-03")
def test_references_of_one_face_in_two_applications_score_like_strangers() -> None:
    """Without the keys, same-face pairs over two epochs are spread as different-face pairs are."""
    left, right = derive_rotation(KEY), derive_rotation(EpochKey(bytes(32)))
    same = [score(quantise(a_face(i), left), quantise(a_face(i), right)) for i in range(200)]
    other = [score(quantise(a_face(i), left), quantise(a_face(i + 500), right)) for i in range(200)]
    spread = float(np.std(other))
    assert abs(np.mean(same) - np.mean(other)) < 4 * spread / np.sqrt(200) * np.sqrt(2)
    assert np.std(same) == pytest.approx(spread, rel=0.25)


def test_a_signed_permutation_commutes_with_sharing() -> None:
    step, template = derive_signed_permutation(STEP), a_template(1)
    shares = split(template, SeededRandomness()).shares
    total = sum((step.apply(share) for share in shares), np.zeros(DIMENSIONS, np.uint16))
    assert np.array_equal(total, step.apply(template.values.view(np.uint16)))


def test_a_signed_permutation_works_on_a_whole_matrix_and_leaves_it_unchanged() -> None:
    step = derive_signed_permutation(STEP)
    matrix = np.arange(4 * DIMENSIONS, dtype=np.uint16).reshape(4, DIMENSIONS)
    before = matrix.copy()
    stepped = step.apply(matrix)
    assert np.array_equal(stepped[2], step.apply(matrix[2]))
    assert np.array_equal(matrix, before)
    assert sorted(step.source.tolist()) == list(range(DIMENSIONS))


def test_a_signed_permutation_refuses_other_arrays() -> None:
    step = derive_signed_permutation(STEP)
    for array in (np.zeros(DIMENSIONS, np.int32), np.zeros((DIMENSIONS, 2), np.uint16)):
        with pytest.raises(MalformedFieldError):
            step.apply(array)  # type: ignore[arg-type]


@given(seed=st.integers(0, 2**32))
def test_shares_add_up_exactly(seed: int) -> None:
    template = a_template(seed)
    first, second, third = split(template, SeededRandomness(seed)).shares
    assert np.array_equal((first + second + third).view(np.int16), template.values)


@pytest.mark.rule("TPL-03")
def test_no_two_shares_tell_two_templates_apart() -> None:
    """The pair of any party fits every template: only the missing share decides."""
    shares = split(a_template(1), SeededRandomness())
    for party in (1, 2, 3):
        pair = shares.pair_for(party)
        other = a_template(2).values.view(np.uint16)
        missing = other - pair.first - pair.second
        assert np.array_equal(pair.first + pair.second + missing, other)


@pytest.mark.rule("TPL-03")
def test_every_share_is_spread_over_the_whole_range() -> None:
    """Chi-square over 16 cells of 384,000 values a share; 50 is far beyond chance (15 degrees)."""
    randomness = SeededRandomness(3)
    shares = [split(a_template(1), randomness).shares for _ in range(3000)]
    for position in range(3):
        values = np.concatenate([three[position] for three in shares])
        counts = np.bincount(values >> 12, minlength=16)
        expected = len(values) / 16
        assert float(((counts - expected) ** 2 / expected).sum()) < 50


def test_parties_hold_overlapping_pairs() -> None:
    shares = split(a_template(1), SeededRandomness())
    pairs = [shares.pair_for(party) for party in (1, 2, 3)]
    for party in range(3):
        assert np.array_equal(pairs[party].second, pairs[(party + 1) % 3].first)
    with pytest.raises(MalformedFieldError):
        shares.pair_for(0)


def test_a_pair_survives_the_wire() -> None:
    pair = split(a_template(1), SeededRandomness()).pair_for(3)
    content = pair.to_bytes()
    again = SharePair.from_bytes(bytes(content))
    assert len(content) == SHARE_PAIR_LENGTH
    assert again.party == 3
    assert np.array_equal(again.first, pair.first)
    assert np.array_equal(again.second, pair.second)
    assert (again.first_opening, again.second_opening) == (pair.first_opening, pair.second_opening)
    assert again.first.flags.writeable


def test_bytes_of_another_length_or_party_are_not_a_pair() -> None:
    content = split(a_template(1), SeededRandomness()).pair_for(1).to_bytes()
    for bad in (b"", content[:-1], bytes(content) + b"\0", b"\x04" + content[1:], b"\0" * 577):
        with pytest.raises(MalformedFieldError):
            SharePair.from_bytes(bad)


def test_commitments_bind_both_shares_of_every_party() -> None:
    shares = split(a_template(1), SeededRandomness())
    for party in (1, 2, 3):
        verify_commitments(shares.pair_for(party), shares.commitments)


def test_a_commitment_is_the_hash_of_label_opening_and_share() -> None:
    shares = split(a_template(1), SeededRandomness())
    expected = hashlib.sha256(b"facepay share commitment v1" + shares.openings[1])
    expected.update(shares.shares[1].astype("<u2").tobytes())
    assert shares.commitments[1] == expected.digest()


@pytest.mark.parametrize("party", [1, 2, 3])
def test_unequal_probe_shares_are_refused(party: int) -> None:
    """A terminal cannot give two parties different copies of one share."""
    shares = split(a_template(1), SeededRandomness())
    for name in ("first", "second"):
        pair = shares.pair_for(party)
        getattr(pair, name)[7] += 1
        with pytest.raises(CommitmentError):
            verify_commitments(pair, shares.commitments)


def test_commitments_of_another_capture_are_refused() -> None:
    randomness = SeededRandomness()
    pair = split(a_template(1), randomness).pair_for(1)
    with pytest.raises(CommitmentError):
        verify_commitments(pair, split(a_template(1), randomness).commitments)


@pytest.mark.rule("CAP-04")
def test_wiping_overwrites_the_memory_itself() -> None:
    face, template = a_face(1), a_template(1)
    shares = split(template, SeededRandomness())
    pair, rotation = shares.pair_for(2), derive_rotation(KEY)
    step = derive_signed_permutation(STEP)
    arrays: list[npt.NDArray[Any]] = [
        face.values,
        template.values,
        *shares.shares,
        pair.first,
        pair.second,
    ]
    arrays += [rotation.matrix, step.source, step.signs]
    for secret in (face, template, shares, pair, rotation, step):
        secret.wipe()
    assert not any(array.any() for array in arrays)


def test_no_repr_shows_content() -> None:
    face, template = a_face(1), a_template(1)
    shares = split(template, SeededRandomness())
    secrets: tuple[object, ...] = (face, template, shares, shares.pair_for(1))
    secrets += (derive_rotation(KEY), derive_signed_permutation(STEP), KEY)
    for secret in secrets:
        assert "array" not in repr(secret)
        assert "[" not in repr(secret)
    assert isinstance(shares, ThreeShares)
    with pytest.raises(TypeError):
        pickle.dumps(KEY)
