"""The PIN pad knows no window and no wire."""

import subprocess
import sys

import pytest


@pytest.mark.rule("AUT-04")
def test_the_pin_pad_loads_neither_window_nor_wire() -> None:
    program = (
        "import sys, pos_app.pin_pad.simulated_ped\n"
        "loaded = [n for n in sys.modules if n.split('.')[0] in ('PySide6', 'grpc', 'google')]\n"
        "loaded += [n for n in sys.modules if n.startswith(('facepay.wire', 'facepay.v1'))]\n"
        "print(loaded)"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert finished.stdout.strip() == "[]"
