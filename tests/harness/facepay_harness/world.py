"""A whole sandbox in one directory: three parties, in this process or in processes of their own.

In-process parties speak real gRPC over mutual TLS on the loopback interface, exactly as processes
do; only their clock may run faster.
"""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import grpc.aio

from clearing_service.bootstrap.clearing import ClearingProcess
from clearing_service.bootstrap.party import PartyProcess
from clearing_service.bootstrap.sandbox import SandboxCommands, SandboxOptions
from clearing_service.config import load_config
from clearing_service.provisioning.layout import SandboxLayout
from facepay.identifiers import TerminalId
from facepay.ports import Clock, Randomness, SystemClock, SystemRandomness
from facepay_harness.accounts import SandboxPerson, load_accounts
from facepay_harness.ports import free_base_port
from facepay_harness.program import Program, ProgramError
from facepay_harness.terminal import ScenarioTerminal
from pos_app.checkout.clearing_answers import ClearingError

READY_SECONDS = 180.0
"""Three programs take a few seconds; four times that on a slow machine, and it may be busy."""
_LOOK_SECONDS = 0.1
_HOST = "127.0.0.1"
_PARTIES = (1, 2, 3)
WITNESS = 3
"""Number of the matching party that the association runs."""


class Parties(Protocol):
    """How the three parties of a sandbox are run."""

    async def start(self, number: int) -> None:
        """Start one party."""

    async def stop(self, number: int) -> None:
        """Stop one party in order."""


class InProcessParties:
    """Parties on this event loop."""

    def __init__(self, layout: SandboxLayout, clock: Clock, randomness: Randomness) -> None:
        self._layout = layout
        self._clock = clock
        self._randomness = randomness
        self.clearing: ClearingProcess | None = None
        self._others: dict[int, PartyProcess] = {}

    async def start(self, number: int) -> None:
        """Start one party."""
        config = load_config(self._layout.party(number))
        if number == 1:
            self.clearing = ClearingProcess(config, self._clock, self._randomness)
            await self.clearing.start()
            return
        party = PartyProcess(config, self._clock, self._randomness)
        self._others[number] = party
        await party.start()

    async def stop(self, number: int) -> None:
        """Stop one party. One that does not run is left alone."""
        if number == 1 and self.clearing is not None:
            clearing, self.clearing = self.clearing, None
            await clearing.stop()
        party = self._others.pop(number, None)
        if party is not None:
            await party.stop()


class ChildParties:
    """Parties as the installed programs, each a process."""

    def __init__(self, layout: SandboxLayout) -> None:
        self._layout = layout
        self._programs: dict[int, Program] = {}

    async def start(self, number: int) -> None:
        """Start one party's program."""
        command = ["serve"] if number == 1 else ["party", "--number", str(number)]
        arguments = [*command, "--directory", str(self._layout.root)]
        log = self._layout.root / f"party-{number}.log"
        self._programs[number] = Program.start(
            f"party {number}", "clearing_service", arguments, log
        )

    async def stop(self, number: int) -> None:
        """Stop one party's program. One that does not run is left alone."""
        program = self._programs.pop(number, None)
        if program is not None:
            await asyncio.to_thread(program.stop)

    def process_id(self, number: int) -> int:
        """Return the system's number of a running party's process."""
        return self._programs[number].process.pid

    def is_running(self, number: int) -> bool:
        """Whether a party was started and neither stopped nor killed."""
        return number in self._programs

    def kill(self, number: int) -> None:
        """End one party's program without warning."""
        self._programs.pop(number).kill()

    def require_running(self) -> None:
        """Raise `ProgramError` if a program has ended by itself."""
        for program in self._programs.values():
            program.require_running()


class SandboxWorld:
    """One sandbox with its parties, its people and its terminals."""

    def __init__(self, layout: SandboxLayout, parties: Parties, clock: Clock) -> None:
        self.layout = layout
        self.parties = parties
        self.clock = clock
        self.accounts: dict[str, SandboxPerson] = load_accounts(layout.accounts, clock)
        self._terminals: list[ScenarioTerminal] = []

    @classmethod
    async def create(cls, directory: Path, clock: Clock | None = None) -> "SandboxWorld":
        """Make a sandbox in a new directory, with in-process parties; none is started."""
        layout, clock = SandboxLayout(directory), clock or SystemClock()
        await make_sandbox(directory, clock)
        return cls(layout, InProcessParties(layout, clock, SystemRandomness()), clock)

    @classmethod
    async def create_with_processes(
        cls, directory: Path, store_urls: Mapping[str, str] | None = None
    ) -> "SandboxWorld":
        """Make a sandbox in a new directory, with a process for each party; none is started.

        `store_urls` are those of `facepay-clearing init`; SQLite files without.
        """
        await make_sandbox(directory, SystemClock(), store_urls)
        return cls.with_processes(directory)

    @classmethod
    def with_processes(cls, directory: Path) -> "SandboxWorld":
        """Take up a sandbox that is there, with a process for each party; none is started."""
        layout = SandboxLayout(directory)
        return cls(layout, ChildParties(layout), SystemClock())

    async def start(self) -> None:
        """Start all parties and wait until payments can be routed.

        Raises `ProgramError` if a program ends, `TimeoutError` if they do not get ready.
        """
        for number in reversed(_PARTIES):
            await self.parties.start(number)
        await self.wait_until_ready()

    async def wait_until_ready(self) -> None:
        """Wait until a face that nobody has is answered with "not routed"."""
        terminal = self.terminal("TILL0002")
        terminal.stand(None, face="nobody at all")
        async with asyncio.timeout(READY_SECONDS):
            while not await self._is_ready(terminal):
                if isinstance(self.parties, ChildParties):
                    self.parties.require_running()
                await SystemClock().sleep(_LOOK_SECONDS)
        if isinstance(self.parties, ChildParties):
            self.parties.require_running()  # and it was not somebody else who answered

    async def _is_ready(self, terminal: ScenarioTerminal) -> bool:
        try:
            await terminal.checkout.sign_on()
        except ClearingError:
            return False
        outcome = await terminal.pay(1)
        return getattr(outcome, "clearing", None) is None

    def terminal(
        self, terminal_id: str, interceptors: Sequence[grpc.aio.ClientInterceptor] = ()
    ) -> ScenarioTerminal:
        """Open a terminal; it is closed with the world."""
        bundle = self.layout.terminal(TerminalId(terminal_id))
        terminal = ScenarioTerminal.open(bundle, clock=self.clock, interceptors=interceptors)
        self._terminals.append(terminal)
        return terminal

    async def close_terminals(self) -> None:
        """Close every terminal, on the event loop that opened them. A repeat does nothing."""
        while self._terminals:
            await self._terminals.pop().close()

    async def stop(self) -> None:
        """Close every terminal and stop every party."""
        await self.close_terminals()
        for number in _PARTIES:
            await self.parties.stop(number)


async def make_sandbox(
    directory: Path, clock: Clock, store_urls: Mapping[str, str] | None = None
) -> None:
    """Make the files and stores of a sandbox on free ports of the loopback interface."""
    base_port = free_base_port(hash(str(directory)) & 0xFFFF)
    options = SandboxOptions(directory, _HOST, base_port, dict(store_urls or {}))
    await SandboxCommands(clock, SystemRandomness()).create(options)


__all__ = ["ChildParties", "InProcessParties", "Parties", "ProgramError", "SandboxWorld"]
