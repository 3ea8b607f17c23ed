"""The till drives itself: real clicks, pictures of each stage, no face in any of them."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage

from pos_app.ui.autopilot import Autopilot, AutopilotError, AutopilotPlan
from pos_app.ui.till_model import Verdict
from tests.fakes.checkout import Script
from tests.unit.pos_app.ui.conftest import OpenTill

Open = Callable[..., OpenTill]
_MARK = np.uint8([13, 250, 117])


def _plan(folder: Path, **changes: int) -> AutopilotPlan:
    return AutopilotPlan(("tea", "bun"), "13801357", "147258", folder, **changes)


def test_the_autopilot_pays_and_finds_every_screen_good(open_till: Open, tmp_path: Path) -> None:
    result = Autopilot(open_till().till, _plan(tmp_path)).pay_by_face()
    assert result.outcome is not None
    assert result.outcome.verdict is Verdict.PAID
    assert result.receipt is not None
    assert result.receipt.amount.amount_minor_units == 3880 + 350
    assert result.findings == {}
    stages = {path.stem.split("_", 1)[1] for path in tmp_path.iterdir()}
    for stage in ("cart", "notice", "confirm", "pin_entered", "outcome", "receipt"):
        assert {f"{stage}_cashier", f"{stage}_customer"} <= stages


@pytest.mark.rule("CAP-04")
def test_no_picture_of_the_till_holds_the_face(open_till: Open, tmp_path: Path) -> None:
    picture = np.tile(_MARK, (480, 640, 1))
    till = open_till(Script(picture=picture)).till
    Autopilot(till, _plan(tmp_path)).pay_by_face()
    pictures = list(tmp_path.glob("*customer.png"))
    assert pictures
    blue, green, red = (int(part) for part in _MARK)
    wanted = 0xFF000000 | red << 16 | green << 8 | blue
    for path in pictures:
        image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)
        assert not (np.frombuffer(image.constBits(), np.uint32) == wanted).any()


def test_the_autopilot_tries_again_only_as_often_as_planned(
    open_till: Open, tmp_path: Path
) -> None:
    till = open_till(Script(digits=0, retries=2)).till
    result = Autopilot(till, _plan(tmp_path, retries=1)).pay_by_face()
    assert result.receipt is None


def test_the_autopilot_needs_as_many_phone_digits_as_the_till_asks_for(
    open_till: Open, tmp_path: Path
) -> None:
    plan = AutopilotPlan(("tea",), "1357", "147258", tmp_path)
    with pytest.raises(AutopilotError, match="6 phone digits"):
        Autopilot(open_till(Script(digits=6)).till, plan).pay_by_face()


def test_the_autopilot_says_what_it_waited_for(open_till: Open, tmp_path: Path) -> None:
    pilot = Autopilot(open_till(Script(online=False)).till, _plan(tmp_path))
    with pytest.raises(AutopilotError, match="the service to be reachable"):
        pilot._wait("the service to be reachable", lambda: False, seconds=0.01)


def test_at_150_percent_of_a_dense_screen_every_screen_is_good(tmp_path: Path) -> None:
    """A process of its own, because Qt reads the scale once, when it starts."""
    environment = os.environ | {"QT_SCALE_FACTOR": "1.5", "QT_QPA_PLATFORM": "offscreen"}
    ran = subprocess.run(
        [sys.executable, "-m", "tests.fakes.till_run", str(tmp_path)],
        env=environment | {"PYTHONPATH": f".{os.pathsep}protos"},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert ran.stdout.strip() == "[]", ran.stderr
