"""What a terminal states about presentation attack detection, as the clearing service reads it.

The evidence is part of a message's body, so the header's body hash and the terminal's signature
cover it together with the challenge nonce, the model and the payment: evidence that is reused,
altered, or from another terminal does not verify. It names cues and thresholds and holds neither a
feature nor a picture. Words follow ISO/IEC 30107-1; scores are in thousandths, higher is more bona
fide, and a cue has passed when its score is at least its threshold.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Self

from facepay.canonical import decode_field_list, decode_fields, encode_fields
from facepay.errors import MalformedFieldError

EVIDENCE_MAX_BYTES = 2048
CUES_MAX = 24
_SCORE_LIMIT = 1_000_000
_LABEL = b"facepay/pad-evidence/2"


class ChallengeStep(Enum):
    """What the capture subject is asked to do. Left and right are the subject's own."""

    BLINK = 1
    TURN_LEFT = 2
    TURN_RIGHT = 3
    OPEN_MOUTH = 4
    TURN_EITHER_SIDE = 5
    """To whichever side is easier; asked alone, of people who were promised all the time it takes."""


class EvidenceBasis(Enum):
    """What a decision rests on, beside the cues that every decision needs."""

    FLASH = 1
    """A face answered the display's colours; nothing was asked of the person."""
    PASSIVE = 2
    """A passive network stood in for the colours; nothing was asked of the person."""
    CHALLENGE = 3
    """Every step of the challenge was done, each in its time."""
    UNTIMED = 4
    """Every step was done, in the person's own time."""


@dataclass(frozen=True, slots=True)
class ProvenStep:
    """A challenge step that was done, and how many milliseconds after its prompt."""

    step: ChallengeStep
    elapsed_milliseconds: int


@dataclass(frozen=True, slots=True)
class PadCue:
    """One kind of evidence: its name, its score and the threshold it was held against."""

    name: str
    score_milli: int
    threshold_milli: int

    @property
    def has_passed(self) -> bool:
        """Whether the score reached the threshold."""
        return self.score_milli >= self.threshold_milli


@dataclass(frozen=True, slots=True)
class PadEvidence:
    """Everything a terminal's PAD decision rests on. Steps are in the order they were proven.

    `attempt` is the number of the capture within its payment, from 1: no two probes rest on the same
    one. `flash_digest` binds the colours that were shown to the nonce; empty if none were.
    """

    policy_id: str
    model_id: str
    challenge_nonce: bytes
    steps: tuple[ProvenStep, ...]
    cues: tuple[PadCue, ...]
    basis: EvidenceBasis = EvidenceBasis.CHALLENGE
    attempt: int = 1
    flash_digest: bytes = b""

    def to_bytes(self) -> bytes:
        """Return the bytes that go into the message's body."""
        steps = [
            bytes([proven.step.value]) + proven.elapsed_milliseconds.to_bytes(4)
            for proven in self.steps
        ]
        cues = [
            encode_fields(
                [
                    cue.name.encode("ascii"),
                    cue.score_milli.to_bytes(4, signed=True),
                    cue.threshold_milli.to_bytes(4, signed=True),
                ]
            )
            for cue in self.cues
        ]
        encoded = encode_fields(
            [
                _LABEL,
                self.policy_id.encode("ascii"),
                self.model_id.encode("ascii"),
                self.challenge_nonce,
                b"".join(steps),
                encode_fields(cues),
                bytes([self.basis.value, self.attempt]),
                self.flash_digest,
            ]
        )
        if len(encoded) > EVIDENCE_MAX_BYTES:
            raise MalformedFieldError("evidence is too long")
        return encoded

    @classmethod
    def from_bytes(cls, encoded: bytes) -> Self:
        """Read what `to_bytes` wrote; raises `MalformedFieldError` for anything else."""
        if len(encoded) > EVIDENCE_MAX_BYTES:
            raise MalformedFieldError("evidence is too long")
        label, policy, model, nonce, steps, cues, kind, flash = decode_fields(encoded, count=8)
        is_well_formed = len(nonce) == 32 and len(steps) % 5 == 0 and len(kind) == 2
        if label != _LABEL or not is_well_formed or len(flash) not in (0, 32):
            raise MalformedFieldError("not PAD evidence")
        try:
            return cls(
                policy_id=policy.decode("ascii"),
                model_id=model.decode("ascii"),
                challenge_nonce=nonce,
                steps=tuple(
                    ProvenStep(
                        ChallengeStep(steps[start]), int.from_bytes(steps[start + 1 : start + 5])
                    )
                    for start in range(0, len(steps), 5)
                ),
                cues=tuple(map(_read_cue, decode_field_list(cues, count_max=CUES_MAX))),
                basis=EvidenceBasis(kind[0]),
                attempt=kind[1],
                flash_digest=flash,
            )
        except ValueError as error:
            raise MalformedFieldError("an evidence field is malformed") from error


def _read_cue(encoded: bytes) -> PadCue:
    name, score, threshold = decode_fields(encoded, count=3)
    cue = PadCue(
        name.decode("ascii"),
        int.from_bytes(score, signed=True),
        int.from_bytes(threshold, signed=True),
    )
    if len(score) != 4 or len(threshold) != 4 or abs(cue.score_milli) > _SCORE_LIMIT:
        raise MalformedFieldError("a cue is malformed")
    return cue
