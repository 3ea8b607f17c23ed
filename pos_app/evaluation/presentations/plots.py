"""Plots of an evaluation of presentations."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from pos_app.evaluation.error_rate import ErrorRate
from pos_app.evaluation.plot_files import Draw, draw_all
from pos_app.evaluation.presentations.findings import CueFinding, PresentationFindings
from pos_app.evaluation.presentations.recordings import BONA_FIDE
from pos_app.evaluation.presentations.summary import SETUP_WORDS
from pos_app.evaluation.presentations.trial import Setup

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ERRORS_PLOT: Final = "pad_errors"
_SCORES_PREFIX: Final = "pad_score_"
_INK: Final = {
    Setup.LIGHT: "#1a5fb4",
    Setup.LIGHT_AND_PASSIVE: "#26a269",
    Setup.STEPS: "#a51d2d",
    Setup.STEPS_AND_PASSIVE: "#e66100",
}
_BONA_FIDE_INK, _ATTACK_INK, _FAINT = "#1a5fb4", "#a51d2d", "#77767b"
_SEED: Final = 1


def write_presentation_plots(findings: PresentationFindings, folder: Path) -> tuple[str, ...]:
    """Write the errors by species and one plot of scores a cue; none without matplotlib.

    Returns the names without suffix.
    """
    draws: dict[str, Draw] = {ERRORS_PLOT: lambda axes: _draw_errors(axes, findings)}
    draws |= {_SCORES_PREFIX + cue.name: _drawing_of(cue) for cue in findings.cues}
    return draw_all(draws, folder)


def caption_of(plot: str) -> str:
    """Return what a plot shows."""
    if plot == ERRORS_PLOT:
        return "Errors by species with 95 % intervals; BPCER first."
    return f"Scores of the cue {plot.removeprefix(_SCORES_PREFIX)}; the line is its threshold."


def _draw_errors(axes: "Axes", findings: PresentationFindings) -> None:
    names: list[str] = []
    for offset, (use, report) in enumerate(findings.reports.items()):
        rates = {"BPCER": report.bpcer} | dict(report.apcer_by_species)
        names = list(rates)
        places = np.arange(len(names)) + 0.18 * offset
        tried = tuple(rates.values())
        axes.errorbar(
            [_shown(rate) for rate in tried],
            places,
            xerr=np.array([_reach(rate) for rate in tried]).T,
            fmt="o",
            capsize=3,
            color=_INK[use],
            label=SETUP_WORDS[use],
        )
    axes.set_yticks(np.arange(len(names)), names)
    axes.invert_yaxis()
    axes.set(title=_titled("Errors by species", findings), xlabel="rate, 95 %", xlim=(-0.02, 1.02))
    axes.grid(visible=True, axis="x", alpha=0.3)
    axes.legend()


def _titled(title: str, findings: PresentationFindings) -> str:
    return f"{title} (drawn presentations)" if findings.is_synthetic else title


def _shown(rate: ErrorRate) -> float:
    return rate.value if rate.trials else float("nan")


def _reach(rate: ErrorRate) -> tuple[float, float]:
    low, high = rate.interval if rate.trials else (0.0, 0.0)
    return max(rate.value - low, 0.0), max(high - rate.value, 0.0)


def _drawing_of(cue: CueFinding) -> Draw:
    def draw(axes: "Axes") -> None:
        chance = np.random.default_rng(_SEED)
        ordered = sorted(cue.scores, key=lambda species: (species != BONA_FIDE, species))
        for place, species in enumerate(ordered):
            found = np.array(cue.scores[species])
            spread = place + chance.uniform(-0.25, 0.25, len(found))
            ink = _BONA_FIDE_INK if species == BONA_FIDE else _ATTACK_INK
            axes.plot(found, spread, "o", color=ink, alpha=0.5, markersize=4)
        axes.axvline(cue.threshold, color=_FAINT, linestyle="--")
        axes.set_yticks(range(len(ordered)), ordered)
        axes.invert_yaxis()
        axes.set(title=cue.name, xlabel="score; higher is more bona fide")

    return draw
