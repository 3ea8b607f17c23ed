"""A whole private query among three parties in one process, beside a search in the clear.

The yardstick is what an unprotected service would do: one float32 matrix of the same people, one
matrix-vector product, one argmax, in numpy. The private query does three parties' work one after
another here, with signatures, envelopes, shuffles and all frames, but without a network.

Run as `python -m tests.benchmarks.matching.private_query`.
"""

import asyncio
import sys

import numpy as np

from clearing_service.matching.ports import WHOLE_GALLERY, SearchMatch, SearchScope
from clearing_service.matching.scoring import score_rows_once
from tests.benchmarks.matching.share_scoring import fastest
from tests.benchmarks.measure import Measure
from tests.fakes.matching import ThreeParties, people, seen_again

ROWS = 100_000
TAGS = 1000
REPEATS = 15
PLAIN = "plain float32 numpy, no protection"
TAG = b"\x80" * 16


def measures() -> list[Measure]:
    """Return the query over everybody and the narrowed one, both over 100,000 references."""
    return asyncio.run(_run())


async def _run() -> list[Measure]:
    score_rows_once()
    parties = await ThreeParties().start()
    person = people(1)[0]
    expected = SearchMatch(await parties.enrol(person, TAG))
    await parties.service.generate_synthetic(ROWS, TAGS)
    whole = await _fastest_search(parties, person, WHOLE_GALLERY, expected)
    narrowed = await _fastest_search(parties, person, SearchScope((TAG,)), expected)
    candidates = parties.parties[1].keeper.gallery.candidates(SearchScope((TAG,))).real_count
    await parties.close()
    return [
        Measure("private_query_three_parties", whole, "ms", PLAIN, _plain(ROWS)),
        Measure("private_query_narrowed", narrowed, "ms", PLAIN, _plain(candidates)),
    ]


async def _fastest_search(
    parties: ThreeParties, person: np.ndarray, scope: SearchScope, expected: SearchMatch
) -> float:
    loop = asyncio.get_running_loop()
    times = []
    for attempt in range(REPEATS):
        probe = parties.terminal.probe(seen_again(person, seed=attempt))
        begun = loop.time()
        found = await parties.service.search(probe, scope)
        times.append(loop.time() - begun)
        if found != expected:
            raise AssertionError("the benchmark found somebody else")
    return 1000 * min(times)


def _plain(rows: int) -> float:
    generator = np.random.default_rng(1)
    references = generator.normal(size=(rows, 128)).astype(np.float32)
    probe = generator.normal(size=128).astype(np.float32)
    return 1000 * fastest(lambda: int(np.argmax(references @ probe)))


if __name__ == "__main__":
    for measure in measures():
        sys.stdout.write(f"{measure} ratio={measure.ratio:.2f}\n")
