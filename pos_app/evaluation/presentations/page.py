"""Findings about presentations as one HTML page that needs nothing but the plots beside it."""

from collections.abc import Sequence

from pos_app.evaluation.html_parts import document_of, figure_of, rate_cell, table_of
from pos_app.evaluation.pad_report import PadReport
from pos_app.evaluation.presentations.findings import PresentationFindings
from pos_app.evaluation.presentations.plots import caption_of
from pos_app.evaluation.presentations.summary import ACER_NOTE, SETUP_WORDS, SYNTHETIC_NOTE
from pos_app.evaluation.presentations.trial import Setup
from pos_app.evaluation.summary import DISCLAIMER


def presentation_page(findings: PresentationFindings, plots: Sequence[str]) -> str:
    """Return the page. `plots` are the names of SVG files beside it."""
    parts = [
        f"<p><strong>{DISCLAIMER}</strong> APCER is stated by species, and the worst one is the "
        "result. Rates are among presentations that were judged; those without a usable face are "
        "counted apart. Intervals are Clopper and Pearson's, 95 %, and take presentations as "
        "independent, which those of one person or one instrument are not.</p>",
        *([f"<p><strong>{SYNTHETIC_NOTE}</strong></p>"] if findings.is_synthetic else []),
        table_of("The presentations", ("species", "count"), _count_rows(findings)),
        *(_captures(use, report) for use, report in findings.reports.items()),
        *(_endings(use, findings) for use in findings.reports),
        _cues(findings),
        *(figure_of(name, caption_of(name)) for name in plots),
    ]
    return document_of("Evaluation of presentation attack detection", parts)


def _count_rows(findings: PresentationFindings) -> list[tuple[str, str]]:
    rows = [(species, f"{count:,}") for species, count in findings.counts.items()]
    return [*rows, ("unreadable, part of no rate", f"{findings.unreadable:,}")]


def _captures(use: Setup, report: PadReport) -> str:
    worst = report.worst_species
    rows = [
        ("BPCER", *map(rate_cell, (report.bpcer, report.bona_fide_asked, report.bpnrr))),
        *(
            (
                f"APCER {name}" + (" (worst)" if name == worst else ""),
                rate_cell(rate),
                rate_cell(report.asked_by_species[name]),
                rate_cell(report.apnrr_by_species[name]),
            )
            for name, rate in report.apcer_by_species.items()
        ),
        (f"ACER {ACER_NOTE}", "-" if report.acer is None else f"{report.acer:.3f}", "", ""),
    ]
    return table_of(
        f"Whole captures: {SETUP_WORDS[use]}",
        ("", "error rate", "asked for more", "no response"),
        rows,
    )


def _endings(use: Setup, findings: PresentationFindings) -> str:
    rows = [
        (species, ending, f"{count:,}")
        for species, endings in findings.reasons[use].items()
        for ending, count in endings.items()
    ]
    return table_of(f"How they ended: {SETUP_WORDS[use]}", ("species", "ending", "count"), rows)


def _cues(findings: PresentationFindings) -> str:
    species = sorted({name for cue in findings.cues for name in cue.apcer_by_species})
    rows = [
        (
            cue.name,
            f"{cue.threshold:.3f}",
            rate_cell(cue.bpcer),
            "-" if cue.area is None else f"{cue.area:.3f}",
            *(rate_cell(cue.apcer_by_species[name]) for name in species),
        )
        for cue in findings.cues
    ]
    heads = ("cue", "threshold", "BPCER", "AUC", *(f"APCER {name}" for name in species))
    return table_of("Every cue by itself, where it was known", heads, rows)
