"""A database that cannot be used says which one and why, and nothing half-done stays."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from clearing_service.errors import StoreError
from clearing_service.ledger.account import AccountId
from clearing_service.stores import (
    clearing_tables,
    enrolment_tables,
    issuer_tables,
)
from clearing_service.stores.clearing_store import ClearingStore
from clearing_service.stores.columns import DataClass
from clearing_service.stores.engine import open_database
from clearing_service.stores.migrate import require_begun, upgrade
from clearing_service.stores.participant_store import SetCapWork
from facepay.identifiers import ParticipantId

NewUrl = Callable[[], str]

TABLES = {
    "clearing": clearing_tables.METADATA,
    "directory": enrolment_tables.ENROLMENT.metadata,
    "issuer": issuer_tables.METADATA,
}


def account(number: int) -> AccountId:
    return AccountId(ParticipantId(f"{number:08d}"))


@pytest.mark.parametrize("name", sorted(TABLES))
def test_migrations_make_exactly_the_tables_that_the_code_uses(
    new_database_url: NewUrl, name: str
) -> None:
    database = open_database(name, new_database_url())
    upgrade(database.writer, name)
    upgrade(database.writer, name)
    options = {"version_table": f"{name}_version"}
    with database.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, TABLES[name])
    database.close()
    assert differences == []


def test_a_database_that_was_never_begun_is_told_from_one_that_was(
    new_database_url: NewUrl,
) -> None:
    database = open_database("issuer", new_database_url())
    with pytest.raises(StoreError, match="the issuer store is empty"):
        require_begun(database.writer, "issuer")
    upgrade(database.writer, "issuer")
    require_begun(database.writer, "issuer")
    with pytest.raises(StoreError, match="the clearing store is empty"):
        require_begun(database.writer, "clearing")
    database.close()


def test_a_database_of_a_newer_program_is_refused(new_database_url: NewUrl) -> None:
    database = open_database("issuer", new_database_url())
    upgrade(database.writer, "issuer")
    with database.writer.begin() as connection:
        connection.execute(text("UPDATE issuer_version SET version_num = 'issuer_9999'"))
    with pytest.raises(StoreError, match="issuer store has an unknown version"):
        upgrade(database.writer, "issuer")
    database.close()


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("sqlite:////nonexistent/folder/clearing.sqlite", "unable to open database file"),
        ("mysql://localhost/clearing", "only sqlite and postgresql"),
        ("not a url", "parse"),
        ("postgresql+psycopg://nobody:hunter2@127.0.0.1:1/none", "refused"),
    ],
)
def test_a_store_that_cannot_be_opened_says_which_and_why(url: str, cause: str) -> None:
    with pytest.raises(StoreError, match="the clearing store cannot be opened") as error:
        open_database("clearing", url)
    assert cause in str(error.value)
    assert "hunter2" not in str(error.value)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clearing.sqlite"
    path.write_bytes(b"this is a letter, not a database" * 100)
    with pytest.raises(StoreError, match="not a database"):
        open_database("clearing", f"sqlite:///{path}")


async def test_a_full_disk_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'clearing.sqlite'}"
    database = open_database("clearing", url)
    upgrade(database.writer, "clearing")
    store = ClearingStore(database)
    await store.execute(SetCapWork(account(1), 1))
    with database.writer.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    works = [SetCapWork(account(number), number) for number in range(2, 2_000)]
    outcomes = await asyncio.gather(
        *(store.execute(work) for work in works), return_exceptions=True
    )
    failures = [item for item in outcomes if isinstance(item, BaseException)]
    assert failures
    assert {type(item) for item in failures} == {StoreError}
    assert "full" in str(failures[0])
    balances = await store.balances()
    assert len(balances) == 1 + len(works) - len(failures)
    store.close()


async def test_a_store_that_became_read_only_says_so(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'clearing.sqlite'}"
    database = open_database("clearing", url)
    upgrade(database.writer, "clearing")
    store = ClearingStore(database)
    with database.writer.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only=1")
    with pytest.raises(StoreError, match=r"clearing store cannot be written: .*readonly"):
        await store.execute(SetCapWork(account(1), 1))
    assert await store.balances() == []
    store.close()


async def test_another_process_that_holds_the_lock_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "clearing.sqlite"
    database = open_database("clearing", f"sqlite:///{path}")
    upgrade(database.writer, "clearing")
    store = ClearingStore(database)
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(store.execute(SetCapWork(account(1), 1)))
    await asyncio.sleep(0)
    other.execute("COMMIT")
    other.close()
    await waiting
    assert len(await store.balances()) == 1
    store.close()


@pytest.mark.rule("STO-02")
def test_every_column_has_a_data_class_and_what_authenticates_is_protected() -> None:
    columns = [
        column
        for metadata in TABLES.values()
        for table in metadata.tables.values()
        for column in table.columns
    ]
    assert [str(column) for column in columns if "data_class" not in column.info] == []
    protected = {str(item) for item in columns if item.info["data_class"] is DataClass.C3}
    assert protected == {
        "issuer_account.pin_salt",
        "issuer_account.pin_mac",
        "issuer_account.login_seed",
        "enrolment.pin_record",
    }


@pytest.mark.rule("STO-01")
def test_no_two_databases_share_more_than_random_ids(new_database_url: NewUrl) -> None:
    """No foreign key leads out of a database, and face references are in the directory alone."""
    for name in TABLES:
        database = open_database(name, new_database_url())
        upgrade(database.writer, name)
        tables = inspect(database.writer).get_table_names()
        found = {
            column["name"]
            for table in tables
            for column in inspect(database.writer).get_columns(table)
        }
        keys = [inspect(database.writer).get_foreign_keys(table) for table in tables]
        database.close()
        assert [key for key in keys if key and name != "directory"] == []
        assert ("reference_id" in found) is (name == "directory")
        assert ("name" in found and "balance_minor_units" in found) is (name == "issuer")
