"""Several presentations of one person, fused to one set of features with one PAD decision.

What a reference is made of decides every later search. Two looks with a step back in between differ
in pose, distance and expression, which frames of one moment do not. docs/accuracy.md has what it
brings.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from facepay.pad_evidence import PadCue, PadEvidence, ProvenStep
from facepay.template import FeatureVector
from pos_app.checkout.payment import CaptureFailureReason
from pos_app.features.extractor import fuse, similarity
from pos_app.pad.decision import PadDecision, decide
from pos_app.pad.evidence import milli
from pos_app.probe.capture_plan import Outcome, Presented

_SAME_FACE = "same_face"


def fuse_looks(looks: Sequence[Presented]) -> Outcome:
    """Return one or more looks as one; the caller wipes them and the result.

    FACE_CHANGED unless every two look like one person by the policy's `same_face`. The decision
    rests on the weakest evidence of all looks, and is judged anew: what each look got away with
    alone may be too much together.
    """
    alike = min(
        (similarity(one.features, other.features) for one, other in combinations(looks, 2)),
        default=1.0,
    )
    first = looks[0].decision
    if not milli(alike) >= first.policy.cue(_SAME_FACE).threshold_milli:
        return CaptureFailureReason.FACE_CHANGED
    weakest = _weakest([look.decision.evidence for look in looks], milli(alike))
    decision = decide(weakest, first.challenge, first.policy)
    if not isinstance(decision, PadDecision):
        return CaptureFailureReason.PRESENTATION_ATTACK_SUSPECTED
    return Presented(_fused([look.features for look in looks]), decision)


def _fused(vectors: Sequence[FeatureVector]) -> FeatureVector:
    """Return the unit mean; of a single vector a copy that is the same to the bit."""
    if len(vectors) == 1:
        return FeatureVector(vectors[0].values.copy())
    return fuse(tuple(vectors))


def _weakest(evidences: Sequence[PadEvidence], alike_milli: int) -> PadEvidence:
    """Return the evidence of the look that had to prove most, with the worst that any look gave."""
    fullest = max(evidences, key=lambda evidence: len(evidence.steps))
    cues: dict[str, PadCue] = {}
    for cue in (cue for evidence in evidences for cue in evidence.cues):
        known = cues.get(cue.name)
        if known is None or _headroom(cue) < _headroom(known):
            cues[cue.name] = cue
    same_face = cues[_SAME_FACE]
    cues[_SAME_FACE] = PadCue(
        _SAME_FACE, min(same_face.score_milli, alike_milli), same_face.threshold_milli
    )
    return replace(
        fullest,
        steps=_slowest([evidence.steps for evidence in evidences]),
        cues=tuple(cues.values()),
    )


def _slowest(proven: Sequence[tuple[ProvenStep, ...]]) -> tuple[ProvenStep, ...]:
    """Return each step with the longest time that a look took.

    All looks had one challenge, but a look whose silent evidence was enough proved no step of it.
    """
    longest = max(proven, key=len)
    return tuple(
        max(
            (steps[place] for steps in proven if len(steps) == len(longest)),
            key=lambda step: step.elapsed_milliseconds,
        )
        for place in range(len(longest))
    )


def _headroom(cue: PadCue) -> int:
    return cue.score_milli - cue.threshold_milli
