"""What every test shares: fixed seeds, a hermetic screen, clocks and randomness that do not run."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings

from tests.fakes.ports import ManualClock, SeededRandomness

settings.register_profile("reproducible", derandomize=True, deadline=None, max_examples=50)
settings.load_profile("reproducible")


@pytest.fixture(autouse=True)
def _logging_of_its_own() -> Iterator[None]:
    """A program's `main` sets up logging to a stream that ends with its test."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def randomness() -> SeededRandomness:
    return SeededRandomness()
