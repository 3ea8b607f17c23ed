"""Rows of references as one party holds them: columns of arrays, two shares a row.

A row has two of the three shares of a reference, so the rows of one party are uniform words and
say nothing about any face. They are still wiped where they are no longer needed: another party's
rows would complete them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from clearing_service.matching.ports import TAG_BYTES
from facepay.template import DIMENSIONS

REFERENCE_ID_BYTES = 16
FINGERPRINT_BYTES = 32

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class ReferenceRows:
    """`n` references at one party. Arrays are not copied; whoever holds the last view wipes."""

    reference_ids: Bytes
    """Shape (n, 16)."""
    tags: Bytes
    """Shape (n, 16): the bucket of each row."""
    slots: Numbers
    """Shape (n,): unique for ever, rising in the order of preparation."""
    generations: Numbers
    """Shape (n,): at which generation the row was activated; 0 while it is only prepared."""
    fingerprints: Bytes
    """Shape (n, 32): hash of the commitments to the three shares."""
    first: Words
    """Shape (n, 128), uint16: shares with the party's own number."""
    second: Words
    """Shape (n, 128), uint16: the shares after them."""

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.slots)

    @classmethod
    def empty(cls) -> "ReferenceRows":
        """Return no rows, with the right shapes."""
        return cls(
            reference_ids=np.empty((0, REFERENCE_ID_BYTES), np.uint8),
            tags=np.empty((0, TAG_BYTES), np.uint8),
            slots=np.empty(0, np.int64),
            generations=np.empty(0, np.int64),
            fingerprints=np.empty((0, FINGERPRINT_BYTES), np.uint8),
            first=np.empty((0, DIMENSIONS), np.uint16),
            second=np.empty((0, DIMENSIONS), np.uint16),
        )

    @classmethod
    def joined(cls, parts: Sequence["ReferenceRows"]) -> "ReferenceRows":
        """Return the rows of all `parts`, one after another, in new arrays."""
        if not parts:
            return cls.empty()
        return cls(
            *(
                np.concatenate([getattr(part, field.name) for part in parts])
                for field in fields(cls)
            )
        )

    def take(self, positions: npt.NDArray[np.intp] | slice) -> "ReferenceRows":
        """Return the chosen rows: views for a slice, new arrays for positions."""
        return ReferenceRows(*(getattr(self, field.name)[positions] for field in fields(self)))

    def in_order(self) -> "ReferenceRows":
        """Return the rows ordered by (tag, slot), which is the order all parties agree on."""
        halves = np.ascontiguousarray(self.tags).view(">u8").reshape(-1, 2)
        return self.take(np.lexsort((self.slots, halves[:, 1], halves[:, 0])))

    def activated_at(self, generation: int) -> "ReferenceRows":
        """Return the same rows with another generation; the other arrays are shared."""
        generations = np.full(len(self), generation, np.int64)
        return self.with_columns(generations=generations)

    def with_columns(
        self,
        *,
        generations: Numbers | None = None,
        first: Words | None = None,
        second: Words | None = None,
    ) -> "ReferenceRows":
        """Return the same rows with the given columns replaced."""
        return ReferenceRows(
            self.reference_ids,
            self.tags,
            self.slots,
            self.generations if generations is None else generations,
            self.fingerprints,
            self.first if first is None else first,
            self.second if second is None else second,
        )

    def wipe(self) -> None:
        """Overwrite the shares."""
        self.first.fill(0)
        self.second.fill(0)

    def __repr__(self) -> str:
        """Show the number only."""
        return f"ReferenceRows(<{len(self)} rows>)"


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class SyntheticSet:
    """One party's shares of the 256 synthetic references behind every candidate set."""

    set_id: bytes
    """16 random bytes, new with each drawing."""
    first: Words
    """Shape (256, 128), uint16."""
    second: Words
    """Shape (256, 128), uint16."""

    @classmethod
    def empty(cls) -> "SyntheticSet":
        """Return the set of a gallery for which none was drawn yet; nothing may be scored."""
        none = np.empty((0, DIMENSIONS), np.uint16)
        return cls(bytes(16), none, none)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.first)

    def __repr__(self) -> str:
        """Show which set."""
        return f"SyntheticSet({self.set_id.hex()}, <{len(self)} rows>)"
