"""Work through many tasks on all cores: each process makes what it works with once."""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from typing import Final, TypeVar

import cv2

from pos_app.evaluation.errors import EvaluationError

_TASKS_PER_WORKER: Final = 3

Task = TypeVar("Task")
Result = TypeVar("Result")
Bench = TypeVar("Bench")


def work_through(
    tasks: Iterable[Task],
    make_bench: Callable[[], Bench],
    work: Callable[[Bench, Task], Result],
    *,
    workers: int,
) -> Iterator[tuple[Task, Result]]:
    """Yield every task with its result, as they come.

    `make_bench` and `work` are functions of a module, because other processes find them by name;
    with one worker everything runs here. What `make_bench` raises is raised here, before any process
    starts. Raises `EvaluationError` if a process is killed.
    """
    left = iter(tasks)
    first = next(left, None)
    if first is None:
        return
    bench = make_bench()  # also says here, not in a worker, what is missing
    if workers == 1:
        for task in chain((first,), left):
            yield task, work(bench, task)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=_start_worker, initargs=(make_bench,)
    ) as pool:
        try:
            yield from _work_in(pool, chain((first,), left), work, workers * _TASKS_PER_WORKER)
        finally:
            pool.shutdown(cancel_futures=True)  # interrupted, only what runs is waited for


def _work_in(
    pool: ProcessPoolExecutor,
    tasks: Iterator[Task],
    work: Callable[[Bench, Task], Result],
    ahead: int,
) -> Iterator[tuple[Task, Result]]:
    """Yield results as they come, with no more than `ahead` tasks waiting."""

    def submit(count: int) -> dict[Future[Result], Task]:
        return {pool.submit(_work_on, work, task): task for task in islice(tasks, count)}

    running = submit(ahead)
    try:
        while running:
            for finished in wait(running, return_when=FIRST_COMPLETED).done:
                yield running.pop(finished), finished.result()
                running |= submit(1)
    except BrokenProcessPool as cause:
        raise EvaluationError(
            "a worker was stopped from outside, perhaps for want of memory; run again with fewer "
            "--workers and what is done is kept"
        ) from cause


_benches: list[object] = []
"""What a worker process works with, made once; empty in the parent."""


def _start_worker(make_bench: Callable[[], object]) -> None:
    cv2.setNumThreads(1)
    _benches.append(make_bench())


def _work_on(work: Callable[[Bench, Task], Result], task: Task) -> Result:
    return work(_benches[0], task)  # type: ignore[arg-type]
