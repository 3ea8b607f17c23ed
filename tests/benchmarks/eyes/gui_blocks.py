"""How long the windows stand still while somebody pays: the longest block of the GUI thread.

A timer of one millisecond beats on the GUI thread; the longest gap between two beats is the longest
time for which a touch would have waited. What the thread itself worked in the gap is measured beside
it: on a busy machine the rest is waiting for a core. A virtual shopper pays by face, several payments in a row:
real windows, a real capture on its threads, and a service that answers at once. The yardstick is the
same windows in the same process with nothing going on. Without a screen Qt draws in memory; where
there is one, the same is measured on it as well. Each platform has a process of its own.
"""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from tests.benchmarks.measure import Measure


@dataclass(frozen=True, slots=True)
class Blocks:
    """The longest gaps of one platform in milliseconds, while paying and while nothing happens.

    `work` is the most processor time that the thread used in one gap while paying.
    """

    paying: float
    work: float
    idle: float


def measures() -> list[Measure]:
    """Return the longest block in memory and, where there is one, on the screen."""
    found = _measures_of("", longest_blocks_on("offscreen"))
    if os.environ.get("DISPLAY"):
        found += _measures_of("_xcb", longest_blocks_on("xcb"))
    return found


def longest_blocks_on(platform: str) -> Blocks:
    """Measure in a process of its own: a process has one platform for good."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn) as pool:
        return pool.submit(_measure_here, platform).result()


def _measure_here(platform: str) -> Blocks:
    os.environ["QT_QPA_PLATFORM"] = platform
    from tests.benchmarks.eyes.paying import blocks_of_a_till  # noqa: PLC0415 - Qt of this process

    return blocks_of_a_till()


def _measures_of(platform: str, blocks: Blocks) -> list[Measure]:
    yardstick = "the same windows, nothing going on"
    return [
        Measure(f"gui_longest_block{platform}", blocks.paying, "ms", yardstick, blocks.idle),
        Measure(f"gui_longest_work{platform}", blocks.work, "ms", yardstick, blocks.idle),
    ]
