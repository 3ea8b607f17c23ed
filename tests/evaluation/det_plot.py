"""A detection error trade-off plot as SVG: both error rates on logarithmic axes."""

import math

import numpy as np

from tests.evaluation.error_rates import MatchReport

WIDTH, HEIGHT, MARGIN = 520, 460, 60
_DECADES = (-6, 0)
_STEPS = 200


def det_plot(report: MatchReport) -> str:
    """Return the plot of false non-matches against false matches over all thresholds.

    Points where either rate is zero are left out: a logarithmic axis has no zero, and none was
    shown.
    """
    mated, non_mated = np.sort(report.mated), np.sort(report.non_mated)
    points = []
    for threshold in np.linspace(-0.2, 1.0, _STEPS):
        fmr = 1 - np.searchsorted(non_mated, threshold) / max(len(non_mated), 1)
        fnmr = np.searchsorted(mated, threshold) / max(len(mated), 1)
        if fmr > 0 and fnmr > 0:
            points.append(f"{_across(fmr):.1f},{_down(fnmr):.1f}")
    lines = [*_grid(), f'<polyline fill="none" stroke="#1a5fb4" points="{" ".join(points)}"/>']
    labels = [
        _text(WIDTH / 2, HEIGHT - 12, "false match rate"),
        f'<g transform="rotate(-90 16 {HEIGHT / 2})">'
        + _text(16, HEIGHT / 2, "false non-match rate")
        + "</g>",
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">'
    ground = '<rect width="100%" height="100%" fill="#ffffff"/>'
    return "\n".join([head, ground, *lines, *labels, "</svg>", ""])


def _grid() -> list[str]:
    lines = []
    for decade in range(_DECADES[0], _DECADES[1] + 1):
        rate = 10.0**decade
        across, down = _across(rate), _down(rate)
        stroke = 'stroke="#d0d0d0"'
        lines += [
            f'<line x1="{across}" y1="{MARGIN}" x2="{across}" y2="{HEIGHT - MARGIN}" {stroke}/>',
            f'<line x1="{MARGIN}" y1="{down}" x2="{WIDTH - MARGIN}" y2="{down}" {stroke}/>',
            _text(across, HEIGHT - MARGIN + 18, f"{rate:g}"),
            _text(MARGIN - 24, down + 4, f"{rate:g}"),
        ]
    return lines


def _text(across: float, down: float, words: str) -> str:
    style = 'font-family="sans-serif" font-size="11" text-anchor="middle"'
    return f'<text x="{across:.1f}" y="{down:.1f}" {style}>{words}</text>'


def _part(rate: float) -> float:
    first, last = _DECADES
    return (max(math.log10(rate), first) - first) / (last - first)


def _across(rate: float) -> float:
    return MARGIN + _part(rate) * (WIDTH - 2 * MARGIN)


def _down(rate: float) -> float:
    return HEIGHT - MARGIN - _part(rate) * (HEIGHT - 2 * MARGIN)
