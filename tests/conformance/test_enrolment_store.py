"""What enrolment needs of its store, shown on memory, SQLite and PostgreSQL alike."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from clearing_service.directory.entry import Consent, DirectoryEntry, EntryState
from clearing_service.enrolment.enrolment import Enrolment, EnrolmentState
from clearing_service.enrolment.ports import EnrolmentStore
from clearing_service.errors import StoreError
from clearing_service.stores.directory_store import ENTRIES
from clearing_service.stores.engine import open_database
from clearing_service.stores.enrolment_store import EnrolmentDatabase
from clearing_service.stores.migrate import upgrade
from facepay.identifiers import ReferenceId
from facepay.message_header import truncate_to_milliseconds
from tests.fakes.enrolment import EnrolmentWorld, MemoryEnrolments
from tests.fakes.ports import ManualClock


@pytest.fixture(params=["memory", "database"])
def store(
    request: pytest.FixtureRequest, new_database_url: Callable[[], str]
) -> Iterator[EnrolmentStore]:
    if request.param == "memory":
        yield MemoryEnrolments()
        return
    yield request.getfixturevalue("database_store")


@pytest.fixture
def database_store(new_database_url: Callable[[], str]) -> Iterator[EnrolmentDatabase]:
    database = open_database("directory", new_database_url())
    upgrade(database.writer, "directory")
    opened = EnrolmentDatabase(database)
    yield opened
    opened.close()


@pytest.fixture
async def enrolment(clock: ManualClock) -> Enrolment:
    world = EnrolmentWorld(clock)
    await world.open()
    (found,) = world.store.rows.values()
    return found


def active_entry(enrolment: Enrolment, clock: ManualClock) -> DirectoryEntry:
    now = truncate_to_milliseconds(clock.now())
    consent = Consent(bytes(32), "1", enrolment.issuer_id, True, now, now)
    ids = (enrolment.reference_id, enrolment.issuer_id, enrolment.account_alias)
    return DirectoryEntry(*ids, EntryState.ACTIVE, consent, now)


async def entry_of(store: EnrolmentStore, reference_id: ReferenceId) -> DirectoryEntry | None:
    if isinstance(store, MemoryEnrolments):
        return await store.directory.find(reference_id)
    assert isinstance(store, EnrolmentDatabase)
    return await store._reader.run(lambda connection: ENTRIES.fetch_one(connection, reference_id))


async def test_what_was_saved_is_found(store: EnrolmentStore, enrolment: Enrolment) -> None:
    await store.save(enrolment)
    assert await store.find(enrolment.enrolment_id) == enrolment
    found = await store.find_by_account(enrolment.issuer_id, enrolment.account_alias)
    assert list(found) == [enrolment]


async def test_a_later_save_replaces_the_earlier(
    store: EnrolmentStore, enrolment: Enrolment, clock: ManualClock
) -> None:
    await store.save(enrolment)
    withdrawn = tuple(consent.withdrawn(clock.now()) for consent in enrolment.consents)
    moved = replace(enrolment.moved(EnrolmentState.ENDED), consents=withdrawn)
    await store.save(moved)
    assert await store.find(enrolment.enrolment_id) == moved


async def test_an_enrolment_and_its_entry_become_active_together(
    store: EnrolmentStore, enrolment: Enrolment, clock: ManualClock
) -> None:
    active = replace(enrolment, state=EnrolmentState.ACTIVE)
    entry = active_entry(enrolment, clock)
    await store.save(enrolment)
    await store.activate(active, entry)
    assert await store.find(enrolment.enrolment_id) == active
    assert await entry_of(store, enrolment.reference_id) == entry


async def test_neither_becomes_active_when_one_cannot(
    database_store: EnrolmentDatabase, enrolment: Enrolment, clock: ManualClock
) -> None:
    store = database_store
    await store.save(enrolment)
    with store._database.writer.begin() as connection:
        connection.execute(text("DROP TABLE directory_entry"))
    entry = active_entry(enrolment, clock)
    with pytest.raises(StoreError):
        await store.activate(replace(enrolment, state=EnrolmentState.ACTIVE), entry)
    assert await store.find(enrolment.enrolment_id) == enrolment


@pytest.mark.rule("STO-04")
async def test_what_is_due_is_found_until_it_was_erased(
    store: EnrolmentStore, enrolment: Enrolment, clock: ManualClock
) -> None:
    await store.save(enrolment)
    assert list(await store.due_for_erasure(clock.now())) == []
    later = enrolment.expires_at + timedelta(seconds=1)
    assert list(await store.due_for_erasure(later)) == [enrolment]
    await store.save(enrolment.moved(EnrolmentState.ENDED))
    assert len(await store.due_for_erasure(clock.now())) == 1
    await store.erasure_done(enrolment.reference_id)
    assert list(await store.due_for_erasure(later)) == []
    assert list(await store.find_by_account(enrolment.issuer_id, enrolment.account_alias)) == []
