"""Positions stay hidden and their sum does not."""

import random

import pytest

from facepay.errors import MalformedFieldError
from facepay.settlement_proof.position_commitment import (
    ORDER,
    PRIME,
    commit,
    sums_to_zero,
    zero_sum_opening,
)

BLINDINGS = [bytes([number]) * 32 for number in range(1, 5)]


def is_probably_prime(number: int) -> bool:
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    chance = random.Random(7)
    for _ in range(2):
        power = pow(chance.randrange(2, number - 1), odd, number)
        seen = {power} | {power := power * power % number for _ in range(twos - 1)}
        if power != 1 and number - 1 not in seen and 1 not in seen:
            return False
    return True


def test_the_group_is_that_of_rfc_7919() -> None:
    """The RFC gives the prime as a formula over the digits of e, which are computed here."""
    precision = 3_200
    term = total = 1 << precision
    step = 1
    while term:
        term //= step
        total += term
        step += 1
    digits = (total << 2942) >> precision
    assert 2**3072 - 2**3008 + (digits + 2_625_351) * 2**64 - 1 == PRIME
    assert is_probably_prime(ORDER)
    assert pow(2, ORDER, PRIME) == 1


@pytest.mark.parametrize(
    ("positions", "is_zero"),
    [
        ([5_00, -7_00, 2_00, 0], True),
        ([10**11, -(10**11), 1, -1], True),
        ([5_00, -7_00, 2_00, 1], False),
        ([0, 0, 0, -1], False),
    ],
)
def test_only_positions_that_sum_to_zero_open_to_zero(positions: list[int], is_zero: bool) -> None:
    commitments = [
        commit(position, blinding) for position, blinding in zip(positions, BLINDINGS, strict=True)
    ]
    assert sums_to_zero(commitments, zero_sum_opening(BLINDINGS)) is is_zero


def test_the_same_position_looks_different_under_another_blinding() -> None:
    assert commit(5_00, BLINDINGS[0]) != commit(5_00, BLINDINGS[1])
    assert commit(5_00, BLINDINGS[0]) != commit(5_01, BLINDINGS[0])


@pytest.mark.parametrize("element", [bytes(384), PRIME.to_bytes(384), b"\x01"])
def test_what_is_no_group_element_is_refused(element: bytes) -> None:
    with pytest.raises(MalformedFieldError):
        sums_to_zero([element], zero_sum_opening([]))


@pytest.mark.parametrize("opening", [b"", ORDER.to_bytes(384)])
def test_what_is_no_opening_is_refused(opening: bytes) -> None:
    with pytest.raises(MalformedFieldError):
        sums_to_zero([], opening)
