"""Findings as one HTML page that needs nothing but the plots beside it."""

from collections.abc import Sequence
from typing import Final

from pos_app.evaluation.error_rate import percent
from pos_app.evaluation.findings import MODEL_ASSUMPTION, Findings
from pos_app.evaluation.html_parts import document_of, figure_of, rate_cell, table_of
from pos_app.evaluation.summary import DISCLAIMER

_CAPTIONS: Final = {
    "det": "Single comparisons over all thresholds.",
    "scores": "How similar the same and other people are; the line is the gates' threshold.",
    "fpir": "Strangers taken for somebody, by number of candidates.",
    "trade_off": "Strangers taken for somebody against owners not found, by threshold.",
}


def page_of(findings: Findings, plots: Sequence[str]) -> str:
    """Return the page. `plots` are the names of SVG files beside it."""
    parts = [
        f"<p><strong>{DISCLAIMER}</strong> Every rate stands with its counts and Clopper and "
        "Pearson's 95 % interval. Intervals take searches as independent: there is one per person "
        "among people who are not enrolled, but several per person among those who are, and all "
        "share one gallery.</p>",
        table_of("The folder", ("", "count"), _folder_rows(findings)),
        _verification(findings),
        _identification(findings),
        *_narrowing(findings),
        f'<p class="model"><strong>{MODEL_ASSUMPTION}</strong></p>',
        _extrapolation(findings),
        *(_figure(name) for name in plots),
    ]
    return document_of("Evaluation of face recognition", parts)


def _folder_rows(findings: Findings) -> list[tuple[str, str]]:
    match = findings.match
    return [
        ("people", f"{findings.people:,}"),
        ("pictures used", f"{findings.pictures:,}"),
        ("enrolled", f"{findings.enrolled:,}"),
        ("strangers", f"{findings.strangers:,}"),
        ("failure to enrol", rate_cell(match.failure_to_enrol)),
        ("failure to acquire", rate_cell(match.failure_to_acquire)),
        *((f"failed: {reason}", f"{count:,}") for reason, count in findings.reasons.items()),
    ]


def _verification(findings: Findings) -> str:
    match = findings.match
    rows = [
        (f"{at:.2f}", rate_cell(match.fmr(at)), rate_cell(match.fnmr(at)), percent(match.frr(at)))
        for at in findings.settings.thresholds
    ]
    heads = ("threshold", "FMR", "FNMR", "false rejects with FTE and FTA")
    return table_of("Single comparisons (verification)", heads, rows)


def _identification(findings: Findings) -> str:
    rows = [
        (
            f"{row.plan.size:,}",
            f"{row.rule.threshold:.2f}",
            *(rate_cell(rate) for rate in (row.fpir, row.fnir, row.mistaken)),
        )
        for row in findings.identification
    ]
    caption = f"Searches (identification), margin {findings.settings.margin}"
    heads = ("N", "threshold", "FPIR", "FNIR", "enrolled taken for others")
    return table_of(caption, heads, rows)


def _extrapolation(findings: Findings) -> str:
    rows = [
        (f"{row.threshold:.2f}", f"{row.size:,}", percent(row.fpir), percent(row.fpir_highest))
        for row in findings.extrapolation
    ]
    heads = ("threshold", "N", "FPIR of the counted FMR", "FPIR of its upper bound")
    return table_of("Larger galleries, by the model", heads, rows, kind="model")


def _narrowing(findings: Findings) -> list[str]:
    if not findings.narrowing:
        return ["<p>Too few people could be enrolled to measure narrowing.</p>"]
    plan = findings.narrowing[0].bucket.plan
    rows = (
        (f"{row.whole.rule.threshold:.2f}", rate_cell(row.whole.fpir), rate_cell(row.bucket.fpir),
         rate_cell(row.whole.fnir), rate_cell(row.bucket.fnir))
        for row in findings.narrowing
    )  # fmt: skip
    caption = f"N = {plan.size:,} searched whole, and in one of {plan.buckets} buckets"
    heads = ("threshold", "FPIR whole", "FPIR bucket", "FNIR whole", "FNIR bucket")
    return [table_of(caption, heads, rows)]


def _figure(name: str) -> str:
    return figure_of(name, _CAPTIONS[name])
