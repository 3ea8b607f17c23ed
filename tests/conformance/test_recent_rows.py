"""What the writer remembers is what is committed, no more and no less."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Row, delete

from clearing_service.ledger.account import AccountId, Balance
from clearing_service.payment.clearing_book import UsageKey
from clearing_service.stores import clearing_tables as tables
from clearing_service.stores import recent_rows
from clearing_service.stores.engine import Database, open_database
from clearing_service.stores.ledger_mappings import BALANCES
from clearing_service.stores.migrate import upgrade
from clearing_service.stores.payment_mappings import USAGES
from clearing_service.stores.recent_rows import RecentRows
from facepay.identifiers import AccountAlias, ParticipantId


@pytest.fixture
def database(new_database_url: Callable[[], str]) -> Iterator[Database]:
    database = open_database("clearing", new_database_url())
    upgrade(database.writer, "clearing")
    yield database
    database.close()


def balance(number: int, debits: int = 0) -> Balance:
    return Balance(AccountId(ParticipantId(f"{number:08d}")), 1_000, debits)


def commit(database: Database, recent: RecentRows, row: Balance) -> None:
    with database.writer.begin() as connection:
        rows = recent.on(connection)
        rows.save(BALANCES, {row.account: row})
    rows.keep()


def read(database: Database, recent: RecentRows, number: int) -> Balance | None:
    with database.writer.begin() as connection:
        return recent.on(connection).fetch_one(BALANCES, balance(number).account)


def empty_the_table(database: Database) -> None:
    """Afterwards only what is remembered can be found."""
    with database.writer.begin() as connection:
        connection.execute(delete(tables.ACCOUNT_BALANCE))


def test_what_was_committed_is_found_without_reading(database: Database) -> None:
    recent = RecentRows()
    commit(database, recent, balance(1, debits=5))
    empty_the_table(database)
    assert read(database, recent, 1) == balance(1, debits=5)


def test_what_was_read_is_found_without_reading_and_so_is_its_absence(database: Database) -> None:
    commit(database, RecentRows(), balance(1))
    recent = RecentRows()
    assert (read(database, recent, 1), read(database, recent, 2)) == (balance(1), None)
    empty_the_table(database)
    commit(database, RecentRows(), balance(2))
    assert (read(database, recent, 1), read(database, recent, 2)) == (balance(1), None)


def test_a_row_that_was_not_there_is_found_once_it_is_committed(database: Database) -> None:
    recent = RecentRows()
    assert read(database, recent, 1) is None
    commit(database, recent, balance(1))
    assert read(database, recent, 1) == balance(1)


def test_what_was_not_committed_is_not_remembered(database: Database) -> None:
    recent = RecentRows()
    commit(database, recent, balance(1))
    with database.writer.connect() as connection, connection.begin() as transaction:
        recent.on(connection).save(BALANCES, {balance(1).account: balance(1, debits=9)})
        transaction.rollback()
    assert read(database, recent, 1) == balance(1)


def test_after_a_commit_of_unknown_end_everything_is_read_again(database: Database) -> None:
    recent = RecentRows()
    commit(database, recent, balance(1))
    commit(database, RecentRows(), balance(1, debits=7))  # it took place, though nobody was told
    recent.forget()
    assert read(database, recent, 1) == balance(1, debits=7)


class _CountedId(AccountId):
    """An account's name that counts how often it is looked up."""

    looked_up = 0

    def __hash__(self) -> int:
        _CountedId.looked_up += 1
        return super().__hash__()


def test_finding_one_row_costs_the_same_however_many_are_remembered(database: Database) -> None:
    recent = RecentRows()
    names = [_CountedId(ParticipantId(f"{number:08d}")) for number in range(1000)]
    with database.writer.begin() as connection:
        rows = recent.on(connection)
        rows.wrote(BALANCES, {name: Balance(name, 1_000) for name in names})
        rows.keep()
        _CountedId.looked_up = 0
        assert rows.fetch_one(BALANCES, names[500]) is not None
    assert _CountedId.looked_up < 10


def test_a_days_limit_is_found_without_reading_the_payers_other_days(database: Database) -> None:
    issuers = [ParticipantId("10000001"), ParticipantId("10000002")]
    aliases = [AccountAlias("alias-000001"), AccountAlias("alias-000002")]
    days = [date(2031, 1, 1) + timedelta(days=number) for number in range(40)]
    used = {key: place for place, key in enumerate(product(issuers, aliases, days), start=1)}
    read_rows: list[UsageKey] = []

    def count(row: Row[Any]) -> tuple[UsageKey, int]:
        key, value = USAGES.read(row)
        read_rows.append(key)
        return key, value

    wanted = [(issuers[0], aliases[0], days[7]), (issuers[1], aliases[1], days[7])]
    unknown = (issuers[0], aliases[1], days[7] + timedelta(days=400))
    with database.writer.begin() as connection:
        USAGES.save(connection, used)
        found = replace(USAGES, read=count).fetch(connection, [*wanted, unknown])
    assert found == {key: used[key] for key in wanted}
    assert len(read_rows) == 4  # both payers at both issuers, on the one day


def test_rows_that_others_write_are_read_each_time(database: Database) -> None:
    unkept = replace(BALANCES, is_kept=False)
    recent = RecentRows()
    for debits in (1, 2):
        commit(database, RecentRows(), balance(1, debits))
        with database.writer.begin() as connection:
            found = recent.on(connection).fetch_one(unkept, balance(1).account)
        assert found == balance(1, debits)


def test_only_the_rows_used_last_are_kept(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent_rows, "ROWS_MAX", 3)
    recent = RecentRows()
    for number in (1, 2, 3):
        commit(database, recent, balance(number))
    assert read(database, recent, 1) is not None  # used again, so it outlives the second
    commit(database, recent, balance(4))
    assert set(recent.known(BALANCES)) == {balance(number).account for number in (1, 3, 4)}
