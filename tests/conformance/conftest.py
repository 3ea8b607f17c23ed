"""Databases that every store is tried on: SQLite in a file, and a real PostgreSQL."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.fakes.postgres import PostgresServer, running_postgres

NewUrl = Callable[[], str]


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this session's own."""
    with running_postgres(is_durable=False) as server:
        yield server


@pytest.fixture
def new_postgres_url(postgres: PostgresServer) -> NewUrl:
    """A function that makes an empty PostgreSQL database and returns its SQLAlchemy URL."""
    return postgres.new_database


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> NewUrl:
    """A function that makes an empty database and returns its SQLAlchemy URL."""
    if request.param == "postgresql":
        found: NewUrl = request.getfixturevalue("new_postgres_url")
        return found
    numbers = count(1)
    return lambda: f"sqlite:///{tmp_path / f'store-{next(numbers)}.sqlite'}"
