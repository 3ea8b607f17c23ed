"""What settlement needs from outside: the clearing database, read as last committed."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from clearing_service.errors import ClearingError
from clearing_service.ledger.account import Balance
from clearing_service.ledger.transfer import Transfer
from clearing_service.ledger.window import SettlementWindow, WindowState
from clearing_service.payment.clearing_book import Work
from clearing_service.settlement.netting import NetPositions

AnswerT = TypeVar("AnswerT")

ROWS_PAGE = 5_000
"""Rows of a window are read in pages, so that a busy day does not have to fit into memory."""


class NoSuchWindowError(ClearingError):
    """There is no window of that number."""


class WindowBook(Protocol):
    """The clearing database as settlement, reports and operators see it. Raises `StoreError`."""

    async def execute(self, work: Work[AnswerT]) -> AnswerT:
        """Do the work in one durable transaction; `payment.ports.PaymentStore` says more."""

    async def windows(self, states: Collection[WindowState]) -> Sequence[SettlementWindow]:
        """Return the windows in these states, by number. A new book has none."""

    async def window(self, number: int) -> SettlementWindow | None:
        """Return one window."""

    async def rows_of(self, window: SettlementWindow, after: int = 0) -> Sequence[Transfer]:
        """Return the window's rows of all kinds with a number above `after`, in order.

        At most `ROWS_PAGE`; an empty answer is the end. Rows of a window with final positions never
        change, but for its SETTLEMENT rows, which come with its settlement.
        """

    async def net_positions(self, window: SettlementWindow) -> NetPositions:
        """Return what all rows of the window net to: what `netting.net_positions` makes of them."""

    async def rows_numbered(self, numbers: Collection[int]) -> Mapping[int, Transfer]:
        """Return rows by number, of whatever window; what is not there is left out."""

    async def balances(self) -> Sequence[Balance]:
        """Return the balance of every account, by account."""


@dataclass(frozen=True, slots=True)
class WindowRows:
    """All rows of a window, page by page."""

    book: WindowBook
    window: SettlementWindow

    async def pages(self) -> AsyncIterator[Sequence[Transfer]]:
        """Give the rows in order, a page at a time."""
        after = 0
        while page := await self.book.rows_of(self.window, after):
            yield page
            after = page[-1].number
