"""What settlement needs of its store, shown on memory, SQLite and PostgreSQL alike."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import text

from clearing_service.ledger.transfer import Movement, Transfer, TransferKind
from clearing_service.ledger.trial_balance import verify_book
from clearing_service.ledger.window import SettlementWindow, WindowState
from clearing_service.payment.clearing_book import LEDGER_CHAIN
from clearing_service.settlement.fee_rates import load_fee_schedule
from clearing_service.settlement.netting import net_positions
from clearing_service.settlement.ports import WindowRows
from clearing_service.settlement.proof import verify_windows
from clearing_service.settlement.window_steps import WindowOutcome
from clearing_service.settlement.window_works import CloseWindow
from clearing_service.stores import clearing_store, clearing_tables
from clearing_service.stores.bulk_statements import write_rows
from clearing_service.stores.clearing_store import ClearingStore
from clearing_service.stores.engine import open_database
from clearing_service.stores.ledger_mappings import write_transfer
from clearing_service.stores.migrate import upgrade
from facepay.identifiers import PaymentId
from facepay.money import Money
from tests.fakes.central_book import ACQUIRERS, ISSUERS, Book
from tests.fakes.money_stores import MemoryClearingStore
from tests.fakes.settlement_world import PayWork, SettlementWorld

NewUrl = Callable[[], str]
OPEN, CLOSED, PENDING, SETTLED, ABORTED = WindowState
ROWS_PAGE = 7


def store_at(url: str) -> ClearingStore:
    database = open_database("clearing", url)
    upgrade(database.writer, "clearing")
    return ClearingStore(database)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def world(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SettlementWorld]:
    """Settlement on a store that reads rows in small pages."""
    if request.param == "memory":
        memory = MemoryClearingStore()
        memory.rows_page = ROWS_PAGE
        yield SettlementWorld(memory, load_fee_schedule())
        return
    monkeypatch.setattr(clearing_store, "ROWS_PAGE", ROWS_PAGE)
    folder = request.getfixturevalue("tmp_path")
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'clearing.sqlite'}"
    else:
        url = request.getfixturevalue("new_postgres_url")()
    store = store_at(url)
    yield SettlementWorld(store, load_fee_schedule())
    store.close()


async def begun(world: SettlementWorld, funds: int = 100_000_00) -> SettlementWorld:
    await world.settlement.open_window()
    await world.begin(funds)
    return world


async def prove(world: SettlementWorld) -> Sequence[Transfer]:
    """Check the whole book as it stands, and return its rows."""
    if isinstance(world.store, MemoryClearingStore):
        windows = await world.settlement.windows()
        rows: Sequence[Transfer] = world.store.transfers
        balances = await world.store.balances()
    else:
        book = await cast("ClearingStore", world.store).whole_book()
        windows, rows, balances = book.windows, book.transfers, book.balances
    verify_book(LEDGER_CHAIN, rows, balances)
    verify_windows(windows, rows, balances)
    return rows


async def test_days_are_settled_and_read_back_as_they_were_written(world: SettlementWorld) -> None:
    await begun(world)
    for _ in range(2):
        paid = [await world.pay(1_000_00 + number) for number in range(5)]
        await world.pay(777_77, ISSUERS[1], ACQUIRERS[1])
        world.to_cutover()
        await world.run.run()
        await world.refund(paid[0], 500_00)
    assert await world.states() == [SETTLED, SETTLED, OPEN]
    assert await world.positions() == {ISSUERS[0]: 500_00, ACQUIRERS[0]: -500_00}
    rows = await prove(world)
    second = await world.window(2)
    found = [row async for page in WindowRows(world.store, second).pages() for row in page]
    assert found == [row for row in rows if row.window == 2]
    assert len(found) > ROWS_PAGE
    assert await world.store.net_positions(second) == net_positions(found)
    assert await world.window(2) == second
    assert [await world.store.window(number) for number in (0, 1 << 63)] == [None, None]
    assert second.settled_at == second.closed_at == world.clock.now()


async def test_rows_are_found_by_number(world: SettlementWorld) -> None:
    await begun(world)
    await world.pay(1)
    rows = await prove(world)
    numbers = [rows[0].number, rows[-1].number, 10_000]
    assert await world.store.rows_numbered(numbers) == {
        rows[0].number: rows[0],
        rows[-1].number: rows[-1],
    }
    assert await world.store.rows_numbered([]) == {}


async def test_an_aborted_window_is_kept_with_its_cause_and_rejoins(world: SettlementWorld) -> None:
    await begun(world, funds=0)
    await world.pay(1_000_00)
    assert await world.settlement.close(1) is WindowOutcome.DONE
    await world.run.run()
    window = await world.window(1)
    assert (window.state, window.abort_cause is not None) == (ABORTED, True)
    await world.fund(ISSUERS[0], 1_000_00)
    assert await world.settlement.rejoin(1) is WindowOutcome.DONE
    await world.run.run()
    assert await world.states() == [SETTLED, OPEN]
    await prove(world)


async def test_a_post_is_a_row_of_the_window_that_is_open_at_its_commit(
    world: SettlementWorld,
) -> None:
    """However payments and the close overtake each other."""
    await begun(world)
    movement = Movement(ISSUERS[0], ACQUIRERS[0], Money(1))
    works = [
        PayWork(PaymentId(bytes([1]) + bytes(13) + number.to_bytes(2)), movement, world.clock.now())
        for number in range(400)
    ]
    first, second = works[:200], works[200:]
    close = CloseWindow(1, world.clock.now())
    windows = await asyncio.gather(
        *(world.store.execute(work) for work in first),
        world.store.execute(close),
        *(world.store.execute(work) for work in second),
    )
    assert windows.pop(200) is WindowOutcome.DONE
    rows = await prove(world)
    posted = {row.payment_id: row.window for row in rows if row.kind is TransferKind.POST}
    assert windows == [posted[work.payment_id] for work in works]
    assert set(windows) == {1, 2}


async def test_an_open_window_is_read_at_one_moment(world: SettlementWorld) -> None:
    """Debits and credits of a busy window add up, whenever one looks."""
    await begun(world)
    window = await world.settlement.open_window()

    async def pay() -> None:
        for _ in range(30):
            await world.pay(1)

    paying = [asyncio.create_task(pay()) for _ in range(4)]
    while not all(task.done() for task in paying):
        net = await world.store.net_positions(window)
        assert net.by_account.get(ISSUERS[0], 0) == -net.by_account.get(ACQUIRERS[0], 0)
        await prove(world)
        await asyncio.sleep(0)  # a store in memory never waits
    await asyncio.gather(*paying)
    assert await world.positions() == {ISSUERS[0]: -120, ACQUIRERS[0]: 120}


async def test_a_close_within_a_batch_counts_for_what_comes_after_it(
    world: SettlementWorld,
) -> None:
    await begun(world)
    await world.pay(1)
    closed = await asyncio.gather(*(world.settlement.close(1) for _ in range(8)))
    assert closed.count(WindowOutcome.DONE) == 1
    assert closed.count(WindowOutcome.CLOSED_BEFORE) == 7
    assert await world.states() == [CLOSED, OPEN]


async def test_settling_at_once_from_many_sides_moves_money_once(world: SettlementWorld) -> None:
    await begun(world)
    await world.pay(1_000_00)
    world.to_cutover()
    await asyncio.gather(*(world.run.run() for _ in range(6)))
    rows = await prove(world)
    kinds = [row.kind for row in rows]
    assert (kinds.count(TransferKind.FEE), kinds.count(TransferKind.SETTLEMENT)) == (4, 2)
    assert await world.states() == [SETTLED, OPEN]


async def test_windows_are_listed_by_state(world: SettlementWorld) -> None:
    await begun(world)
    await world.pay(1)
    await world.settlement.close(1)
    listed: list[Sequence[SettlementWindow]] = [
        await world.store.windows([state]) for state in (OPEN, CLOSED, SETTLED)
    ]
    assert [[window.number for window in windows] for windows in listed] == [[2], [1], []]
    assert await world.store.window(3) is None


async def test_a_store_from_before_there_were_windows_goes_on_with_its_first(
    new_database_url: NewUrl,
) -> None:
    """Its rows keep their bytes, belong to the first window and are settled with it."""
    database = open_database("clearing", new_database_url())
    upgrade(database.writer, "clearing", to="clearing_0004")
    book = Book()
    book.pay(100_00)
    with database.writer.begin() as connection:
        for row in book.transfers:
            columns = write_transfer(row)
            columns["payment_id"] = columns.pop("subject_id")
            del columns["window_number"]
            names = ", ".join(columns)
            places = ", ".join(f":{name}" for name in columns)
            insertion = f"INSERT INTO transfer ({names}) VALUES ({places})"
            connection.execute(text(insertion), columns)
        head = book.transfers[-1].head
        write_rows(
            connection,
            clearing_tables.CHAIN_HEAD,
            [{"chain": head.chain, "number": head.number, "hash": head.hash}],
            replacing=False,
        )
    upgrade(database.writer, "clearing")
    store = ClearingStore(database)
    world = SettlementWorld(store, settle_after=timedelta(0))
    balances = {account: book.rows.balances.get(account) for account in (ISSUERS[0], ACQUIRERS[0])}
    await world.do(
        lambda rows: [rows.balances.put(key, row) for key, row in balances.items() if row]
    )
    await world.fund(ISSUERS[0], 100_00)
    await world.settlement.close(1)
    await world.run.run()
    assert await world.states() == [SETTLED, OPEN]
    rows = await prove(world)
    assert [row.content() for row in rows[:2]] == [row.content() for row in book.transfers]
    assert await world.positions() == {}
    store.close()
