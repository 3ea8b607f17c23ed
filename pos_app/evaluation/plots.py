"""Plots of an evaluation of people."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from pos_app.evaluation.findings import Findings
from pos_app.evaluation.match_report import MatchReport
from pos_app.evaluation.plot_files import Draw, draw_all

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STEPS: Final = 400
_INK, _OTHER_INK, _FAINT = "#1a5fb4", "#a51d2d", "#77767b"


def write_plots(findings: Findings, folder: Path) -> tuple[str, ...]:
    """Write every plot and return their names without suffix; none without matplotlib."""
    draws: dict[str, Draw] = {
        "det": lambda axes: _draw_det(axes, findings),
        "scores": lambda axes: _draw_scores(axes, findings),
        "fpir": lambda axes: _draw_fpir(axes, findings),
        "trade_off": lambda axes: _draw_trade_off(axes, findings),
    }
    return draw_all(draws, folder)


def _draw_det(axes: "Axes", findings: Findings) -> None:
    """Draw false non-matches against false matches; a logarithmic axis has no zero, none is shown."""
    fmr, fnmr = _error_curves(findings.match)
    shown = (fmr > 0) & (fnmr > 0)
    axes.loglog(fmr[shown], fnmr[shown], color=_INK)
    axes.set(title="Detection error trade-off", xlabel="false match rate")
    axes.set_ylabel("false non-match rate")
    axes.grid(visible=True, which="both", alpha=0.3)


def _draw_scores(axes: "Axes", findings: Findings) -> None:
    bins = np.linspace(-0.4, 1.0, 141).tolist()
    match = findings.match
    axes.hist(match.non_mated, bins, density=True, color=_OTHER_INK, alpha=0.6, label="non-mated")
    axes.hist(match.mated, bins, density=True, color=_INK, alpha=0.6, label="mated")
    axes.axvline(findings.settings.gates.threshold, color=_FAINT, linestyle="--")
    axes.set(title="Similarities", xlabel="cosine", ylabel="density")
    axes.legend()


def _draw_fpir(axes: "Axes", findings: Findings) -> None:
    """Draw measured FPIR with intervals, and the model as a dashed line."""
    for number, threshold in enumerate(findings.settings.thresholds):
        rows = [row for row in findings.identification if row.rule.threshold == threshold]
        rates = np.array([row.fpir.value for row in rows])
        bounds = np.array([row.fpir.interval for row in rows])
        colour = f"C{number}"
        axes.errorbar(
            [row.plan.size for row in rows],
            rates,
            yerr=np.abs(bounds.T - rates),
            fmt="o",
            capsize=3,
            color=colour,
            label=f"{threshold:.2f}",
        )
        model = [row for row in findings.extrapolation if row.threshold == threshold]
        axes.plot([row.size for row in model], [row.fpir for row in model], "--", color=colour)
    axes.set_xscale("log")
    axes.set_yscale("symlog", linthresh=1e-3)
    axes.set(title="FPIR: counted (points, 95 %) and model (dashed)", ylim=(0, 1.2))
    axes.set_xlabel("candidates N")
    axes.set_ylabel("FPIR")
    axes.legend(title="threshold")


def _draw_trade_off(axes: "Axes", findings: Findings) -> None:
    size = max(row.plan.size for row in findings.identification)
    rows = [row for row in findings.identification if row.plan.size == size]
    axes.plot([row.fpir.value for row in rows], [row.fnir.value for row in rows], "o-", color=_INK)
    for row in rows:
        axes.annotate(f" {row.rule.threshold:.2f}", (row.fpir.value, row.fnir.value))
    axes.set_xscale("symlog", linthresh=1e-3)
    axes.set(title=f"Identification among N = {size:,}", xlabel="FPIR", ylabel="FNIR")
    axes.grid(visible=True, alpha=0.3)


def _error_curves(match: MatchReport) -> "tuple[np.typing.NDArray[np.float64], ...]":
    thresholds = np.linspace(-0.2, 1.0, _STEPS)
    fmr = 1 - np.searchsorted(match.non_mated, thresholds) / max(len(match.non_mated), 1)
    fnmr = np.searchsorted(match.mated, thresholds) / max(len(match.mated), 1)
    return fmr, fnmr
