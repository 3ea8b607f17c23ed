"""Cost of a payment against the size of the gallery and against the number of callers."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl

mpl.use("agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from tests.benchmarks.payment_path.cost import Cost

FOLDER = Path("build/bench")
_INK, _OTHER_INK = "#1a5fb4", "#a51d2d"


def plot_costs(costs: Sequence[Cost]) -> None:
    """Write `payment_cost_by_references` and `payment_cost_by_callers` as SVG and PNG."""
    usual = costs[0].load.callers
    by_size = [cost for cost in costs if cost.load.callers == usual]
    largest = by_size[-1].size
    by_callers = [cost for cost in costs if cost.size == largest]
    by_callers.sort(key=lambda cost: cost.load.callers)
    FOLDER.mkdir(parents=True, exist_ok=True)
    _plot("references", [cost.size for cost in by_size], by_size, f"{usual} callers")
    labels = [str(cost.load.callers) for cost in by_callers]
    _plot("callers", labels, by_callers, f"{largest} references")


def _plot(against: str, labels: Sequence[str], costs: Sequence[Cost], condition: str) -> None:
    figure, (rates, times) = plt.subplots(1, 2, figsize=(9.6, 4.0), layout="constrained")
    _draw_rates(rates, labels, costs)
    _draw_times(times, labels, costs)
    for axes in (rates, times):
        axes.set(xlabel=against, yscale="log")
        axes.grid(visible=True, which="both", alpha=0.3)
        axes.legend()
    figure.suptitle(f"Payments against {against}, {condition}")
    for suffix in ("svg", "png"):
        metadata = {"Date": None} if suffix == "svg" else None
        figure.savefig(FOLDER / f"payment_cost_by_{against}.{suffix}", dpi=120, metadata=metadata)
    plt.close(figure)


def _draw_rates(axes: Axes, labels: Sequence[str], costs: Sequence[Cost]) -> None:
    rates = [cost.load.rate for cost in costs]
    axes.plot(labels, rates, "o-", color=_INK, label="payments a second")
    empty = [cost.empty_load.rate for cost in costs]
    axes.plot(labels, empty, "s--", color=_OTHER_INK, label="empty handlers")
    axes.set_title("Rate")


def _draw_times(axes: Axes, labels: Sequence[str], costs: Sequence[Cost]) -> None:
    for percentile, style in ((50, "o-"), (99, "o:")):
        found = [cost.load.milliseconds(percentile) for cost in costs]
        axes.plot(labels, found, style, color=_INK, label=f"p{percentile}, ms")
    used = [cost.processor_milliseconds for cost in costs]
    axes.plot(labels, used, "s-", color=_OTHER_INK, label="processor time, ms")
    axes.set_title("Time of a payment")
