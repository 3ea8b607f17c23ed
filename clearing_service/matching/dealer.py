"""How party 1 deals generated references: the synthetic set, and rows that fill a sandbox.

Party 1 draws plaintext, sends each peer its two shares directly, keeps its own two, and erases the
plaintext and the third share before the next chunk is drawn.
"""

from dataclasses import dataclass

import numpy as np

from clearing_service.matching.change_leader import ChangeLeader
from clearing_service.matching.frames import DealtRows
from clearing_service.matching.party import MatchingParty
from clearing_service.matching.ports import SANDBOX_ID_PREFIX, TAG_BYTES
from clearing_service.matching.requests import dealt_rows
from clearing_service.matching.shares import REFERENCE_ID_BYTES, SyntheticSet
from clearing_service.matching.synthetic import (
    SYNTHETIC_ROWS,
    Dealing,
    deal,
    draw_templates,
    expand_share,
)
from facepay.ports import Randomness

CHUNK_ROWS = 4096
"""One chunk is a megabyte on the wire."""


@dataclass(frozen=True, slots=True)
class _Names:
    """What the rows of a chunk are called; empty for the synthetic set."""

    change_id: bytes
    reference_ids: bytes = b""
    tags: bytes = b""
    first_slot: int = 0


class Dealer:
    """Party 1's dealing."""

    def __init__(self, party: MatchingParty, leader: ChangeLeader, randomness: Randomness) -> None:
        self._party = party
        self._leader = leader
        self._randomness = randomness

    async def deal_set(self, change_id: bytes) -> SyntheticSet:
        """Deal a new synthetic set under `change_id` and return party 1's shares of it."""
        dealing = await self._draw(SYNTHETIC_ROWS)
        own = SyntheticSet(
            change_id,
            expand_share(dealing.first_seed, SYNTHETIC_ROWS),
            expand_share(dealing.second_seed, SYNTHETIC_ROWS),
        )
        await self._send(dealing, _Names(change_id))
        return own

    async def deal_rows(self, change_id: bytes, count: int, tag_count: int) -> None:
        """Deal `count` prepared rows under `change_id`, spread evenly over random tags."""
        tags = np.frombuffer(self._randomness.bytes(TAG_BYTES * tag_count), np.uint8)
        tags = tags.reshape(tag_count, TAG_BYTES)
        slot = await self._party.keeper.next_slot()
        for begin in range(0, count, CHUNK_ROWS):
            size = min(CHUNK_ROWS, count - begin)
            chosen = tags[np.arange(begin, begin + size) % tag_count]
            ids = self._sandbox_ids(size)
            await self._deal_chunk(_Names(change_id, ids, chosen.tobytes(), slot + begin), size)

    async def _deal_chunk(self, names: _Names, size: int) -> None:
        dealing = await self._draw(size)
        first = expand_share(dealing.first_seed, size)
        second = expand_share(dealing.second_seed, size)
        request = self._request(dealing, names, seed=b"")
        await self._party.keeper.add_prepared(dealt_rows(request, first, second), names.change_id)
        await self._send(dealing, names)

    async def _draw(self, count: int) -> Dealing:
        def draw() -> Dealing:
            templates = draw_templates(count, self._randomness)
            dealing = deal(templates, self._randomness)
            templates.fill(0)
            return dealing

        return await self._party.workplace.compute_worker.run(draw)

    async def _send(self, dealing: Dealing, names: _Names) -> None:
        await self._leader.ask_both(
            (
                self._request(dealing, names, seed=dealing.second_seed),
                self._request(dealing, names, seed=dealing.first_seed),
            )
        )
        dealing.wipe()

    def _request(self, dealing: Dealing, names: _Names, *, seed: bytes) -> DealtRows:
        return DealtRows(
            self._party.next_request(),
            names.change_id,
            names.reference_ids,
            names.tags,
            names.first_slot,
            seed,
            dealing.third.tobytes(),
            dealing.third_opening,
            dealing.commitments,
        )

    def _sandbox_ids(self, count: int) -> bytes:
        ids = np.frombuffer(self._randomness.bytes(count * REFERENCE_ID_BYTES), np.uint8).copy()
        ids = ids.reshape(count, REFERENCE_ID_BYTES)
        ids[:, : len(SANDBOX_ID_PREFIX)] = np.frombuffer(SANDBOX_ID_PREFIX, np.uint8)
        return ids.tobytes()
