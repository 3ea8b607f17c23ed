"""The service refuses evidence below its own policy, whatever the terminal thought of it."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from clearing_service.routing.evidence_policy import EvidencePolicy
from clearing_service.routing.evidence_rules import EvidenceRulesError, load_evidence_rules
from facepay.pad_challenge import PadChallenge, PadMode
from facepay.pad_evidence import ChallengeStep, EvidenceBasis, PadCue, PadEvidence, ProvenStep
from facepay.pad_flash import FlashColour, FlashSequence

CAMERA_POLICY = "webcam-3"
NONCE = b"n" * 32
STEPS = (ChallengeStep.BLINK, ChallengeStep.TURN_LEFT)
FIRST = FlashSequence((FlashColour.RED, FlashColour.CYAN, FlashColour.BLUE), 400)
SECOND = FlashSequence((FlashColour.BLUE, FlashColour.RED, FlashColour.CYAN), 400)

DARK = PadChallenge(PadMode.CHALLENGE, NONCE, STEPS, 5)
SILENT = PadChallenge(PadMode.SILENT_FIRST, NONCE, STEPS, 5, (FIRST, SECOND))
BOTH = PadChallenge(PadMode.CHALLENGE, NONCE, STEPS, 5, (FIRST, SECOND))
UNTIMED = PadChallenge(PadMode.UNTIMED, NONCE, (ChallengeStep.TURN_EITHER_SIDE,), 50)

GENERAL = (
    PadCue("same_face", 600, 450),
    PadCue("fresh_frames", 1000, 800),
    PadCue("face_overlap", 800, 200),
    PadCue("irregular_timing", 0, 1),
)
DONE = (
    PadCue("eye_closure", 800, 500),
    PadCue("turn_degrees", 16000, 14000),
    PadCue("depth", 60, 45),
)
ANSWERED = (
    PadCue("flash_correlation", 950, 750),
    PadCue("flash_amplitude", 50, 10),
    PadCue("flash_spatial", 640, 300),
    PadCue("flash_purity", 1000, 900),
)
DIM = (
    PadCue("flash_correlation", 640, 750),
    PadCue("flash_amplitude", 9, 10),
    PadCue("flash_spatial", 180, 300),
    PadCue("flash_purity", 850, 900),
)

ASKED = PadEvidence(
    policy_id=CAMERA_POLICY,
    model_id="model",
    challenge_nonce=NONCE,
    steps=tuple(ProvenStep(step, 1000) for step in STEPS),
    cues=(*DONE, *GENERAL),
    basis=EvidenceBasis.CHALLENGE,
)
LIT = replace(
    ASKED,
    steps=(),
    cues=(*ANSWERED, *GENERAL),
    basis=EvidenceBasis.FLASH,
    flash_digest=FIRST.digest(NONCE),
)
ASKED_AFTER_DIM_LIGHT = replace(
    ASKED, cues=(*DONE, *DIM, *GENERAL), flash_digest=FIRST.digest(NONCE)
)
TURNED = replace(
    ASKED,
    steps=(ProvenStep(ChallengeStep.TURN_EITHER_SIDE, 31_000),),
    cues=(*DONE[1:], *GENERAL[:-1], PadCue("irregular_timing", 12, 1)),
    basis=EvidenceBasis.UNTIMED,
)


def with_score(evidence: PadEvidence, name: str, score: int) -> PadEvidence:
    cues = tuple(replace(c, score_milli=score) if c.name == name else c for c in evidence.cues)
    return replace(evidence, cues=cues)


def without(evidence: PadEvidence, name: str) -> PadEvidence:
    return replace(evidence, cues=tuple(cue for cue in evidence.cues if cue.name != name))


@pytest.mark.parametrize(
    ("evidence", "asked"),
    [
        (ASKED, DARK),
        (LIT, SILENT),
        (replace(LIT, attempt=2, flash_digest=SECOND.digest(NONCE)), SILENT),
        (ASKED_AFTER_DIM_LIGHT, SILENT),
        (replace(ASKED_AFTER_DIM_LIGHT, cues=(*DONE, *ANSWERED, *GENERAL)), BOTH),
        (TURNED, UNTIMED),
    ],
    ids=["steps", "light", "light of another capture", "steps after dim light", "both", "a turn"],
)
def test_evidence_that_meets_the_policy_is_accepted_though_a_risk_cue_failed(
    evidence: PadEvidence, asked: PadChallenge
) -> None:
    assert EvidencePolicy().accepts(evidence, asked)


@pytest.mark.rule("PAD-01", "PAD-03")
@pytest.mark.parametrize(
    "evidence",
    [
        replace(ASKED, challenge_nonce=b"x" * 32),
        replace(ASKED, steps=ASKED.steps[:1]),
        replace(ASKED, steps=ASKED.steps[::-1]),
        replace(ASKED, steps=(ASKED.steps[0], ProvenStep(STEPS[1], 5001))),
        without(ASKED, "same_face"),
        without(ASKED, "depth"),
        replace(ASKED, cues=()),
        replace(ASKED, cues=(*ASKED.cues, ASKED.cues[0])),
        with_score(ASKED, "same_face", 449),
        with_score(ASKED, "depth", 44),
        replace(without(ASKED, "same_face"), cues=(*ASKED.cues, PadCue("same_face", 440, 430))),
        replace(ASKED, policy_id="anything-goes"),
        replace(ASKED, basis=EvidenceBasis.UNTIMED),
        replace(LIT, flash_digest=b""),
        replace(ASKED, flash_digest=FIRST.digest(NONCE)),
    ],
    ids=[
        "nonce",
        "missing step",
        "order",
        "late",
        "missing cue",
        "missing cue of a step",
        "no cues",
        "cue twice",
        "failed cue",
        "failed cue of a step",
        "lowered threshold",
        "unknown policy",
        "no hurry, unasked",
        "light instead of steps",
        "light that nobody chose",
    ],
)
def test_evidence_below_the_policy_is_refused(evidence: PadEvidence) -> None:
    assert not EvidencePolicy().accepts(evidence, DARK)
    assert not EvidencePolicy.with_synthetic().accepts(evidence, DARK)


@pytest.mark.rule("PAD-03")
@pytest.mark.parametrize(
    "evidence",
    [
        replace(LIT, flash_digest=SECOND.digest(NONCE)),
        replace(LIT, attempt=2),
        replace(LIT, attempt=3, flash_digest=b""),
        replace(LIT, flash_digest=FIRST.digest(b"x" * 32)),
        replace(LIT, flash_digest=b""),
        with_score(LIT, "flash_correlation", 749),
        with_score(LIT, "flash_amplitude", 9),
        with_score(LIT, "flash_spatial", 599),
        with_score(LIT, "flash_purity", 899),
        without(LIT, "flash_spatial"),
        with_score(ASKED_AFTER_DIM_LIGHT, "flash_correlation", 499),
        with_score(ASKED_AFTER_DIM_LIGHT, "flash_amplitude", 2),
        with_score(ASKED_AFTER_DIM_LIGHT, "flash_spatial", 99),
        with_score(ASKED_AFTER_DIM_LIGHT, "flash_purity", 799),
        without(ASKED_AFTER_DIM_LIGHT, "flash_amplitude"),
        replace(ASKED_AFTER_DIM_LIGHT, flash_digest=b""),
        replace(LIT, basis=EvidenceBasis.PASSIVE, cues=(*GENERAL, PadCue("passive", 999, 500))),
        replace(LIT, steps=ASKED.steps),
    ],
    ids=[
        "light of the next capture",
        "light of the capture before",
        "more captures than colours",
        "light of another payment",
        "no light",
        "other colours answered",
        "hardly any answer",
        "answer of something flat",
        "other light too",
        "nobody looked where",
        "steps, but other colours answered",
        "steps, but light answered by nothing",
        "steps, but answer of something flat",
        "steps, but mostly other light",
        "steps, and the answer left out",
        "steps, as if there had been no light",
        "a passive network alone",
        "silent, with steps",
    ],
)
def test_light_that_was_not_answered_as_by_a_face_is_refused(evidence: PadEvidence) -> None:
    assert not EvidencePolicy().accepts(evidence, SILENT)


@pytest.mark.rule("PAD-03")
@pytest.mark.parametrize(
    "evidence", [LIT, ASKED_AFTER_DIM_LIGHT, ASKED], ids=["light", "dim light and steps", "steps"]
)
def test_where_both_are_asked_neither_is_enough_alone(evidence: PadEvidence) -> None:
    assert not EvidencePolicy().accepts(evidence, BOTH)


@pytest.mark.rule("PAD-03")
@pytest.mark.parametrize(
    ("evidence", "asked"), [(LIT, SILENT), (ASKED_AFTER_DIM_LIGHT, SILENT), (ASKED, DARK)]
)
def test_a_score_that_nothing_can_measure_is_refused(
    evidence: PadEvidence, asked: PadChallenge
) -> None:
    judged = {cue.name for cue in evidence.cues} - {"irregular_timing"}
    accepted = {
        name
        for name in judged
        if EvidencePolicy().accepts(with_score(evidence, name, 99_999), asked)
    }
    assert not accepted


@pytest.mark.rule("CON-12", "PAD-03")
def test_the_way_without_hurry_has_floors_of_its_own_and_is_open_only_when_asked_for() -> None:
    assert not EvidencePolicy().accepts(with_score(TURNED, "depth", 44), UNTIMED)
    assert not EvidencePolicy().accepts(replace(TURNED, steps=()), UNTIMED)
    assert not EvidencePolicy().accepts(with_score(TURNED, "irregular_timing", 0), UNTIMED)
    assert not EvidencePolicy().accepts(without(TURNED, "irregular_timing"), UNTIMED)
    assert not EvidencePolicy().accepts(LIT, UNTIMED)
    assert not EvidencePolicy().accepts(TURNED, SILENT)


@pytest.mark.rule("PAD-01")
def test_a_passive_network_counts_only_where_the_service_says_so(tmp_path: Path) -> None:
    packaged = Path(load_evidence_rules.__code__.co_filename).with_name("evidence_policy.toml")
    text = packaged.read_text("utf-8")
    allowed = text.replace(
        "[accepted.webcam-3.at_most]", "passive = { passive = 500 }\n[accepted.webcam-3.at_most]"
    )
    (tmp_path / "evidence_policy.toml").write_text(allowed, "utf-8")
    passive = replace(
        LIT,
        basis=EvidenceBasis.PASSIVE,
        cues=(*GENERAL, PadCue("passive", 800, 500)),
        flash_digest=b"",
    )
    assert not EvidencePolicy().accepts(passive, SILENT)
    assert EvidencePolicy(load_evidence_rules(tmp_path)).accepts(passive, SILENT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[accepted.p]",
        "[accepted.p]\nalways = { same_face = 0.5 }",
        "[accepted.p]\nallways = { same_face = 450 }",
        "no toml",
    ],
)
def test_rules_that_lack_something_are_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "evidence_policy.toml").write_text(text, "utf-8")
    with pytest.raises(EvidenceRulesError):
        load_evidence_rules(tmp_path)


def test_evidence_without_a_camera_is_accepted_in_sandboxes_only() -> None:
    synthetic = replace(ASKED, policy_id="synthetic", cues=(PadCue("synthetic", 1000, 1000),))
    assert not EvidencePolicy().accepts(synthetic, DARK)
    assert EvidencePolicy.with_synthetic().accepts(synthetic, DARK)
    assert EvidencePolicy.with_synthetic().accepts(synthetic, SILENT)


def test_the_terminals_own_policy_meets_the_services() -> None:
    """A threshold lowered at the terminal alone would refuse every honest payment."""
    path = Path(__file__).parents[4] / "models" / "capture_policy.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    enough = tuple(
        PadCue(cue["name"], cue.get("silent_milli", cue["threshold_milli"]), 0)
        for cue in table["decision"]["cue"]
        if cue["role"] in ("required", "silent")
    )
    hardly = tuple(
        PadCue(cue["name"], cue.get("refuse_below_milli", cue["threshold_milli"]), 0)
        for cue in table["decision"]["cue"]
        if cue["role"] in ("required", "silent")
    )
    policy_id = table["policy_id"]
    assert EvidencePolicy().accepts(replace(LIT, policy_id=policy_id, cues=enough), SILENT)
    dim = replace(ASKED_AFTER_DIM_LIGHT, policy_id=policy_id, cues=(*DONE, *hardly))
    assert EvidencePolicy().accepts(dim, SILENT)
