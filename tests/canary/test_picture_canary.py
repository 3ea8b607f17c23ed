"""No pixel of a capture is left anywhere: after a search, a failure and a stop (CAP-04)."""

import asyncio

import numpy as np
import pytest

from facepay.vocabulary import CancelReason
from facepay_harness.canary import Needle, files_under, picture_needles, search
from facepay_harness.line import WireRecorder
from facepay_harness.pytest_plugin import facepay_world
from facepay_harness.terminal import ScenarioTerminal
from facepay_harness.world import SandboxWorld
from pos_app.capture.frame import Frame
from pos_app.capture.stage import Stage
from pos_app.checkout.checkout import Checkout
from pos_app.checkout.payment import CaptureFailureReason, Ended, EndReason
from pos_app.probe.capture_policy import load_capture_policy
from pos_app.probe.capture_session import CaptureEquipment, CaptureSession
from tests.fakes.faces import (
    Line,
    RecordingObserver,
    ScriptedAnalysis,
    ScriptedCamera,
    Shopper,
    picture_of,
)

__all__ = ["facepay_world"]


class LivelyCamera(ScriptedCamera):
    """Frames come a little early or late, as from a real camera."""

    def read(self) -> Frame:
        frame = super().read()
        jitter = 0.004 * ((frame.sequence * 7) % 5 - 2)
        return Frame(frame.image_bgr, frame.captured_at + jitter, frame.sequence)


class ScriptedTill:
    """A real capture session, sealing and all, before a scripted camera."""

    def __init__(self, terminal: ScenarioTerminal, model_id: str) -> None:
        self.terminal = terminal
        self.camera = LivelyCamera()
        stage = Stage()
        self.camera.director = Shopper(stage)
        analysis = ScriptedAnalysis(self.camera, model_id)
        equipment = CaptureEquipment(
            self.camera, lambda: analysis, load_capture_policy(), stage, RecordingObserver()
        )
        capture = CaptureSession(equipment, terminal.terminal.randomness)
        person = terminal.person
        person.phone_tail = "381274"
        self.checkout: Checkout = terminal.terminal.checkout(capture, person, person)

    def needles(self) -> list[Needle]:
        """Return rows of every picture that the camera gave, made again from the script."""
        return [
            needle
            for number, line in enumerate(self.camera.script)
            for needle in picture_needles(f"picture {number}", picture_of(number, line))
        ]


@pytest.mark.rule("CAP-04", "CAP-05")
async def test_no_picture_is_left_on_disk_in_logs_or_on_the_wire(
    facepay_world: SandboxWorld, capfd: pytest.CaptureFixture[str]
) -> None:
    recorder = WireRecorder()
    terminal = facepay_world.terminal("TILL0001", [recorder])
    signed_on = await terminal.checkout.sign_on()
    till = ScriptedTill(terminal, signed_on.model_id)
    sale = terminal.sale(1250)
    assert await till.checkout.pay(sale) == Ended(EndReason.NOT_ROUTED)
    till.camera.malformed_at = len(till.camera.given) + 2
    assert await till.checkout.pay(sale) == Ended(
        EndReason.CAPTURE_FAILED, capture=CaptureFailureReason.CAMERA_LOST
    )
    till.camera.malformed_at = None
    till.camera.opened.clear()
    stopped = asyncio.create_task(till.checkout.pay(sale))
    await asyncio.to_thread(till.camera.opened.wait)
    till.checkout.stop(CancelReason.PAYER)
    assert await stopped == Ended(EndReason.STOPPED_BY_PAYER)
    assert "RouteProbe" in recorder.calls
    written = capfd.readouterr()
    hay = [
        *files_under(facepay_world.layout.root),
        ("standard output", written.out.encode()),
        ("standard error", written.err.encode()),
        *((f"wire message {number}", sent) for number, sent in enumerate(recorder.messages)),
    ]
    assert search(till.needles(), hay) == []
    assert all(not frame.image_bgr.any() for frame in till.camera.given)


def test_the_same_search_finds_a_picture_that_was_left() -> None:
    picture = picture_of(0, Line())
    needles = picture_needles("picture", picture)
    assert search(needles, [("a crash dump", b"head" + picture.tobytes())])
    assert np.unique(picture).size > 16
