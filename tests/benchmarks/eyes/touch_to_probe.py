"""From the payer's touch to the sealed probe, and where that time goes.

A virtual shopper stands still before a camera of thirty frames a second, and nothing is asked of
them. `touch_to_probe_with_flash` is the program as it comes: the display's colours, drawn as the
service draws them, are answered by the face. `touch_to_probe` is the same where the policy lets a
passive network carry the decision, so that no light is shown; the network is a stand-in that is
always sure, and its own time is not in the figure.

The models are loaded, as they are from a day's second payment on. Stages are sums over a whole
capture. It runs in a process of its own, as a terminal does.
"""

import asyncio
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Final

from facepay.pad_challenge import PadMode, Presentation
from facepay.pad_evidence import EvidenceBasis
from facepay.ports import SystemRandomness
from pos_app.checkout.ports import CaptureFailure
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
    """Return the whole and the stages of the capture that took the median time, dark and lit."""
    spawn = multiprocessing.get_context("spawn")
    found: list[Measure] = []
    with ProcessPoolExecutor(1, spawn) as pool:
        for name, is_lit in (("touch_to_probe", False), ("touch_to_probe_with_flash", True)):
            budgets = pool.submit(budgets_of_captures, CAPTURES, is_lit=is_lit).result()
            if not budgets:
                sys.stderr.write(f"{name}: too busy for a camera's pace, no capture was silent\n")
                continue
            typical = sorted(budgets, key=lambda budget: budget.whole)[len(budgets) // 2]
            found.append(_measure(name, typical.whole))
            found += [_measure(f"{name}.{part}", ms) for part, ms in typical.stages.items()]
    return found


def _measure(name: str, milliseconds: float) -> Measure:
    yardstick = "the goal from touch to probe"
    return Measure(name, milliseconds, "ms", yardstick, GOAL_MILLISECONDS)


def budgets_of_captures(count: int, *, is_lit: bool) -> list[Budget]:
    """Return the budgets of so many captures, after one that loads the models.

    Where the machine is too busy for a camera's pace, light cannot be judged and steps are asked;
    such captures do not count.
    """
    from tests.benchmarks.eyes.shopper_at_till import SHOPPER, equipment_before  # noqa: PLC0415

    spent: Counter[str] = Counter()
    equipment = equipment_before(SHOPPER)
    pad = equipment.policy.pad
    loaded = (Timed if is_lit else TimedAndSure)(equipment.analysis(), _STAGES, spent)
    timed = replace(
        equipment,
        analysis=lambda: loaded,
        camera=PacedEyes(equipment.camera, spent),
        policy=replace(
            equipment.policy,
            pad=pad if is_lit else replace(pad, silent=(EvidenceBasis.PASSIVE,)),
        ),
    )
    asyncio.run(_capture(timed, spent))
    taken = [asyncio.run(_capture(timed, spent)) for _ in range(count)]
    return [budget for budget in taken if budget is not None]


async def _capture(equipment: Any, spent: Counter[str]) -> Budget | None:
    from clearing_service.routing.challenge_drawing import (  # noqa: PLC0415 - in its own process
        ChallengePolicy,
        draw_pad_challenge,
    )
    from pos_app.probe.capture_session import CaptureSession  # noqa: PLC0415
    from tests.benchmarks.eyes.shopper_at_till import BenchContext  # noqa: PLC0415

    randomness = SystemRandomness()
    challenge = draw_pad_challenge(
        PadMode.SILENT_FIRST, Presentation.WITH_LIGHT, ChallengePolicy(), randomness
    )
    session = CaptureSession(equipment, randomness)
    context = BenchContext(challenge, equipment.analysis().model_id)
    spent.clear()
    started = time.perf_counter()
    look = await session.look(context)
    looked = time.perf_counter()
    if isinstance(look, CaptureFailure) or look.decision.evidence.steps:
        return None
    session.seal_looks([look], context)
    ended = time.perf_counter()
    networks = sum(spent[name] for name in set(_STAGES.values())) - spent["wipe"]
    stages = {
        "camera_opens": spent["open"],
        "waiting_for_frames": spent["read"],
        **{name: spent[name] for name in ("detect", "landmarks", "features")},
        "quality_cues_fuse": spent["frames"] - networks,
        "wipe": spent["wipe"],
        "seal": ended - looked,
    }
    return Budget(
        (ended - started) * 1000, {name: seconds * 1000 for name, seconds in stages.items()}
    )


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


class TimedAndSure(Timed):
    """The same with a passive network that takes everybody for a person."""

    def judge_passively(self, *_arguments: Any) -> float:
        return 1.0


class PacedEyes(Timed):
    """A camera whose `frames` is the time that passes between a frame and the next read."""

    def __init__(self, camera: object, spent: Counter[str]) -> None:
        super().__init__(camera, {"open": "open", "read": "read"}, spent)
        self._given_at: float | None = None

    def close(self) -> None:
        self._count_frame()
        self._inner.close()

    def read(self) -> Any:
        self._count_frame()
        frame = self.__getattr__("read")()
        self._given_at = time.perf_counter()
        return frame

    def _count_frame(self) -> None:
        if self._given_at is not None:
            self._spent["frames"] += time.perf_counter() - self._given_at
            self._given_at = None
