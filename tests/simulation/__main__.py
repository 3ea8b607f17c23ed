"""`python -m tests.simulation soak|replay`: long runs, and one run again."""

import argparse
import os
import sys
from pathlib import Path

from tests.simulation.faults import FaultEvent, draw_plan
from tests.simulation.run import Scenario, simulate
from tests.simulation.soak import REPORT_FOLDER, soak
from tests.simulation.world import RunSize


def main() -> int:
    """Run one command; 1 if a rule was broken."""
    options = _parser().parse_args()
    return int(options.command(options))


def _soak(options: argparse.Namespace) -> int:
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    done = soak(options.days, seeds, options.workers)
    done.write(options.report)
    print((options.report / "soak.md").read_text(encoding="utf-8"))
    return 1 if done.broken else 0


def _replay(options: argparse.Namespace) -> int:
    size = RunSize(
        days=options.days,
        sessions_per_day=options.sessions,
        faults_per_session=options.faults,
        is_sqlite=options.store == "sqlite",
    )
    result = simulate(options.seed, Scenario(size), _kept(options, size))
    if result.is_clean:
        print(f"seed {options.seed} is clean; trace sha256 {result.trace_sha256}")
        return 0
    print(result.report(size))
    return 1


def _kept(options: argparse.Namespace, size: RunSize) -> tuple[FaultEvent, ...]:
    plan = draw_plan(options.seed, size)
    if options.keep is None:
        return plan
    numbers = {int(item) for item in options.keep.split(",") if item.isdigit()}
    return tuple(event for event in plan if event.number in numbers)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    commands = parser.add_subparsers(required=True, metavar="command")
    long = commands.add_parser("soak", help="play many seeds over many days")
    long.add_argument("--days", type=int, default=20)
    long.add_argument("--seeds", type=int, default=50, help="how many")
    long.add_argument("--first-seed", type=int, default=1)
    long.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    long.add_argument("--report", type=Path, default=REPORT_FOLDER)
    long.set_defaults(command=_soak)
    again = commands.add_parser("replay", help="play one seed again")
    again.add_argument("--seed", type=int, required=True)
    usual = RunSize()
    again.add_argument("--days", type=int, default=usual.days)
    again.add_argument("--sessions", type=int, default=usual.sessions_per_day)
    again.add_argument("--faults", type=int, default=usual.faults_per_session)
    again.add_argument("--store", choices=("memory", "sqlite"), default="memory")
    again.add_argument("--keep", help="only these faults of the plan, or `none`; default: all")
    again.set_defaults(command=_replay)
    return parser


if __name__ == "__main__":
    sys.exit(main())
