"""From the payer's touch to the sealed probe, and where that time goes.

A virtual shopper stands still before a camera of thirty frames a second, and nothing is asked of
them. The models are loaded, as they are from a day's second payment on. Stages are sums over a whole
capture; the rest of it is waiting for frames. It runs in a process of its own, as a terminal does.
"""

import asyncio
import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from statistics import median
from typing import Any, Final

from tests.benchmarks.measure import Measure

CAPTURES: Final = 9
GOAL_MILLISECONDS: Final = 1500.0
_STAGES: Final = {
    "detect": "detect",
    "locate": "landmarks",
    "judge_passively": "passive",
    "extract": "features",
    "extract_aligned": "features",
    "wipe": "wipe",
}
"""What the analysis is asked for, and the stage that it counts as."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Milliseconds of one capture: the whole, and of each stage."""

    whole: float
    stages: Mapping[str, float]


def measures() -> list[Measure]:
    """Return the whole and the stages of the capture that took the median time."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn) as pool:
        budgets = pool.submit(budgets_of_captures, CAPTURES).result()
    middle = median(budget.whole for budget in budgets)
    typical = next(budget for budget in budgets if budget.whole == middle)
    found = [_measure("touch_to_probe", typical.whole)]
    return found + [_measure(f"touch_{name}", spent) for name, spent in typical.stages.items()]


def _measure(name: str, milliseconds: float) -> Measure:
    yardstick = "the goal from touch to probe"
    return Measure(name, milliseconds, "ms", yardstick, GOAL_MILLISECONDS)


def budgets_of_captures(count: int) -> list[Budget]:
    """Return the budgets of so many captures, an odd number, after one that loads the models."""
    from tests.benchmarks.eyes.shopper_at_till import SHOPPER, equipment_before  # noqa: PLC0415

    spent: Counter[str] = Counter()
    equipment = equipment_before(SHOPPER)
    loaded = Timed(equipment.analysis(), _STAGES, spent)
    timed = replace(
        equipment,
        analysis=lambda: loaded,
        camera=PacedEyes(equipment.camera, spent),
    )
    asyncio.run(_capture(timed, spent))
    return [asyncio.run(_capture(timed, spent)) for _ in range(count)]


async def _capture(equipment: Any, spent: Counter[str]) -> Budget:
    from tests.benchmarks.eyes.shopper_at_till import nothing_asked, silent_session  # noqa: PLC0415

    session, context = silent_session(equipment), nothing_asked(equipment)
    spent.clear()
    started = time.perf_counter()
    look = await session.look(context)
    looked = time.perf_counter()
    probe = session.seal_looks([look], context)
    ended = time.perf_counter()
    if not hasattr(probe, "envelopes"):
        raise RuntimeError(f"the virtual shopper did not pass: {probe}")
    networks = sum(spent[name] for name in _STAGES.values()) - spent["wipe"]
    stages = {
        "camera_opens": spent["open"],
        "waiting_for_frames": spent["read"],
        **{name: spent[name] for name in ("detect", "landmarks", "passive", "features")},
        "quality_cues_fuse": spent["frames"] - networks,
        "wipe": spent["wipe"],
        "seal": ended - looked,
    }
    milliseconds = {name: seconds * 1000 for name, seconds in stages.items() if seconds > 0}
    return Budget((ended - started) * 1000, milliseconds)


class Timed:
    """Passes everything on, and adds up how long the named methods take."""

    def __init__(self, inner: object, stages: Mapping[str, str], spent: Counter[str]) -> None:
        self._inner, self._stages, self._spent = inner, stages, spent

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        return self._timed(found, self._stages[name]) if name in self._stages else found

    def _timed(self, call: Callable[..., Any], stage: str) -> Callable[..., Any]:
        def timed(*arguments: Any) -> Any:
            started = time.perf_counter()
            try:
                return call(*arguments)
            finally:
                self._spent[stage] += time.perf_counter() - started

        return timed


class PacedEyes(Timed):
    """A camera whose `frames` is the time that passes between a frame and the next read."""

    def __init__(self, camera: object, spent: Counter[str]) -> None:
        super().__init__(camera, {"open": "open", "read": "read"}, spent)
        self._given_at: float | None = None

    def read(self) -> Any:
        self._count_frame()
        frame = self.__getattr__("read")()
        self._given_at = time.perf_counter()
        return frame

    def close(self) -> None:
        self._count_frame()
        self._inner.close()

    def _count_frame(self) -> None:
        if self._given_at is not None:
            self._spent["frames"] += time.perf_counter() - self._given_at
            self._given_at = None
