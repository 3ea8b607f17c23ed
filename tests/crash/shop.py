"""A sandbox of programs: three parties and their busy tills, each a process of this one's own."""

import asyncio
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from clearing_service.bootstrap.sandbox import SandboxCommands
from clearing_service.config import Config, load_config
from clearing_service.participants.terminal import TerminalRole
from clearing_service.payment.risk_rules import RULES_NAME
from clearing_service.provisioning.layout import PARTY_NAMES, SandboxLayout
from facepay.identifiers import TerminalId
from facepay.ports import SystemClock, SystemRandomness
from facepay.wire.enrolment import EnrolmentActive
from facepay_harness.program import Program, ProgramError
from facepay_harness.world import ChildParties, SandboxWorld
from pos_app.checkout.enrolment import EnrolmentFailed
from tests.crash.notes import NoteReader
from tests.crash.till import CUSTOMERS, FORGETFUL

TILLS = ("TILL0001", "TILL0002", "TILL0003")
SERVICE = "service"
PARTIES = {SERVICE: 1, "custodian": 2, "witness": 3}
PATIENCE_SECONDS = 400.0
"""Nothing here is a measurement: a machine under load may take its time, a hung program may not."""
LOOK_SECONDS = 0.05
ENROLMENTS_MAX = 20

_RATES = """
[rates]
probes_per_terminal_per_minute = 6000.0
probes_per_terminal_at_once = 6000
probes_per_bucket_per_minute = 6000.0
probes_per_bucket_at_once = 6000
"""
_RISK_RULES = """
[[rule]]
name = "a busy payer"
kind = "payer_count"
payments = 60
within_seconds = 60
action = "alert"
"""


@dataclass
class TillProcess:
    """One till: what it notes, and the program that is its present life."""

    terminal_id: str
    notes: NoteReader
    lives: int = 0
    program: Program | None = None


class Shop:
    """The sandbox. Its programs are started, killed and started again by name."""

    def __init__(self, layout: SandboxLayout, world: SandboxWorld, seed: int) -> None:
        self.layout = layout
        self._world = world
        self._seed = seed
        self._parties = ChildParties(layout)
        self._dead: set[str] = set()
        self.tills = {
            name: TillProcess(name, NoteReader(layout.root / f"{name}.notes")) for name in TILLS
        }

    @classmethod
    async def open(
        cls, directory: Path, seed: int, store_urls: Mapping[str, str] | None = None
    ) -> "Shop":
        """Make a sandbox, enrol its customers, and start every program."""
        world = await SandboxWorld.create_with_processes(directory, store_urls)
        layout = SandboxLayout(directory)
        await _add_tills(layout)
        _allow_many_payments(layout)
        shop = cls(layout, world, seed)
        world.parties = shop._parties
        try:
            await world.start()
            await _enrol(world)
            await world.close_terminals()
            for name in TILLS:
                shop.start(name)
        except BaseException:
            await shop.close()
            raise
        return shop

    @property
    def config(self) -> Config:
        """The clearing institution's settings."""
        return load_config(self.layout.clearing)

    def kill(self, name: str) -> None:
        """Kill a program with SIGKILL and wait for its end."""
        if name in PARTIES:
            self._parties.kill(PARTIES[name])
        else:
            till = self.tills[name]
            assert till.program is not None
            till.program.kill()
        self._dead.add(name)

    async def revive(self, name: str) -> None:
        """Start a program that was killed."""
        self._dead.discard(name)
        if name in PARTIES:
            await self._parties.start(PARTIES[name])
        else:
            self.start(name)

    def start(self, name: str) -> None:
        """Start a till's next life."""
        till = self.tills[name]
        till.lives += 1
        till.program = Program.start(
            name,
            "tests.crash.till_program",
            [
                str(self.layout.terminal(TerminalId(name))),
                str(self.layout.accounts),
                str(self.layout.root / f"{name}.notes"),
                f"{self._seed}/{name}/{till.lives}",
            ],
            self.layout.root / f"{name}.log",
        )

    async def wait_until(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait; raises `ProgramError` if a program ends by itself or nothing comes of it."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not is_so():
                    self.require_running()
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            raise ProgramError(f"waited in vain for {what}\n{self.last_words()}") from None

    def require_running(self) -> None:
        """Raise `ProgramError` if a program that was not killed has ended."""
        self._parties.require_running()
        for name, till in self.tills.items():
            if till.program is not None and name not in self._dead:
                till.program.require_running()

    async def close_tills(self) -> None:
        """Let every till serve nobody any more and settle what is left; wait for their ends."""
        programs = [till.program for till in self.tills.values() if till.program is not None]
        for till in self.tills.values():
            if till.program is not None:
                till.program.process.send_signal(signal.SIGTERM)
                self._dead.add(till.terminal_id)
        await self.wait_until(
            lambda: all(program.process.poll() is not None for program in programs),
            "the tills to settle what is left",
        )
        for program in programs:
            if program.process.returncode != 0:
                raise ProgramError(f"{program.name} failed\n{self.last_words()}")
        for till in self.tills.values():
            till.program = None
            till.notes.read_on()

    async def close(self) -> None:
        """End every program."""
        for till in self.tills.values():
            if till.program is not None:
                till.program.kill()
        await self._world.close_terminals()
        for number in PARTIES.values():
            if self._parties.is_running(number):
                self._parties.kill(number)

    def last_words(self) -> str:
        """Return the ends of all logs."""
        words = []
        for log in sorted(self.layout.root.glob("*.log")):
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
            words += [f"--- {log.name}", *lines[-15:]]
        return "\n".join(words)


async def _add_tills(layout: SandboxLayout) -> None:
    commands = SandboxCommands(SystemClock(), SystemRandomness())
    for name in TILLS:
        if not layout.terminal(TerminalId(name)).exists():
            await commands.add_terminal(layout.root, TerminalId(name), TerminalRole.POINT_OF_SALE)


def _allow_many_payments(layout: SandboxLayout) -> None:
    """Lift the limits that keep a shop from paying hundreds of times a minute."""
    for party in PARTY_NAMES:
        path = layout.party(party) / "config.toml"
        path.write_text(path.read_text(encoding="utf-8") + _RATES, encoding="utf-8")
    (layout.clearing / RULES_NAME).write_text(_RISK_RULES, encoding="utf-8")


async def _enrol(world: SandboxWorld) -> None:
    station = world.terminal("ENRL0001")
    for login in (*CUSTOMERS, FORGETFUL):
        outcome = await station.enrol(world.accounts[login])
        for _ in range(ENROLMENTS_MAX):
            if not isinstance(outcome, EnrolmentFailed):
                break
            await asyncio.sleep(1)  # a busy machine did not let somebody answer in time
            outcome = await station.enrol(world.accounts[login])
        assert isinstance(outcome, EnrolmentActive), outcome
