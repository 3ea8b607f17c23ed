"""`python -m tests.crash --kills 100`: half of the kills on SQLite, half on PostgreSQL."""

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
from pathlib import Path

from pos_app.config import forbid_older_tls

# gRPC reads this when it is imported.
forbid_older_tls()

REPORT_FOLDER = Path("build") / "crash"


def main() -> int:
    """Kill, look, and write a summary for each engine; 1 if a rule was broken."""
    options = _parser().parse_args()
    engines = options.engine or ["sqlite", "postgresql"]
    for number, engine in enumerate(engines):
        kills = options.kills // len(engines) + (number < options.kills % len(engines))
        if kills and not _campaign(engine, kills, options):
            return 1
    return 0


def _campaign(engine: str, kills: int, options: argparse.Namespace) -> bool:
    from tests.crash.kills import Campaign  # noqa: PLC0415 - after the TLS rule

    directory = Path(tempfile.mkdtemp(prefix="facepay-crash-")) / "sandbox"
    print(f"{engine}: {kills} kills, seed {options.seed}, in {directory}", flush=True)
    campaign = Campaign(engine, kills, options.seed, lambda tally: _show(tally.summary()))
    try:
        tally = asyncio.run(campaign.run(directory))
    except Exception as error:  # noqa: BLE001 - whatever it was, the sandbox is kept to look at
        print(
            f"BROKEN: {type(error).__name__} {error}\nThe sandbox is kept in {directory}",
            file=sys.stderr,
        )
        return False
    options.report.mkdir(parents=True, exist_ok=True)
    text = json.dumps(tally.summary(), indent=1)
    (options.report / f"crash-{engine}.json").write_text(text + "\n", encoding="utf-8")
    print(text)
    shutil.rmtree(directory.parent)
    return True


def _show(summary: dict[str, object]) -> None:
    told = summary["told_to_people"]
    print(
        f"  kill {summary['kills']}: {summary['payments_in_the_books']} payments and "
        f"{summary['ledger_rows']} ledger rows, all as told {told or ''}",
        flush=True,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.crash")
    parser.add_argument("--kills", type=int, default=100, help="in all, shared by the engines")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", action="append", choices=("sqlite", "postgresql"))
    parser.add_argument("--report", type=Path, default=REPORT_FOLDER)
    return parser


if __name__ == "__main__":
    sys.exit(main())
