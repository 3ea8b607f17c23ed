"""Where processor time goes: the accounts that Linux keeps of every thread."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

EVENT_LOOP = "event_loop"
THREADS = "stores_and_scoring"
TRANSPORT = "grpc_threads"
GROUPS = (EVENT_LOOP, THREADS, TRANSPORT)

Usage = Mapping[str, float]
"""Seconds of processor time by group of threads."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """Processor time of named processes between two readings. A thread that ends is left out."""

    processes: Mapping[str, int]

    def read(self) -> Mapping[str, Usage]:
        """Return what each process has used so far; empty where there is no /proc."""
        if not Path("/proc/self/schedstat").exists():
            return {}
        return {name: _usage(Path(f"/proc/{number}")) for name, number in self.processes.items()}


def milliseconds_each(
    before: Mapping[str, Usage], after: Mapping[str, Usage], count: int
) -> Mapping[str, Usage]:
    """Return milliseconds for each of `count` pieces of work, by process and group."""
    return {
        process: {
            group: 1000 * (seconds - before[process][group]) / count
            for group, seconds in usage.items()
        }
        for process, usage in after.items()
    }


def total(usage: Usage) -> float:
    """Return the sum over all groups."""
    return sum(usage.values())


def _usage(process: Path) -> Usage:
    main_name = _name(process / "task" / process.resolve().name)
    seconds = dict.fromkeys(GROUPS, 0.0)
    for task in (process / "task").iterdir():
        try:
            used = int((task / "schedstat").read_text().split()[0]) / 1e9
            group = _group(task, process.resolve().name, main_name)
        except OSError:
            continue  # The thread has ended since the folder was listed.
        seconds[group] += used
    return seconds


def _group(task: Path, process_id: str, main_name: str) -> str:
    if task.name == process_id:
        return EVENT_LOOP
    return THREADS if _name(task) == main_name else TRANSPORT


def _name(task: Path) -> str:
    return (task / "comm").read_text().strip()
