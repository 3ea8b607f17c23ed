"""A decision exists only for evidence that passes the policy; every doubt refuses."""

from dataclasses import replace

import pytest

from facepay.pad_evidence import ChallengeStep, PadCue, PadEvidence, ProvenStep
from pos_app.capture.policy_table import PolicyError
from pos_app.pad.active_challenge import Challenge
from pos_app.pad.challenge_steps import StepCue
from pos_app.pad.decision import (
    PadDecision,
    PadRefusal,
    PadRefusalReason,
    PadRefusedError,
    decide,
)
from pos_app.pad.evidence import PadMeasureError, milli, policy_cue, step_cues
from pos_app.pad.policy import CuePolicy, CueRole, PadPolicy, parse_pad_policy
from pos_app.probe.capture_policy import CapturePolicy

CHALLENGE = Challenge((ChallengeStep.BLINK, ChallengeStep.TURN_LEFT), 5.0)


@pytest.fixture
def policy(capture_policy: CapturePolicy) -> PadPolicy:
    return capture_policy.pad


@pytest.fixture
def evidence(policy: PadPolicy) -> PadEvidence:
    """Evidence that passes."""
    general = [PadCue(cue.name, 1000, cue.threshold_milli) for cue in policy.cues]
    steps = [
        PadCue("eye_closure", 700, 500),
        PadCue("turn_degrees", 15000, 14000),
        PadCue("depth", 60, 45),
    ]
    return PadEvidence(
        policy_id=policy.policy_id,
        model_id="sface-2021dec",
        challenge_nonce=bytes(32),
        steps=(
            ProvenStep(ChallengeStep.BLINK, 900),
            ProvenStep(ChallengeStep.TURN_LEFT, 1400),
        ),
        cues=(*steps, *general),
    )


def with_cue(evidence: PadEvidence, name: str, score_milli: int | None) -> PadEvidence:
    """Change the score of one cue, or leave the cue out."""
    cues = [
        cue if cue.name != name else replace(cue, score_milli=score_milli or 0)
        for cue in evidence.cues
        if cue.name != name or score_milli is not None
    ]
    return replace(evidence, cues=tuple(cues))


def reason(evidence: PadEvidence, policy: PadPolicy) -> PadRefusalReason | None:
    judged = decide(evidence, CHALLENGE, policy)
    return judged.reason if isinstance(judged, PadRefusal) else None


def test_evidence_that_passes_makes_a_decision(evidence: PadEvidence, policy: PadPolicy) -> None:
    assert isinstance(decide(evidence, CHALLENGE, policy), PadDecision)


@pytest.mark.rule("PAD-01")
def test_there_is_no_other_way_to_a_decision(evidence: PadEvidence, policy: PadPolicy) -> None:
    with pytest.raises(PadRefusedError):
        PadDecision(replace(evidence, steps=()), CHALLENGE, policy)
    decision = PadDecision(evidence, CHALLENGE, policy)
    with pytest.raises(PadRefusedError):
        replace(decision, evidence=replace(evidence, steps=()))


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize(
    "name", ["same_face", "fresh_frames", "face_overlap", "depth", "eye_closure"]
)
def test_a_required_cue_that_fails_or_lacks_refuses(
    name: str, evidence: PadEvidence, policy: PadPolicy
) -> None:
    assert reason(with_cue(evidence, name, 1), policy) is PadRefusalReason.CUE_FAILED
    assert reason(with_cue(evidence, name, None), policy) is PadRefusalReason.CUE_MISSING


def test_a_threshold_lowered_in_the_evidence_does_not_help(
    evidence: PadEvidence, policy: PadPolicy
) -> None:
    cues = [PadCue(cue.name, 100, 0) if cue.name == "same_face" else cue for cue in evidence.cues]
    lowered = replace(evidence, cues=tuple(cues))
    assert reason(lowered, policy) is PadRefusalReason.CUE_FAILED


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"policy_id": "other"}, PadRefusalReason.OTHER_POLICY),
        ({"steps": ()}, PadRefusalReason.STEP_MISSING),
        (
            {"steps": (ProvenStep(ChallengeStep.TURN_LEFT, 1), ProvenStep(ChallengeStep.BLINK, 1))},
            PadRefusalReason.STEP_MISSING,
        ),
        (
            {
                "steps": (
                    ProvenStep(ChallengeStep.BLINK, 5001),
                    ProvenStep(ChallengeStep.TURN_LEFT, 1),
                )
            },
            PadRefusalReason.STEP_LATE,
        ),
    ],
    ids=["another policy", "no steps", "another order", "too late"],
)
def test_evidence_for_something_else_refuses(
    change: dict[str, object],
    expected: PadRefusalReason,
    evidence: PadEvidence,
    policy: PadPolicy,
) -> None:
    assert reason(replace(evidence, **change), policy) is expected  # type: ignore[arg-type]


def test_a_challenge_without_steps_never_passes(evidence: PadEvidence, policy: PadPolicy) -> None:
    judged = decide(replace(evidence, steps=()), Challenge((), 5.0), policy)
    assert judged == PadRefusal(PadRefusalReason.CHALLENGE_TOO_SHORT)


def test_risk_cues_refuse_only_together(evidence: PadEvidence, policy: PadPolicy) -> None:
    evenly = with_cue(evidence, "irregular_timing", 0)
    assert reason(evenly, policy) is None
    second = CuePolicy("glare", 500, CueRole.RISK, 0.5)
    stricter = replace(policy, cues=(*policy.cues, second))
    both = replace(evenly, cues=(*evenly.cues, PadCue("glare", 100, 500)))
    assert reason(both, stricter) is PadRefusalReason.RISK_TOO_HIGH


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_measure_that_is_no_number_makes_no_evidence(value: float, policy: PadPolicy) -> None:
    with pytest.raises(PadMeasureError):
        policy_cue("same_face", value, policy)


def test_scores_are_rounded_down_and_a_threshold_just_reached_passes() -> None:
    assert [milli(value) for value in (0.4499, 0.35, 0.045, -0.0004)] == [449, 350, 45, -1]
    (cue,) = step_cues([StepCue("depth", 0.045, 0.045)])
    assert cue.has_passed


def test_the_weaker_of_two_turns_stands_in_the_evidence() -> None:
    cues = step_cues([StepCue("depth", 0.09, 0.045), StepCue("depth", 0.05, 0.045)])
    assert cues == (PadCue("depth", 50, 45),)


@pytest.mark.parametrize(
    "change",
    [
        {"policy_id": None},
        {"decision": None},
        {"decision": {"steps_min": 1.0, "risk_limit": 1.0}},
        {"decision": {"steps_min": 1.0, "risk_limit": 1.0, "cue": [{"name": "a"}]}},
        {
            "decision": {
                "steps_min": 1.0,
                "risk_limit": 1.0,
                "cue": [{"name": "a", "threshold_milli": 1, "role": "ignored"}],
            }
        },
        {"steps": {}},
    ],
)
def test_an_incomplete_policy_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(PolicyError):
        parse_pad_policy({"policy_id": "p"} | change)
