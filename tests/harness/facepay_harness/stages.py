"""What a demonstration did, how long each part took and how many bytes it made."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from facepay.ports import Clock


@dataclass(frozen=True, slots=True)
class Stage:
    """One finished part."""

    name: str
    seconds: float
    note: str


@dataclass
class StageLog:
    """Tells a person what is happening, and remembers it for the table at the end.

    Everything goes to `console`, which is the error stream, so that standard output holds the
    receipt alone.
    """

    clock: Clock
    console: Console
    stages: list[Stage] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Iterator[list[str]]:
        """Time one part. What is appended to the yielded list becomes its note."""
        notes: list[str] = []
        started = self.clock.monotonic()
        self.console.print(f"[bold]{name}[/bold] ...")
        yield notes
        seconds = self.clock.monotonic() - started
        self.stages.append(Stage(name, seconds, "; ".join(notes)))
        self.console.print(f"  {seconds:.1f} s  {'; '.join(notes)}")

    def print_table(self) -> None:
        """Print all parts with their times."""
        table = Table(title="What the demonstration did")
        table.add_column("Stage")
        table.add_column("Seconds", justify="right")
        table.add_column("Note")
        for stage in self.stages:
            table.add_row(stage.name, f"{stage.seconds:.1f}", stage.note)
        total = sum(stage.seconds for stage in self.stages)
        table.add_row("Total", f"{total:.1f}", "", style="bold")
        self.console.print(table)
