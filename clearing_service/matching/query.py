"""One batch of searches at one party, from admission to the frames that leave it.

Nothing masked leaves before all three parties have named the same candidate set. Every function
here is one step; parties 2 and 3 run theirs below, party 1's is in `coordinator`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearing_service.matching.admission import Admission, Admitted, HeaderMemory, Inadmissible
from clearing_service.matching.errors import PeerProtocolError
from clearing_service.matching.frames import (
    NO_POSITION,
    REFUSED_DIGEST,
    BatchDigests,
    MaskedVectors,
    Query,
)
from clearing_service.matching.gallery import CandidateSet, Gallery
from clearing_service.matching.guards import Refusal, ScorePolicy, decide, survey_once
from clearing_service.matching.observer import MatchingObserver
from clearing_service.matching.scoring import ProbeShares, ScoringTask, score_batch, score_rows_once
from clearing_service.matching.shares import Words
from clearing_service.matching.shuffle import (
    STREAM_SECRET_BYTES,
    KeyUse,
    StreamSecret,
    first_vector,
    mask,
    open_scores,
    permutation,
    second_vector,
    witness_vector,
)

_WORD_RANGE = 1 << 16


def compile_kernels() -> None:
    """Compile, or load from numba's cache, before the first payment has to wait for it."""
    score_rows_once()
    permutation(StreamSecret(bytes(STREAM_SECRET_BYTES)), 0, 2)
    survey_once()


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class AdmittedQuery:
    """A query whose message this party has verified and opened."""

    number: int
    candidates: CandidateSet
    probe: ProbeShares


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class ScoredQuery:
    """A query that all three parties agreed on, with this party's score share of every row."""

    number: int
    candidates: CandidateSet
    scores: Words
    norm_piece: int

    @property
    def row_count(self) -> int:
        """How many rows were scored."""
        return self.candidates.row_count


def admit(
    query: Query,
    gallery: Gallery,
    admission: Admission,
    headers: HeaderMemory,
    observer: MatchingObserver,
) -> AdmittedQuery | None:
    """Return the query ready for scoring, or None; the reason goes to this party's own log."""
    admitted = admission.admit_search(query.message, query.scope, gallery.head, headers)
    if isinstance(admitted, Inadmissible):
        observer.query_inadmissible(query.number, admitted)
        return None
    return ready(query.number, admitted, gallery.candidates(query.scope))


def ready(number: int, admitted: Admitted, candidates: CandidateSet) -> AdmittedQuery:
    """Return an admitted query; the probe's shares are wiped by `score`."""
    return AdmittedQuery(number, candidates, ProbeShares.from_pair(admitted.shares))


def digests_of(queries: Sequence[AdmittedQuery | None]) -> tuple[bytes, ...]:
    """Return what this party tells the others of each query."""
    return tuple(REFUSED_DIGEST if query is None else query.candidates.digest for query in queries)


def agreed_positions(generation: int, named: Sequence[BatchDigests]) -> list[int]:
    """Return which queries of the batch all parties have named the same candidate set for.

    Without one generation at all parties there is none.
    """
    if any(digests.generation != generation for digests in named):
        return []
    if len({len(digests.digests) for digests in named}) != 1:
        raise PeerProtocolError("a peer answered for another number of queries")
    columns = zip(*(digests.digests for digests in named), strict=True)
    return [
        position
        for position, column in enumerate(columns)
        if REFUSED_DIGEST not in column and len(set(column)) == 1
    ]


def score(queries: Sequence[AdmittedQuery | None]) -> list[ScoredQuery | None]:
    """Score every admitted query in one pass and wipe the probes."""
    admitted = [query for query in queries if query is not None]
    vectors = iter(score_batch([ScoringTask(query.candidates, query.probe) for query in admitted]))
    scored: list[ScoredQuery | None] = []
    for query in queries:
        if query is None:
            scored.append(None)
            continue
        piece = query.probe.norm_piece
        query.probe.wipe()
        scored.append(ScoredQuery(query.number, query.candidates, next(vectors), piece))
    return scored


def pick(scored: Sequence[ScoredQuery | None], positions: Sequence[int]) -> list[ScoredQuery]:
    """Return the agreed queries, in the order of the batch."""
    chosen = [scored[position] for position in positions]
    return [query for query in chosen if query is not None]


def clearing_vectors(
    batch: int, queries: Sequence[ScoredQuery], custodian: StreamSecret, witness: StreamSecret
) -> MaskedVectors:
    """Return what party 1 sends to party 3."""
    vectors = []
    norms = []
    for query in queries:
        number, count = query.number, query.row_count
        vector = first_vector(
            query.scores,
            mask(witness, number, KeyUse.WITNESS_MASK, count),
            mask(custodian, number, KeyUse.SCORE_MASK, count),
            permutation(custodian, number, count),
        )
        vectors.append(vector.tobytes())
        norms.append((query.norm_piece + _norm_mask(custodian, number)) % _WORD_RANGE)
    return MaskedVectors(batch, tuple(vectors), tuple(norms))


def witness_vectors(
    batch: int, queries: Sequence[ScoredQuery], clearing: StreamSecret
) -> MaskedVectors:
    """Return what party 3 sends to party 2."""
    vectors = [
        witness_vector(
            query.scores, mask(clearing, query.number, KeyUse.WITNESS_MASK, query.row_count)
        )
        for query in queries
    ]
    return MaskedVectors(batch, tuple(vector.tobytes() for vector in vectors))


def custodian_vectors(
    batch: int, queries: Sequence[ScoredQuery], clearing: StreamSecret, received: MaskedVectors
) -> MaskedVectors:
    """Return what party 2 sends to party 3, from its own scores and the witness's vectors."""
    vectors = []
    norms = []
    for query, witness in zip(queries, _words(received, queries), strict=True):
        number, count = query.number, query.row_count
        vector = second_vector(
            query.scores,
            witness,
            mask(clearing, number, KeyUse.SCORE_MASK, count),
            permutation(clearing, number, count),
        )
        vectors.append(vector.tobytes())
        norms.append((query.norm_piece - _norm_mask(clearing, number)) % _WORD_RANGE)
    return MaskedVectors(batch, tuple(vectors), tuple(norms))


def open_batch(
    queries: Sequence[ScoredQuery],
    from_clearing: MaskedVectors,
    from_custodian: MaskedVectors,
    policy: ScorePolicy,
    observer: MatchingObserver,
) -> tuple[int, ...]:
    """Return party 3's answer for each query: the winner's shuffled position or `NO_POSITION`."""
    _require_norms(from_clearing, queries)
    _require_norms(from_custodian, queries)
    positions = []
    for index, (query, first, second) in enumerate(
        zip(
            queries,
            _words(from_clearing, queries),
            _words(from_custodian, queries),
            strict=True,
        )
    ):
        pieces = from_clearing.norms[index] + from_custodian.norms[index] + query.norm_piece
        scores = open_scores(first, second)
        decision = decide(scores, pieces % _WORD_RANGE, policy)
        scores.fill(0)
        if isinstance(decision, Refusal):
            observer.probe_refused(query.number, decision)
        positions.append(NO_POSITION if isinstance(decision, Refusal) else decision.position)
    return tuple(positions)


def unshuffle(query: ScoredQuery, position: int, custodian: StreamSecret) -> int:
    """Return the row that party 3 named by its shuffled position."""
    if not 0 <= position < query.row_count:
        raise PeerProtocolError("party 3 named a position outside the candidate set")
    return int(permutation(custodian, query.number, query.row_count)[position])


def _norm_mask(secret: StreamSecret, number: int) -> int:
    return int(mask(secret, number, KeyUse.NORM_MASK, 1)[0])


def _words(received: MaskedVectors, queries: Sequence[ScoredQuery]) -> list[Words]:
    expected = [2 * query.row_count for query in queries]
    if [len(vector) for vector in received.vectors] != expected:
        raise PeerProtocolError("a peer's vectors do not fit the agreed queries")
    return [np.frombuffer(vector, dtype="<u2") for vector in received.vectors]


def _require_norms(received: MaskedVectors, queries: Sequence[ScoredQuery]) -> None:
    if len(received.norms) != len(queries):
        raise PeerProtocolError("a peer's norms do not fit the agreed queries")
