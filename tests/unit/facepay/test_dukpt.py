"""AES-DUKPT: published vectors, agreement of both sides, forward secrecy, skipped counters, the end."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facepay.dukpt import (
    LAST_COUNTER,
    DukptRegisters,
    KeySerialNumber,
    derive_initial_key,
    derive_pin_key,
)
from facepay.errors import KeyExhaustedError, MalformedFieldError
from facepay.secret import SecretBytes

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors/aes_dukpt_x9_24_3_2017.json").read_text()
)
BDK = SecretBytes(bytes.fromhex(VECTORS["base_derivation_key"]))
DEVICE = bytes.fromhex(VECTORS["initial_key_id"])
INITIAL_KEY = SecretBytes(bytes.fromhex(VECTORS["initial_key"]))

counters = st.integers(1, LAST_COUNTER).filter(lambda counter: counter.bit_count() <= 16)


def device_at(counter: int) -> DukptRegisters:
    """A device that has used every key below `counter`, made without using them one by one."""
    device = DukptRegisters.load(INITIAL_KEY, DEVICE)
    for bit in reversed(range(32)):
        if counter >> bit & 1:
            reached = counter >> bit << bit
            if reached == counter:
                break
            # The prefix is taken (its key is used up), which fills the registers below it.
            device = _with_counter(device, reached)
            device.take_key()
    return _with_counter(device, counter)


def _with_counter(device: DukptRegisters, counter: int) -> DukptRegisters:
    with device.to_bytes() as state:
        content = bytearray(state.view)
    content[8:12] = counter.to_bytes(4)
    return DukptRegisters.from_bytes(content)


@pytest.mark.rule("AUT-06")
def test_the_initial_key_is_the_published_one() -> None:
    with derive_initial_key(BDK, DEVICE) as initial_key:
        assert initial_key.equals(INITIAL_KEY)


@pytest.mark.rule("AUT-06")
@pytest.mark.parametrize("vector", VECTORS["pin_encryption_keys"], ids=lambda v: v["counter"])
def test_the_receiver_finds_the_published_pin_keys(vector: dict[str, str]) -> None:
    ksn = KeySerialNumber(DEVICE, int(vector["counter"], 16))
    with derive_pin_key(INITIAL_KEY, ksn) as key:
        assert key.view.hex().upper() == vector["key"]


@pytest.mark.rule("AUT-06")
@pytest.mark.parametrize("vector", VECTORS["pin_encryption_keys"], ids=lambda v: v["counter"])
def test_the_device_uses_the_published_pin_keys(vector: dict[str, str]) -> None:
    taken = device_at(int(vector["counter"], 16)).take_key()
    assert str(taken.ksn) == VECTORS["initial_key_id"] + vector["counter"]
    assert taken.pin_key.view.hex().upper() == vector["key"]


def test_the_registers_after_loading_are_the_published_ones() -> None:
    with DukptRegisters.load(INITIAL_KEY, DEVICE).to_bytes() as state:
        assert state.view[12:].hex().upper() == "".join(VECTORS["registers_after_loading"])


@pytest.mark.rule("AUT-06")
def test_a_used_key_is_gone_from_the_device() -> None:
    device = DukptRegisters.load(INITIAL_KEY, DEVICE)
    device.take_key()
    with device.to_bytes() as state:
        assert not any(state.view[12:28])
    device.take_key()
    with device.to_bytes() as state:
        registers = state.view[12:].hex().upper()
        assert registers.startswith(VECTORS["register_0_after_second_transaction"] + "0" * 32)


@pytest.mark.rule("AUT-06")
def test_what_is_left_in_the_device_derives_no_key_used_before() -> None:
    """No register of a device at counter n is the parent of any counter below n."""
    device = DukptRegisters.load(INITIAL_KEY, DEVICE)
    used = [device.take_key() for _ in range(40)]
    with device.to_bytes() as state:
        registers = [SecretBytes(state.view[12 + 16 * i : 28 + 16 * i]) for i in range(32)]
    past = [key for key in used if any(register.equals(key.pin_key) for register in registers)]
    assert not past
    # A register would have to hold the key of a past counter or of one of its prefixes.
    for taken in used:
        for register in registers:
            with derive_pin_key(register, taken.ksn) as found:
                assert not found.equals(taken.pin_key)


@pytest.mark.rule("AUT-06")
@given(counter=counters)
def test_both_sides_agree_for_any_counter_and_the_next_one(counter: int) -> None:
    device = device_at(counter)
    for _ in range(2):
        if device.next_counter > LAST_COUNTER:
            break
        taken = device.take_key()
        with derive_pin_key(INITIAL_KEY, taken.ksn) as key:
            assert key.equals(taken.pin_key)


@pytest.mark.rule("AUT-06")
def test_five_hundred_transactions_use_five_hundred_keys() -> None:
    device = DukptRegisters.load(INITIAL_KEY, DEVICE)
    taken = [device.take_key() for _ in range(500)]
    assert len({bytes(key.pin_key.view) for key in taken}) == 500
    assert [key.ksn.counter for key in taken] == list(range(1, 501))


@pytest.mark.parametrize(
    ("counter", "following"),
    [
        (0x0000FFFF, 0x00010000),
        (0x0001FFFE, 0x00020000),
        (0xFFFE0000, 0xFFFE0001),
        (0xFFFE0001, 0xFFFE0002),
        (0xFFFE8000, 0xFFFF0000),
    ],
    ids=hex,
)
def test_counters_with_more_than_sixteen_set_bits_are_skipped(counter: int, following: int) -> None:
    device = device_at(counter)
    device.take_key()
    assert device.next_counter == following


@pytest.mark.rule("AUT-06")
def test_a_device_stops_after_its_last_key() -> None:
    device = device_at(LAST_COUNTER)
    device.take_key()
    for _ in range(2):
        with pytest.raises(KeyExhaustedError):
            device.take_key()
    again = DukptRegisters.from_bytes(DukptRegisters.load(INITIAL_KEY, DEVICE).to_bytes().view)
    again.wipe()
    with pytest.raises(KeyExhaustedError):
        again.take_key()


def test_a_key_serial_number_survives_the_wire() -> None:
    ksn = KeySerialNumber(DEVICE, 0x845FED)
    assert KeySerialNumber.from_bytes(ksn.to_bytes()) == ksn
    assert str(ksn) == "123456789012345600845FED"


@pytest.mark.parametrize("counter", [0, -1, LAST_COUNTER + 1, 0x0001FFFF])
def test_counters_no_device_reaches_are_refused(counter: int) -> None:
    with pytest.raises(MalformedFieldError):
        KeySerialNumber(DEVICE, counter)


def test_other_lengths_are_refused() -> None:
    for content in (b"", bytes(11), bytes(13)):
        with pytest.raises(MalformedFieldError):
            KeySerialNumber.from_bytes(content)
        with pytest.raises(MalformedFieldError):
            DukptRegisters.from_bytes(content)
    with pytest.raises(MalformedFieldError):
        KeySerialNumber(b"short", 1)
    with pytest.raises(MalformedFieldError):
        derive_initial_key(BDK, b"short")


def test_no_repr_shows_a_key() -> None:
    device = DukptRegisters.load(INITIAL_KEY, DEVICE)
    taken = device.take_key()
    for shown in (repr(device), repr(taken)):
        assert VECTORS["pin_encryption_keys"][0]["key"].lower() not in shown.lower()
        assert VECTORS["registers_after_loading"][0].lower() not in shown.lower()
