"""Commitments to net positions: nobody reads one, everybody sees that they sum to zero.

A Pedersen commitment to a position v with randomizer r is g^v h^r modulo p. The product of all
commitments of a window commits to the sum of all positions, so when that sum is zero it equals
h^R, where R is the sum of the randomizers and is published. To open another position than the
committed one takes the discrete logarithm of h to base g, which nobody knows because h is made by
hashing a text.

The group is ffdhe3072 of RFC 7919 (a safe prime; 2 generates the subgroup of prime order). Randomizers
have 512 bits, about twice what the RFC asks of a secret exponent in this group. The arithmetic is
Python's and not constant in time: the institution computes commitments on its own machine, over
positions that it knows, and never on anybody's request.
"""

import hashlib
from collections.abc import Iterable

from facepay.canonical import encode_fields
from facepay.errors import MalformedFieldError

COMMITMENT_BYTES = 384
OPENING_BYTES = COMMITMENT_BYTES
RANDOMIZER_BYTES = 64

# 2^3072 - 2^3008 + (floor(2^2942 e) + 2625351) 2^64 - 1: RFC 7919, appendix A.2.
PRIME = int(
    "FFFFFFFFFFFFFFFFADF85458A2BB4A9AAFDC5620273D3CF1D8B9C583CE2D3695"
    "A9E13641146433FBCC939DCE249B3EF97D2FE363630C75D8F681B202AEC4617A"
    "D3DF1ED5D5FD65612433F51F5F066ED0856365553DED1AF3B557135E7F57C935"
    "984F0C70E0E68B77E2A689DAF3EFE8721DF158A136ADE73530ACCA4F483A797A"
    "BC0AB182B324FB61D108A94BB2C8E3FBB96ADAB760D7F4681D4F42A3DE394DF4"
    "AE56EDE76372BB190B07A7C8EE0A6D709E02FCE1CDF7E2ECC03404CD28342F61"
    "9172FE9CE98583FF8E4F1232EEF28183C3FE3B1B4C6FAD733BB5FCBC2EC22005"
    "C58EF1837D1683B2C6F34A26C1B2EFFA886B4238611FCFDCDE355B3B6519035B"
    "BC34F4DEF99C023861B46FC9D6E6C9077AD91D2691F7F7EE598CB0FAC186D91C"
    "AEFE130985139270B4130C93BC437944F4FD4452E2D74DD364F2E21E71F54BFF"
    "5CAE82AB9C9DF69EE86D2BC522363A0DABC521979B0DEADA1DBF9A42D5C4484E"
    "0ABCD06BFA53DDEF3C1B20EE3FD59D7C25E41D2B66C62E37FFFFFFFFFFFFFFFF",
    16,
)
ORDER = (PRIME - 1) // 2

_GENERATOR = 2
_LABEL = b"facepay/position-commitment/1"


def _second_generator() -> int:
    # 16 bytes more than the prime has, so that the remainder is as good as uniform; a square is in
    # the subgroup.
    blocks = range((COMMITMENT_BYTES + 16) // hashlib.sha256().digest_size + 1)
    drawn = b"".join(
        hashlib.sha256(encode_fields([_LABEL, b"h", number.to_bytes(4)])).digest()
        for number in blocks
    )
    return pow(int.from_bytes(drawn[: COMMITMENT_BYTES + 16]) % PRIME, 2, PRIME)


_SECOND_GENERATOR = _second_generator()


def randomizer(blinding: bytes) -> int:
    """Return the randomizer that follows from an account's 32-byte blinding."""
    halves = (
        hashlib.sha256(encode_fields([_LABEL, blinding, half])).digest() for half in (b"0", b"1")
    )
    return int.from_bytes(b"".join(halves))


def commit(position_minor_units: int, blinding: bytes) -> bytes:
    """Return the commitment to a position; negative is owed by the account's owner."""
    return _commitment(position_minor_units, randomizer(blinding))


def zero_sum_opening(blindings: Iterable[bytes]) -> bytes:
    """Return what shows that positions committed with these blindings sum to zero, if they do."""
    return (sum(map(randomizer, blindings)) % ORDER).to_bytes(OPENING_BYTES)


def sums_to_zero(commitments: Iterable[bytes], opening: bytes) -> bool:
    """Whether the positions in these commitments sum to zero.

    Raises `MalformedFieldError` for bytes that are no commitment or no opening.
    """
    product = 1
    for commitment in commitments:
        product = product * _element(commitment) % PRIME
    exponent = int.from_bytes(opening)
    if len(opening) != OPENING_BYTES or exponent >= ORDER:
        raise MalformedFieldError("not an opening of positions")
    return product == pow(_SECOND_GENERATOR, exponent, PRIME)


def _commitment(position: int, random: int) -> bytes:
    hidden = pow(_SECOND_GENERATOR, random, PRIME)
    return (pow(_GENERATOR, position, PRIME) * hidden % PRIME).to_bytes(COMMITMENT_BYTES)


def _element(commitment: bytes) -> int:
    element = int.from_bytes(commitment)
    if len(commitment) != COMMITMENT_BYTES or not 0 < element < PRIME:
        raise MalformedFieldError("not a commitment to a position")
    return element
