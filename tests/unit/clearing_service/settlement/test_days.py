"""Many days of anything: whatever happens, in whatever order, the book and its windows agree."""

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from clearing_service.errors import LedgerInvariantError, StoreError
from clearing_service.ledger.account import Balance
from clearing_service.ledger.transfer import Transfer
from clearing_service.ledger.trial_balance import verify_book
from clearing_service.ledger.window import SettlementWindow, WindowState
from clearing_service.payment.clearing_book import LEDGER_CHAIN
from clearing_service.settlement.fee_rates import load_fee_schedule
from clearing_service.settlement.proof import verify_windows
from clearing_service.settlement.window_works import CloseWindow, PriceWindow, SettleWindows
from facepay.identifiers import PaymentId
from tests.fakes.central_book import ACQUIRERS, ISSUERS
from tests.fakes.money_stores import MemoryClearingStore
from tests.fakes.settlement_world import SettlementWorld

SEEDS = range(12)
DAYS = 6


class Days:
    """Plays days from one seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.memory = MemoryClearingStore()
        self.world = SettlementWorld(self.memory, load_fee_schedule())
        self._refundable: list[tuple[PaymentId, int]] = []
        self._held: list[PaymentId] = []

    async def play(self) -> None:
        await self.world.settlement.open_window()
        await self.world.begin(funds=self.chance.choice([0, 500_00, 100_000_00]))
        for _ in range(DAYS):
            for _ in range(self.chance.randrange(12)):
                await self._something()
                self.world.clock.advance(self.chance.randrange(3600))
            self.world.to_cutover()
            await self._run()

    async def end(self) -> None:
        """Nobody lacks funds any more, and every window gets its end."""
        for account in (*ISSUERS, *ACQUIRERS):
            await self.world.fund(account, 10_000_000_00)
        for held in self._held:
            await self.world.post(held)
        self.world.to_cutover()
        for window in await self.world.settlement.windows([WindowState.ABORTED]):
            await self.world.settlement.rejoin(window.number)
        await self._run()
        await self._run()

    async def _something(self) -> None:
        amount = self.chance.randrange(1, 2_000_00)
        issuer, acquirer = self.chance.choice(ISSUERS), self.chance.choice(ACQUIRERS)
        match self.chance.randrange(8):
            case 0 if self._refundable:
                payment_id, most = self._refundable.pop()
                await self.world.refund(payment_id, self.chance.randrange(1, most + 1))
            case 1:
                held = await self.world.pay(amount, issuer, acquirer, is_posted=False)
                self._held.append(held)
            case 2 if self._held:
                await self.world.post(self._held.pop())
            case 3:
                await self.world.fund(issuer, amount)
            case 4:
                windows = await self.world.settlement.windows()
                number = self.chance.choice(windows).number
                step = self.chance.choice(("close", "price", "abort", "rejoin"))
                await getattr(self.world.settlement, step)(number)
            case _:
                payment_id = await self.world.pay(amount, issuer, acquirer)
                self._refundable.append((payment_id, amount))

    async def _run(self) -> None:
        """Run until nothing fails: a step may be cut off before or after its commit."""
        if self.chance.random() < 0.5:
            step = self.chance.choice((CloseWindow, PriceWindow, SettleWindows))
            self.memory.fail_next(step, is_lost=self.chance.random() < 0.5)
        for _ in range(3):
            try:
                await self.world.run.run()
            except StoreError:
                continue

    async def rows(
        self,
    ) -> tuple[Sequence[SettlementWindow], Sequence[Transfer], Sequence[Balance]]:
        windows = await self.world.settlement.windows()
        return windows, self.memory.transfers, await self.memory.balances()


@pytest.mark.rule("TPL-02")
@pytest.mark.parametrize("seed", SEEDS)
async def test_after_any_days_positions_follow_from_windows_and_end_at_zero(seed: int) -> None:
    days = Days(seed)
    await days.play()
    windows, rows, balances = await days.rows()
    verify_book(LEDGER_CHAIN, rows, balances)
    verify_windows(windows, rows, balances)
    await days.end()
    windows, rows, balances = await days.rows()
    verify_windows(windows, rows, balances)
    unsettled = [window for window in windows if window.state is not WindowState.SETTLED]
    assert [window.state for window in unsettled] == [WindowState.OPEN]
    assert await days.world.positions() == {}


async def settled_book() -> Days:
    days = Days(1)
    await days.world.settlement.open_window()
    await days.world.begin(funds=10_000_00)
    await days.world.pay(100_00)
    days.world.to_cutover()
    await days.world.run.run()
    await days.world.pay(50_00)
    return days


async def test_the_proof_finds_a_settlement_that_was_left_out() -> None:
    windows, rows, balances = await (await settled_book()).rows()
    with pytest.raises(LedgerInvariantError, match="not settled for what it nets to"):
        verify_windows(windows, [row for row in rows if row.kind.name != "SETTLEMENT"], balances)


async def test_the_proof_finds_a_row_moved_to_another_window() -> None:
    windows, rows, balances = await (await settled_book()).rows()
    moved = [*rows[:-1], replace(rows[-1], window=1)]
    with pytest.raises(LedgerInvariantError, match="stands after its window"):
        verify_windows(windows, moved, balances)
    early = [replace(rows[0], window=2), *rows[1:]]
    with pytest.raises(LedgerInvariantError, match="stands before its window"):
        verify_windows(windows, early, balances)


async def test_the_proof_finds_a_window_set_back() -> None:
    windows, rows, balances = await (await settled_book()).rows()
    first = replace(windows[0], state=WindowState.PENDING_SETTLEMENT)
    with pytest.raises(LedgerInvariantError, match="not settled for what it nets to"):
        verify_windows([first, windows[1]], rows, balances)
    with pytest.raises(LedgerInvariantError, match="are open"):
        verify_windows([replace(windows[0], state=WindowState.OPEN), windows[1]], rows, balances)


async def test_the_proof_finds_a_touched_position() -> None:
    windows, rows, balances = await (await settled_book()).rows()
    touched = [
        balance.changed(credits_posted=1) if balance.account == ISSUERS[0] else balance
        for balance in balances
    ]
    with pytest.raises(LedgerInvariantError, match="not what its open windows net to"):
        verify_windows(windows, rows, touched)
