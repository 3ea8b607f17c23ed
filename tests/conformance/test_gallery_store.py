"""What every gallery store must do, on the fake, on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from clearing_service.errors import StoreError
from clearing_service.matching.gallery import advance_lineage, first_head, next_head
from clearing_service.matching.shares import ReferenceRows, SyntheticSet
from clearing_service.matching.store import (
    NO_CHANGE,
    Change,
    ChangeKind,
    GalleryStore,
    StoreConflictError,
)
from clearing_service.stores.engine import open_database
from clearing_service.stores.gallery import SqlGalleryStore
from clearing_service.stores.gallery_sealing import ShareSealer
from clearing_service.stores.gallery_tables import METADATA
from clearing_service.stores.migrate import upgrade
from facepay.secret import SecretBytes
from tests.fakes.gallery_store import MemoryGalleryStore
from tests.fakes.matching_rows import Shared, random_words, rows_of
from tests.fakes.ports import START, SeededRandomness

HEAD = first_head(3, "model")
KEY = bytes(range(32))
Reopen = Callable[[], GalleryStore]


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Reopen]:
    """A function that opens the same store again, as a restarted process would."""
    if request.param == "memory":
        store = MemoryGalleryStore()
        yield lambda: store
        return
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/gallery.sqlite"
    else:
        url = request.getfixturevalue("new_postgres_url")()
    opened: list[SqlGalleryStore] = []

    def again() -> GalleryStore:
        opened.append(sql_store(url))
        return opened[-1]

    yield again
    for one in opened:
        one.close()


def sql_store(url: str, key: bytes = KEY, seed: int = 1) -> SqlGalleryStore:
    database = open_database("gallery", url)
    upgrade(database.writer, "gallery")
    return SqlGalleryStore(database, ShareSealer(SecretBytes(key), SeededRandomness(seed)))


def prepared(count: int, first_number: int = 0, seed: int = 1) -> ReferenceRows:
    generator = np.random.default_rng(seed)
    templates = generator.integers(-15, 16, (count, 128)).astype(np.int16)
    rows = rows_of(Shared.of(templates, generator), 1, tag_count=3, first_number=first_number)
    return rows.activated_at(0)


def assert_same(found: ReferenceRows, expected: ReferenceRows) -> None:
    left, right = found.in_order(), expected.in_order()
    for column in ("reference_ids", "tags", "slots", "generations", "fingerprints"):
        assert np.array_equal(getattr(left, column), getattr(right, column)), column
    assert np.array_equal(left.first, right.first)
    assert np.array_equal(left.second, right.second)


def everything(store: GalleryStore) -> ReferenceRows:
    return ReferenceRows.joined([*store.active_rows(), *store.prepared_rows()])


def ids(rows: ReferenceRows) -> tuple[bytes, ...]:
    return tuple(row.tobytes() for row in rows.reference_ids)


def change(kind: ChangeKind, *reference_ids: bytes, generation: int = 1) -> Change:
    return Change(bytes([generation]) * 16, kind, generation, reference_ids)


def synthetic() -> SyntheticSet:
    generator = np.random.default_rng(4)
    return SyntheticSet(b"s" * 16, random_words(generator, 9, 128), random_words(generator, 9, 128))


def test_an_empty_store_begins_as_it_is_told(reopen: Reopen) -> None:
    state = reopen().open(HEAD)
    assert (state.head, state.last_change_id, state.pending) == (HEAD, NO_CHANGE, None)
    assert len(state.synthetic) == 0
    other = reopen().open(replace(HEAD, epoch=9))
    assert other.head == HEAD


def test_prepared_rows_come_back_as_they_were(reopen: Reopen) -> None:
    store = reopen()
    store.open(HEAD)
    rows = prepared(700)
    store.add_prepared(rows)
    again = reopen()
    assert_same(ReferenceRows.joined(list(again.prepared_rows())), rows)
    assert sum(len(page) for page in again.active_rows()) == 0
    assert again.next_slot() == 700


def test_rows_are_found_by_id_and_unknown_ids_are_left_out(reopen: Reopen) -> None:
    store = reopen()
    store.open(HEAD)
    rows = prepared(600)
    store.add_prepared(rows)
    assert_same(store.find([*ids(rows), b"?" * 16]), rows)
    assert len(store.find([])) == 0


def test_a_repeat_adds_nothing_and_another_reference_is_refused(reopen: Reopen) -> None:
    store = reopen()
    store.open(HEAD)
    rows = prepared(3)
    store.add_prepared(rows)
    store.add_prepared(rows)
    other = replace(rows, fingerprints=rows.fingerprints[::-1].copy())
    with pytest.raises(StoreConflictError):
        store.add_prepared(ReferenceRows.joined([prepared(1, first_number=50), other]))
    assert_same(everything(store), rows)


def test_activation_is_of_the_named_rows_only(reopen: Reopen) -> None:
    store = reopen()
    store.open(HEAD)
    rows = prepared(5)
    store.add_prepared(rows)
    named = rows.take(slice(1, 3))
    step = change(ChangeKind.ACTIVATE, *ids(named))
    store.save_pending(step)
    store.commit(step, next_head(HEAD))
    again = reopen()
    state = again.open(HEAD)
    assert state.head.generation == 1
    assert state.last_change_id == step.change_id
    assert state.pending is None
    assert_same(ReferenceRows.joined(list(again.active_rows())), named.activated_at(1))


def test_activation_of_dealt_rows_leaves_the_others_prepared(reopen: Reopen) -> None:
    store = reopen()
    store.open(HEAD)
    step = change(ChangeKind.ACTIVATE)
    dealt = prepared(1200)
    store.add_prepared(dealt, step.change_id)
    store.add_prepared(prepared(2, first_number=5000))
    assert_same(ReferenceRows.joined(list(store.dealt_rows(step.change_id))), dealt)
    store.commit(step, next_head(HEAD))
    assert_same(ReferenceRows.joined(list(store.active_rows())), dealt.activated_at(1))
    assert sum(len(page) for page in store.dealt_rows(step.change_id)) == 0


def test_dropping_a_change_forgets_what_was_dealt_for_it(reopen: Reopen) -> None:
    store = reopen()
    store.open(HEAD)
    alone = prepared(2)
    store.add_prepared(alone)
    step = change(ChangeKind.ACTIVATE)
    store.add_prepared(prepared(3, first_number=100), step.change_id)
    store.save_pending(step)
    store.drop_pending()
    assert_same(everything(store), alone)
    assert reopen().open(HEAD).pending is None


@pytest.mark.rule("CON-06")
def test_erased_rows_are_gone(reopen: Reopen) -> None:
    store = reopen()
    store.open(HEAD)
    rows = prepared(4)
    store.add_prepared(rows)
    store.commit(change(ChangeKind.ERASE, *ids(rows.take(slice(0, 2)))), next_head(HEAD))
    assert_same(everything(reopen()), rows.take(slice(2, 4)))


def test_rewritten_rows_have_new_shares_and_the_same_names(reopen: Reopen) -> None:
    store = reopen()
    store.open(HEAD)
    rows = prepared(50)
    store.add_prepared(rows)
    fresh = rows.with_columns(first=rows.first + 1, second=rows.second + 7)
    head = replace(next_head(HEAD), epoch=4, lineage=advance_lineage(HEAD.lineage, b"step"))
    store.commit(change(ChangeKind.STEP_EPOCH), head, [fresh])
    again = reopen()
    assert again.open(HEAD).head == head
    assert_same(everything(again), fresh)


def test_a_pending_change_survives_a_restart_with_its_secret(reopen: Reopen) -> None:
    store = reopen()
    store.open(HEAD)
    secret = SecretBytes(b"k" * 32)
    step = Change(b"c" * 16, ChangeKind.REFRESH, 1, (b"a" * 16, b"b" * 16), secret)
    store.save_pending(step)
    pending = reopen().open(HEAD).pending
    assert pending is not None
    assert (pending.change_id, pending.kind, pending.generation) == (b"c" * 16, step.kind, 1)
    assert pending.reference_ids == step.reference_ids
    assert pending.secret is not None
    assert pending.secret.equals(secret)


def test_a_synthetic_set_survives_a_restart_pending_and_committed(reopen: Reopen) -> None:
    store = reopen()
    store.open(HEAD)
    drawn = synthetic()
    step = Change(drawn.set_id, ChangeKind.REPLACE_SYNTHETIC, 1, synthetic=drawn)
    store.save_pending(step)
    pending = reopen().open(HEAD).pending
    assert pending is not None
    assert pending.synthetic is not None
    assert np.array_equal(pending.synthetic.second, drawn.second)
    store.commit(step, next_head(HEAD))
    kept = reopen().open(HEAD).synthetic
    assert kept.set_id == drawn.set_id
    assert np.array_equal(kept.first, drawn.first)


def test_query_numbers_are_never_given_out_twice(reopen: Reopen) -> None:
    store = reopen()
    store.open(HEAD)
    first = store.reserve_query_numbers(1000)
    assert reopen().reserve_query_numbers(10) >= first + 1000


def test_the_mark_only_rises(reopen: Reopen) -> None:
    store = reopen()
    store.open(HEAD)
    assert store.query_mark() == 0
    store.raise_query_mark(2000)
    store.raise_query_mark(1500)
    assert reopen().query_mark() == 2000


def test_headers_are_remembered_until_their_time(reopen: Reopen) -> None:
    store = reopen()
    store.open(HEAD)
    early, late = START + timedelta(seconds=1), START + timedelta(seconds=9)
    store.remember_headers({b"a" * 32: early, b"b" * 32: late}, START)
    assert reopen().remembered_headers() == {b"a" * 32: early, b"b" * 32: late}
    store.remember_headers({}, START + timedelta(seconds=5))
    assert reopen().remembered_headers() == {b"b" * 32: late}


def test_the_migrations_make_the_tables_that_the_store_uses(tmp_path: Path) -> None:
    store = sql_store(f"sqlite:///{tmp_path}/gallery.sqlite")
    with store._database.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "gallery_version"})
        assert compare_metadata(context, METADATA) == []
    store.close()


@pytest.mark.rule("STO-02")
def test_no_share_is_in_the_database_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/gallery.sqlite"
    store = sql_store(url)
    store.open(HEAD)
    rows = prepared(5)
    store.add_prepared(rows)
    store.close()
    content = (tmp_path / "gallery.sqlite").read_bytes()
    assert rows.reference_ids[0].tobytes() in content
    for row in range(5):
        assert rows.first[row, :8].tobytes() not in content
        assert rows.second[row, :8].tobytes() not in content


@pytest.mark.parametrize("column", ["sealed_shares", "tag", "slot", "fingerprint"])
def test_a_row_that_was_moved_or_changed_does_not_open(tmp_path: Path, column: str) -> None:
    store = sql_store(f"sqlite:///{tmp_path}/gallery.sqlite")
    store.open(HEAD)
    store.add_prepared(prepared(2))
    other = {"slot": "77"}.get(column, "x'00112233445566778899aabbccddeeff'")
    with store._database.writer.begin() as connection:
        connection.exec_driver_sql(f"UPDATE reference_share SET {column} = {other}")
    with pytest.raises(StoreError):
        list(store.prepared_rows())
    store.close()


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/gallery.sqlite"
    store = sql_store(url)
    store.open(HEAD)
    store.add_prepared(prepared(1))
    store.close()
    other = sql_store(url, key=b"o" * 32)
    with pytest.raises(StoreError):
        list(other.prepared_rows())
    other.close()
