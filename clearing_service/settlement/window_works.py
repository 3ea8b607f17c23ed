"""The commits of a window: each step of `window_steps` as one unit of work, and funds too."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from clearing_service.ledger.book import accounts_of
from clearing_service.ledger.entries import Institution
from clearing_service.ledger.window import SettlementWindow
from clearing_service.payment.clearing_book import ClearingBook, Needs
from clearing_service.settlement.fees import FeeCharge
from clearing_service.settlement.netting import NetPositions
from clearing_service.settlement.settlement import settlement_orders
from clearing_service.settlement.window_steps import (
    SettlementAnswer,
    WindowOutcome,
    abort_window,
    close_window,
    ensure_window,
    price_window,
    rejoin_window,
    settle_windows,
)


@dataclass(frozen=True, slots=True)
class EnsureWindow:
    """One commit: a book that has no window yet opens its first."""

    now: datetime

    @property
    def needs(self) -> Needs:
        """Nothing: it is done once in the life of a book."""
        return Needs()

    def apply(self, book: ClearingBook) -> SettlementWindow:
        """Open it, or return the window that is open."""
        return ensure_window(book, self.now)


@dataclass(frozen=True, slots=True)
class CloseWindow:
    """One commit: a window closes and the next opens. What is booked after it is the next one's."""

    number: int
    now: datetime

    @property
    def needs(self) -> Needs:
        """The window."""
        return Needs(windows=(self.number,))

    def apply(self, book: ClearingBook) -> WindowOutcome:
        """Close it, once."""
        return close_window(book, self.number, self.now)


@dataclass(frozen=True, slots=True)
class PriceWindow:
    """One commit: a closed window's fees are booked and its net positions final."""

    number: int
    charges: tuple[FeeCharge, ...]
    institution: Institution
    now: datetime

    @property
    def needs(self) -> Needs:
        """The window, and every account a fee moves."""
        movements = [charge.movement(self.institution) for charge in self.charges]
        return Needs(windows=(self.number,), balances=accounts_of(movements))

    def apply(self, book: ClearingBook) -> WindowOutcome:
        """Book them, once."""
        return price_window(book, self.number, self.charges, self.institution, self.now)


@dataclass(frozen=True, slots=True)
class SettleWindows:
    """One commit: windows are settled together, or aborted because somebody lacks funds."""

    nets: Mapping[int, NetPositions]
    now: datetime

    @property
    def needs(self) -> Needs:
        """The windows, and every position and settlement account."""
        movements = [order.movement for order in settlement_orders(self.nets)]
        return Needs(windows=tuple(self.nets), balances=accounts_of(movements))

    def apply(self, book: ClearingBook) -> SettlementAnswer:
        """Settle or abort them, once."""
        return settle_windows(book, self.nets, self.now)


@dataclass(frozen=True, slots=True)
class AbortWindow:
    """One commit: an operator gives up a window's settlement."""

    number: int
    now: datetime

    @property
    def needs(self) -> Needs:
        """The window."""
        return Needs(windows=(self.number,))

    def apply(self, book: ClearingBook) -> WindowOutcome:
        """Abort it, once."""
        return abort_window(book, self.number, self.now)


@dataclass(frozen=True, slots=True)
class RejoinWindow:
    """One commit: an aborted window will be settled with whatever is pending."""

    number: int
    now: datetime

    @property
    def needs(self) -> Needs:
        """The window."""
        return Needs(windows=(self.number,))

    def apply(self, book: ClearingBook) -> WindowOutcome:
        """Let it rejoin, once."""
        return rejoin_window(book, self.number, self.now)
