"""AES-DUKPT of ANSI X9.24-3: a key of its own for every PIN, from a serial number and a counter.

A base derivation key (BDK) in the security module gives every terminal an initial key. The terminal
turns it into 32 intermediate keys and forgets it; each transaction uses one key up, and what is
left in the device yields no key used before. The module finds any key again from the BDK and the
key serial number (KSN) that travels with the PIN block.

AES-128 throughout, and PIN encryption keys only: one key, one purpose.
"""

from dataclasses import dataclass
from typing import Self

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from facepay.errors import KeyExhaustedError, MalformedFieldError
from facepay.secret import SecretBytes, wipe

KEY_LENGTH = 16
INITIAL_KEY_ID_LENGTH = 8
"""BDK id (4 bytes), then derivation id (4 bytes)."""
KSN_LENGTH = 12

REGISTER_COUNT = 32
MOST_SET_BITS = 16
"""A counter with more set bits is skipped: it bounds what the receiver derives for one PIN."""
LAST_COUNTER = 0xFFFF0000
"""The highest counter with sixteen set bits; one initial key gives 2,448,023,842 keys."""

_USAGE_PIN_ENCRYPTION = 0x1000
_USAGE_KEY_DERIVATION = 0x8000
_USAGE_INITIAL_KEY = 0x8001
_DERIVATION_PREFIX = b"\x01\x01"
_AES_128 = b"\x00\x02\x00\x80"
_STATE_LENGTH = INITIAL_KEY_ID_LENGTH + 4 + REGISTER_COUNT * KEY_LENGTH


@dataclass(frozen=True, slots=True, order=True)
class KeySerialNumber:
    """Which device and which of its transactions; travels in the clear beside the PIN block."""

    initial_key_id: bytes
    counter: int

    def __post_init__(self) -> None:
        """Refuse another length, and counters no device can reach."""
        if len(self.initial_key_id) != INITIAL_KEY_ID_LENGTH:
            raise MalformedFieldError("an initial key id has 8 bytes")
        if not 1 <= self.counter <= LAST_COUNTER or self.counter.bit_count() > MOST_SET_BITS:
            raise MalformedFieldError("not a transaction counter")

    def to_bytes(self) -> bytes:
        """Return 12 bytes: initial key id, counter (big-endian)."""
        return self.initial_key_id + self.counter.to_bytes(4)

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Read what `to_bytes` wrote; raise `MalformedFieldError` for anything else."""
        if len(content) != KSN_LENGTH:
            raise MalformedFieldError("a key serial number has 12 bytes")
        return cls(content[:INITIAL_KEY_ID_LENGTH], int.from_bytes(content[INITIAL_KEY_ID_LENGTH:]))

    def __str__(self) -> str:
        """Return upper-case hexadecimal, as terminals print it."""
        return self.to_bytes().hex().upper()


@dataclass(frozen=True, slots=True)
class TransactionKey:
    """The PIN encryption key of one transaction. Whoever took it wipes it."""

    ksn: KeySerialNumber
    pin_key: SecretBytes


def derive_initial_key(base_derivation_key: SecretBytes, initial_key_id: bytes) -> SecretBytes:
    """Return the 16-byte initial key of the device `initial_key_id`; the caller wipes it."""
    if len(initial_key_id) != INITIAL_KEY_ID_LENGTH:
        raise MalformedFieldError("an initial key id has 8 bytes")
    return _derive(base_derivation_key.view, _USAGE_INITIAL_KEY, initial_key_id)


def derive_pin_key(initial_key: SecretBytes, ksn: KeySerialNumber) -> SecretBytes:
    """Return the PIN encryption key of `ksn`, on the receiving side; the caller wipes it.

    One derivation for each set bit of the counter, highest first, and one for the purpose. The
    caller still owns, and wipes, `initial_key`.
    """
    with _derivation_key(initial_key, ksn) as derivation_key:
        return _purpose_key(derivation_key.view, ksn)


class DukptRegisters:
    """The sending side: intermediate keys and the counter of the next transaction.

    The holder writes `to_bytes()` durably after `take_key()` and before it uses the key, so that no
    crash can make it use a key twice.
    """

    __slots__ = ("_counter", "_initial_key_id", "_registers")

    def __init__(self, initial_key_id: bytes, counter: int, registers: bytearray) -> None:
        """Adopt `registers` (32 keys of 16 bytes); the object owns and wipes them from now on."""
        self._initial_key_id = initial_key_id
        self._counter = counter
        self._registers = registers

    @classmethod
    def load(cls, initial_key: SecretBytes, initial_key_id: bytes) -> "DukptRegisters":
        """Start a device at counter 1; the caller wipes `initial_key` at once."""
        device = cls(initial_key_id, 1, bytearray(REGISTER_COUNT * KEY_LENGTH))
        for register in range(REGISTER_COUNT):
            device._fill(register, initial_key.view, 1 << register)
        return device

    @property
    def next_counter(self) -> int:
        """The counter of the next transaction; above `LAST_COUNTER` there is none."""
        return self._counter

    def take_key(self) -> TransactionKey:
        """Return the next key and forget it; the caller persists the registers before using it.

        Raises `KeyExhaustedError` when every key is used: the device then needs a new initial key.
        """
        if self._counter > LAST_COUNTER:
            raise KeyExhaustedError("every key of this initial key is used")
        ksn = KeySerialNumber(self._initial_key_id, self._counter)
        register = (self._counter & -self._counter).bit_length() - 1
        current = self._key(register)
        pin_key = _purpose_key(current, ksn)
        if self._counter.bit_count() < MOST_SET_BITS:
            for lower in range(register):
                self._fill(lower, current, self._counter | 1 << lower)
            step = 1
        else:
            # Any lower bit would be the seventeenth: go on with the next higher one.
            step = 1 << register
        current[:] = bytes(KEY_LENGTH)
        self._counter += step
        return TransactionKey(ksn, pin_key)

    def to_bytes(self) -> SecretBytes:
        """Return the whole state, 524 bytes, for the device's own store; the caller wipes it."""
        state = bytearray(self._initial_key_id + self._counter.to_bytes(4) + self._registers)
        try:
            return SecretBytes(state)
        finally:
            wipe(state)

    @classmethod
    def from_bytes(cls, content: bytes | bytearray | memoryview) -> "DukptRegisters":
        """Continue where `to_bytes` left off; the caller wipes `content`."""
        view = memoryview(content)
        if len(view) != _STATE_LENGTH:
            raise MalformedFieldError("not a device state")
        counter = int.from_bytes(view[INITIAL_KEY_ID_LENGTH : INITIAL_KEY_ID_LENGTH + 4])
        registers = bytearray(view[INITIAL_KEY_ID_LENGTH + 4 :])
        return cls(bytes(view[:INITIAL_KEY_ID_LENGTH]), counter, registers)

    def wipe(self) -> None:
        """Overwrite every key. A repeat does nothing; no key can be taken afterwards."""
        wipe(self._registers)
        self._counter = LAST_COUNTER + 1

    def __repr__(self) -> str:
        """Show the device and the counter, no key."""
        return f"DukptRegisters({self._initial_key_id.hex()}, next_counter={self._counter})"

    def _key(self, register: int) -> memoryview:
        return memoryview(self._registers)[register * KEY_LENGTH : (register + 1) * KEY_LENGTH]

    def _fill(self, register: int, parent: memoryview, counter: int) -> None:
        payload = self._initial_key_id[4:] + counter.to_bytes(4)
        with _derive(parent, _USAGE_KEY_DERIVATION, payload) as derived:
            self._key(register)[:] = derived.view


def _derivation_key(initial_key: SecretBytes, ksn: KeySerialNumber) -> SecretBytes:
    key = SecretBytes(initial_key.view)
    reached = 0
    for bit in reversed(range(REGISTER_COUNT)):
        if ksn.counter >> bit & 1:
            reached |= 1 << bit
            payload = ksn.initial_key_id[4:] + reached.to_bytes(4)
            with key:
                key = _derive(key.view, _USAGE_KEY_DERIVATION, payload)
    return key


def _purpose_key(derivation_key: memoryview, ksn: KeySerialNumber) -> SecretBytes:
    payload = ksn.initial_key_id[4:] + ksn.counter.to_bytes(4)
    return _derive(derivation_key, _USAGE_PIN_ENCRYPTION, payload)


def _derive(parent: memoryview, usage: int, payload: bytes) -> SecretBytes:
    """Encipher the derivation data: version, block number, usage, algorithm, length, payload."""
    derivation_data = _DERIVATION_PREFIX + usage.to_bytes(2) + _AES_128 + payload
    # `update_into` asks for one block less one byte more than it writes.
    derived = bytearray(2 * KEY_LENGTH - 1)
    # One block enciphered by itself is the derivation that the standard defines.
    encryptor = Cipher(algorithms.AES(parent), modes.ECB()).encryptor()  # noqa: S305
    encryptor.update_into(derivation_data, derived)
    try:
        return SecretBytes(memoryview(derived)[:KEY_LENGTH])
    finally:
        wipe(derived)
