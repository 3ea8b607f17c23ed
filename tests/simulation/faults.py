"""What goes wrong in a run, drawn ahead from the seed.

The plan is a list, and nothing else in a run is drawn from the same stream: leaving events out of
the plan leaves all others as they are, which is what lets a failing run be shrunk.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from random import Random
from typing import Protocol


class FaultKind(Enum):
    """One way in which the world can be unkind."""

    LOSE_REQUEST = "the next request of a terminal is lost"
    LOSE_REPLY = "the next reply to a terminal is lost"
    DELAY_REQUEST = "the next request of a terminal is late, and may be overtaken"
    DELAY_REPLY = "the next reply to a terminal is late"
    DUPLICATE = "the next request of a terminal arrives twice"
    LINE_DOWN = "a terminal has no line"
    TERMINAL_CRASH = "a terminal loses power"
    TERMINAL_DISK_FULL = "a terminal's journal cannot be written"
    TERMINAL_CLOCK = "a terminal's clock is wrong"
    CASHIER_STOPS = "the cashier stops the payment"
    SERVICE_CRASH = "the clearing service is killed"
    BLACKOUT = "every terminal and the clearing service lose power in the same moment"
    SERVICE_DISK_FULL = "the clearing service's stores cannot be used at all"
    SERVICE_READ_ONLY = "the clearing service's stores turn read-only"
    COMMIT_UNKNOWN = "a commit happens, and is reported as failed"
    SERVICE_CLOCK = "the clearing service's clock is wrong"
    ISSUER_LOSES_REQUEST = "the next request to an issuer is lost"
    ISSUER_LOSES_REPLY = "the next reply of an issuer is lost"
    ISSUER_UNREACHABLE = "an issuer does not answer and does nothing"
    ISSUER_LATE = "an issuer acts, and answers after the deadline"
    ISSUER_REFUSES = "an issuer refuses every debit"
    ISSUER_DISK_FULL = "the issuers' store cannot be written"
    MATCHING_DOWN = "a matching party is down"
    SUSPENSION = "an issuer or the acquirer is suspended in the middle of trade"
    LOSS_REPORT = "a payer reports that somebody else uses their face payment"
    STEP_CRASH = "the clearing service is killed in a step of settlement"
    STEP_DISK_FULL = "the clearing service's stores are full in a step of settlement"
    STEP_UNKNOWN = "a step of settlement is committed, and reported as failed"
    WINDOW_CLOSED = "an operator closes the window before its cutover"
    WINDOW_ABORTED = "an operator gives up the next settlement"
    FUNDS_TAKEN = "a participant takes out all funds that it does not owe now"
    LOSS_COMPENSATED = "the institution pays a loss, and the acquirer pays it back in parts"
    LONG_SUSPENSION = "a participant is suspended while windows are closed and settled"


STRIKES_A_TILL = frozenset(
    {
        FaultKind.LINE_DOWN,
        FaultKind.TERMINAL_CRASH,
        FaultKind.TERMINAL_DISK_FULL,
        FaultKind.CASHIER_STOPS,
    }
)
STRIKES_THE_SERVICE = frozenset(
    {
        FaultKind.SERVICE_CRASH,
        FaultKind.BLACKOUT,
        FaultKind.SERVICE_DISK_FULL,
        FaultKind.SERVICE_READ_ONLY,
    }
)
AT_A_WRITE = STRIKES_A_TILL | STRIKES_THE_SERVICE
"""What can be timed by a write on a disk, where it hurts most."""


@dataclass(frozen=True, slots=True)
class FaultEvent:
    """One event. `number` is its name in a replay.

    `target` counts terminals or issuers; `seconds` is how long, how late or how wrong. What strikes
    a machine comes at the `commit`-th write on its disk from then on (a terminal's: from its next
    payment on), before it, or `later` seconds after it if it `is_after`; at once if `commit` is 0.
    """

    number: int
    at: float
    kind: FaultKind
    target: int
    seconds: float
    commit: int = 0
    is_after: bool = False
    later: float = 0.0

    def __str__(self) -> str:
        moment = f"{self.later:g} s after" if self.is_after else "before"
        is_timed = self.commit > 0 and self.kind in AT_A_WRITE
        crash = f" {moment} write {self.commit}" if is_timed else ""
        return (
            f"#{self.number} {self.kind.name} target={self.target} seconds={self.seconds:g}{crash}"
        )


@dataclass(frozen=True, slots=True)
class _Manner:
    weight: int
    seconds: tuple[float, float]


_MANNERS = {
    FaultKind.LOSE_REQUEST: _Manner(8, (0, 0)),
    FaultKind.LOSE_REPLY: _Manner(12, (0, 0)),
    FaultKind.DELAY_REQUEST: _Manner(8, (0.5, 90)),
    FaultKind.DELAY_REPLY: _Manner(6, (0.5, 20)),
    FaultKind.DUPLICATE: _Manner(8, (0.01, 100)),
    FaultKind.LINE_DOWN: _Manner(6, (2, 900)),
    FaultKind.TERMINAL_CRASH: _Manner(16, (1, 120)),
    FaultKind.TERMINAL_DISK_FULL: _Manner(4, (0.5, 90)),
    FaultKind.TERMINAL_CLOCK: _Manner(3, (-300, 300)),
    FaultKind.CASHIER_STOPS: _Manner(8, (0, 0)),
    FaultKind.SERVICE_CRASH: _Manner(10, (0.5, 120)),
    FaultKind.BLACKOUT: _Manner(8, (5, 3000)),
    FaultKind.SERVICE_DISK_FULL: _Manner(2, (0.5, 60)),
    FaultKind.SERVICE_READ_ONLY: _Manner(2, (0.5, 60)),
    FaultKind.COMMIT_UNKNOWN: _Manner(5, (0, 0)),
    FaultKind.SERVICE_CLOCK: _Manner(2, (-200, 200)),
    FaultKind.ISSUER_LOSES_REQUEST: _Manner(5, (0, 0)),
    FaultKind.ISSUER_LOSES_REPLY: _Manner(7, (0, 0)),
    FaultKind.ISSUER_UNREACHABLE: _Manner(3, (5, 300)),
    FaultKind.ISSUER_LATE: _Manner(5, (5, 120)),
    FaultKind.ISSUER_REFUSES: _Manner(1, (5, 60)),
    FaultKind.ISSUER_DISK_FULL: _Manner(2, (0.5, 30)),
    FaultKind.MATCHING_DOWN: _Manner(2, (1, 60)),
    FaultKind.SUSPENSION: _Manner(2, (20, 120)),
    FaultKind.LOSS_REPORT: _Manner(5, (5, 300)),
}


_SETTLEMENT_MANNERS = {
    FaultKind.STEP_CRASH: _Manner(6, (0.5, 600)),
    FaultKind.STEP_DISK_FULL: _Manner(3, (0.5, 600)),
    FaultKind.STEP_UNKNOWN: _Manner(3, (0, 0)),
    FaultKind.WINDOW_CLOSED: _Manner(2, (0, 0)),
    FaultKind.WINDOW_ABORTED: _Manner(2, (300, 1800)),
    FaultKind.FUNDS_TAKEN: _Manner(2, (0, 0)),
    FaultKind.LOSS_COMPENSATED: _Manner(2, (1, 600)),
    FaultKind.LONG_SUSPENSION: _Manner(1, (120, 1800)),
}
SETTLEMENT_EVENTS_PER_SESSION = 4


class PlanSize(Protocol):
    """How much a plan is drawn for."""

    @property
    def sessions(self) -> tuple[tuple[float, float], ...]:
        """The seconds in which shops are open."""

    @property
    def faults_per_session(self) -> int:
        """How many events a session has."""

    @property
    def tills(self) -> int:
        """How many tills there are to strike."""


def draw_plan(seed: int, size: PlanSize) -> tuple[FaultEvent, ...]:
    """Return a plan: what strikes trade in the order of time, then what strikes settlement."""
    trade = _drawn(Random(f"faults/{seed}"), size, _MANNERS, size.faults_per_session)
    per_session = SETTLEMENT_EVENTS_PER_SESSION if size.faults_per_session else 0
    settlement = _drawn(Random(f"settlement/{seed}"), size, _SETTLEMENT_MANNERS, per_session)
    return tuple(
        FaultEvent(number, *fields) for number, fields in enumerate([*trade, *settlement], start=1)
    )


_Fields = tuple[float, FaultKind, int, float, int, bool, float]


def _drawn(
    stream: Random, size: PlanSize, manners: Mapping[FaultKind, _Manner], per_session: int
) -> list[_Fields]:
    kinds = list(manners)
    weights = [manners[kind].weight for kind in kinds]
    drawn: list[_Fields] = []
    for begin, end in size.sessions:
        for _ in range(per_session):
            kind = stream.choices(kinds, weights)[0]
            low, high = manners[kind].seconds
            # Short times are as likely as long ones on the scale of their logarithm.
            share = stream.random() ** 3 if low >= 0 else stream.random()
            drawn.append(
                (
                    stream.uniform(begin, end),
                    kind,
                    stream.randrange(size.tills),
                    round(low + (high - low) * share, 3),
                    stream.choice([0, 1, 2, 3, 4, 5, 6, 6, 7, 7, 8, 8, 9, 10, 11, 12]),
                    stream.random() < 0.6,
                    stream.choice([0.0, round(stream.uniform(0, 1.5), 3)]),
                )
            )
    return sorted(drawn, key=lambda item: item[0])
