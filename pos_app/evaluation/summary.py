"""Findings as plain values for JSON: counts first, rates and bounds beside them."""

from typing import Final

from pos_app.evaluation.error_rate import ErrorRate
from pos_app.evaluation.findings import MODEL_ASSUMPTION, Findings
from pos_app.evaluation.identification import IdentificationRates
from pos_app.evaluation.match_report import MatchReport
from pos_app.evaluation.settings import EvaluationSettings

DISCLAIMER: Final = "Simulator, not certified. The figures hold for these pictures only."
_TAIL_STEP_HUNDREDTHS: Final = range(20, 81)

Value = str | int | float | bool | None | list["Value"] | dict[str, "Value"]


def summary_of(findings: Findings) -> dict[str, Value]:
    """Return everything that was found."""
    match, settings = findings.match, findings.settings
    return {
        "disclaimer": DISCLAIMER,
        "people": findings.people,
        "pictures": findings.pictures,
        "enrolled": findings.enrolled,
        "strangers": findings.strangers,
        "failure_to_enrol": rate_summary(match.failure_to_enrol),
        "failure_to_acquire": rate_summary(match.failure_to_acquire),
        "failure_reasons": dict(findings.reasons),
        "verification": [_verification(match, value) for value in settings.thresholds],
        "identification": [_identification(row) for row in findings.identification],
        "narrowing": [
            {"whole": _identification(row.whole), "bucket": _identification(row.bucket)}
            for row in findings.narrowing
        ],
        "extrapolation": {
            "assumption": MODEL_ASSUMPTION,
            "rows": [
                {
                    "threshold": row.threshold,
                    "size": row.size,
                    "fpir_model": row.fpir,
                    "fpir_model_highest": row.fpir_highest,
                }
                for row in findings.extrapolation
            ],
        },
        "non_mated_tail": _tail(match),
        "gates": _gates(match, settings),
    }


def rate_summary(rate: ErrorRate) -> dict[str, Value]:
    """Return counts, rate, interval and one-sided bound, all at 95 %."""
    low, high = rate.interval
    return {
        "errors": rate.errors,
        "trials": rate.trials,
        "rate": rate.value,
        "interval_95": [low, high],
        "upper_bound_95": rate.upper_bound,
        "text": str(rate),
    }


def _verification(match: MatchReport, threshold: float) -> dict[str, Value]:
    return {
        "threshold": threshold,
        "fmr": rate_summary(match.fmr(threshold)),
        "fnmr": rate_summary(match.fnmr(threshold)),
        "frr": match.frr(threshold),
    }


def _identification(row: IdentificationRates) -> dict[str, Value]:
    return {
        "size": row.plan.size,
        "buckets": row.plan.buckets,
        "threshold": row.rule.threshold,
        "margin": row.rule.margin,
        "fpir": rate_summary(row.fpir),
        "fnir": rate_summary(row.fnir),
        "enrolled_taken_for_others": rate_summary(row.mistaken),
    }


def _tail(match: MatchReport) -> dict[str, Value]:
    """Return how many non-mated comparisons reach each threshold: what an error budget needs."""
    return {
        "comparisons": len(match.non_mated),
        "at_least": {
            f"{hundredths / 100:.2f}": match.fmr(hundredths / 100).errors
            for hundredths in _TAIL_STEP_HUNDREDTHS
        },
    }


def _gates(match: MatchReport, settings: EvaluationSettings) -> dict[str, Value]:
    gates = settings.gates
    fmr, frr = match.fmr(gates.threshold), match.frr(gates.threshold)
    return {
        "source": settings.gates_source,
        "version": settings.gates_version,
        "threshold": gates.threshold,
        "fmr_max": gates.fmr_max,
        "fmr_upper_bound": fmr.upper_bound,
        "fmr_holds": fmr.upper_bound <= gates.fmr_max,
        "frr_max": gates.frr_max,
        "frr": frr,
        "frr_holds": frr <= gates.frr_max,
    }
