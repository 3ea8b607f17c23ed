"""The device's transaction keys on disk, so that a power cut cannot make it use one twice.

Two slots in one file, written in turn and in place. A slot counts if its checksum holds, the newer
one wins, and the older is overwritten with zeros once the newer is durable, so that used keys do
not linger. A real device keeps this in memory that erases itself when opened.
"""

import hashlib
import os
from pathlib import Path

from facepay.dukpt import DukptRegisters
from facepay.errors import MalformedFieldError
from facepay.secret import SecretBytes, wipe
from pos_app.checkout.pin_entry import PinPadError

_STATE_LENGTH = 524
_SEQUENCE_LENGTH = 8
_CHECKSUM_LENGTH = 32
_SLOT_LENGTH = _SEQUENCE_LENGTH + _STATE_LENGTH + _CHECKSUM_LENGTH
_SLOT_COUNT = 2
_OWNER_ONLY = 0o600


class KeyMemory:
    """The key file of one device."""

    def __init__(self, path: Path) -> None:
        """Use `path`, which is made at the first `store`. Raises `PinPadError` if it is unreadable."""
        self._path = path
        self._sequence = 0

    def load(self) -> DukptRegisters | None:
        """Return the state stored last, or None if the device was never loaded.

        Raises `PinPadError` if the file is damaged: the device then needs a new initial key, since
        going back to an older state could use a key twice.
        """
        if not self._path.exists():
            return None
        try:
            content = bytearray(self._path.read_bytes())
        except OSError as error:
            raise PinPadError("the PIN pad's keys cannot be read") from error
        try:
            return self._newest(content)
        except MalformedFieldError as error:
            raise PinPadError(f"{self._path} is damaged: remove it") from error
        finally:
            wipe(content)

    def store(self, registers: DukptRegisters) -> None:
        """Write the state durably, then erase the one before. Raises `PinPadError`."""
        sequence = self._sequence + 1
        with registers.to_bytes() as state:
            slot = bytearray(sequence.to_bytes(_SEQUENCE_LENGTH) + state.view)
        slot += hashlib.sha256(slot).digest()
        position = sequence % _SLOT_COUNT * _SLOT_LENGTH
        other = (sequence + 1) % _SLOT_COUNT * _SLOT_LENGTH
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, _OWNER_ONLY)
            with os.fdopen(descriptor, "r+b", buffering=0) as file:
                file.seek(position)
                file.write(slot)
                os.fsync(file.fileno())
                self._sequence = sequence
                file.seek(other)
                file.write(bytes(_SLOT_LENGTH))
        except OSError as error:
            raise PinPadError("the PIN pad cannot store that it used a key") from error
        finally:
            wipe(slot)

    def _newest(self, content: bytearray) -> DukptRegisters:
        slots = (
            memoryview(content)[number * _SLOT_LENGTH : (number + 1) * _SLOT_LENGTH]
            for number in range(_SLOT_COUNT)
        )
        valid = {sequence: state for sequence, state in map(_read_slot, slots) if sequence}
        if not valid:
            raise PinPadError(f"{self._path} is damaged: remove it and load a new initial key")
        self._sequence = max(valid)
        with SecretBytes(valid[self._sequence]) as state:
            return DukptRegisters.from_bytes(state.view)


def _read_slot(slot: memoryview) -> tuple[int, memoryview]:
    """Return sequence number and state; the number is 0 if the slot does not count."""
    content, checksum = slot[:-_CHECKSUM_LENGTH], slot[-_CHECKSUM_LENGTH:]
    is_whole = len(slot) == _SLOT_LENGTH and hashlib.sha256(content).digest() == checksum
    sequence = int.from_bytes(content[:_SEQUENCE_LENGTH]) if is_whole else 0
    return sequence, content[_SEQUENCE_LENGTH:]
