"""PAD evidence is read as it was written, and nothing else is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facepay.errors import MalformedFieldError
from facepay.pad_evidence import ChallengeStep, EvidenceBasis, PadCue, PadEvidence, ProvenStep

EVIDENCE = PadEvidence(
    policy_id="default-1",
    model_id="sface-2021dec",
    challenge_nonce=bytes(32),
    steps=(ProvenStep(ChallengeStep.BLINK, 900), ProvenStep(ChallengeStep.TURN_LEFT, 1400)),
    cues=(PadCue("same_face", 700, 500), PadCue("depth", -20, 45)),
    basis=EvidenceBasis.FLASH,
    attempt=2,
    flash_digest=bytes(range(32)),
)


def test_evidence_is_read_back_as_it_was() -> None:
    assert PadEvidence.from_bytes(EVIDENCE.to_bytes()) == EVIDENCE


def test_a_cue_has_passed_at_its_threshold() -> None:
    assert [cue.has_passed for cue in (*EVIDENCE.cues, PadCue("edge", 45, 45))] == [
        True,
        False,
        True,
    ]


@given(st.binary(max_size=300))
def test_bytes_that_are_no_evidence_are_refused(noise: bytes) -> None:
    with pytest.raises(MalformedFieldError):
        PadEvidence.from_bytes(noise)


@given(st.integers(0, len(EVIDENCE.to_bytes()) - 1))
def test_truncated_evidence_is_refused(length: int) -> None:
    with pytest.raises(MalformedFieldError):
        PadEvidence.from_bytes(EVIDENCE.to_bytes()[:length])


def test_evidence_beyond_any_need_is_refused() -> None:
    cues = tuple(PadCue("x" * 120, 1, 1) for _ in range(16))
    with pytest.raises(MalformedFieldError):
        PadEvidence("p", "m", bytes(32), (), cues).to_bytes()
