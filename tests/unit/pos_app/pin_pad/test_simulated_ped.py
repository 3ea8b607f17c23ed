"""The PIN pad gives out enciphered PINs only, never uses a key twice, and wipes on every way out."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from facepay.dukpt import KeySerialNumber, derive_pin_key
from facepay.errors import KeyExhaustedError
from facepay.identifiers import RoutingToken
from facepay.money import Money
from facepay.pin_block import AccountField, EncipheredPin, decipher_pin_block
from facepay.secret import SecretBytes
from pos_app.checkout.pin_entry import (
    PinEntryCancelled,
    PinEntryTimedOut,
    PinPad,
    PinPadError,
    PinPrompt,
)
from pos_app.pin_pad.simulated_ped import PinEntryView, PinStage, SimulatedPed
from tests.fakes.ports import ManualClock, SeededRandomness

INITIAL_KEY = SecretBytes(bytes(range(16)))
DEVICE = bytes(range(8))
TOKEN = RoutingToken.generate(SeededRandomness(5))
PROMPT = PinPrompt(TOKEN, Money(1230), "Green Grocer", entry_seconds=60, extensions=2)
CHOICE = PinPrompt(TOKEN, None, "Green Bank", entry_seconds=60, extensions=2)
Outcome = EncipheredPin | PinEntryCancelled | PinEntryTimedOut


class PatientClock(ManualClock):
    """Sleeping waits until the test has moved the time, instead of moving it."""

    async def sleep(self, seconds: float) -> None:
        until = self.monotonic() + seconds
        while self.monotonic() < until:  # noqa: ASYNC110 - only the test moves the time
            await asyncio.sleep(0)


@dataclass
class Watcher:
    """Implements `PinPadObserver`."""

    views: list[PinEntryView | None] = field(default_factory=list)

    def pin_entry_changed(self, view: PinEntryView | None) -> None:
        self.views.append(view)

    @property
    def last(self) -> PinEntryView:
        view = self.views[-1]
        assert view is not None
        return view


class Counter:
    """A counter: its PIN pad, clock and window."""

    def __init__(self, key_file: Path) -> None:
        self.key_file = key_file
        self.clock = PatientClock()
        self.watcher = Watcher()
        self.ped = self.open()
        self.ped.load_initial_key(INITIAL_KEY, DEVICE)

    def open(self) -> SimulatedPed:
        ped = SimulatedPed(self.key_file, self.clock, SeededRandomness())
        ped.observe(self.watcher)
        return ped

    async def run(self, steps: Callable[[], None], prompt: PinPrompt = PROMPT) -> Outcome:
        entry = asyncio.create_task(self.ped.enter_pin(prompt))
        await asyncio.sleep(0)
        steps()
        return await entry

    def type_pin(self, pin: str) -> None:
        for character in pin:
            self.ped.press(int(character))

    def enter(self, pin: str) -> None:
        self.type_pin(pin)
        self.ped.confirm()


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    return Counter(tmp_path / "pin_pad" / "keys.bin")


def pin_in(outcome: Outcome, token: RoutingToken = TOKEN) -> str:
    assert isinstance(outcome, EncipheredPin)
    account = AccountField.of_token(token)
    with (
        derive_pin_key(INITIAL_KEY, outcome.ksn) as key,
        decipher_pin_block(outcome.block, account, key) as block,
        block.digits() as digits,
    ):
        return "".join(str(digit) for digit in digits.view)


@pytest.mark.rule("AUT-04", "AUT-05")
async def test_a_pin_comes_out_enciphered_for_the_token(counter: Counter) -> None:
    pad: PinPad = counter.ped
    outcome = await counter.run(lambda: counter.enter("493817"))
    assert pin_in(outcome) == "493817"
    assert pad is counter.ped


@pytest.mark.rule("AUT-06")
async def test_every_entry_uses_the_next_key(counter: Counter) -> None:
    outcomes = [await counter.run(lambda: counter.enter("493817")) for _ in range(3)]
    serials = [outcome.ksn for outcome in outcomes if isinstance(outcome, EncipheredPin)]
    assert serials == [KeySerialNumber(DEVICE, number) for number in (1, 2, 3)]
    assert (
        len({outcome.block.content for outcome in outcomes if isinstance(outcome, EncipheredPin)})
        == 3
    )


@pytest.mark.rule("AUT-06")
async def test_a_restart_goes_on_after_the_last_key(counter: Counter) -> None:
    await counter.run(lambda: counter.enter("493817"))
    counter.ped = counter.open()
    outcome = await counter.run(lambda: counter.enter("493817"))
    assert isinstance(outcome, EncipheredPin)
    assert outcome.ksn.counter == 2


@pytest.mark.rule("AUT-06")
async def test_without_durable_storage_nothing_is_enciphered(counter: Counter) -> None:
    counter.key_file.unlink()
    counter.key_file.mkdir()
    with pytest.raises(PinPadError):
        await counter.run(lambda: counter.enter("493817"))
    counter.key_file.rmdir()
    outcome = await counter.run(lambda: counter.enter("493817"))
    assert isinstance(outcome, EncipheredPin)
    assert outcome.ksn.counter == 2


@pytest.mark.rule("AUT-06")
async def test_after_the_last_key_the_device_stops(counter: Counter) -> None:
    content = bytearray(counter.key_file.read_bytes())
    assert content
    registers = counter.ped._registers
    assert registers is not None
    registers._counter = 0xFFFF0001
    with pytest.raises(KeyExhaustedError):
        await counter.run(lambda: counter.enter("493817"))


async def test_corrections_are_made_before_confirming(counter: Counter) -> None:
    def steps() -> None:
        counter.type_pin("11")
        counter.ped.clear()
        counter.type_pin("4938179")
        counter.ped.backspace()
        counter.enter("6")

    assert pin_in(await counter.run(steps)) == "493816"


async def test_fewer_than_six_digits_cannot_be_confirmed(counter: Counter) -> None:
    def steps() -> None:
        counter.ped.backspace()
        counter.enter("49381")
        assert counter.watcher.last.digit_count == 5
        counter.enter("7")

    assert pin_in(await counter.run(steps)) == "493817"


async def test_keys_after_confirming_change_nothing(counter: Counter) -> None:
    def steps() -> None:
        counter.enter("493817")
        counter.ped.backspace()
        counter.ped.clear()
        counter.ped.cancel()
        counter.ped.confirm()

    assert pin_in(await counter.run(steps)) == "493817"


@pytest.mark.rule("AUT-04")
async def test_the_observer_learns_how_many_digits_and_nothing_else(counter: Counter) -> None:
    await counter.run(lambda: counter.enter("493817"))
    counts = [view.digit_count for view in counter.watcher.views if view is not None]
    assert counts == [0, 1, 2, 3, 4, 5, 6, 6]
    assert counter.watcher.views[-1] is None
    assert set(PinEntryView.__slots__) == {
        "stage",
        "digit_count",
        "extensions_left",
        "was_extended",
    }


async def test_cancelling_ends_the_entry(counter: Counter) -> None:
    def steps() -> None:
        counter.type_pin("493")
        counter.ped.cancel()

    assert await counter.run(steps) == PinEntryCancelled()


async def test_time_runs_out_after_sixty_seconds(counter: Counter) -> None:
    def steps() -> None:
        counter.type_pin("493")
        counter.clock.advance(60)

    assert await counter.run(steps) == PinEntryTimedOut()


@pytest.mark.rule("CON-12")
async def test_time_can_be_extended_twice(counter: Counter) -> None:
    def steps() -> None:
        for _ in range(2):
            counter.clock.advance(59)
            counter.ped.extend()
        assert counter.watcher.last == PinEntryView(PinStage.ENTER, 0, 0, was_extended=True)
        counter.clock.advance(59)
        counter.enter("493817")

    assert pin_in(await counter.run(steps)) == "493817"

    def too_often() -> None:
        for _ in range(3):
            counter.clock.advance(59)
            counter.ped.extend()
        counter.clock.advance(1)

    assert await counter.run(too_often) == PinEntryTimedOut()


@pytest.mark.rule("AUT-03")
async def test_a_new_passcode_is_entered_twice(counter: Counter) -> None:
    def steps() -> None:
        assert counter.watcher.last.stage is PinStage.CHOOSE
        counter.enter("493817")
        assert counter.watcher.last == PinEntryView(PinStage.REPEAT, 0, 2, was_extended=False)
        counter.enter("493817")

    assert pin_in(await counter.run(steps, CHOICE)) == "493817"


async def test_two_entries_that_differ_are_asked_for_again(counter: Counter) -> None:
    def steps() -> None:
        counter.enter("493817")
        counter.enter("493818")
        assert counter.watcher.last.stage is PinStage.CHOOSE_AGAIN
        counter.enter("507284")
        counter.enter("507284")

    assert pin_in(await counter.run(steps, CHOICE)) == "507284"


@pytest.mark.rule("AUT-03")
@pytest.mark.parametrize(
    ("weak", "stage"),
    [
        ("000000", PinStage.CHOOSE_UNREPEATED),
        ("121212", PinStage.CHOOSE_UNREPEATED),
        ("123456", PinStage.CHOOSE_NO_RUN),
        ("210987", PinStage.CHOOSE_NO_RUN),
    ],
)
async def test_a_choice_that_anybody_would_guess_is_refused_at_once_with_the_reason(
    counter: Counter, weak: str, stage: PinStage
) -> None:
    def steps() -> None:
        counter.enter(weak)
        assert counter.watcher.last == PinEntryView(stage, 0, 2, was_extended=False)
        counter.enter("507284")
        counter.enter("507284")

    assert pin_in(await counter.run(steps, CHOICE)) == "507284"


@pytest.mark.rule("AUT-04")
@pytest.mark.parametrize("way", ["confirm", "cancel", "time out", "task cancelled", "store fails"])
async def test_the_buffers_are_wiped_on_every_way_out(counter: Counter, way: str) -> None:
    task = asyncio.create_task(counter.ped.enter_pin(CHOICE))
    await asyncio.sleep(0)
    entry = counter.ped._entry
    assert entry is not None
    buffers = (entry.digits._digits, entry.first_choice._digits)
    counter.enter("493817")
    counter.type_pin("493817")
    assert all(any(buffer) for buffer in buffers)
    match way:
        case "confirm":
            counter.ped.confirm()
        case "cancel":
            counter.ped.cancel()
        case "time out":
            counter.clock.advance(61)
        case "store fails":
            counter.key_file.unlink()
            counter.key_file.mkdir()
            counter.ped.confirm()
        case _:
            task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.exception()
    assert not any(any(buffer) for buffer in buffers)
    assert counter.ped._entry is None
    assert counter.watcher.views[-1] is None


async def test_one_entry_at_a_time(counter: Counter) -> None:
    first = asyncio.create_task(counter.ped.enter_pin(PROMPT))
    await asyncio.sleep(0)
    with pytest.raises(PinPadError):
        await counter.ped.enter_pin(PROMPT)
    counter.enter("493817")
    assert pin_in(await first) == "493817"


async def test_without_an_entry_keys_do_nothing(counter: Counter) -> None:
    counter.enter("493817")
    counter.ped.backspace()
    counter.ped.clear()
    counter.ped.cancel()
    counter.ped.extend()
    assert counter.watcher.views == []


async def test_keys_may_be_pressed_on_another_thread(counter: Counter) -> None:
    task = asyncio.create_task(counter.ped.enter_pin(PROMPT))
    await asyncio.sleep(0)
    await asyncio.to_thread(counter.enter, "493817")
    assert pin_in(await task) == "493817"


@pytest.mark.parametrize("digit", [-1, 10, 48])
async def test_only_digits_are_keys(counter: Counter, digit: int) -> None:
    def steps() -> None:
        with pytest.raises(ValueError, match="digit"):
            counter.ped.press(digit)
        counter.enter("493817")

    assert pin_in(await counter.run(steps)) == "493817"


async def test_a_device_without_keys_takes_no_pin(tmp_path: Path) -> None:
    ped = SimulatedPed(tmp_path / "keys.bin", ManualClock(), SeededRandomness())
    assert not ped.is_loaded
    with pytest.raises(PinPadError):
        await ped.enter_pin(PROMPT)


async def test_a_new_initial_key_starts_a_new_count(counter: Counter) -> None:
    await counter.run(lambda: counter.enter("493817"))
    counter.ped.load_initial_key(INITIAL_KEY, bytes(8))
    assert counter.ped.is_loaded
    outcome = await counter.run(lambda: counter.enter("493817"))
    assert isinstance(outcome, EncipheredPin)
    assert outcome.ksn == KeySerialNumber(bytes(8), 1)
