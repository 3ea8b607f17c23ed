"""The simulated PIN entry device.

Keys may be pressed on any thread; an entry runs on the event loop that called `enter_pin`. The
observer is told how many digits there are, and of a refused choice why nobody may use it.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from facepay.dukpt import DukptRegisters
from facepay.pin_block import AccountField, EncipheredPin, PinBlock, encipher_pin_block
from facepay.ports import Clock, Randomness
from facepay.secret import SecretBytes
from facepay.weak_digits import is_repeated, is_run
from pos_app.checkout.pin_entry import (
    PinEntryCancelled,
    PinEntryTimedOut,
    PinPadError,
    PinPrompt,
    PinStage,
)
from pos_app.pin_pad.digit_buffer import PIN_LENGTH, DigitBuffer
from pos_app.pin_pad.key_memory import KeyMemory

__all__ = ["PIN_LENGTH", "PinEntryView", "PinPadObserver", "PinStage", "SimulatedPed"]

_LOOK_SECONDS = 1.0
"""How often a waiting entry looks at the clock."""


@dataclass(frozen=True, slots=True)
class PinEntryView:
    """What a window may show of an entry."""

    stage: PinStage
    digit_count: int
    extensions_left: int
    was_extended: bool


class PinPadObserver(Protocol):
    """Who draws the dots. Called on the thread that pressed a key, or on the entry's own."""

    def pin_entry_changed(self, view: PinEntryView | None) -> None:
        """Show the entry; None when there is none any more."""


class _Ending(Enum):
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"


class _Entry:
    """One running entry. Everything that changes it holds the device's lock."""

    def __init__(self, prompt: PinPrompt, now: float) -> None:
        is_choice = prompt.amount is None
        self.prompt = prompt
        self.stage = PinStage.CHOOSE if is_choice else PinStage.ENTER
        self.digits = DigitBuffer()
        self.first_choice = DigitBuffer()
        self.deadline = now + prompt.entry_seconds
        self.extensions_left = prompt.extensions
        self.loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[_Ending] = self.loop.create_future()
        self.is_closed = False
        """Set with the ending: keys pressed after that change nothing."""

    @property
    def view(self) -> PinEntryView:
        return PinEntryView(
            stage=self.stage,
            digit_count=self.digits.count,
            extensions_left=self.extensions_left,
            was_extended=self.extensions_left < self.prompt.extensions,
        )

    def confirm(self) -> bool:
        """Take the digits; return whether the PIN stands."""
        if self.stage is PinStage.ENTER:
            return True
        if self.stage is not PinStage.REPEAT:
            self.choose()
            return False
        is_same = self.digits.equals(self.first_choice)
        self.first_choice.wipe()
        if not is_same:
            self.digits.wipe()
            self.stage = PinStage.CHOOSE_AGAIN
        return is_same

    def choose(self) -> None:
        """Take the digits as the choice, unless anybody would guess them first."""
        digits = self.digits.view
        if is_repeated(digits):
            self.stage = PinStage.CHOOSE_UNREPEATED
        elif is_run(digits):
            self.stage = PinStage.CHOOSE_NO_RUN
        else:
            self.first_choice.take_from(self.digits)
            self.stage = PinStage.REPEAT
        self.digits.wipe()

    def end(self, ending: _Ending) -> None:
        """End the entry, from any thread; the first ending counts."""
        if not self.is_closed:
            self.is_closed = True
            self.loop.call_soon_threadsafe(self._resolve, ending)

    def _resolve(self, ending: _Ending) -> None:
        if not self.ended.done():
            self.ended.set_result(ending)

    def wipe(self) -> None:
        self.digits.wipe()
        self.first_choice.wipe()


class SimulatedPed:
    """Implements `pos_app.checkout.pin_entry.PinPad`. One process uses a key file at a time."""

    def __init__(self, key_file: Path, clock: Clock, randomness: Randomness) -> None:
        """Use the keys in `key_file`, if there are any; raises `PinPadError` if they are damaged."""
        self._memory = KeyMemory(key_file)
        self._registers = self._memory.load()
        self._clock = clock
        self._randomness = randomness
        self._observer: PinPadObserver | None = None
        self._entry: _Entry | None = None
        # Reentrant, since an observer may look at the device from inside a call.
        self._lock = threading.RLock()

    @property
    def is_loaded(self) -> bool:
        """Whether the device has keys."""
        return self._registers is not None

    def load_initial_key(self, initial_key: SecretBytes, initial_key_id: bytes) -> None:
        """Take a new initial key, durably, in place of all keys before it.

        Only what follows from it is kept. The caller wipes `initial_key` at once.
        """
        registers = DukptRegisters.load(initial_key, initial_key_id)
        self._memory.store(registers)
        if self._registers is not None:
            self._registers.wipe()
        self._registers = registers

    def observe(self, observer: PinPadObserver | None) -> None:
        """Tell `observer` about entries from now on, instead of anyone before."""
        self._observer = observer

    async def enter_pin(
        self, prompt: PinPrompt
    ) -> EncipheredPin | PinEntryCancelled | PinEntryTimedOut:
        """Ask for a PIN and return it enciphered for the prompt's token.

        The buffers are wiped on every way out, also when the task is cancelled. Raises
        `PinPadError` if there is no key, an entry is running or a used key cannot be stored, and
        `KeyExhaustedError` after the last key.
        """
        with self._lock:
            if self._entry is not None:
                raise PinPadError("a PIN is being entered already")
            if self._registers is None:
                raise PinPadError("the PIN pad has no keys")
            entry = self._entry = _Entry(prompt, self._clock.monotonic())
        timekeeper = asyncio.ensure_future(self._keep_time(entry))
        try:
            self._tell(entry.view)
            match await entry.ended:
                case _Ending.CONFIRMED:
                    return self._encipher(entry)
                case _Ending.CANCELLED:
                    return PinEntryCancelled()
                case _Ending.TIMED_OUT:
                    return PinEntryTimedOut()
        finally:
            timekeeper.cancel()
            with self._lock:
                self._entry = None
                entry.wipe()
            self._tell(None)

    def press(self, digit: int) -> None:
        """Press a digit key (0 to 9). Without an entry, and beyond six digits, nothing happens."""
        with self._open_entry() as entry:
            if entry is not None:
                entry.digits.push(digit)

    def backspace(self) -> None:
        """Take back the last digit."""
        with self._open_entry() as entry:
            if entry is not None:
                entry.digits.drop_last()

    def clear(self) -> None:
        """Take back all digits."""
        with self._open_entry() as entry:
            if entry is not None:
                entry.digits.wipe()

    def confirm(self) -> None:
        """Confirm six digits; with fewer, nothing happens."""
        with self._open_entry() as entry:
            if entry is not None and entry.digits.is_complete and entry.confirm():
                entry.end(_Ending.CONFIRMED)

    def cancel(self) -> None:
        """Stop the entry."""
        with self._open_entry() as entry:
            if entry is not None:
                entry.wipe()
                entry.end(_Ending.CANCELLED)

    def extend(self) -> None:
        """Give the payer as much time again, as often as the prompt allows."""
        with self._open_entry() as entry:
            if entry is not None and entry.extensions_left > 0:
                entry.extensions_left -= 1
                entry.deadline = self._clock.monotonic() + entry.prompt.entry_seconds

    @contextmanager
    def _open_entry(self) -> Iterator[_Entry | None]:
        """Hold the lock around a key press; yield None if no entry takes keys; tell the observer."""
        with self._lock:
            entry = self._entry
            if entry is None or entry.is_closed:
                yield None
                return
            yield entry
            view = entry.view
        self._tell(view)

    async def _keep_time(self, entry: _Entry) -> None:
        while (left := entry.deadline - self._clock.monotonic()) > 0:
            await self._clock.sleep(min(left, _LOOK_SECONDS))
        with self._lock:
            entry.end(_Ending.TIMED_OUT)

    def _encipher(self, entry: _Entry) -> EncipheredPin:
        registers = self._registers
        if registers is None:
            raise PinPadError("the PIN pad has no keys")
        taken = registers.take_key()
        with taken.pin_key as key:
            self._memory.store(registers)
            with (
                self._lock,
                PinBlock.from_digits(entry.digits.view, self._randomness) as block,
            ):
                account = AccountField.of_token(entry.prompt.token)
                return EncipheredPin(encipher_pin_block(block, account, key), taken.ksn)

    def _tell(self, view: PinEntryView | None) -> None:
        if self._observer is not None:
            self._observer.pin_entry_changed(view)
