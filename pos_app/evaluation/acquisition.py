"""Every picture of a folder to features, on all cores, continuing where an earlier run stopped."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from pos_app.evaluation.feature_cache import FeatureCache, picture_hash
from pos_app.evaluation.sample_reader import Sample, SampleReader, packaged_reader
from pos_app.evaluation.worker_pool import work_through
from pos_app.features.manifest import data_folder
from pos_app.features.model_commands import MODEL_MANIFEST
from pos_app.probe.capture_policy import POLICY_FILE_NAME

_PICTURES_PER_TASK: Final = 8

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
    parts = work_through(_parts(lacking), packaged_reader, _read_part, workers=workers)
    for part, samples in parts:
        for picture, sample in zip(part, samples, strict=True):
            cache.add(hashes[picture], sample)
        done += len(part)
        progress(done, len(pictures))
    found = {picture: cache.find(hashes[picture]) for picture in pictures}
    return {picture: sample for picture, sample in found.items() if sample is not None}


def _parts(pictures: Sequence[Path]) -> Iterator[Sequence[Path]]:
    for start in range(0, len(pictures), _PICTURES_PER_TASK):
        yield pictures[start : start + _PICTURES_PER_TASK]


def _read_part(reader: SampleReader, pictures: Sequence[Path]) -> list[Sample]:
    return [reader.read(picture) for picture in pictures]
