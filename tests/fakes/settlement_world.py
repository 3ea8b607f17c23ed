"""Settlement on a clearing store, with payments booked straight into the ledger."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from clearing_service.ledger.account import AccountId, AccountKind, Balance
from clearing_service.ledger.book import open_window_number, transfer_keys
from clearing_service.ledger.rules import Booking, RefundPart, hold, post, refund
from clearing_service.ledger.transfer import EntryId, Movement
from clearing_service.ledger.window import SettlementWindow, WindowState
from clearing_service.payment.clearing_book import ClearingBook, Needs
from clearing_service.settlement.fee_rates import FeeSchedule
from clearing_service.settlement.funds import FundsMove, FundsOutcome, fund_in, reserve_in
from clearing_service.settlement.ports import WindowBook
from clearing_service.settlement.settlement import funds_account, funds_of
from clearing_service.settlement.settlement_run import SettlementRun
from clearing_service.settlement.use_cases import Settlement
from facepay.identifiers import PaymentId
from facepay.money import Money
from tests.fakes.central_book import ACQUIRERS, CAP, INSTITUTION, ISSUERS
from tests.fakes.ports import ManualClock

Step = Callable[[ClearingBook], object]


@dataclass(frozen=True, slots=True)
class BookWork:
    """One commit of whatever a test wants done on the book."""

    step: Step

    @property
    def needs(self) -> Needs:
        return Needs()

    def apply(self, book: ClearingBook) -> object:
        return self.step(book)


@dataclass(frozen=True, slots=True)
class PayWork:
    """One commit: a payment is held, and posted if it is to be."""

    payment_id: PaymentId
    movement: Movement
    at: datetime
    is_posted: bool = True

    @property
    def needs(self) -> Needs:
        return Needs(
            transfers=transfer_keys(self.payment_id),
            balances=(self.movement.debit, self.movement.credit),
        )

    def apply(self, book: ClearingBook) -> int:
        booking = Booking(self.payment_id, self.at)
        hold(book, booking, self.movement)
        if self.is_posted:
            post(book, booking)
        return open_window_number(book)


class SettlementWorld:
    """A store, settlement on it, and participants with positions and no funds yet."""

    def __init__(
        self,
        store: WindowBook,
        schedule: FeeSchedule | None = None,
        settle_after: timedelta = timedelta(0),
    ) -> None:
        self.store = store
        self.clock = ManualClock()
        self.settlement = Settlement(store, schedule or FeeSchedule(), INSTITUTION, self.clock)
        self.run = SettlementRun(self.settlement, self.clock, settle_after)
        self._count = 0

    async def begin(self, funds: int = 0) -> None:
        """Open the positions, and bring every participant funds."""

        def open_positions(book: ClearingBook) -> None:
            for account in (*ISSUERS, *ACQUIRERS):
                book.balances.put(account, Balance(account, CAP))

        await self.do(open_positions)
        if funds:
            for account in (*ISSUERS, *ACQUIRERS):
                await self.fund(account, funds)

    async def do(self, step: Step) -> object:
        return await self.store.execute(BookWork(step))

    async def pay(
        self,
        amount: int,
        issuer: AccountId = ISSUERS[0],
        acquirer: AccountId = ACQUIRERS[0],
        *,
        is_posted: bool = True,
    ) -> PaymentId:
        payment_id = PaymentId(self._next())
        movement = Movement(issuer, acquirer, Money(amount))
        await self.store.execute(PayWork(payment_id, movement, self.clock.now(), is_posted))
        return payment_id

    async def post(self, payment_id: PaymentId) -> None:
        await self.do(lambda book: post(book, Booking(payment_id, self.clock.now())))

    async def refund(self, payment_id: PaymentId, amount: int) -> None:
        part = RefundPart(1, Money(amount), Money(0))
        await self.do(lambda book: refund(book, Booking(payment_id, self.clock.now()), part))

    async def fund(self, position: AccountId, amount: int) -> FundsOutcome:
        move, participant = self.move(amount), position.participant_id
        done = await self.do(lambda book: fund_in(book, INSTITUTION, move, participant))
        assert isinstance(done, FundsOutcome)
        return done

    async def fill_reserve(self, amount: int) -> None:
        move = self.move(amount)
        await self.do(lambda book: reserve_in(book, INSTITUTION, move))

    def move(self, amount: int) -> FundsMove:
        return FundsMove(EntryId(self._next()), Money(amount), self.clock.now())

    def to_cutover(self) -> None:
        """Go on to the next cutover: eleven at night in Beijing."""
        now = self.clock.now()
        cutover = now.replace(hour=15, minute=0, second=0, microsecond=0)
        if cutover <= now:
            cutover += timedelta(days=1)
        self.clock.advance((cutover - now).total_seconds())

    async def window(self, number: int) -> SettlementWindow:
        window = await self.store.window(number)
        assert window is not None
        return window

    async def states(self) -> list[WindowState]:
        return [window.state for window in await self.settlement.windows()]

    async def positions(self) -> dict[AccountId, int]:
        """What every position is owed (above 0) or owes; zeros are left out."""
        return {
            balance.account: funds_of(balance)
            for balance in await self.store.balances()
            if balance.account.kind is AccountKind.POSITION and funds_of(balance)
        }

    async def funds(self, position: AccountId) -> int:
        balances = {balance.account: balance for balance in await self.store.balances()}
        return funds_of(balances.get(funds_account(position)))

    def _next(self) -> bytes:
        self._count += 1
        return self._count.to_bytes(16)
