"""Opening a process's databases by name."""

from clearing_service.config import Config
from clearing_service.stores.engine import Database, open_database
from clearing_service.stores.migrate import upgrade


def open_migrated(config: Config, name: str) -> Database:
    """Open a database and run the revisions it lacks; raises `StoreError`."""
    database = open_again(config, name)
    upgrade(database.writer, name)
    return database


def open_again(config: Config, name: str) -> Database:
    """Open a database that is in its newest form already; raises `StoreError`."""
    return open_database(name, config.store_url(name))
