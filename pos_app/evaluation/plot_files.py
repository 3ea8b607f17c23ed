"""Draw plots into SVG and PNG files. matplotlib comes with the `evaluate` extra only."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NO_PLOTS: Final = "no plots: matplotlib is not installed (pip install 'facepay-sandbox[evaluate]')"
_FORMATS: Final = ("svg", "png")
Draw = Callable[["Axes"], None]
"""Draws one plot."""


def draw_all(draws: Mapping[str, Draw], folder: Path) -> tuple[str, ...]:
    """Write every plot into `folder` and return their names without suffix; none without matplotlib."""
    try:
        import matplotlib as mpl  # noqa: PLC0415 - optional

        mpl.use("agg")
        from matplotlib import pyplot as plt  # noqa: PLC0415 - after the choice of a backend
    except ImportError:
        return ()
    with mpl.rc_context({"svg.hashsalt": "facepay"}):  # the same findings give the same file
        for name, draw in draws.items():
            figure, axes = plt.subplots(figsize=(6.4, 4.8), layout="constrained")
            draw(axes)
            for kind in _FORMATS:
                metadata = {"Date": None} if kind == "svg" else None
                figure.savefig(folder / f"{name}.{kind}", dpi=120, metadata=metadata)
            plt.close(figure)
    return tuple(draws)
