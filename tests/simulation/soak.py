"""Long runs: many seeds over many days, on every core, with a summary of what was played."""

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.simulation.run import RunResult, Scenario, shrink, simulate
from tests.simulation.world import RunSize

REPORT_FOLDER = Path("build") / "simulation"
SQLITE_EVERY = 25
"""Every so many seeds one runs on the product's own SQLite store, which is slower."""


@dataclass
class Soak:
    """What a soak played."""

    days: int
    results: list[RunResult] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def broken(self) -> list[RunResult]:
        return [result for result in self.results if not result.is_clean]

    def summary(self) -> dict[str, object]:
        """Return the figures of the soak."""
        counts = Counter[str]()
        for result in self.results:
            counts.update(result.counts)
        struck = Counter(event.kind.name for result in self.results for event in result.faults)
        return {
            "seeds": len(self.results),
            "days_each": self.days,
            "simulated_days": len(self.results) * self.days,
            "wall_seconds": round(self.seconds, 1),
            "broken_seeds": [result.seed for result in self.broken],
            "trace_lines": sum(result.trace_lines for result in self.results),
            "counts": dict(sorted(counts.items())),
            "faults_by_kind": dict(sorted(struck.items())),
        }

    def write(self, folder: Path) -> None:
        """Write `soak.json` and `soak.md`."""
        folder.mkdir(parents=True, exist_ok=True)
        summary = self.summary()
        (folder / "soak.json").write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
        (folder / "soak.md").write_text(_markdown(summary), encoding="utf-8")


def soak(days: int, seeds: Sequence[int], workers: int) -> Soak:
    """Play every seed for so many days; show how far it is."""
    done = Soak(days)
    started = time.monotonic()
    columns = (
        TextColumn("simulated days"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[payments]} payments, {task.fields[broken]} broken"),
    )
    with Progress(*columns) as progress:
        task = progress.add_task("", total=len(seeds) * days, payments=0, broken=0)
        payments = 0
        for result in _results(days, seeds, workers):
            done.results.append(result)
            payments += result.counts.get("payments", 0)
            progress.update(task, advance=days, payments=payments, broken=len(done.broken))
            if not result.is_clean:
                progress.console.print(_shrunk(result, scenario_of(days, result.seed)))
    done.results.sort(key=lambda result: result.seed)
    done.seconds = time.monotonic() - started
    return done


def scenario_of(days: int, seed: int) -> Scenario:
    """Return what a seed of a soak is played with."""
    return Scenario(RunSize(days=days, is_sqlite=seed % SQLITE_EVERY == 0))


def _results(days: int, seeds: Sequence[int], workers: int) -> Iterator[RunResult]:
    with ProcessPoolExecutor(workers) as pool:
        runs = [pool.submit(simulate, seed, scenario_of(days, seed)) for seed in seeds]
        for run in as_completed(runs):
            yield run.result()


def _shrunk(result: RunResult, scenario: Scenario) -> str:
    return shrink(result, scenario).report(scenario.size)


def _markdown(summary: dict[str, object]) -> str:
    counts, faults = summary["counts"], summary["faults_by_kind"]
    assert isinstance(counts, dict)
    assert isinstance(faults, dict)
    head = [f"| {name.replace('_', ' ')} | {summary[name]} |" for name in _HEAD]
    return "\n".join(
        [
            "| what | figure |",
            "|---|---|",
            *head,
            *(f"| {name} | {value:,} |" for name, value in counts.items()),
            "",
            "| fault | times |",
            "|---|---|",
            *(f"| {name} | {value:,} |" for name, value in faults.items()),
            "",
        ]
    )


_HEAD = ("seeds", "days_each", "simulated_days", "wall_seconds", "broken_seeds", "trace_lines")
