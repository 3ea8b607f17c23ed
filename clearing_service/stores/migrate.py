"""Brings a database to its newest form.

Each database has a folder of Alembic revisions under `migrations/`, run by code: there is no
environment file and no command line to get wrong. A database that a newer program has written is
refused rather than guessed at.
"""

from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationStep, RevisionStep
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util.exc import CommandError
from sqlalchemy import Engine, text
from sqlalchemy.engine import Connection

from clearing_service.errors import StoreError
from clearing_service.stores.engine import translating_errors

MIGRATIONS = Path(__file__).parent / "migrations"

_LOCK_NUMBER = 0x46414345
"""PostgreSQL's advisory lock that lets one process at a time migrate. Any fixed number does."""


def require_begun(engine: Engine, database: str) -> None:
    """Raise `StoreError` if `database` was never brought to any form: an empty file, an empty server.

    A store that was lost looks like that, and one begun anew in its place would know no payment.
    """
    with translating_errors(database, "opened"), engine.connect() as connection:
        options = {"version_table": f"{database}_version"}
        heads = MigrationContext.configure(connection, opts=options).get_current_heads()
    if not heads:
        raise StoreError(
            f"the {database} store is empty: it was lost, or another one is named in its place. "
            "Put it back; `facepay-clearing init` makes a new sandbox"
        )


def upgrade(engine: Engine, database: str, to: str = "head") -> None:
    """Run the revisions that `database` (a folder of `migrations/`) lacks, in one transaction.

    `to` names the last one to run, for tests of how an older database is brought on.

    A repeat does nothing. Raises `StoreError`. On SQLite `engine` is the writer's, whose
    transactions begin with the lock.
    """
    with translating_errors(database, "brought up to date"), engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(
                text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK_NUMBER}
            )
        try:
            _run(connection, database, to)
        except (CommandError, RevisionError) as error:
            raise StoreError(f"the {database} store has an unknown version: {error}") from error


def _run(connection: Connection, database: str, to: str) -> None:
    folder = str(MIGRATIONS / database)
    scripts = ScriptDirectory(folder, version_locations=[folder])

    def steps(current: tuple[str, ...], _: MigrationContext) -> list[RevisionStep]:
        missing = scripts.iterate_revisions(to, current, implicit_base=True)
        found = [MigrationStep.upgrade_from_script(scripts.revision_map, item) for item in missing]
        return found[::-1]

    with EnvironmentContext(Config(), scripts, fn=steps, destination_rev=to) as environment:
        environment.configure(connection=connection, version_table=f"{database}_version")
        environment.run_migrations()
