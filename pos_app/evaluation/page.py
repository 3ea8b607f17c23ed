"""Findings as one HTML page that needs nothing but the plots beside it."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from pos_app.evaluation.error_rate import ErrorRate, percent
from pos_app.evaluation.findings import MODEL_ASSUMPTION, Findings
from pos_app.evaluation.summary import DISCLAIMER

_STYLE: Final = """
body { font: 15px/1.5 sans-serif; color: #222; max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0 } caption { text-align: left; font-weight: bold }
th, td { border-bottom: 1px solid #ddd; padding: .3rem .7rem; text-align: right }
.model { background: #fff6e0 } img { max-width: 30rem; width: 100% }
"""
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
        _table("The folder", ("", "count"), _folder_rows(findings)),
        _verification(findings),
        _identification(findings),
        *_narrowing(findings),
        f'<p class="model"><strong>{MODEL_ASSUMPTION}</strong></p>',
        _extrapolation(findings),
        *(_figure(name) for name in plots),
    ]
    return _document("Evaluation of face recognition", parts)


def _folder_rows(findings: Findings) -> list[tuple[str, str]]:
    match = findings.match
    return [
        ("people", f"{findings.people:,}"),
        ("pictures used", f"{findings.pictures:,}"),
        ("enrolled", f"{findings.enrolled:,}"),
        ("strangers", f"{findings.strangers:,}"),
        ("failure to enrol", _cell(match.failure_to_enrol)),
        ("failure to acquire", _cell(match.failure_to_acquire)),
        *((f"failed: {reason}", f"{count:,}") for reason, count in findings.reasons.items()),
    ]


def _verification(findings: Findings) -> str:
    match = findings.match
    rows = [
        (f"{at:.2f}", _cell(match.fmr(at)), _cell(match.fnmr(at)), percent(match.frr(at)))
        for at in findings.settings.thresholds
    ]
    heads = ("threshold", "FMR", "FNMR", "false rejects with FTE and FTA")
    return _table("Single comparisons (verification)", heads, rows)


def _identification(findings: Findings) -> str:
    rows = [
        (
            f"{row.plan.size:,}",
            f"{row.rule.threshold:.2f}",
            *(_cell(rate) for rate in (row.fpir, row.fnir, row.mistaken)),
        )
        for row in findings.identification
    ]
    caption = f"Searches (identification), margin {findings.settings.margin}"
    heads = ("N", "threshold", "FPIR", "FNIR", "enrolled taken for others")
    return _table(caption, heads, rows)


def _extrapolation(findings: Findings) -> str:
    rows = [
        (f"{row.threshold:.2f}", f"{row.size:,}", percent(row.fpir), percent(row.fpir_highest))
        for row in findings.extrapolation
    ]
    heads = ("threshold", "N", "FPIR of the counted FMR", "FPIR of its upper bound")
    return _table("Larger galleries, by the model", heads, rows, kind="model")


def _narrowing(findings: Findings) -> list[str]:
    if not findings.narrowing:
        return ["<p>Too few people could be enrolled to measure narrowing.</p>"]
    plan = findings.narrowing[0].bucket.plan
    rows = (
        (f"{row.whole.rule.threshold:.2f}", _cell(row.whole.fpir), _cell(row.bucket.fpir),
         _cell(row.whole.fnir), _cell(row.bucket.fnir))
        for row in findings.narrowing
    )  # fmt: skip
    caption = f"N = {plan.size:,} searched whole, and in one of {plan.buckets} buckets"
    heads = ("threshold", "FPIR whole", "FPIR bucket", "FNIR whole", "FNIR bucket")
    return [_table(caption, heads, rows)]


def _cell(rate: ErrorRate) -> str:
    low, high = rate.interval
    counts = f"{rate.errors:,} of {rate.trials:,}"
    return f"{percent(rate.value)} ({counts}; {percent(low)} to {percent(high)})"


def _table(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], *, kind: str = "counted"
) -> str:
    head = "".join(f"<th>{escape(word)}</th>" for word in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    title = f"<caption>{escape(caption)}</caption>"
    return f'<table class="{kind}">{title}<tr>{head}</tr>{body}</table>'


def _figure(name: str) -> str:
    words = escape(_CAPTIONS[name])
    return f'<figure><img src="{name}.svg" alt="{words}"><figcaption>{words}</figcaption></figure>'


def _document(title: str, parts: Sequence[str]) -> str:
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    body = f"<h1>{escape(title)}</h1>" + "\n".join(parts)
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>\n'
