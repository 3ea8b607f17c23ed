"""A window from its opening to its settlement, repeated, crashed, aborted and rejoined."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from clearing_service.audit.chain import ChainHead, verify_chain
from clearing_service.audit.entry import AuditKind
from clearing_service.errors import StoreError
from clearing_service.ledger.transfer import TransferKind
from clearing_service.ledger.trial_balance import verify_book
from clearing_service.ledger.window import AbortCause, WindowState
from clearing_service.payment.clearing_book import AUDIT_CHAIN, LEDGER_CHAIN, ClearingBook
from clearing_service.settlement.fee_rates import load_fee_schedule
from clearing_service.settlement.proof import verify_windows
from clearing_service.settlement.window_steps import WindowOutcome
from clearing_service.settlement.window_works import (
    CloseWindow,
    EnsureWindow,
    PriceWindow,
    SettleWindows,
)
from tests.fakes.central_book import ACQUIRERS, INSTITUTION, ISSUERS
from tests.fakes.money_stores import MemoryClearingStore
from tests.fakes.settlement_world import SettlementWorld

OPEN, CLOSED, PENDING, SETTLED, ABORTED = WindowState
PLENTY = 10_000_00


class World(SettlementWorld):
    """In memory, with fees."""

    def __init__(self, settle_after: timedelta = timedelta(0)) -> None:
        self.memory = MemoryClearingStore()
        super().__init__(self.memory, load_fee_schedule(), settle_after)

    async def prove(self) -> None:
        """Everything that must hold at every moment."""
        rows, balances = self.memory.transfers, await self.store.balances()
        verify_book(LEDGER_CHAIN, rows, balances)
        verify_chain(ChainHead(AUDIT_CHAIN), self.memory.audit)
        verify_windows(await self.settlement.windows(), rows, balances)

    def kinds(self) -> list[TransferKind]:
        return [row.kind for row in self.memory.transfers]


async def begun(funds: int = PLENTY, settle_after: timedelta = timedelta(0)) -> World:
    world = World(settle_after)
    await world.settlement.open_window()
    await world.begin(funds)
    return world


@pytest.mark.rule("TPL-02")
async def test_at_the_cutover_the_window_closes_is_priced_and_settled() -> None:
    world = await begun()
    await world.pay(1_000_00)
    assert await world.run.run() == 0
    world.to_cutover()
    assert await world.run.run() == 3
    assert await world.states() == [SETTLED, OPEN]
    first, second = await world.window(1), await world.window(2)
    assert (first.business_date, second.business_date) == (date(2026, 3, 2), date(2026, 3, 3))
    assert first.closed_at == first.settled_at == second.opened_at == world.clock.now()
    assert await world.positions() == {}
    assert await world.funds(ISSUERS[0]) == PLENTY - 1_000_00 + 350 - 33
    assert await world.funds(ACQUIRERS[0]) == PLENTY + 1_000_00 - 350 - 33
    await world.prove()


async def test_a_run_after_a_run_does_nothing() -> None:
    world = await begun()
    await world.pay(1_000_00)
    world.to_cutover()
    await world.run.run()
    rows = len(world.memory.transfers)
    assert await world.run.run() == 0
    assert len(world.memory.transfers) == rows


async def test_a_quiet_day_has_a_window_too() -> None:
    world = await begun()
    for _ in range(3):
        world.to_cutover()
        await world.run.run()
    assert await world.states() == [SETTLED] * 3 + [OPEN]
    await world.prove()


async def test_a_window_that_nobody_closed_in_time_is_closed_at_the_next_start() -> None:
    world = await begun()
    await world.pay(1_000_00)
    world.to_cutover()
    world.clock.advance(3 * 24 * 3600)
    await world.run.run()
    assert [item.business_date for item in await world.settlement.windows()] == [
        date(2026, 3, 2),
        date(2026, 3, 6),
    ]


async def test_settlement_waits_so_that_funds_can_be_brought() -> None:
    world = await begun(settle_after=timedelta(minutes=15))
    await world.pay(1_000_00)
    world.to_cutover()
    await world.run.run()
    assert await world.states() == [PENDING, OPEN]
    world.clock.advance(15 * 60)
    await world.run.run()
    assert await world.states() == [SETTLED, OPEN]


async def test_a_hold_open_at_the_close_rolls_over() -> None:
    world = await begun()
    paid = await world.pay(500_00, is_posted=False)
    world.to_cutover()
    await world.run.run()
    await world.post(paid)
    rows = {row.kind: row.window for row in world.memory.transfers if row.payment_id == paid}
    assert rows == {TransferKind.HOLD: 1, TransferKind.POST: 2}
    assert await world.positions() == {ISSUERS[0]: -500_00, ACQUIRERS[0]: 500_00}
    world.to_cutover()
    await world.run.run()
    assert await world.positions() == {}
    await world.prove()


async def test_a_refund_after_the_close_is_a_row_of_the_open_window() -> None:
    world = await begun()
    paid = await world.pay(500_00)
    world.to_cutover()
    await world.run.run()
    await world.refund(paid, 200_00)
    assert world.memory.transfers[-1].window == 2
    world.to_cutover()
    await world.run.run()
    assert await world.states() == [SETTLED, SETTLED, OPEN]
    assert await world.positions() == {}
    await world.prove()


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        (0, WindowOutcome.NO_SUCH_WINDOW),
        (1, WindowOutcome.CLOSED_BEFORE),
        (2, WindowOutcome.WINDOW_EMPTY),
        (3, WindowOutcome.NO_SUCH_WINDOW),
    ],
)
async def test_closing_what_cannot_be_closed_has_a_named_answer_and_changes_nothing(
    number: int, outcome: WindowOutcome
) -> None:
    world = await begun()
    await world.pay(1_000_00)
    assert await world.settlement.close(1) is WindowOutcome.DONE
    await world.run.run()  # fees and settlement of the first stand among the rows of the second
    before = (await world.settlement.windows(), len(world.memory.audit))
    assert await world.settlement.close(number) is outcome
    assert (await world.settlement.windows(), len(world.memory.audit)) == before


async def test_an_operator_may_close_a_window_before_its_cutover() -> None:
    world = await begun()
    await world.pay(1)
    assert await world.settlement.close(1) is WindowOutcome.DONE
    second = await world.window(2)
    assert second.business_date == date(2026, 3, 2)
    await world.pay(2)
    assert await world.settlement.close(2) is WindowOutcome.DONE


SettlementCall = Callable[[World], Awaitable[object]]


async def settle_first(world: World) -> WindowOutcome:
    return (await world.settlement.settle([1])).outcome


async def price_first(world: World) -> WindowOutcome:
    return await world.settlement.price(1)


async def abort_first(world: World) -> WindowOutcome:
    return await world.settlement.abort(1)


async def rejoin_first(world: World) -> WindowOutcome:
    return await world.settlement.rejoin(1)


async def to_state(world: World, state: WindowState) -> None:
    await world.pay(1_000_00)
    if state is not OPEN:
        await world.settlement.close(1)
    if state not in (OPEN, CLOSED):
        await world.settlement.price(1)
    if state is SETTLED:
        await world.settlement.settle([1])
    if state is ABORTED:
        await world.settlement.abort(1)


@pytest.mark.parametrize(
    ("state", "call", "outcome"),
    [
        (OPEN, price_first, WindowOutcome.STILL_OPEN),
        (OPEN, settle_first, WindowOutcome.STILL_OPEN),
        (OPEN, abort_first, WindowOutcome.STILL_OPEN),
        (OPEN, rejoin_first, WindowOutcome.NOT_ABORTED),
        (CLOSED, settle_first, WindowOutcome.NOT_PRICED),
        (CLOSED, abort_first, WindowOutcome.NOT_PRICED),
        (PENDING, price_first, WindowOutcome.PRICED_BEFORE),
        (PENDING, rejoin_first, WindowOutcome.NOT_ABORTED),
        (SETTLED, price_first, WindowOutcome.PRICED_BEFORE),
        (SETTLED, settle_first, WindowOutcome.SETTLED_BEFORE),
        (SETTLED, abort_first, WindowOutcome.SETTLED_BEFORE),
        (SETTLED, rejoin_first, WindowOutcome.NOT_ABORTED),
        (ABORTED, price_first, WindowOutcome.PRICED_BEFORE),
        (ABORTED, settle_first, WindowOutcome.IS_ABORTED),
        (ABORTED, abort_first, WindowOutcome.IS_ABORTED),
    ],
)
async def test_a_step_out_of_turn_has_a_named_answer_and_changes_nothing(
    state: WindowState, call: SettlementCall, outcome: WindowOutcome
) -> None:
    world = await begun()
    await to_state(world, state)
    before = (await world.settlement.windows(), world.kinds(), len(world.memory.audit))
    assert await call(world) is outcome
    assert (await world.settlement.windows(), world.kinds(), len(world.memory.audit)) == before
    await world.prove()


@pytest.mark.parametrize("call", [price_first, settle_first, abort_first, rejoin_first])
async def test_a_window_that_is_not_there_is_answered_by_name(call: SettlementCall) -> None:
    assert await call(World()) is WindowOutcome.NO_SUCH_WINDOW


@pytest.mark.rule("TPL-02")
async def test_who_lacks_funds_aborts_the_settlement_and_nothing_moves() -> None:
    world = await begun(funds=0)
    await world.pay(1_000_00)
    await world.settlement.close(1)
    await world.settlement.price(1)
    answer = await world.settlement.settle([1])
    assert answer.outcome is WindowOutcome.LACKS_FUNDS
    short = answer.shortfalls[0]
    assert (short.owed_minor_units, short.funds_minor_units) == (1_000_00 - 350 + 33, 0)
    window = await world.window(1)
    assert (window.state, window.abort_cause) == (ABORTED, AbortCause.LACKS_FUNDS)
    assert TransferKind.SETTLEMENT not in world.kinds()
    entry = world.memory.audit[-1]
    assert entry.record.kind is AuditKind.WINDOW_ABORTED
    assert ("61010001", "owes 99683 has 0") in entry.record.detail
    await world.prove()


async def test_an_aborted_window_rejoins_when_funds_are_there() -> None:
    world = await begun(funds=0)
    await to_state(world, PENDING)
    await world.run.run()
    await world.fund(ISSUERS[0], 1_000_00)
    assert await rejoin_first(world) is WindowOutcome.DONE
    await world.run.run()
    assert await world.states() == [SETTLED, OPEN]
    assert await world.positions() == {}
    await world.prove()


async def test_a_rejoined_window_is_netted_with_the_next_one() -> None:
    """Nobody brings funds: what is owed in one window is owed back in the other."""
    world = await begun(funds=0)
    paid = await world.pay(1_000_00)
    await world.settlement.close(1)
    await world.run.run()
    assert await world.states() == [ABORTED, OPEN]
    await world.refund(paid, 1_000_00)
    await world.settlement.close(2)
    await world.settlement.price(2)
    await rejoin_first(world)
    await world.fund(ISSUERS[0], 1)
    await world.fund(ACQUIRERS[0], 1)
    await world.run.run()
    assert await world.states() == [SETTLED, SETTLED, OPEN]
    settled = [row for row in world.memory.transfers if row.kind is TransferKind.SETTLEMENT]
    assert [row.window for row in settled] == [1, 1, 2, 2]
    assert await world.positions() == {}
    await world.prove()


@pytest.mark.rule("TPL-02")
async def test_a_suspended_participant_pays_and_is_paid_like_all_others() -> None:
    world = await begun()
    await world.pay(1_000_00)

    def suspend(book: ClearingBook) -> None:
        for account in (ISSUERS[0], ACQUIRERS[0]):
            balance = book.balances.get(account)
            assert balance is not None
            book.balances.put(account, replace(balance, is_suspended=True))

    await world.do(suspend)
    world.to_cutover()
    await world.run.run()
    assert await world.states() == [SETTLED, OPEN]
    assert await world.positions() == {}


STEPS = [CloseWindow, PriceWindow, SettleWindows]


@pytest.mark.parametrize("is_lost", [False, True])
@pytest.mark.parametrize("step", STEPS)
async def test_a_crash_in_any_step_is_taken_up_by_the_next_run(step: type, is_lost: bool) -> None:
    """The commit happened and nobody heard of it, or it did not happen at all."""
    world = await begun()
    await world.pay(1_000_00)
    world.to_cutover()
    world.memory.fail_next(step, is_lost=is_lost)
    with pytest.raises(StoreError):
        await world.run.run()
    await world.prove()
    await world.run.run()
    assert await world.states() == [SETTLED, OPEN]
    kinds = world.kinds()
    assert (kinds.count(TransferKind.FEE), kinds.count(TransferKind.SETTLEMENT)) == (4, 2)
    await world.prove()


@pytest.mark.parametrize("is_lost", [False, True])
async def test_a_crash_while_the_first_window_opens_leaves_one(is_lost: bool) -> None:
    world = World()
    world.memory.fail_next(EnsureWindow, is_lost=is_lost)
    with pytest.raises(StoreError):
        await world.run.run()
    await world.run.run()
    assert await world.states() == [OPEN]


async def test_the_clock_and_an_operator_at_once_do_each_step_once() -> None:
    world = await begun()
    await world.pay(1_000_00)
    world.to_cutover()
    await world.settlement.close(1)
    charges = await world.settlement.charges(await world.window(1))
    works = [PriceWindow(1, charges, INSTITUTION, world.clock.now())] * 2
    assert [await world.store.execute(work) for work in works] == [
        WindowOutcome.DONE,
        WindowOutcome.PRICED_BEFORE,
    ]
    net = await world.settlement.net_positions(1)
    assert net is not None
    answers = [
        await world.store.execute(SettleWindows({1: net}, world.clock.now())) for _ in range(2)
    ]
    assert [answer.outcome for answer in answers] == [
        WindowOutcome.DONE,
        WindowOutcome.SETTLED_BEFORE,
    ]
    await world.prove()


@pytest.mark.rule("GOV-03")
async def test_every_step_is_in_the_audit_trail() -> None:
    world = await begun(funds=0)
    await to_state(world, ABORTED)
    await rejoin_first(world)
    await world.fund(ISSUERS[0], 1_000_00)
    await world.run.run()
    found = [entry.record.kind for entry in world.memory.audit]
    assert found == [
        AuditKind.WINDOW_OPENED,
        AuditKind.WINDOW_CLOSED,
        AuditKind.WINDOW_OPENED,
        AuditKind.WINDOW_PRICED,
        AuditKind.WINDOW_ABORTED,
        AuditKind.WINDOW_REJOINED,
        AuditKind.FUNDS_IN,
        AuditKind.WINDOW_SETTLED,
    ]
