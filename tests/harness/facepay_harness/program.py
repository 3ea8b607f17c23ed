"""The product's programs as child processes, with their output in a file each."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pos_app.errors import PosError

STOP_SECONDS = 20.0
_START = (
    "import ctypes, runpy, sys; "
    "sys.platform == 'linux' and ctypes.CDLL(None).prctl(1, 15); "
    "sys.path[:] = sys.argv.pop(1).split({separator!r}); {run}"
)
"""On Linux a program is told to end (prctl 1, PR_SET_PDEATHSIG) when whoever started it has died."""
_RUN = "runpy.run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)"


class ProgramError(PosError):
    """A program ended when it should have gone on; the message names its log."""


@dataclass(frozen=True, slots=True)
class Program:
    """One running program."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path

    @classmethod
    def start(cls, name: str, module: str, arguments: Sequence[str], log: Path) -> "Program":
        """Start `python -m module arguments` with this interpreter and its import path."""
        separator = os.pathsep
        code = _START.format(separator=separator, run=_RUN)
        command = [sys.executable, "-c", code, separator.join(sys.path), module, *arguments]
        with log.open("ab") as output:
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        return cls(name, process, log)

    def require_running(self) -> None:
        """Raise `ProgramError` if it has ended."""
        if self.process.poll() is not None:
            tail = self.log.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise ProgramError(f"{self.name} ended; {self.log.name} ends with:\n{tail}")

    def stop(self) -> None:
        """Ask it to end in order and wait; kill it if it takes too long. A repeat does nothing."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """End it without warning, as a power cut does."""
        self.process.kill()
        self.process.wait()


def run_to_end(module: str, arguments: Sequence[str], log: Path) -> None:
    """Run a program that ends by itself; raises `ProgramError` unless it succeeds."""
    program = Program.start(module, module, arguments, log)
    if program.process.wait() != 0:
        tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise ProgramError(f"{module} failed; {log.name} ends with:\n{tail}")
