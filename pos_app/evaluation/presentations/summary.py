"""Findings about presentations as plain values for JSON: counts first, rates and bounds beside them."""

from typing import Final

from pos_app.evaluation.pad_report import PadReport
from pos_app.evaluation.presentations.findings import CueFinding, PresentationFindings
from pos_app.evaluation.presentations.trial import Setup
from pos_app.evaluation.settings import EvaluationSettings
from pos_app.evaluation.summary import DISCLAIMER, Value, rate_summary

SYNTHETIC_NOTE: Final = (
    "Some presentations were drawn by this program from a few photos. They show that the evidence is "
    "read and judged as described, and nothing about real people, prints or screens."
)
SETUP_WORDS: Final = {
    Setup.LIGHT: "light first, steps if short",
    Setup.LIGHT_AND_PASSIVE: "light first, with the passive network",
    Setup.STEPS: "steps without light",
    Setup.STEPS_AND_PASSIVE: "steps without light, with the passive network",
}
ACER_NOTE: Final = "(worst APCER + BPCER) / 2, for convenience only; no gate looks at it"


def presentation_summary(
    findings: PresentationFindings, settings: EvaluationSettings
) -> dict[str, Value]:
    """Return everything that was found."""
    return {
        "disclaimer": DISCLAIMER,
        "synthetic_note": SYNTHETIC_NOTE if findings.is_synthetic else None,
        "presentations": dict(findings.counts),
        "synthetic": findings.synthetic,
        "unreadable": findings.unreadable,
        "captures": {
            use.value: _report(report, settings) for use, report in findings.reports.items()
        },
        "endings": {
            use.value: {species: dict(found) for species, found in by_species.items()}
            for use, by_species in findings.reasons.items()
        },
        "cues": [_cue(cue) for cue in findings.cues],
    }


def _report(report: PadReport, settings: EvaluationSettings) -> dict[str, Value]:
    gates = settings.gates
    return {
        "bpcer": rate_summary(report.bpcer),
        "bpnrr": rate_summary(report.bpnrr),
        "bona_fide_asked": rate_summary(report.bona_fide_asked),
        "species": {
            name: {
                "apcer": rate_summary(rate),
                "apnrr": rate_summary(report.apnrr_by_species[name]),
                "asked": rate_summary(report.asked_by_species[name]),
            }
            for name, rate in report.apcer_by_species.items()
        },
        "worst_species": report.worst_species,
        "worst_apcer": rate_summary(report.worst_apcer),
        "acer": report.acer,
        "acer_note": ACER_NOTE,
        "gates": {
            "source": settings.gates_source,
            "version": settings.gates_version,
            "apcer_max": gates.apcer_max,
            "bpcer_max": gates.bpcer_max,
            "hold": report.passes(apcer_max=gates.apcer_max, bpcer_max=gates.bpcer_max),
        },
    }


def _cue(cue: CueFinding) -> dict[str, Value]:
    return {
        "name": cue.name,
        "threshold": cue.threshold,
        "bpcer": rate_summary(cue.bpcer),
        "apcer": {species: rate_summary(rate) for species, rate in cue.apcer_by_species.items()},
        "area_under_curve": cue.area,
    }
