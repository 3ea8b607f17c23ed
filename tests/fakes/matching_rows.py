"""Shared rows and probes for tests of one party's memory."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clearing_service.matching.gallery import Gallery, first_head
from clearing_service.matching.shares import ReferenceRows, SyntheticSet

Words = npt.NDArray[np.uint16]


def random_words(generator: np.random.Generator, *shape: int) -> Words:
    return generator.integers(0, 2**16, shape, dtype=np.uint16)


@dataclass(frozen=True)
class Shared:
    """Three shares of some vectors."""

    shares: tuple[Words, Words, Words]

    @classmethod
    def of(cls, values: npt.NDArray[np.int16], generator: np.random.Generator) -> "Shared":
        first, second = (random_words(generator, *values.shape) for _ in range(2))
        return cls((first, second, values.view(np.uint16) - first - second))

    def pair(self, party: int) -> tuple[Words, Words]:
        return self.shares[party - 1].copy(), self.shares[party % 3].copy()


def rows_of(
    shared: Shared, party: int, *, tag_count: int = 1, first_number: int = 0
) -> ReferenceRows:
    """Return rows whose reference id is their number; tags go round."""
    count = len(shared.shares[0])
    numbers = range(first_number, first_number + count)
    tags = [bytes([number % tag_count]) * 16 for number in numbers]
    first, second = shared.pair(party)
    return ReferenceRows(
        reference_ids=_table([number.to_bytes(16) for number in numbers], 16),
        tags=_table(tags, 16),
        slots=np.array(numbers, np.int64),
        generations=np.ones(count, np.int64),
        fingerprints=_table([number.to_bytes(32) for number in numbers], 32),
        first=first,
        second=second,
    )


def three_galleries(
    templates: npt.NDArray[np.int16], generator: np.random.Generator, *, tag_count: int = 1
) -> list[Gallery]:
    """Return the same gallery at parties 1, 2 and 3, each with 256 synthetic rows."""
    shared = Shared.of(templates, generator)
    synthetic = Shared.of(generator.integers(-8, 9, (256, 128)).astype(np.int16), generator)
    return [
        Gallery.build(
            first_head(1, "m"),
            rows_of(shared, party, tag_count=tag_count),
            SyntheticSet(bytes(16), *synthetic.pair(party)),
        )
        for party in (1, 2, 3)
    ]


def _table(values: list[bytes], width: int) -> npt.NDArray[np.uint8]:
    return np.frombuffer(b"".join(values), np.uint8).reshape(len(values), width)
