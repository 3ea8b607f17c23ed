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
def progress_bar() -> Iterator[Report]:
    """Show how many pictures are done, of how many, and how long the rest takes."""
    columns = (TextColumn("pictures"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns) as bar:
        task = bar.add_task("pictures", total=None)

        def report(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield report
