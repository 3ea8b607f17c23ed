"""Nothing of a face and nothing of a PIN is left anywhere, however a payment ends (CAP-04, AUT-04).

The account's passcode is a canary of six digits; the sandbox's own table of test accounts, which is
the tester's crib, is the only place that may hold it.
"""

import base64
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from facepay.ports import SystemClock
from facepay.rotation import derive_rotation
from facepay.secret import SecretBytes
from facepay.template import quantise
from facepay_harness.accounts import SandboxPerson
from facepay_harness.canary import (
    Found,
    Needle,
    byte_needles,
    files_under,
    picture_needles,
    pin_needles,
    search,
    template_needles,
    vector_needles,
)
from facepay_harness.line import FaultyLine, LineFault, WireRecorder
from facepay_harness.program import Program
from facepay_harness.pytest_plugin import facepay_world
from facepay_harness.synthetic_person import SyntheticPerson
from facepay_harness.terminal import ScenarioTerminal
from facepay_harness.world import SandboxWorld
from pos_app.checkout.payment import Approved, Declined, Ended, EndReason, Reversing
from pos_app.checkout.ports import PayerWord
from tests.stories.conftest import enrol

__all__ = ["facepay_world"]

CAPTURES = 12
"""How many captures of one person a test makes at most."""
pytestmark = pytest.mark.rule("CAP-04", "AUT-04", "STO-02")


def needles_of(till: ScenarioTerminal, person: SandboxPerson) -> list[Needle]:
    """Return every form of every feature vector, template and PIN that a test uses."""
    found = pin_needles("PIN", person.passcode)
    rotation = derive_rotation(till.terminal.clearing.session.epoch_key)
    for capture in range(1, CAPTURES + 1):
        features = SyntheticPerson(person.login).features(capture)
        found += vector_needles("features", features.values)
        found += template_needles("template", quantise(features, rotation).values)
    return found


def remains(
    world: SandboxWorld, recorders: list[WireRecorder], capfd: pytest.CaptureFixture[str]
) -> Iterator[tuple[str, bytes]]:
    """Return everything that was written, logged or sent."""
    for place, content in files_under(world.layout.root):
        if place != world.layout.accounts.name:
            yield place, content
    written = capfd.readouterr()
    yield "standard output", written.out.encode()
    yield "standard error", written.err.encode()
    for recorder in recorders:
        for number, message in enumerate(recorder.messages):
            yield f"wire message {number}", message


async def test_nothing_is_left_after_success_decline_failure_stop_and_doubt(
    facepay_world: SandboxWorld, capfd: pytest.CaptureFixture[str]
) -> None:
    recorder, line = WireRecorder(), FaultyLine()
    (person,) = await enrol(facepay_world, "li.na")
    till = facepay_world.terminal("TILL0001", [line, recorder])
    till.stand(person)
    assert isinstance(await till.pay(1250), Approved)
    till.person.word = PayerWord.NOT_ME
    assert await till.pay(1250) == Ended(EndReason.NOT_ME)
    till.person.word = PayerWord.CONFIRM
    line.fail("RouteProbe", LineFault.LOSE_REPLY)
    assert isinstance(await till.pay(1250), Ended)
    line.fail("AuthorizePayment", LineFault.LOSE_REQUEST)
    assert isinstance(await till.pay(1250), Reversing)
    assert isinstance(await till.pay(100_001), Declined)
    needles = needles_of(till, person)
    assert recorder.messages
    assert search(needles, remains(facepay_world, [recorder], capfd)) == []


@pytest_asyncio.fixture
async def unhurried_world(tmp_path: Path) -> AsyncIterator[SandboxWorld]:
    """A sandbox on the machine's clock: a program of its own would not agree with a faster one."""
    world = await SandboxWorld.create(tmp_path / "sandbox", SystemClock())
    try:
        await world.start()
        yield world
    finally:
        await world.stop()


async def test_nothing_is_left_by_a_process_that_was_killed(
    unhurried_world: SandboxWorld, capfd: pytest.CaptureFixture[str]
) -> None:
    (person,) = await enrol(unhurried_world, "li.na")
    program = Program.start(
        "facepay-sim",
        "facepay_harness",
        [
            "pay",
            "--no-enrol",
            "--fault",
            "AuthorizePayment=kill_after",
            "--directory",
            str(unhurried_world.layout.root),
        ],
        unhurried_world.layout.root / "killed.log",
    )
    while program.process.poll() is None:
        await unhurried_world.clock.sleep(0.5)
    assert program.process.returncode == -signal.SIGKILL
    till = unhurried_world.terminal("TILL0001")
    await till.checkout.sign_on()
    (left_over,) = await till.checkout.left_over()
    needles = needles_of(till, person)
    assert search(needles, remains(unhurried_world, [], capfd)) == []
    assert left_over.binding.fields.amount.amount_minor_units == 1250


class TestPositiveControl:
    """The same search finds what was really left, in every form."""

    FEATURES = SyntheticPerson("control").features(1).values
    PIXELS = np.arange(3 * 64 * 64, dtype=np.uint8).reshape(64, 64, 3)

    @pytest.mark.parametrize("place", ["database.sqlite-wal", "logs/till.log"])
    def test_a_planted_canary_is_found_in_a_file(self, tmp_path: Path, place: str) -> None:
        path = tmp_path / place
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"before" + self.FEATURES.tobytes() + b"after")
        found = search(vector_needles("features", self.FEATURES), files_under(tmp_path))
        assert {item.place for item in found} == {place}

    @pytest.mark.parametrize("shift", range(4))
    def test_every_form_of_bytes_is_found_at_every_alignment(self, shift: int) -> None:
        content = self.FEATURES[:8].tobytes()
        padded = b"x" * shift + content + b"y" * 5
        hays = {
            "raw": padded,
            "hex": padded.hex().encode(),
            "upper hex": padded.hex().upper().encode(),
            "base64": base64.b64encode(padded),
        }
        for name, hay in hays.items():
            assert found_in(byte_needles("features", content, form="<f4"), hay), name

    def test_a_template_is_found_as_integers_and_as_text(self) -> None:
        values = (np.arange(128) % 31 - 15).astype(np.int16)
        needles = template_needles("template", values)
        for hay in (
            values.tobytes(),
            values.astype(np.int8).tobytes(),
            str(values.tolist()).encode(),
            values.astype(np.float32).tobytes(),
        ):
            assert found_in(needles, hay)

    def test_numbers_written_as_text_are_found(self) -> None:
        hay = repr([float(f"{value:.6g}") for value in self.FEATURES]).encode()
        assert found_in(vector_needles("features", self.FEATURES), hay)

    def test_a_picture_is_found(self) -> None:
        assert found_in(picture_needles("picture", self.PIXELS), b"x" + self.PIXELS.tobytes())

    @pytest.mark.parametrize(
        "hay",
        [b'pin="271845"', b"[2, 7, 1, 8, 4, 5]", b"\2\7\1\x08\4\5", b"MjcxODQ1", b"323731383435"],
    )
    def test_a_pin_is_found(self, hay: bytes) -> None:
        assert found_in(pin_needles("PIN", "271845"), hay)

    def test_a_secret_shows_nothing(self) -> None:
        assert not found_in(pin_needles("PIN", "271845"), repr(SecretBytes(b"271845")).encode())


def found_in(needles: list[Needle], hay: bytes) -> list[Found]:
    return search(needles, [("hay", hay)])
