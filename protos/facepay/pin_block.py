"""PIN blocks of ISO 9564-1 format 4, in the clear and enciphered, as two types.

Format 4 is the format for a 128-bit cipher. The PIN field (control nibble 4, length, digits, fill A,
64 random bits) is enciphered, XORed with the account field and enciphered again, so that a block
opens only together with the account field it was made for. There is no card here: between terminal
and clearing the account field is the payment's routing token, between clearing and issuer a number
that follows from the account alias (`docs/adr/0004-pin-block-account-field.md`).

Digits travel as bytes of value 0 to 9 in buffers that are wiped, never as text.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Self

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from facepay.dukpt import KSN_LENGTH, KeySerialNumber
from facepay.errors import MalformedFieldError, PinBlockError
from facepay.identifiers import AccountAlias, RoutingToken, luhn_check_digit
from facepay.ports import Randomness
from facepay.secret import SecretBytes, wipe

BLOCK_LENGTH = 16
SHORTEST_PIN = 4
LONGEST_PIN = 12

_FORMAT = 4
_FILL = 0xA
_DIGIT_NIBBLES = 14
_RANDOM_LENGTH = 8
_SHORTEST_ACCOUNT = 12
_ACCOUNT_DIGITS = re.compile(r"[0-9]{12,19}")
_ALIAS_LABEL = b"facepay account field of an alias v1"


@dataclass(frozen=True, slots=True)
class AccountField:
    """The 16-byte account field a block is bound to."""

    content: bytes

    def __post_init__(self) -> None:
        """Refuse any other length."""
        if len(self.content) != BLOCK_LENGTH:
            raise MalformedFieldError("an account field has 16 bytes")

    @classmethod
    def from_digits(cls, digits: str) -> Self:
        """Return the field for 12 to 19 digits: length beyond twelve, digits, zeros."""
        if not _ACCOUNT_DIGITS.fullmatch(digits):
            raise MalformedFieldError("an account field is made of 12 to 19 digits")
        nibbles = f"{len(digits) - _SHORTEST_ACCOUNT}{digits}"
        return cls(bytes.fromhex(nibbles.ljust(2 * BLOCK_LENGTH, "0")))

    @classmethod
    def of_token(cls, token: RoutingToken) -> Self:
        """Return the field between a terminal and the clearing service."""
        return cls.from_digits(token.value)

    @classmethod
    def of_alias(cls, alias: AccountAlias) -> Self:
        """Return the field between the clearing service and an issuer.

        Nineteen digits in the reserved range 999 that follow from the alias alone, so that the
        issuer's module computes the same and a block cannot be moved to another account.
        """
        digest = hashlib.sha256(_ALIAS_LABEL + alias.value.encode("ascii")).digest()
        body = f"999{int.from_bytes(digest[:16]) % 10**15:015d}"
        return cls.from_digits(body + str(luhn_check_digit(body)))


class PinBlock(SecretBytes):
    """A clear PIN field. Exists in the PIN pad and inside security modules; its holder wipes it."""

    __slots__ = ()

    def __init__(self, content: bytes | bytearray | memoryview) -> None:
        """Take a private copy of a PIN field; raise `PinBlockError` if it is not one."""
        super().__init__(content)
        if not _is_pin_field(self._buffer):
            self.wipe()
            raise PinBlockError("not a PIN block of format 4")

    @classmethod
    def from_digits(cls, digits: bytearray | memoryview, randomness: Randomness) -> "PinBlock":
        """Return the block for `digits` (values 0 to 9), with fresh random fill.

        The caller still owns, and wipes, `digits`. Raises `PinBlockError` for another length than
        4 to 12 or another value.
        """
        if not SHORTEST_PIN <= len(digits) <= LONGEST_PIN or max(digits) > 9:
            raise PinBlockError("a PIN has 4 to 12 digits")
        field = bytearray(BLOCK_LENGTH)
        nibbles = bytearray([_FORMAT, len(digits), *digits])
        nibbles += bytes([_FILL]) * (_DIGIT_NIBBLES - len(digits))
        try:
            for position in range(BLOCK_LENGTH - _RANDOM_LENGTH):
                field[position] = nibbles[2 * position] << 4 | nibbles[2 * position + 1]
            field[-_RANDOM_LENGTH:] = randomness.bytes(_RANDOM_LENGTH)
            return cls(field)
        finally:
            wipe(nibbles)
            wipe(field)

    def digits(self) -> SecretBytes:
        """Return the PIN as bytes of value 0 to 9; the caller wipes it."""
        view = self.view
        length = view[0] & 0x0F
        digits = bytearray(_nibble(view, 2 + position) for position in range(length))
        try:
            return SecretBytes(digits)
        finally:
            wipe(digits)

    def __repr__(self) -> str:
        """Show nothing, not even the length of the PIN."""
        return "PinBlock(<clear>)"


@dataclass(frozen=True, slots=True)
class EncipheredPinBlock:
    """Sixteen bytes that open only with the right key and the right account field."""

    content: bytes

    def __post_init__(self) -> None:
        """Refuse any other length."""
        if len(self.content) != BLOCK_LENGTH:
            raise PinBlockError("an enciphered PIN block has 16 bytes")

    def __repr__(self) -> str:
        """Show nothing: PIN blocks are not logged even enciphered."""
        return "EncipheredPinBlock(<enciphered>)"


@dataclass(frozen=True, slots=True)
class EncipheredPin:
    """What a PIN pad gives out: a block, and the serial number of the key it is under."""

    block: EncipheredPinBlock
    ksn: KeySerialNumber

    def to_bytes(self) -> bytes:
        """Return the 28 bytes that are sealed to the security module: block, then serial number."""
        return self.block.content + self.ksn.to_bytes()

    @classmethod
    def from_bytes(cls, content: bytes | bytearray | memoryview) -> Self:
        """Read what `to_bytes` wrote.

        Raises `PinBlockError` or `MalformedFieldError` for anything else.
        """
        if len(content) != BLOCK_LENGTH + KSN_LENGTH:
            raise PinBlockError("an enciphered PIN has 28 bytes")
        block = EncipheredPinBlock(bytes(content[:BLOCK_LENGTH]))
        return cls(block, KeySerialNumber.from_bytes(bytes(content[BLOCK_LENGTH:])))


def encipher_pin_block(
    block: PinBlock, account: AccountField, key: SecretBytes
) -> EncipheredPinBlock:
    """Encipher `block` for `account` under an AES key (ISO 9564-1, 9.4.2).

    The caller still owns, and wipes, `block` and `key`.
    """
    # ECB on single blocks is what the standard builds format 4 from.
    encryptor = Cipher(algorithms.AES(key.view), modes.ECB()).encryptor()  # noqa: S305
    # The first encipherment hides the PIN, so the intermediate block needs no wiping.
    intermediate = encryptor.update(block.view)
    return EncipheredPinBlock(encryptor.update(_xor(intermediate, account.content)))


def decipher_pin_block(
    enciphered: EncipheredPinBlock, account: AccountField, key: SecretBytes
) -> PinBlock:
    """Return the clear block; the caller wipes it.

    Raises `PinBlockError` if the block was made under another key or for another account. A wrong
    one passes the checks on control, digits and fill once in 2 * 10^7, mostly as twelve digits; a
    caller that takes six digits only is deceived once in 2 * 10^13.
    """
    decryptor = Cipher(algorithms.AES(key.view), modes.ECB()).decryptor()  # noqa: S305
    intermediate = _xor(decryptor.update(enciphered.content), account.content)
    # `update_into` asks for one block less one byte more than it writes.
    field = bytearray(2 * BLOCK_LENGTH - 1)
    try:
        decryptor.update_into(intermediate, field)
        return PinBlock(memoryview(field)[:BLOCK_LENGTH])
    finally:
        wipe(field)


def _is_pin_field(field: bytearray) -> bool:
    if len(field) != BLOCK_LENGTH or field[0] >> 4 != _FORMAT:
        return False
    length = field[0] & 0x0F
    if not SHORTEST_PIN <= length <= LONGEST_PIN:
        return False
    has_digits = all(_nibble(field, 2 + position) <= 9 for position in range(length))
    has_fill = all(
        _nibble(field, 2 + position) == _FILL for position in range(length, _DIGIT_NIBBLES)
    )
    return has_digits and has_fill


def _nibble(field: bytearray | memoryview, position: int) -> int:
    byte = field[position // 2]
    return byte >> 4 if position % 2 == 0 else byte & 0x0F


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(left, right, strict=True))
