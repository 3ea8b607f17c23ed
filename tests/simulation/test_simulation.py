"""A few short runs of the simulation; `make soak` plays long ones."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.__main__ import main
from tests.simulation.faults import FaultEvent, FaultKind
from tests.simulation.run import RunResult, Scenario, shrink, simulate
from tests.simulation.settling import STEPS
from tests.simulation.world import RunSize

ROOT = Path(__file__).resolve().parents[2]
SHORT = RunSize(sessions_per_day=1)
DENSE = RunSize(sessions_per_day=1, faults_per_session=40)


def require_clean(seed: int, size: RunSize) -> dict[str, int]:
    scenario = Scenario(size)
    result = simulate(seed, scenario)
    assert result.is_clean, shrink(result, scenario).report(size)
    return result.counts


@pytest.mark.rule("OFF-03")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_money_is_never_lost_or_taken_twice_whatever_fails(seed: int) -> None:
    counts = require_clean(seed, DENSE)
    assert counts["faults"] > DENSE.faults_per_session / 2
    assert counts["outcome approved"] > 0


def test_the_products_own_sqlite_store_keeps_the_same_rules() -> None:
    require_clean(4, RunSize(sessions_per_day=1, faults_per_session=25, is_sqlite=True))


@pytest.mark.rule("MER-03")
def test_a_day_over_cutover_and_midnight_with_a_night_between_is_clean() -> None:
    """Its window is closed, priced, settled and signed, whatever strikes these steps."""
    counts = require_clean(5, RunSize())
    assert counts["windows settled"] > 1


@pytest.mark.rule("TPL-02")
def test_each_step_of_settlement_may_be_cut_off_before_and_after_its_commit() -> None:
    manners = (
        (FaultKind.STEP_CRASH, False),
        (FaultKind.STEP_DISK_FULL, False),
        (FaultKind.STEP_CRASH, True),
    )
    struck = [(step, *manner) for step in range(len(STEPS)) for manner in manners]
    faults = tuple(
        FaultEvent(number, 46_700.0 + number, kind, step, 3.0, is_after=is_after)
        for number, (step, kind, is_after) in enumerate(struck)
    )
    result = simulate(3, Scenario(RunSize()), faults)
    assert result.is_clean, result.report(RunSize())
    for step in STEPS:
        assert result.counts[f"STEP_CRASH in {step.__name__}"] == 2
        assert result.counts[f"STEP_DISK_FULL in {step.__name__}"] == 1


def test_without_faults_every_willing_payer_pays() -> None:
    result = simulate(6, Scenario(SHORT), faults=())
    assert result.is_clean, result.report(SHORT)
    assert "outcome reversing" not in result.counts
    assert result.counts["outcome approved"] > 15


@pytest.mark.rule("OFF-03")
def test_no_receipt_is_given_for_an_approval_that_a_restart_would_undo() -> None:
    """The journal is full when the approval comes; later power and line go."""
    faults = (
        FaultEvent(1, 3.0, FaultKind.TERMINAL_DISK_FULL, 1, 4.0, 10),
        FaultEvent(2, 25.0, FaultKind.LINE_DOWN, 1, 200.0),
        FaultEvent(3, 26.0, FaultKind.TERMINAL_CRASH, 1, 2.0),
    )
    result = simulate(6, Scenario(SHORT), faults)
    assert result.is_clean, result.report(SHORT)


def test_the_same_seed_gives_the_same_trace_in_another_process() -> None:
    """The other process hashes differently: the order of nothing may depend on a hash."""
    here = simulate(7, Scenario(DENSE))
    command = [sys.executable, "-m", "tests.simulation", "replay", "--seed", "7"]
    paths = [".", "protos", "tests/harness"]
    there = subprocess.run(
        [*command, "--sessions", "1", "--faults", str(DENSE.faults_per_session)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "1", "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert there.stdout == f"seed 7 is clean; trace sha256 {here.trace_sha256}\n", there.stderr


def test_a_seed_is_replayed_in_the_usual_size_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    played: list[RunSize] = []

    def remembered(seed: int, scenario: Scenario, _faults: object) -> RunResult:
        played.append(scenario.size)
        return RunResult(seed, (), "", 0, {})

    monkeypatch.setattr("tests.simulation.__main__.simulate", remembered)
    monkeypatch.setattr(sys, "argv", ["simulation", "replay", "--seed", "7"])
    assert main() == 0
    assert played == [RunSize()]
