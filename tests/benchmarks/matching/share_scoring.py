"""Local scoring at one party, one thread, beside a copy of the same bytes.

Run as `python -m tests.benchmarks.matching.share_scoring`.
"""

import sys
import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from clearing_service.matching.gallery import Gallery, first_head
from clearing_service.matching.ports import WHOLE_GALLERY
from clearing_service.matching.scoring import (
    ProbeShares,
    ScoringTask,
    score_batch,
    score_rows_once,
)
from clearing_service.matching.shares import ReferenceRows, SyntheticSet
from tests.benchmarks.measure import Measure

ROWS_PER_TAG = 100
REPEATS = 7
COPY = "a memory copy of the same bytes"

Words = npt.NDArray[np.uint16]


def share_scoring_100k() -> Measure:
    """Score 100,000 references for one probe."""
    return _measure("share_scoring_100k", 100_000, probes=1)


def share_scoring_1m() -> Measure:
    """Score 1,000,000 references for one probe."""
    return _measure("share_scoring_1m", 1_000_000, probes=1)


def share_scoring_1m_batch8() -> Measure:
    """Score 1,000,000 references for eight probes at once, per probe."""
    return _measure("share_scoring_1m_batch8", 1_000_000, probes=8)


def measures() -> list[Measure]:
    """Return all three."""
    return [share_scoring_100k(), share_scoring_1m(), share_scoring_1m_batch8()]


def random_gallery(rows: int, generator: np.random.Generator) -> Gallery:
    """Return one party's gallery of uniform shares, which is what any party's shares look like."""
    tag_count = max(1, rows // ROWS_PER_TAG)
    tags = generator.integers(0, 256, (tag_count, 16), np.uint8)
    references = ReferenceRows(
        reference_ids=generator.integers(0, 256, (rows, 16), np.uint8),
        tags=tags[np.arange(rows) % tag_count],
        slots=np.arange(rows, dtype=np.int64),
        generations=np.ones(rows, np.int64),
        fingerprints=generator.integers(0, 256, (rows, 32), np.uint8),
        first=_words(generator, rows),
        second=_words(generator, rows),
    )
    synthetic = SyntheticSet(bytes(16), _words(generator, 256), _words(generator, 256))
    return Gallery.build(first_head(1, "benchmark"), references, synthetic)


def fastest(action: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the shortest of several runs, in seconds: what the machine can do undisturbed."""
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        action()
        times.append(time.perf_counter() - begun)
    return min(times)


def _measure(name: str, rows: int, probes: int) -> Measure:
    generator = np.random.default_rng(1)
    score_rows_once()
    candidates = random_gallery(rows, generator).candidates(WHOLE_GALLERY)
    tasks = [
        ScoringTask(candidates, ProbeShares(_words(generator, 1)[0], _words(generator, 1)[0]))
        for _ in range(probes)
    ]
    pieces = list(candidates.matrices())
    targets = [(np.empty_like(first), np.empty_like(second)) for first, second in pieces]

    def copy() -> None:
        for (first, second), (into_first, into_second) in zip(pieces, targets, strict=True):
            np.copyto(into_first, first)
            np.copyto(into_second, second)

    copy()
    copying = fastest(copy)
    scoring = fastest(lambda: score_batch(tasks)) / probes
    return Measure(name, 1000 * scoring, "ms", COPY, 1000 * copying)


def _words(generator: np.random.Generator, rows: int) -> Words:
    return generator.integers(0, 2**16, (rows, 128), np.uint16)


if __name__ == "__main__":
    for measure in measures():
        sys.stdout.write(f"{measure} ratio={measure.ratio:.3f}\n")
