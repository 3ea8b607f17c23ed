"""A decision exists only for evidence that passes the policy; every doubt refuses."""

import tomllib
from dataclasses import replace
from typing import Any

import pytest

from facepay.pad_challenge import PadChallenge, PadMode
from facepay.pad_evidence import ChallengeStep, EvidenceBasis, PadCue, PadEvidence, ProvenStep
from facepay.pad_flash import FlashColour, FlashSequence
from pos_app.capture.policy_table import PolicyError
from pos_app.features.manifest import data_folder
from pos_app.pad.challenge_steps import StepCue
from pos_app.pad.decision import (
    PadDecision,
    PadRefusal,
    PadRefusalReason,
    PadRefusedError,
    decide,
    judgement_of,
)
from pos_app.pad.evidence import SILENT_CUES, PadMeasureError, milli, policy_cue, step_cues
from pos_app.pad.policy import ChallengeUse, CuePolicy, CueRole, PadPolicy, parse_pad_policy
from pos_app.probe.capture_policy import POLICY_FILE_NAME, CapturePolicy

STEPS = (ChallengeStep.BLINK, ChallengeStep.TURN_LEFT)
CHALLENGE = PadChallenge(PadMode.CHALLENGE, bytes(32), STEPS, 5)
FLASH = FlashSequence((FlashColour.RED, FlashColour.CYAN, FlashColour.BLUE), 400)
SILENT = PadChallenge(PadMode.SILENT_FIRST, bytes(32), STEPS, 5, (FLASH,))
BOTH = PadChallenge(PadMode.CHALLENGE, bytes(32), STEPS, 5, (FLASH,))


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
@pytest.mark.parametrize("name", ["same_face", "flash_spatial", "open_sides", "depth"])
@pytest.mark.parametrize("is_last", [True, False])
def test_a_cue_that_stands_twice_refuses_whichever_passes(
    name: str, is_last: bool, evidence: PadEvidence, policy: PadPolicy
) -> None:
    failed = PadCue(name, 1, 45)
    cues = (*evidence.cues, failed) if is_last else (failed, *evidence.cues)
    assert reason(replace(evidence, cues=cues), policy) is PadRefusalReason.CUE_REPEATED


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


def test_a_challenge_of_too_few_steps_never_passes(
    evidence: PadEvidence, policy: PadPolicy
) -> None:
    judged = decide(evidence, CHALLENGE, replace(policy, steps_min=3.0))
    assert judged == PadRefusal(PadRefusalReason.CHALLENGE_TOO_SHORT)


def lit(evidence: PadEvidence) -> PadEvidence:
    """The same person, lit and asked nothing."""
    return replace(
        evidence, steps=(), basis=EvidenceBasis.FLASH, flash_digest=FLASH.digest(bytes(32))
    )


def reason_in_light(evidence: PadEvidence, policy: PadPolicy) -> PadRefusalReason | None:
    judged = decide(evidence, SILENT, policy)
    return judged.reason if isinstance(judged, PadRefusal) else None


@pytest.mark.rule("PAD-01")
def test_light_that_is_answered_is_enough(evidence: PadEvidence, policy: PadPolicy) -> None:
    assert isinstance(decide(lit(evidence), SILENT, policy), PadDecision)


@pytest.mark.rule("PAD-03")
@pytest.mark.parametrize(
    "change",
    [
        {"flash_digest": b""},
        {"flash_digest": FLASH.digest(b"x" * 32)},
        {"attempt": 2},
    ],
    ids=["none", "of another payment", "of another capture"],
)
def test_light_that_was_not_asked_for_is_no_evidence(
    change: dict[str, object], evidence: PadEvidence, policy: PadPolicy
) -> None:
    other = replace(lit(evidence), **change)  # type: ignore[arg-type]
    assert reason_in_light(other, policy) is PadRefusalReason.OTHER_FLASH


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize("name", sorted(SILENT_CUES[EvidenceBasis.FLASH]))
def test_light_that_falls_short_leads_on_and_light_that_contradicts_refuses(
    name: str, evidence: PadEvidence, policy: PadPolicy
) -> None:
    cue = policy.cue(name)
    assert cue.refuse_below_milli is not None
    short = with_cue(lit(evidence), name, cue.threshold_milli - 1)
    against = with_cue(lit(evidence), name, cue.refuse_below_milli - 1)
    assert reason_in_light(short, policy) is PadRefusalReason.SILENT_EVIDENCE_SHORT
    assert reason_in_light(against, policy) is PadRefusalReason.LIGHT_UNANSWERED
    missing = with_cue(lit(evidence), name, None)
    assert reason_in_light(missing, policy) is PadRefusalReason.LIGHT_UNANSWERED


@pytest.mark.rule("PAD-01")
def test_steps_make_up_for_dim_light_and_never_for_light_that_contradicts(
    evidence: PadEvidence, policy: PadPolicy
) -> None:
    asked = replace(evidence, flash_digest=FLASH.digest(bytes(32)))
    dim = with_cue(asked, "flash_amplitude", 9)
    dark = with_cue(asked, "flash_amplitude", 1)
    assert reason_in_light(dim, policy) is None
    assert reason_in_light(dark, policy) is PadRefusalReason.LIGHT_UNANSWERED


@pytest.mark.rule("PAD-01")
def test_where_steps_and_light_are_asked_both_must_pass(
    evidence: PadEvidence, policy: PadPolicy
) -> None:
    asked = replace(evidence, flash_digest=FLASH.digest(bytes(32)))
    assert isinstance(decide(asked, BOTH, policy), PadDecision)
    dim = decide(with_cue(asked, "flash_amplitude", 9), BOTH, policy)
    assert dim == PadRefusal(PadRefusalReason.LIGHT_UNANSWERED)


@pytest.mark.rule("PAD-01")
def test_what_is_close_to_a_face_is_asked_for_steps_before_it_counts_as_one(
    evidence: PadEvidence, policy: PadPolicy
) -> None:
    wanted = policy.cue("flash_spatial").silent_milli
    assert wanted is not None
    bent = with_cue(lit(evidence), "flash_spatial", wanted - 1)
    assert reason_in_light(bent, policy) is PadRefusalReason.SILENT_EVIDENCE_SHORT
    asked = replace(evidence, flash_digest=FLASH.digest(bytes(32)))
    assert reason_in_light(with_cue(asked, "flash_spatial", wanted - 1), policy) is None


@pytest.mark.rule("PAD-01")
def test_who_hides_from_the_light_cannot_make_up_for_it_by_steps(
    evidence: PadEvidence, policy: PadPolicy
) -> None:
    hidden = replace(evidence, flash_digest=FLASH.digest(bytes(32)))
    for name in SILENT_CUES[EvidenceBasis.FLASH]:
        hidden = with_cue(hidden, name, None)
    assert reason_in_light(hidden, policy) is PadRefusalReason.LIGHT_UNANSWERED
    silent = replace(hidden, steps=(), basis=EvidenceBasis.FLASH)
    assert reason_in_light(silent, policy) is PadRefusalReason.LIGHT_UNANSWERED


def test_some_risk_asks_for_steps_and_steps_settle_it(
    evidence: PadEvidence, policy: PadPolicy
) -> None:
    odd = with_cue(lit(evidence), "open_sides", 250)
    assert reason_in_light(odd, policy) is PadRefusalReason.SILENT_EVIDENCE_SHORT
    asked = with_cue(replace(evidence, flash_digest=FLASH.digest(bytes(32))), "open_sides", 250)
    assert reason_in_light(asked, policy) is None


def test_a_policy_may_always_want_steps(evidence: PadEvidence, policy: PadPolicy) -> None:
    strict = replace(policy, challenge=ChallengeUse.ALWAYS)
    assert reason_in_light(lit(evidence), strict) is PadRefusalReason.SILENT_EVIDENCE_SHORT


@pytest.mark.rule("PAD-01")
def test_a_passive_network_stands_in_for_light_only_where_the_policy_says_so(
    evidence: PadEvidence, policy: PadPolicy
) -> None:
    alone = replace(lit(evidence), basis=EvidenceBasis.PASSIVE, flash_digest=b"")
    assert reason_in_light(alone, policy) is PadRefusalReason.SILENT_EVIDENCE_SHORT
    trusted = replace(policy, silent=(EvidenceBasis.PASSIVE, EvidenceBasis.FLASH))
    assert reason_in_light(alone, trusted) is None
    unsure = with_cue(alone, "passive", 400)
    assert reason_in_light(unsure, trusted) is PadRefusalReason.SILENT_EVIDENCE_SHORT


@pytest.mark.rule("CON-12")
def test_the_way_without_hurry_is_no_way_around_what_was_asked(
    evidence: PadEvidence, policy: PadPolicy
) -> None:
    untimed = PadChallenge(PadMode.UNTIMED, bytes(32), (ChallengeStep.TURN_EITHER_SIDE,), 50)
    turned = replace(
        evidence,
        steps=(ProvenStep(ChallengeStep.TURN_EITHER_SIDE, 30_000),),
        basis=EvidenceBasis.UNTIMED,
    )
    assert isinstance(decide(turned, untimed, policy), PadDecision)
    fed = decide(with_cue(turned, "irregular_timing", 0), untimed, policy)
    assert fed == PadRefusal(PadRefusalReason.CUE_FAILED)
    asked = replace(turned, basis=EvidenceBasis.CHALLENGE)
    assert decide(asked, untimed, policy) == PadRefusal(PadRefusalReason.STEP_MISSING)
    assert decide(turned, CHALLENGE, policy) == PadRefusal(PadRefusalReason.STEP_MISSING)


@pytest.mark.rule("PAD-03", "CAP-04")
def test_a_judgement_names_evidence_and_holds_no_score(
    evidence: PadEvidence, policy: PadPolicy
) -> None:
    odd = with_cue(lit(evidence), "flash_spatial", 12)
    judgement = judgement_of(odd, PadRefusalReason.LIGHT_UNANSWERED, policy)
    assert (judgement.basis, judgement.reason) == ("flash", "light_unanswered")
    assert judgement.failed == ("flash_spatial",)
    assert "flash_correlation" in judgement.passed
    assert not judgement.is_accepted
    assert not any(character.isdigit() for character in repr(judgement))


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


CUE: dict[str, object] = {"name": "a", "threshold_milli": 1, "role": "silent"}


def packaged_policy() -> dict[str, Any]:
    return tomllib.loads((data_folder() / POLICY_FILE_NAME).read_text("utf-8"))


@pytest.mark.parametrize(
    "change",
    [
        {"cue": None},
        {"cue": [{"name": "a"}]},
        {"cue": [CUE | {"role": "ignored"}]},
        {"cue": [CUE, CUE]},
        {"challenge": "never"},
        {"silent": ["charm"]},
        {"steps_min": None},
        {"cue": [CUE | {"threshold_milli": 0.5}]},
        {"cue": [CUE | {"refuse_below_milli": 0.5}]},
        {"cue": [CUE | {"silent_milli": 0.5}]},
        {"cue": [CUE | {"weight": float("nan")}]},
        {"cue": [CUE | {"weight": -1.0}]},
        {"cue": [CUE | {"unknown": 1}]},
    ],
    ids=str,
)
def test_a_policy_whose_decision_is_not_whole_is_refused(change: dict[str, object]) -> None:
    document = packaged_policy()
    parse_pad_policy(document)
    document["decision"] |= change
    with pytest.raises(PolicyError):
        parse_pad_policy(document)


@pytest.mark.parametrize(
    "change", [{"policy_id": None}, {"decision": None}, {"steps": {}}], ids=str
)
def test_an_incomplete_policy_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(PolicyError):
        parse_pad_policy(packaged_policy() | change)
