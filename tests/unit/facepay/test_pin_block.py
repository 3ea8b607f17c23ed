"""ISO 9564-1 format 4: published vectors, a second implementation, binding to the account field."""

import json
from pathlib import Path

import psec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facepay.dukpt import KeySerialNumber
from facepay.errors import MalformedFieldError, PinBlockError
from facepay.identifiers import AccountAlias, RoutingToken
from facepay.pin_block import (
    AccountField,
    EncipheredPin,
    EncipheredPinBlock,
    PinBlock,
    decipher_pin_block,
    encipher_pin_block,
)
from facepay.secret import SecretBytes
from tests.fakes.ports import SeededRandomness

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/iso_9564_format_4.json").read_text())
KEY = SecretBytes(bytes(range(16)))
TOKEN = AccountField.of_token(RoutingToken.generate(SeededRandomness(1)))
OTHER_TOKEN = AccountField.of_token(RoutingToken.generate(SeededRandomness(2)))


class FixedFill:
    """Randomness with one answer, for the published blocks."""

    def __init__(self, fill: bytes) -> None:
        self._fill = fill

    def bytes(self, count: int) -> bytes:
        assert count == len(self._fill)
        return self._fill


def digits(pin: str) -> bytearray:
    return bytearray(int(character) for character in pin)


def block(pin: str, seed: int = 1) -> PinBlock:
    return PinBlock.from_digits(digits(pin), SeededRandomness(seed))


@pytest.mark.rule("AUT-05")
@pytest.mark.parametrize("vector", VECTORS["blocks"], ids=lambda vector: vector["source"])
def test_published_blocks_are_reproduced_both_ways(vector: dict[str, str]) -> None:
    key = SecretBytes(bytes.fromhex(vector["key"]))
    account = AccountField.from_digits(vector["account_digits"])
    fill = FixedFill(bytes.fromhex(vector["random_fill"]))
    clear = PinBlock.from_digits(digits(vector["pin"]), fill)
    enciphered = encipher_pin_block(clear, account, key)
    assert enciphered.content.hex().upper() == vector["enciphered"]
    with decipher_pin_block(enciphered, account, key) as opened, opened.digits() as pin:
        assert bytes(pin.view) == digits(vector["pin"])


@pytest.mark.rule("AUT-05")
@given(
    pin=st.text("0123456789", min_size=4, max_size=12),
    account=st.text("0123456789", min_size=13, max_size=19),
    key=st.binary(min_size=16, max_size=16),
)
def test_a_second_implementation_agrees_both_ways(pin: str, account: str, key: bytes) -> None:
    field = AccountField.from_digits(account)
    ours = encipher_pin_block(block(pin), field, SecretBytes(key))
    assert psec.pinblock.decipher_pinblock_iso_4(key, ours.content, account) == pin
    theirs = psec.pinblock.encipher_pinblock_iso_4(key, pin, account)
    with decipher_pin_block(EncipheredPinBlock(theirs), field, SecretBytes(key)) as opened:
        assert bytes(opened.digits().view) == digits(pin)


@pytest.mark.rule("AUT-05")
def test_the_same_pin_twice_gives_different_blocks() -> None:
    randomness = SeededRandomness()
    blocks = {
        encipher_pin_block(PinBlock.from_digits(digits("493817"), randomness), TOKEN, KEY).content
        for _ in range(20)
    }
    assert len(blocks) == 20


@pytest.mark.rule("AUT-05")
def test_a_block_does_not_open_for_another_token() -> None:
    enciphered = encipher_pin_block(block("493817"), TOKEN, KEY)
    with pytest.raises(PinBlockError):
        decipher_pin_block(enciphered, OTHER_TOKEN, KEY)


@pytest.mark.rule("AUT-05")
def test_a_block_does_not_open_under_another_key_or_when_changed() -> None:
    enciphered = encipher_pin_block(block("493817"), TOKEN, KEY)
    with pytest.raises(PinBlockError):
        decipher_pin_block(enciphered, TOKEN, SecretBytes(bytes(16)))
    for position in range(16):
        changed = bytearray(enciphered.content)
        changed[position] ^= 0x80
        with pytest.raises(PinBlockError):
            decipher_pin_block(EncipheredPinBlock(bytes(changed)), TOKEN, KEY)


def test_an_alias_gives_a_field_of_its_own_in_the_reserved_range() -> None:
    first, again, other = (
        AccountField.of_alias(AccountAlias(alias))
        for alias in ("acct-00000001", "acct-00000001", "acct-00000002")
    )
    assert first == again
    assert first != other
    assert first.content.hex().startswith("7999")
    RoutingToken(first.content.hex()[1:20])


@pytest.mark.parametrize("account", ["", "1" * 11, "1" * 20, "12345678901a", "\uff11" * 12])
def test_an_account_field_needs_twelve_to_nineteen_digits(account: str) -> None:
    with pytest.raises(MalformedFieldError):
        AccountField.from_digits(account)


@pytest.mark.parametrize("pin", ["", "123", "1234567890123"])
def test_a_pin_has_four_to_twelve_digits(pin: str) -> None:
    with pytest.raises(PinBlockError):
        block(pin)


@pytest.mark.parametrize("value", [10, 15, 16, 48, 255])
def test_only_decimal_digits_are_a_pin(value: int) -> None:
    with pytest.raises(PinBlockError):
        PinBlock.from_digits(bytearray([1, 2, 3, 4, 5, value]), SeededRandomness())


@pytest.mark.parametrize(
    "field",
    [
        "041234AAAAAAAAAA0011223344556677",
        "341234AAAAAAAAAA0011223344556677",
        "431234AAAAAAAAAA0011223344556677",
        "4D1234567890123A0011223344556677",
        "44123AAAAAAAAAAA0011223344556677",
        "441234AAAAAAAAAF0011223344556677",
        "441234AAAAAAAAAA00112233445566",
    ],
)
def test_a_malformed_field_is_not_a_pin_block(field: str) -> None:
    with pytest.raises(PinBlockError):
        PinBlock(bytes.fromhex(field))


@pytest.mark.rule("AUT-04")
def test_neither_type_shows_its_content() -> None:
    clear = block("493817")
    enciphered = encipher_pin_block(clear, TOKEN, KEY)
    assert "493817" not in repr(clear)
    assert clear.view.hex() not in repr(clear)
    assert repr(enciphered) == "EncipheredPinBlock(<enciphered>)"
    with pytest.raises(PinBlockError):
        EncipheredPinBlock(b"short")


@pytest.mark.rule("AUT-04")
def test_a_wiped_block_holds_nothing() -> None:
    clear = block("493817")
    view = clear.view
    clear.wipe()
    assert not any(view)
    with pytest.raises(ValueError, match="wiped"):
        clear.digits()


def test_an_enciphered_pin_travels_with_its_key_serial_number() -> None:
    ksn = KeySerialNumber(bytes(range(8)), 0x845FED)
    pin = EncipheredPin(encipher_pin_block(block("493817"), TOKEN, KEY), ksn)
    assert EncipheredPin.from_bytes(pin.to_bytes()) == pin
    assert len(pin.to_bytes()) == 28
    for content in (b"", pin.to_bytes()[:-1], pin.to_bytes() + b"\0"):
        with pytest.raises(PinBlockError):
            EncipheredPin.from_bytes(content)
