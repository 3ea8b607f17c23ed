"""The studio and its people are made once: loading the networks and rehearsing takes seconds."""

import pytest
from numpy.random import PCG64, Generator

from pos_app.virtual.studio import Studio, StudioStores, packaged_stores


@pytest.fixture
def chance() -> Generator:
    return Generator(PCG64(11))


@pytest.fixture(scope="session")
def stores() -> StudioStores:
    """The manifests and files of this machine."""
    return packaged_stores()


@pytest.fixture(scope="session")
def studio(stores: StudioStores) -> Studio:
    return Studio(stores)
