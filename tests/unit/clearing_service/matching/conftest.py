"""Three parties on memory links, with small buckets so that a test needs few people."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes.matching import ThreeParties


@pytest.fixture
async def parties() -> AsyncIterator[ThreeParties]:
    world = await ThreeParties(min_bucket_rows=3).start()
    yield world
    await world.close()
