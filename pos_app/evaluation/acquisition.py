"""Every picture of a folder to features, on all cores, continuing where an earlier run stopped."""

import hashlib
import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import islice
from pathlib import Path
from typing import Final

import cv2

from pos_app.evaluation.feature_cache import FeatureCache, picture_hash
from pos_app.evaluation.sample_reader import Sample, SampleReader, packaged_reader
from pos_app.features.manifest import data_folder
from pos_app.features.model_commands import MODEL_MANIFEST
from pos_app.probe.capture_policy import POLICY_FILE_NAME

_PICTURES_PER_TASK: Final = 8
_TASKS_PER_WORKER: Final = 3

Progress = Callable[[int, int], None]
"""Called with how many pictures are done, of how many."""


def pipeline_hash() -> bytes:
    """Return 32 bytes that change with the models and the thresholds of a capture."""
    digest = hashlib.sha256()
    for name in (MODEL_MANIFEST, POLICY_FILE_NAME):
        digest.update(hashlib.sha256((data_folder() / name).read_bytes()).digest())
    return digest.digest()


def acquire(
    pictures: Sequence[Path], cache: FeatureCache, progress: Progress, *, workers: int
) -> dict[Path, Sample]:
    """Return the sample of every picture. What is known in `cache` is not read again.

    With one worker everything runs here. Raises `PolicyError` and `ModelError`.
    """
    hashes = {picture: picture_hash(picture) for picture in pictures}
    lacking = [picture for picture in pictures if cache.find(hashes[picture]) is None]
    done = len(pictures) - len(lacking)
    progress(done, len(pictures))
    for part, samples in _read_all(_parts(lacking), workers):
        for picture, sample in zip(part, samples, strict=True):
            cache.add(hashes[picture], sample)
        done += len(part)
        progress(done, len(pictures))
    found = {picture: cache.find(hashes[picture]) for picture in pictures}
    return {picture: sample for picture, sample in found.items() if sample is not None}


def _parts(pictures: Sequence[Path]) -> Iterator[Sequence[Path]]:
    for start in range(0, len(pictures), _PICTURES_PER_TASK):
        yield pictures[start : start + _PICTURES_PER_TASK]


def _read_all(
    parts: Iterator[Sequence[Path]], workers: int
) -> Iterator[tuple[Sequence[Path], list[Sample]]]:
    first = next(parts, None)
    if first is None:
        return
    reader = packaged_reader()  # also says here, not in a worker, what is missing
    if workers == 1:
        for part in (first, *parts):
            yield part, [reader.read(picture) for picture in part]
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker) as pool:
        yield from _read_in(pool, (first, *parts), workers * _TASKS_PER_WORKER)


def _read_in(
    pool: ProcessPoolExecutor, parts: Iterable[Sequence[Path]], ahead: int
) -> Iterator[tuple[Sequence[Path], list[Sample]]]:
    """Yield results as they come, with no more than `ahead` tasks waiting."""
    left = iter(parts)
    running: dict[Future[list[Sample]], Sequence[Path]] = {
        pool.submit(_read_part, part): part for part in islice(left, ahead)
    }
    while running:
        for finished in wait(running, return_when=FIRST_COMPLETED).done:
            yield running.pop(finished), finished.result()
            running |= {pool.submit(_read_part, part): part for part in islice(left, 1)}


_worker_reader: list[SampleReader] = []
"""The models of a worker process, loaded once; empty in the parent."""


def _start_worker() -> None:
    cv2.setNumThreads(1)
    _worker_reader.append(packaged_reader())


def _read_part(pictures: Sequence[Path]) -> list[Sample]:
    return [_worker_reader[0].read(picture) for picture in pictures]
