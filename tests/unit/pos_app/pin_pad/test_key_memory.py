"""The key file survives a power cut at any byte, keeps no used key, and never goes back."""

from pathlib import Path

import pytest

from facepay.dukpt import DukptRegisters
from facepay.secret import SecretBytes
from pos_app.checkout.pin_entry import PinPadError
from pos_app.pin_pad.key_memory import KeyMemory

SLOT = 564


def a_device() -> DukptRegisters:
    return DukptRegisters.load(SecretBytes(bytes(range(16))), bytes(range(8)))


def counter_in(path: Path) -> int:
    registers = KeyMemory(path).load()
    assert registers is not None
    return registers.next_counter


def test_a_device_never_loaded_has_no_keys(tmp_path: Path) -> None:
    assert KeyMemory(tmp_path / "keys.bin").load() is None


def test_the_state_stored_last_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "keys.bin"
    memory, device = KeyMemory(path), a_device()
    for counter in range(2, 8):
        device.take_key()
        memory.store(device)
        assert counter_in(path) == counter
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.rule("AUT-06")
def test_a_power_cut_at_any_byte_never_brings_a_used_key_back(tmp_path: Path) -> None:
    """While a write is cut short the older slot is whole; its next key was not used yet."""
    path = tmp_path / "keys.bin"
    memory, device = KeyMemory(path), a_device()
    device.take_key()
    memory.store(device)
    before = path.read_bytes()
    device.take_key()
    memory.store(device)
    after = path.read_bytes()
    # The second store went to the first slot; the slot of the first store was erased after that.
    for cut in range(0, SLOT + 1, 7):
        path.write_bytes(after[:cut] + before[cut:])
        assert counter_in(path) == 2
    path.write_bytes(after[:SLOT] + before[SLOT:])
    assert counter_in(path) == 3


@pytest.mark.rule("AUT-06")
def test_the_state_before_is_erased(tmp_path: Path) -> None:
    path = tmp_path / "keys.bin"
    memory, device = KeyMemory(path), a_device()
    memory.store(device)
    with device.to_bytes() as state:
        first_key = bytes(state.view[12:28])
    assert first_key in path.read_bytes()
    device.take_key()
    memory.store(device)
    assert first_key not in path.read_bytes()


def test_a_damaged_file_is_refused_instead_of_guessed_at(tmp_path: Path) -> None:
    path = tmp_path / "keys.bin"
    KeyMemory(path).store(a_device())
    content = path.read_bytes()
    for damaged in (b"", content[: SLOT // 2], bytes(len(content)), content[:-1] + b"\x01"):
        path.write_bytes(damaged)
        with pytest.raises(PinPadError, match="damaged"):
            KeyMemory(path).load()


def test_a_folder_in_the_way_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "keys.bin"
    path.mkdir()
    with pytest.raises(PinPadError, match="read"):
        KeyMemory(path).load()
    with pytest.raises(PinPadError, match="store"):
        KeyMemory(path).store(a_device())
