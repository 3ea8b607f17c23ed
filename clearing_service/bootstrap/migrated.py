"""Opening a process's databases by name."""

from clearing_service.config import Config
from clearing_service.errors import StoreError
from clearing_service.stores.engine import Database, open_database
from clearing_service.stores.migrate import require_begun, upgrade


def open_migrated(config: Config, name: str, *, is_new: bool) -> Database:
    """Open a database and run the revisions it lacks; raises `StoreError`.

    Only provisioning makes one that `is_new`. Any other that is not there, or is empty, was lost:
    one begun in its place would know no payment and no face, and its books would add up.
    """
    if not is_new:
        _require_file(config, name)
    database = open_again(config, name)
    try:
        if not is_new:
            require_begun(database.writer, name)
        upgrade(database.writer, name)
    except StoreError:
        database.close()
        raise
    return database


def open_again(config: Config, name: str) -> Database:
    """Open a database that is in its newest form already; raises `StoreError`."""
    return open_database(name, config.store_url(name))


def _require_file(config: Config, name: str) -> None:
    path = config.directory / f"{name}.sqlite"
    is_elsewhere = bool(getattr(config.stores, name))
    if not is_elsewhere and not path.exists():
        raise StoreError(f"the {name} store cannot be opened: {path} is not there")
