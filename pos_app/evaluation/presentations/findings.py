"""From trials to rates: of whole captures, and of every cue by itself."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pos_app.evaluation.error_rate import ErrorRate
from pos_app.evaluation.errors import EvaluationError
from pos_app.evaluation.pad_report import PadReport
from pos_app.evaluation.presentations.recordings import BONA_FIDE
from pos_app.evaluation.presentations.trial import Outcome, Setup, Trial
from pos_app.pad.policy import CuePolicy, PadPolicy


@dataclass(frozen=True, slots=True)
class CueFinding:
    """One cue by itself, at the policy's threshold.

    Rates are among the presentations in which the cue was known. `scores` holds those of every
    species, sorted, bona fide included. `area` is the chance that a bona fide score is above an
    attack's, equal ones counting half; None without both.
    """

    name: str
    threshold: float
    bpcer: ErrorRate
    apcer_by_species: Mapping[str, ErrorRate]
    area: float | None
    scores: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class PresentationFindings:
    """The result. `counts` are presentations by species, `reasons` by species and setup."""

    counts: Mapping[str, int]
    unreadable: int
    synthetic: int
    reports: Mapping[Setup, PadReport]
    reasons: Mapping[Setup, Mapping[str, Mapping[str, int]]]
    cues: tuple[CueFinding, ...]

    @property
    def is_synthetic(self) -> bool:
        """Whether any presentation was drawn rather than recorded."""
        return self.synthetic > 0


def presentation_findings(trials: Sequence[Trial], policy: PadPolicy) -> PresentationFindings:
    """Count. Raises `EvaluationError` if no presentation could be read."""
    readable = [trial for trial in trials if not trial.is_unreadable]
    uses = [use for use in Setup if any(use in trial.captures for trial in readable)]
    if not readable:
        raise EvaluationError("no presentation could be read")
    return PresentationFindings(
        counts=dict(sorted(Counter(trial.species for trial in readable).items())),
        unreadable=len(trials) - len(readable),
        synthetic=sum(trial.is_synthetic for trial in readable),
        reports={use: pad_report(readable, use) for use in uses},
        reasons={use: _reasons(readable, use) for use in uses},
        cues=tuple(_cue_findings(readable, policy)),
    )


def pad_report(trials: Sequence[Trial], use: Setup) -> PadReport:
    """Return the rates of whole captures, among the presentations that were tried so."""
    trials = [trial for trial in trials if use in trial.captures]
    bona_fide = [trial for trial in trials if trial.is_bona_fide]
    attacks = {name: trials_of for name, trials_of in _by_species(trials) if name != BONA_FIDE}
    return PadReport(
        apcer_by_species={
            name: _rate(_judged(some, use), use, Outcome.ACCEPTED) for name, some in attacks.items()
        },
        bpcer=_rate(_judged(bona_fide, use), use, Outcome.REFUSED),
        apnrr_by_species={
            name: _rate(some, use, Outcome.NO_RESPONSE) for name, some in attacks.items()
        },
        bpnrr=_rate(bona_fide, use, Outcome.NO_RESPONSE),
        asked_by_species={
            name: _rate(_judged(some, use), use, Outcome.ASKED) for name, some in attacks.items()
        },
        bona_fide_asked=_rate(_judged(bona_fide, use), use, Outcome.ASKED),
    )


def area_under_curve(bona_fide: Sequence[float], attacks: Sequence[float]) -> float | None:
    """Return the chance that a bona fide score exceeds an attack's; None without both."""
    if not bona_fide or not attacks:
        return None
    ordered = np.sort(attacks)
    below = np.searchsorted(ordered, bona_fide, "left")
    not_above = np.searchsorted(ordered, bona_fide, "right")
    return float((below + not_above).sum() / (2 * len(bona_fide) * len(attacks)))


def _cue_findings(trials: Sequence[Trial], policy: PadPolicy) -> list[CueFinding]:
    known = {name for trial in trials for name in trial.cues}
    return [_cue_finding(trials, cue) for cue in policy.cues if cue.name in known]


def _cue_finding(trials: Sequence[Trial], cue: CuePolicy) -> CueFinding:
    threshold = cue.threshold_milli / 1000
    scores = {
        species: tuple(sorted(t.cues[cue.name] for t in some if cue.name in t.cues))
        for species, some in _by_species(trials)
    }
    bona_fide = scores.get(BONA_FIDE, ())
    attacks = {species: found for species, found in scores.items() if species != BONA_FIDE}
    return CueFinding(
        name=cue.name,
        threshold=threshold,
        bpcer=ErrorRate(sum(score < threshold for score in bona_fide), len(bona_fide)),
        apcer_by_species={
            species: ErrorRate(sum(score >= threshold for score in found), len(found))
            for species, found in attacks.items()
        },
        area=area_under_curve(bona_fide, [score for found in attacks.values() for score in found]),
        scores=scores,
    )


def _by_species(trials: Sequence[Trial]) -> list[tuple[str, list[Trial]]]:
    names = sorted({trial.species for trial in trials})
    return [(name, [trial for trial in trials if trial.species == name]) for name in names]


def _judged(trials: Sequence[Trial], use: Setup) -> list[Trial]:
    return [trial for trial in trials if not _is(trial, use, Outcome.NO_RESPONSE)]


def _rate(trials: Sequence[Trial], use: Setup, outcome: Outcome) -> ErrorRate:
    return ErrorRate(sum(_is(trial, use, outcome) for trial in trials), len(trials))


def _is(trial: Trial, use: Setup, outcome: Outcome) -> bool:
    return trial.captures[use].outcome is outcome


def _reasons(trials: Sequence[Trial], use: Setup) -> dict[str, dict[str, int]]:
    """Return how captures ended, by species: accepted, or the outcome with its reason."""
    return {
        species: dict(Counter(_ending(trial, use) for trial in some).most_common())
        for species, some in _by_species([trial for trial in trials if use in trial.captures])
    }


def _ending(trial: Trial, use: Setup) -> str:
    captured = trial.captures[use]
    reason = f": {captured.reason}" if captured.reason else ""
    return f"{captured.outcome.value}{reason}"
