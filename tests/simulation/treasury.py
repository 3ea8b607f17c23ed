"""What operators and participants do about settlement, from a machine where nothing fails.

Participants bring funds at first, and again when a settlement was given up for want of them; then
operators let it rejoin. Every participant fetches its report of a window as soon as there is one.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from clearing_service.errors import LedgerInvariantError
from clearing_service.issuer.statement import statement_of
from clearing_service.ledger.account import AccountId, Balance
from clearing_service.ledger.transfer import EntryId
from clearing_service.ledger.window import FINAL_POSITIONS, SettlementWindow, WindowState
from clearing_service.payment.clearing_book import ClearingBook
from clearing_service.settlement import funds
from clearing_service.settlement.funds import FundsMove, FundsOutcome
from clearing_service.settlement.report import ParticipantReport
from clearing_service.settlement.reports import SettlementReports
from clearing_service.settlement.settlement import (
    funds_account,
    funds_of,
    netted_together,
    shortfalls,
)
from clearing_service.settlement.statement import StatementLine
from clearing_service.settlement.use_cases import Settlement
from clearing_service.settlement.window_steps import WindowOutcome
from facepay.business_date import business_date
from facepay.identifiers import ParticipantId
from facepay.money import Money
from tests.fakes.ports import START
from tests.fakes.settlement_world import BookWork
from tests.proof.requirement import InvariantViolatedError, require
from tests.simulation.settling import INSTITUTION, SCHEDULE

if TYPE_CHECKING:
    from tests.simulation.stores import MoneyStore
    from tests.simulation.world import World

ROUND_SECONDS = 300.0
RESERVE = 50_000_000
OPENING_FUNDS = (5_000, 400_000, 8_000_000)
MORE_FUNDS = 2_000_000

Reports = dict[tuple[int, ParticipantId], ParticipantReport]


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss that was paid, and what of it was paid back."""

    entry_id: EntryId
    amount: int


class Treasury:
    """The desk of operators and participants. Needs a process to work in."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._entries = 0
        self.reports: Reports = {}
        """What every participant was given first, by window."""
        self.remade: Reports = {}
        """The same at the end of the run, made once more."""
        self.statements: dict[ParticipantId, list[StatementLine]] = {}
        """What each issuer states of all days, at the end of the run."""

    @property
    def participants(self) -> tuple[ParticipantId, ...]:
        """Everybody who gets a report."""
        world = self._world
        return (*world.issuer_ids, world.acquirer_id, INSTITUTION.participant_id)

    async def open(self) -> None:
        """Bring funds as at the beginning of a sandbox: enough for days, or for hardly anything."""
        stream = Random(f"funds/{self._world.seed}")
        for number in (*self._world.issuer_ids, self._world.acquirer_id):
            await self.bring(number, stream.choice(OPENING_FUNDS))
        move = self._move(RESERVE)
        await self._do(lambda book: funds.reserve_in(book, INSTITUTION, move))

    async def bring(self, participant: ParticipantId, amount: int) -> None:
        """Book funds that a participant brought."""
        move = self._move(amount)
        done = await self._do(lambda book: funds.fund_in(book, INSTITUTION, move, participant))
        require(done is FundsOutcome.DONE, "funds can be brought", str(done))

    async def take_all(self, participant: ParticipantId) -> None:
        """Take out whatever a participant does not owe now."""
        balances = await self._balances()
        owed = balances[AccountId(participant)].net_debit_minor_units
        left = funds_of(balances.get(funds_account(AccountId(participant)))) - max(owed, 0)
        if left > 0:
            move = self._move(left)
            await self._do(lambda book: funds.fund_out(book, INSTITUTION, move, participant))
            self._world.records.count("funds taken out")

    async def compensate(self, participant: ParticipantId, amount: int) -> Loss | None:
        """Pay a loss to an issuer."""
        move = self._move(amount)
        done = await self._do(lambda book: funds.compensate(book, INSTITUTION, move, participant))
        if done is not FundsOutcome.DONE:
            return None
        self._world.records.count("losses compensated")
        return Loss(move.entry_id, amount)

    async def recover(self, loss: Loss, part: int, amount: int) -> None:
        """Let the acquirer pay a part of a loss back."""
        move = FundsMove(loss.entry_id, Money(amount), self._world.now())
        recovery = funds.Recovery(part, self._world.acquirer_id)
        done = await self._do(lambda book: funds.recover(book, INSTITUTION, move, recovery))
        require(done is FundsOutcome.DONE, "a paid loss can be recovered", str(done))

    async def close(self) -> None:
        """Close the open window now."""
        window = await self._settlement.open_window()
        outcome = await self._settlement.close(window.number)
        if outcome is WindowOutcome.DONE:
            self._world.records.count("windows closed early")

    async def abort_pending(self) -> bool:
        """Give up the settlement of every window that waits for it; tell whether one did."""
        pending = await self._settlement.windows([WindowState.PENDING_SETTLEMENT])
        for window in pending:
            await self._settlement.abort(window.number)
        return bool(pending)

    async def round(self) -> None:
        """Bring what lacks, let aborted windows rejoin, and fetch reports."""
        aborted = await self._settlement.windows([WindowState.ABORTED])
        if aborted:
            await self._mend(aborted)
        with self._reporting() as reports:
            for number in await self._digested():
                if (number, INSTITUTION.participant_id) not in self.reports:
                    await self._fetch(reports, number, self.reports)

    async def look_back(self) -> None:
        """Make every report once more, and take the issuers' statements."""
        world = self._world
        first, last = business_date(START), business_date(world.now())
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        for issuer_id in world.issuer_ids:
            of_days = [await statement_of(world.issuer_store, issuer_id, day) for day in days]
            self.statements[issuer_id] = [line for lines in of_days for line in lines]
        with self._reporting() as reports:
            for number in await self._digested():
                await self._fetch(reports, number, self.remade)

    async def _mend(self, aborted: Sequence[SettlementWindow]) -> None:
        pending = await self._settlement.windows([WindowState.PENDING_SETTLEMENT])
        nets = [await self._store.net_positions(window) for window in (*aborted, *pending)]
        balances = await self._balances()
        held = {account: funds_of(balance) for account, balance in balances.items()}
        for lacking in shortfalls(netted_together(nets), held):
            missing = lacking.owed_minor_units - lacking.funds_minor_units
            await self.bring(lacking.participant_id, missing + MORE_FUNDS)
            self._world.records.count("shortfalls mended")
        for window in aborted:
            await self._settlement.rejoin(window.number)
            self._world.records.count("windows rejoined")

    async def _digested(self) -> list[int]:
        windows = await self._store.windows(list(FINAL_POSITIONS))
        newest = await self._store.last_digest()
        return [window.number for window in windows if newest and window.number <= newest.window]

    async def _fetch(self, reports: SettlementReports, number: int, into: Reports) -> None:
        try:
            async for report in reports.reports(number, self.participants):
                into[number, report.summary.participant] = report
        except LedgerInvariantError as error:
            rule = "the ledger says of a window what was signed of it"
            raise InvariantViolatedError(rule, str(error)) from error

    @contextmanager
    def _reporting(self) -> Iterator[SettlementReports]:
        world = self._world
        reports = SettlementReports(self._store, world.service.module, world.true_clock)
        try:
            yield reports
        finally:
            reports.close()

    @property
    def _store(self) -> "MoneyStore":
        return self._world.clearing_disk.join()

    @property
    def _settlement(self) -> Settlement:
        return Settlement(self._store, SCHEDULE, INSTITUTION, self._world.true_clock)

    async def _balances(self) -> dict[AccountId, Balance]:
        return {balance.account: balance for balance in await self._store.balances()}

    async def _do(self, step: Callable[[ClearingBook], object]) -> object:
        return await self._store.execute(BookWork(step))

    def _move(self, amount: int) -> FundsMove:
        self._entries += 1
        entry_id = EntryId.derived("simulation", str(self._entries))
        return FundsMove(entry_id, Money(amount), self._world.now())
