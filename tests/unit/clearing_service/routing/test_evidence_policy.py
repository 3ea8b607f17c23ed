"""The service refuses evidence below its own policy, whatever the terminal thought of it."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from clearing_service.routing.evidence_policy import CAMERA_POLICY, EvidencePolicy
from facepay.pad_challenge import PadChallenge, PadMode
from facepay.pad_evidence import ChallengeStep, PadCue, PadEvidence, ProvenStep

STEPS = (ChallengeStep.BLINK, ChallengeStep.TURN_LEFT)
NONCE = b"n" * 32
GOOD = PadEvidence(
    CAMERA_POLICY,
    "model",
    NONCE,
    tuple(ProvenStep(step, 1000) for step in STEPS),
    (
        PadCue("same_face", 600, 450),
        PadCue("fresh_frames", 1000, 800),
        PadCue("face_overlap", 800, 200),
        PadCue("irregular_timing", 0, 1),
    ),
)


ASKED = PadChallenge(PadMode.CHALLENGE, NONCE, STEPS, 5)


def with_cue(cue: PadCue) -> PadEvidence:
    return replace(GOOD, cues=(*(c for c in GOOD.cues if c.name != cue.name), cue))


def test_evidence_that_meets_the_policy_is_accepted_though_a_risk_cue_failed() -> None:
    assert EvidencePolicy().accepts(GOOD, ASKED)


@pytest.mark.rule("PAD-01", "PAD-03")
@pytest.mark.parametrize(
    "evidence",
    [
        replace(GOOD, challenge_nonce=b"x" * 32),
        replace(GOOD, steps=GOOD.steps[:1]),
        replace(GOOD, steps=GOOD.steps[::-1]),
        replace(GOOD, steps=(GOOD.steps[0], ProvenStep(STEPS[1], 5001))),
        replace(GOOD, cues=GOOD.cues[1:]),
        replace(GOOD, cues=()),
        replace(GOOD, cues=(*GOOD.cues, GOOD.cues[0])),
        with_cue(PadCue("same_face", 449, 450)),
        with_cue(PadCue("same_face", 440, 430)),
        replace(GOOD, policy_id="anything-goes"),
    ],
    ids=[
        "nonce",
        "missing step",
        "order",
        "late",
        "missing cue",
        "no cues",
        "cue twice",
        "failed cue",
        "lowered threshold",
        "unknown policy",
    ],
)
def test_evidence_below_the_policy_is_refused(evidence: PadEvidence) -> None:
    assert not EvidencePolicy().accepts(evidence, ASKED)
    assert not EvidencePolicy.with_synthetic().accepts(evidence, ASKED)


def test_evidence_without_a_camera_is_accepted_in_sandboxes_only() -> None:
    synthetic = replace(GOOD, policy_id="synthetic", cues=(PadCue("synthetic", 1000, 1000),))
    assert not EvidencePolicy().accepts(synthetic, ASKED)
    assert EvidencePolicy.with_synthetic().accepts(synthetic, ASKED)


def test_the_terminals_own_policy_meets_the_services() -> None:
    """A threshold lowered at the terminal alone would refuse every honest payment."""
    path = Path(__file__).parents[4] / "models" / "capture_policy.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    required = tuple(
        PadCue(cue["name"], cue["threshold_milli"], cue["threshold_milli"])
        for cue in table["decision"]["cue"]
        if cue["role"] == "required"
    )
    evidence = replace(GOOD, policy_id=table["policy_id"], cues=required)
    assert EvidencePolicy().accepts(evidence, ASKED)
