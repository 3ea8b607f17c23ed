"""A progress bar on the terminal for a long run."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from pos_app.evaluation.acquisition import Progress as Report


@contextmanager
def progress_bar(what: str = "pictures") -> Iterator[Report]:
    """Show how many of `what` are done, of how many, and how long the rest takes."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns) as bar:
        task = bar.add_task(what, total=None)

        def report(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield report
