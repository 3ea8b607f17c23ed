"""Digests are made once, in order, when positions are final; reports of them can be made again."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from clearing_service.audit.entry import AuditKind
from clearing_service.errors import LedgerInvariantError, StoreError
from clearing_service.ledger.book import WINDOW_SEQUENCE
from clearing_service.ledger.window import SettlementWindow, WindowState
from clearing_service.payment.clearing_book import ClearingBook, Needs
from clearing_service.settlement.ports import NoSuchWindowError
from clearing_service.settlement.report_check import ReportFiles, check_report
from clearing_service.settlement.report_layout import parse_rows
from clearing_service.settlement.reports import (
    KeepDigest,
    PositionsNotFinalError,
    SettlementReports,
)
from facepay.money import Money
from facepay.settlement_proof.window_digest import (
    NO_PREVIOUS,
    WindowDigest,
    verify_window_digest,
)
from tests.fakes.money_terminal import TestTerminal
from tests.fakes.money_world import ACQUIRER, ISSUER, OTHER_ISSUER, MoneyWorld
from tests.fakes.ports import START


@dataclass(frozen=True)
class PutWindow:
    """Sets a window's state, and which window takes rows."""

    number: int
    state: WindowState
    open_window: int
    needs = Needs()

    def apply(self, book: ClearingBook) -> None:
        book.sequences.put(WINDOW_SEQUENCE, self.open_window)
        window = SettlementWindow(self.number, START.date(), START, 1, self.state)
        book.windows.put(self.number, window)


@pytest.fixture
def world() -> MoneyWorld:
    return MoneyWorld()


@pytest.fixture
def reports(world: MoneyWorld) -> Iterator[SettlementReports]:
    made = SettlementReports(world.store, world.security, world.clock)
    yield made
    made.close()


@pytest.fixture
def terminal(world: MoneyWorld) -> TestTerminal:
    return TestTerminal(world.clock)


async def sell(
    world: MoneyWorld, terminal: TestTerminal, amounts: tuple[int, ...] = (12_30, 40_00)
) -> None:
    for number, amount in enumerate(amounts, start=1):
        world.enrol(number, balance=1_000_00)
        world.show(number)
        await terminal.pay(world.payments, terminal.sale(amount))


async def finish(world: MoneyWorld, number: int) -> None:
    """Make a window final and let rows go to the next."""
    await world.store.execute(PutWindow(number, WindowState.PENDING_SETTLEMENT, number + 1))


@pytest.mark.rule("OPS-03")
async def test_what_was_paid_is_reported_and_verifies(
    world: MoneyWorld, terminal: TestTerminal, reports: SettlementReports
) -> None:
    await sell(world, terminal)
    await finish(world, 1)
    report = await reports.report(1, ACQUIRER)
    files = ReportFiles(report.rows, report.proof, report.summary.to_bytes())
    assert check_report(files, world.security.public_key).is_verified
    assert report.summary.net_position_minor_units == 52_30
    assert [row.shared.amount for row in parse_rows(report.rows)] == [Money(12_30), Money(40_00)]
    kinds = [entry.record.kind for entry in world.store.audit]
    assert kinds.count(AuditKind.WINDOW_DIGEST_MADE) == 1


async def test_every_report_of_a_window_has_the_same_digest(
    world: MoneyWorld, terminal: TestTerminal, reports: SettlementReports
) -> None:
    await sell(world, terminal)
    await finish(world, 1)
    made = [item async for item in reports.reports(1, [ACQUIRER, ISSUER, OTHER_ISSUER])]
    assert len({item.summary.digest_hash for item in made}) == 1
    assert sum(item.summary.net_position_minor_units for item in made) == 0
    assert [await reports.report(1, who) for who in (ACQUIRER, ISSUER, OTHER_ISSUER)] == made


async def test_a_window_that_is_not_final_has_no_digest(
    world: MoneyWorld, terminal: TestTerminal, reports: SettlementReports
) -> None:
    await sell(world, terminal)
    with pytest.raises(NoSuchWindowError):
        await reports.digest(1)
    for state in (WindowState.OPEN, WindowState.CLOSED):
        await world.store.execute(PutWindow(1, state, 1))
        with pytest.raises(PositionsNotFinalError):
            await reports.report(1, ACQUIRER)
    assert world.store.rows.tables["digest"] == {}


async def test_digests_are_made_in_order(world: MoneyWorld, reports: SettlementReports) -> None:
    await finish(world, 1)
    await finish(world, 2)
    key = world.security.public_key
    second = verify_window_digest(await reports.digest(2), key)
    first = verify_window_digest(await reports.digest(1), key)
    assert (first.previous, second.previous) == (NO_PREVIOUS, first.hash)


class ReadBefore:
    """The book of somebody who looked for a digest just before another one kept it."""

    def __init__(self, world: MoneyWorld, window: int) -> None:
        self._store = world.store
        self._unseen = [window]

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    async def digest(self, window: int) -> WindowDigest | None:
        if window in self._unseen:
            self._unseen.remove(window)
            return None
        return await self._store.digest(window)


@pytest.mark.rule("OPS-03")
@pytest.mark.parametrize("asked", [1, 2])
async def test_who_makes_a_digest_that_another_kept_meanwhile_makes_the_same(
    world: MoneyWorld, terminal: TestTerminal, reports: SettlementReports, asked: int
) -> None:
    await sell(world, terminal)
    for number in (1, 2, 3):
        await finish(world, number)
    assert await reports.make_due() == 3
    late = SettlementReports(ReadBefore(world, asked), world.security, world.clock)
    assert await late.digest(asked) == await reports.digest(asked)
    late.close()


async def test_digests_that_are_due_are_made_without_being_asked_for(
    world: MoneyWorld, reports: SettlementReports
) -> None:
    assert await reports.make_due() == 0
    for number in (1, 2):
        await finish(world, number)
    await world.store.execute(PutWindow(3, WindowState.CLOSED, 4))
    await finish(world, 4)
    assert [await reports.make_due(), await reports.make_due()] == [2, 0]
    await finish(world, 3)
    assert await reports.make_due() == 2
    digests = world.store.rows.tables["digest"]
    assert [digests[number].previous for number in (2, 3, 4)] == [
        digests[number].hash for number in (1, 2, 3)
    ]


async def test_a_window_before_it_that_is_not_final_holds_a_digest_up(
    world: MoneyWorld, reports: SettlementReports
) -> None:
    await world.store.execute(PutWindow(1, WindowState.CLOSED, 2))
    await finish(world, 2)
    with pytest.raises(PositionsNotFinalError, match="window 1"):
        await reports.digest(2)


@pytest.mark.parametrize("is_lost", [False, True])
async def test_a_crash_while_a_digest_is_kept_leaves_one_or_none(
    world: MoneyWorld, terminal: TestTerminal, reports: SettlementReports, is_lost: bool
) -> None:
    await sell(world, terminal)
    await finish(world, 1)
    world.store.fail_next(KeepDigest, is_lost=is_lost)
    with pytest.raises(StoreError):
        await reports.digest(1)
    assert len(world.store.rows.tables["digest"]) == int(is_lost)
    assert await reports.digest(1) == await reports.digest(1)


@pytest.mark.rule("GOV-03")
async def test_a_ledger_that_says_something_else_later_is_not_reported(
    world: MoneyWorld, terminal: TestTerminal, reports: SettlementReports
) -> None:
    await sell(world, terminal)
    await finish(world, 1)
    await reports.digest(1)
    altered = world.store.transfers[-1]
    movement = replace(altered.movement, amount=Money(1))
    world.store.transfers[-1] = replace(altered, movement=movement)
    with pytest.raises(LedgerInvariantError):
        await reports.report(1, ACQUIRER)


async def test_only_one_digest_can_be_kept_of_a_window(
    world: MoneyWorld, reports: SettlementReports
) -> None:
    await finish(world, 1)
    digest = verify_window_digest(await reports.digest(1), world.security.public_key)
    await world.store.execute(KeepDigest(digest, world.clock.now()))
    with pytest.raises(LedgerInvariantError):
        await world.store.execute(KeepDigest(replace(digest, transfer_count=9), world.clock.now()))


async def test_a_digest_that_does_not_follow_is_not_kept(
    world: MoneyWorld, reports: SettlementReports
) -> None:
    await finish(world, 1)
    await finish(world, 2)
    second = verify_window_digest(await reports.digest(2), world.security.public_key)
    world.store.rows.tables["digest"].clear()
    with pytest.raises(LedgerInvariantError, match="follows another"):
        await world.store.execute(KeepDigest(second, world.clock.now()))


async def test_a_rows_window_decides_and_not_its_day(
    world: MoneyWorld, terminal: TestTerminal, reports: SettlementReports
) -> None:
    await sell(world, terminal, (5_00,))
    await finish(world, 1)
    world.clock.advance(seconds=60)
    await terminal.pay(world.payments, terminal.sale(7_00))
    await finish(world, 2)
    positions = [
        (await reports.report(number, ISSUER)).summary.net_position_minor_units for number in (1, 2)
    ]
    assert positions == [-5_00, -7_00]
