"""What the clearing service itself demands of a terminal's PAD evidence.

A terminal decides first, with its own thresholds; the service then refuses what is below its own
policy, whatever the terminal thought of it: an unknown policy, a step that is missing, late or out
of order, a required cue that is absent, failed, or was held against a lower threshold than the
service's. Cues that a terminal's policy weighs as risk only are recorded and not judged again here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from facepay.pad_challenge import PadChallenge
from facepay.pad_evidence import PadEvidence

CAMERA_POLICY = "webcam-2"
SYNTHETIC_POLICY = "synthetic"
"""States that no camera was there. For sandboxes: nobody stands behind such evidence."""

_REQUIRED_CUES: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        CAMERA_POLICY: {"same_face": 450, "fresh_frames": 800, "face_overlap": 200},
        SYNTHETIC_POLICY: {"synthetic": 1000},
    }
)
"""By policy, the cues that must be there and the lowest threshold each may be held against."""


@dataclass(frozen=True, slots=True)
class EvidencePolicy:
    """Which terminals' policies are accepted; the safe default accepts cameras alone."""

    accepted: frozenset[str] = field(default=frozenset({CAMERA_POLICY}))

    @classmethod
    def with_synthetic(cls) -> "EvidencePolicy":
        """Return the policy of a sandbox, which also takes captures without a camera."""
        return cls(frozenset({CAMERA_POLICY, SYNTHETIC_POLICY}))

    def accepts(self, evidence: PadEvidence, asked: PadChallenge) -> bool:
        """Whether the evidence answers this challenge and is not below this policy."""
        deadline_milliseconds = asked.step_deadline_seconds * 1000
        return (
            evidence.policy_id in self.accepted
            and evidence.challenge_nonce == asked.nonce
            and tuple(proven.step for proven in evidence.steps) == tuple(asked.steps)
            and all(s.elapsed_milliseconds <= deadline_milliseconds for s in evidence.steps)
            and _required_cues_passed(evidence)
        )


def _required_cues_passed(evidence: PadEvidence) -> bool:
    cues = {cue.name: cue for cue in evidence.cues}
    if len(cues) != len(evidence.cues):
        return False
    required = _REQUIRED_CUES.get(evidence.policy_id, {})
    return bool(required) and all(
        name in cues and cues[name].has_passed and cues[name].threshold_milli >= lowest
        for name, lowest in required.items()
    )
