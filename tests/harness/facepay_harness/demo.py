"""`facepay-sim demo`: one payment by a real face, from nothing to a receipt.

Three parties run as processes of their own; virtual shoppers are enrolled among 10,000 synthetic
references; then the till is opened. With a screen a person clicks; without one, or with
`AUTOPILOT=1`, the till's own widgets are clicked by the program. Standard output holds the receipt
and nothing else.
"""

import asyncio
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from facepay.ports import SystemClock
from facepay_harness.demo_cases import ENROLLED, CaseScript
from facepay_harness.demo_till import DemoError, DemoRun, TillRun, end_of, enrol_shopper
from facepay_harness.line import WireRecorder
from facepay_harness.outcome_text import payment_json
from facepay_harness.program import run_to_end
from facepay_harness.stages import StageLog
from facepay_harness.world import WITNESS, SandboxWorld
from pos_app.features.model_commands import models_fetch
from pos_app.ui.phrase import Language
from pos_app.ui.screen_platform import has_display

SYNTHETIC_REFERENCES = 10_000
_READY_MARK = "demo-ready.json"
_TILL = "TILL0001"
_STATION = "ENRL0001"


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What to show and where to leave it. `directory` is replaced if `is_fresh`."""

    case: str
    script: CaseScript
    directory: Path
    language: Language
    is_fresh: bool


def has_person(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether somebody can see and click windows: there is a screen, and no autopilot."""
    return has_display() and environment.get("AUTOPILOT", "") in {"", "0"}


def run_demo(options: DemoOptions) -> int:
    """Run the demonstration; return 0 if it ended as the case must. Raises `PosError`."""
    log = StageLog(SystemClock(), Console(stderr=True))
    with log.stage("Fetch and verify models and demo media") as notes:
        models_fetch(notes.append)
        notes[:] = [f"{len(notes)} files"]
    with _running_world(options, log) as world:
        code = _sell(options, world, log)
    log.print_table()
    return code


@contextmanager
def _running_world(options: DemoOptions, log: StageLog) -> Iterator[SandboxWorld]:
    """Give a prepared world with three running parties; stop them on every way out."""
    directory = options.directory / "sandbox"
    mark = directory / _READY_MARK
    if options.is_fresh or not mark.exists():
        shutil.rmtree(directory, ignore_errors=True)
        with log.stage("Make certificates, keys, stores and accounts"):
            asyncio.run(SandboxWorld.create_with_processes(directory))
    world = SandboxWorld.with_processes(directory)
    try:
        with log.stage("Start three parties"):
            asyncio.run(_start(world))
        if not mark.exists():
            _fill_gallery(world, log)
            _enrol_shoppers(world, log)
            mark.write_text(json.dumps(ENROLLED), encoding="utf-8")
        yield world
    finally:
        asyncio.run(world.stop())


async def _start(world: SandboxWorld) -> None:
    try:
        await world.start()
    finally:
        await world.close_terminals()


def _fill_gallery(world: SandboxWorld, log: StageLog) -> None:
    with log.stage(f"Deal {SYNTHETIC_REFERENCES:,} synthetic references to the parties") as notes:
        count = ["--count", str(SYNTHETIC_REFERENCES), "--directory", str(world.layout.root)]
        run_to_end(
            "clearing_service",
            ["operator", "generate-references", *count],
            world.layout.root / "operator.log",
        )
        notes.extend(f"{name} {size:,} bytes" for name, size in _gallery_sizes(world))


def _gallery_sizes(world: SandboxWorld) -> list[tuple[str, int]]:
    sizes = []
    for number in (1, 2, 3):
        folder = world.layout.party(number)
        stored = [path.stat().st_size for path in folder.rglob("gallery*") if path.is_file()]
        sizes.append((folder.name, sum(stored)))
    return sizes


def _enrol_shoppers(world: SandboxWorld, log: StageLog) -> None:
    bundle = world.layout.root / "terminals" / _STATION
    for shopper, login in ENROLLED.items():
        with log.stage(f"Enrol the virtual shopper {shopper}") as notes:
            asyncio.run(enrol_shopper(bundle, f"virtual:{shopper}", world.accounts[login]))
            notes.append(f"account {login}")


def _sell(options: DemoOptions, world: SandboxWorld, log: StageLog) -> int:
    script = options.script
    if script.is_witness_stopped:
        asyncio.run(world.parties.stop(WITNESS))
    line = WireRecorder()
    run = TillRun(
        bundle=world.layout.root / "terminals" / _TILL,
        language=options.language,
        script=script,
        account=world.accounts[script.login],
        pictures=options.directory / "screens",
        line=line,
    )
    if has_person():
        log.console.print(
            f"The till is open. Phone {run.account.phone_tail}, PIN {run.account.passcode}."
        )
        return run.by_hand()
    shutil.rmtree(run.pictures, ignore_errors=True)
    with log.stage(f"Sell something: {options.case}") as notes:
        ended = run.by_autopilot()
        notes.extend(f"{call} {size:,} bytes" for call, size in line.sizes())
    if ended.findings:
        raise DemoError(f"a screen is not as it must be: {ended.findings}")
    code = _report(options.case, ended, script.expected)
    log.console.print(f"The case {options.case} ended as it must. Screens: {run.pictures}")
    return code


def _report(case: str, ended: DemoRun, expected: tuple[object, ...]) -> int:
    if ended.outcome is None:
        raise DemoError("the till showed no outcome")
    print(payment_json(ended.outcome, ended.judgement))
    if end_of(ended.outcome) not in expected:
        raise DemoError(f"the case {case} ended with {end_of(ended.outcome)}")
    return 0
