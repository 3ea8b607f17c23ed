"""Local scoring: one pass over a party's two share matrices, for every waiting probe at once.

Party i holds shares i and i + 1 of every reference (matrices F and S) and of the probe (f and s).
It computes z_i = F (f + s) + S f modulo 2^16. Summed over the three parties, every product of a
reference share and a probe share occurs exactly once, so the three vectors add up to the scores.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from clearing_service.matching.gallery import CandidateSet
from facepay.template import DIMENSIONS, SharePair

Words = npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class ProbeShares:
    """One party's two shares of one probe. Whoever opened the envelope wipes them."""

    first: Words
    """Shape (128,), uint16: the share that has the party's own number."""
    second: Words
    """Shape (128,), uint16: the share after it."""

    @classmethod
    def from_pair(cls, pair: SharePair) -> "ProbeShares":
        """Return the shares of `pair`; wiping either wipes both."""
        return cls(pair.first, pair.second)

    @property
    def norm_piece(self) -> int:
        """This party's part of the probe's squared length; the three add up modulo 2^16."""
        first, second = self.first, self.second
        return int(np.sum(first * (first + second + second), dtype=np.uint16))

    def wipe(self) -> None:
        """Overwrite both shares. A repeat does nothing."""
        self.first.fill(0)
        self.second.fill(0)

    def __repr__(self) -> str:
        """Show nothing of the probe."""
        return "ProbeShares(<two shares>)"


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class ScoringTask:
    """One probe and the rows it is to be compared with."""

    candidates: CandidateSet
    probe: ProbeShares


def score_batch(tasks: Sequence[ScoringTask]) -> list[Words]:
    """Return this party's score share of every candidate row, one array per task, in row order.

    Tasks with the same candidate set are scored in one pass over the matrices. The interpreter
    lock is free while the matrices are read. Arrays are the caller's own; scoring wipes nothing.
    """
    answers: list[Words] = [np.empty(0, np.uint16)] * len(tasks)
    for members in _by_candidates(tasks):
        scores = _score_together(
            tasks[members[0]].candidates, [tasks[member].probe for member in members]
        )
        for row, member in enumerate(members):
            answers[member] = scores[row]
    return answers


def score_rows_once() -> None:
    """Run the kernel on one row, so that it is compiled."""
    rows = np.zeros((1, DIMENSIONS), np.uint16)
    probe = ProbeShares(np.zeros(DIMENSIONS, np.uint16), np.zeros(DIMENSIONS, np.uint16))
    combined, own = _weights([probe])
    _score_rows(rows.view(np.int16), rows.view(np.int16), combined, own, _output(1, 1), 0)


def _by_candidates(tasks: Sequence[ScoringTask]) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for position, task in enumerate(tasks):
        groups.setdefault(id(task.candidates), []).append(position)
    return list(groups.values())


def _score_together(candidates: CandidateSet, probes: Sequence[ProbeShares]) -> Words:
    combined, own = _weights(probes)
    scores = _output(len(probes), candidates.row_count)
    offset = 0
    for first, second in candidates.matrices():
        _score_rows(first.view(np.int16), second.view(np.int16), combined, own, scores, offset)
        offset += len(first)
    combined.fill(0)
    own.fill(0)
    return scores.view(np.uint16)


def _output(probe_count: int, row_count: int) -> npt.NDArray[np.int16]:
    return np.empty((probe_count, row_count), np.int16)


def _weights(
    probes: Sequence[ProbeShares],
) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int16]]:
    own = np.stack([probe.first for probe in probes])
    combined = own + np.stack([probe.second for probe in probes])
    return combined.view(np.int16), own.view(np.int16)


@njit(nogil=True, cache=True, boundscheck=False)
def _score_rows(
    first: npt.NDArray[np.int16],
    second: npt.NDArray[np.int16],
    combined: npt.NDArray[np.int16],
    own: npt.NDArray[np.int16],
    scores: npt.NDArray[np.int16],
    offset: int,
) -> None:  # pragma: no cover - runs as machine code
    """Write scores[k, offset + row]; the constant inner bound lets LLVM use whole vectors."""
    for row in range(first.shape[0]):
        for probe in range(own.shape[0]):
            total = np.int16(0)
            for column in range(128):
                by_first = np.int16(first[row, column] * combined[probe, column])
                by_second = np.int16(second[row, column] * own[probe, column])
                total = np.int16(total + by_first + by_second)
            scores[probe, offset + row] = total
