"""The tree gives the roots that Certificate Transparency's own tests expect; proofs hold or fail."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facepay.settlement_proof.merkle import (
    EMPTY_ROOT,
    InclusionProofError,
    inclusion_proof,
    leaf_hash,
    merkle_root,
    root_from_proof,
)

CONTENTS = [
    bytes.fromhex(item) for item in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")
] + [bytes(range(0x60, 0x70))]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    leaves = [leaf_hash(content) for content in CONTENTS[:size]]
    assert merkle_root(leaves).hex() == ROOTS[size - 1]


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert merkle_root([]) == EMPTY_ROOT == hashlib.sha256(b"").digest()
    assert root_from_proof(0, {}, ()) == EMPTY_ROOT


def test_the_proof_of_one_leaf_is_its_audit_path() -> None:
    leaves = [leaf_hash(content) for content in CONTENTS[:7]]
    assert inclusion_proof(leaves, [6]) == (merkle_root(leaves[:4]), merkle_root(leaves[4:6]))


def leaves_of(size: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4)) for number in range(size)]


@settings(derandomize=True, max_examples=200)
@given(st.data(), st.integers(min_value=1, max_value=70))
def test_a_proof_rebuilds_the_root_and_no_other(data: st.DataObject, size: int) -> None:
    leaves = leaves_of(size)
    places = sorted(data.draw(st.sets(st.integers(0, size - 1))))
    proof = inclusion_proof(leaves, places)
    proven = {place: leaves[place] for place in places}
    assert root_from_proof(size, proven, proof) == merkle_root(leaves)
    if places:
        proven[data.draw(st.sampled_from(places))] = leaf_hash(b"another")
        assert root_from_proof(size, proven, proof) != merkle_root(leaves)


@pytest.mark.parametrize(
    ("size", "place", "kept", "added"),
    [(5, 1, 2, 0), (5, 1, 3, 1), (5, 5, 3, 0), (0, 0, 0, 0)],
    ids=["too short", "too long", "place outside", "place in an empty tree"],
)
def test_a_proof_of_another_length_or_place_is_refused(
    size: int, place: int, kept: int, added: int
) -> None:
    proof = inclusion_proof(leaves_of(5), [1])[:kept] + (bytes(32),) * added
    with pytest.raises(InclusionProofError):
        root_from_proof(size, {place: leaves_of(8)[1]}, proof)
