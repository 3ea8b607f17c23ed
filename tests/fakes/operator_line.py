"""Types commands of operators against a running world, as a person would."""

import asyncio
import contextlib
import io
import json
import sys
import threading
from dataclasses import dataclass
from typing import Any, TextIO

from clearing_service.bootstrap.command_line import run
from facepay_harness.world import SandboxWorld

MAKER, CHECKER = "operator-1", "operator-2"


@dataclass(frozen=True, slots=True)
class Printed:
    """How a command ended."""

    code: int
    output: str
    error: str

    @property
    def content(self) -> Any:
        """The JSON object it printed."""
        return json.loads(self.output)


@dataclass(frozen=True, slots=True)
class OperatorLine:
    """One world's operators."""

    world: SandboxWorld

    async def __call__(self, words: str, *, by: str = "", is_json: bool = False) -> Printed:
        """Run `facepay-clearing operator WORDS` as operator `by`."""
        arguments = ["operator", *words.split()]
        arguments += ["--directory", str(self.world.layout.root)]
        arguments += ["--as", by] if by else []
        arguments += ["--json"] if is_json else []
        return await asyncio.to_thread(_run, arguments)

    async def clearing(self, words: str, *, by: str = "") -> Printed:
        """Run `facepay-clearing WORDS --json`, a command that is not below `operator`."""
        arguments = [*words.split(), "--directory", str(self.world.layout.root)]
        arguments += ["--as", by, "--json"] if by else []
        return await asyncio.to_thread(_run, arguments)

    async def act(self, words: str) -> Printed:
        """Let one operator propose and the other approve."""
        proposed = await self(f"{words} --reason drill", by=MAKER, is_json=True)
        assert proposed.code == 0, proposed.error
        number = proposed.content["act"]["number"]
        return await self(f"acts approve {number}", by=CHECKER)


class OwnOutput(io.StringIO):
    """What this thread writes; the service in the same process goes on writing elsewhere."""

    def __init__(self, elsewhere: TextIO) -> None:
        super().__init__()
        self._thread = threading.get_ident()
        self._elsewhere = elsewhere

    def write(self, text: str) -> int:
        if threading.get_ident() != self._thread:
            return self._elsewhere.write(text)
        return super().write(text)


def _run(arguments: list[str]) -> Printed:
    output, error = OwnOutput(sys.stdout), OwnOutput(sys.stderr)
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(error):
        code = run(arguments)
    return Printed(code, output.getvalue(), error.getvalue())
