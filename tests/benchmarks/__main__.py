"""`make bench`: every benchmark beside its yardstick, as a table and as `build/bench.json`.

Each benchmark is a module with `measures()`. Names given on the command line choose some of them.
"""

import importlib
import json
import sys
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table

from tests.benchmarks.measure import Measure

BENCHMARKS = {
    "scoring": "tests.benchmarks.matching.share_scoring",
    "query": "tests.benchmarks.matching.private_query",
    "eyes": "tests.benchmarks.eyes.frame_stages",
    "touch": "tests.benchmarks.eyes.touch_to_probe",
    "gui": "tests.benchmarks.eyes.gui_blocks",
    "ledger": "tests.benchmarks.ledger.posting",
    "payment": "tests.benchmarks.payment_path.payments",
}
RESULT = Path("build/bench.json")
FILE_COLUMNS = 160
"""Of the table where nobody's window bounds it."""


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all, and write what they found."""
    unknown = set(names) - BENCHMARKS.keys()
    if unknown:
        sys.exit(f"no such benchmark: {', '.join(sorted(unknown))}; there are {list(BENCHMARKS)}")
    console = Console(width=None if sys.stdout.isatty() else FILE_COLUMNS)
    found: list[Measure] = []
    for name in names or BENCHMARKS:
        console.print(f"measuring {name} ...")
        found += importlib.import_module(BENCHMARKS[name]).measures()
    _write(found)
    console.print(_table(found))
    console.print(f"written to {RESULT}; figures of one machine in one run, trust the ratios")
    return 0


def _write(found: list[Measure]) -> None:
    """Replace the measures of these names and keep those of others."""
    kept: dict[str, object] = {}
    if RESULT.exists():
        kept = {record["name"]: record for record in json.loads(RESULT.read_text())}
    kept |= {measure.name: measure.as_record() for measure in found}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(list(kept.values()), indent=2) + "\n", encoding="utf-8")


def _table(found: list[Measure]) -> Table:
    table = Table(title="Benchmarks")
    for column in ("name", "value", "unit", "yardstick", "its value", "ratio"):
        is_text = column in {"name", "yardstick"}
        justify: Literal["left", "right"] = "left" if is_text else "right"
        table.add_column(column, justify=justify, no_wrap=column != "yardstick")
    for measure in found:
        table.add_row(
            measure.name,
            f"{measure.value:,.2f}",
            measure.unit,
            measure.yardstick,
            f"{measure.yardstick_value:,.2f}",
            f"{measure.ratio:.3f}",
        )
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
