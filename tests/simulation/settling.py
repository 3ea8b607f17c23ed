"""Settlement as a run's service has it, and the steps at which something can strike."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeVar

from clearing_service.errors import StoreError
from clearing_service.ledger.entries import Institution
from clearing_service.payment.clearing_book import Work
from clearing_service.settlement.fee_rates import FeeSchedule, load_fee_schedule
from clearing_service.settlement.reports import DigestSigner, KeepDigest, SettlementReports
from clearing_service.settlement.settlement_run import SETTLE_AFTER, SettlementRun
from clearing_service.settlement.use_cases import Settlement
from clearing_service.settlement.window_works import CloseWindow, PriceWindow, SettleWindows
from facepay.identifiers import ParticipantId
from facepay.ports import Clock
from tests.simulation.stores import MoneyStore

AnswerT = TypeVar("AnswerT")

INSTITUTION = Institution(ParticipantId("10000001"))
STEPS: tuple[type[Any], ...] = (CloseWindow, PriceWindow, SettleWindows, KeepDigest)
CLOSE, PRICE, SETTLE, DIGEST = range(4)

RATES_CHANGE = date(2026, 3, 3)
"""Midnight of the first night: from then on fees are others, in the middle of a window."""


def _schedule() -> FeeSchedule:
    first = load_fee_schedule().rates
    later = (
        replace(
            rate,
            valid_from=RATES_CHANGE,
            parts_per_million=rate.parts_per_million * 2 + 7,
            cap_minor_units=rate.cap_minor_units // 3,
        )
        for rate in first
    )
    return FeeSchedule((*first, *later))


SCHEDULE = _schedule()


@dataclass(frozen=True, slots=True)
class StepStrike:
    """What happens at the next commit of a step: before it, or `later` seconds after it.

    If the answer `is_lost`, the step is committed and reported as failed.
    """

    step: int
    is_after: bool
    later: float
    strike: Callable[[], None]
    is_lost: bool = False


class Steps:
    """What is planned for the steps of settlement. It outlives the service's process."""

    def __init__(self, call_later: Callable[..., object]) -> None:
        self._call_later = call_later
        self._planned: list[StepStrike] = []

    def plan(self, strike: StepStrike) -> None:
        """Let something happen at the next commit of its step."""
        self._planned.append(strike)

    def forget(self) -> None:
        """Let nothing of the kind happen."""
        self._planned.clear()

    def take(self, work: object) -> list[StepStrike]:
        """Return what strikes at this commit, at most one and once; the next waits for the next."""
        due = [item for item in self._planned if isinstance(work, STEPS[item.step])][:1]
        self._planned = [item for item in self._planned if item not in due]
        return due

    def strike_after(self, due: list[StepStrike]) -> None:
        """Strike what comes after a commit."""
        for item in due:
            if item.is_after and item.later:
                self._call_later(item.later, item.strike)
            elif item.is_after:
                item.strike()


class StruckBook:
    """The clearing database as settlement sees it: its commits may be the last of a process."""

    def __init__(self, store: MoneyStore, steps: Steps) -> None:
        self._store = store
        self._steps = steps

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def execute(self, work: Work[AnswerT]) -> AnswerT:
        """Commit, with whatever strikes before and after."""
        due = self._steps.take(work)
        for item in due:
            if not item.is_after:
                item.strike()
        answer = await self._store.execute(work)
        self._steps.strike_after(due)
        if any(item.is_lost for item in due):
            raise StoreError("the clearing store cannot be written: nobody knows whether it was")
        return answer


@dataclass(frozen=True, slots=True)
class SettlingParts:
    """What the clock does by itself."""

    run: SettlementRun
    reports: SettlementReports


def settle_after(seed: int) -> timedelta:
    """Return how long after its close a window is settled: as shipped, or while trade goes on."""
    return timedelta(minutes=2) if seed // 2 % 2 else SETTLE_AFTER


def open_settling(
    settlement: Settlement, after: timedelta, book: StruckBook, signer: DigestSigner, clock: Clock
) -> SettlingParts:
    """Put settlement together as the service does."""
    reports = SettlementReports(book, signer, clock)  # type: ignore[arg-type]
    return SettlingParts(SettlementRun(settlement, clock, after), reports)
