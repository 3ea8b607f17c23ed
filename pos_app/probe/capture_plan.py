"""What one capture is to do, and what it may end in."""

from dataclasses import dataclass

from facepay.template import FeatureVector
from pos_app.checkout.payment import CaptureFailureReason
from pos_app.pad.active_challenge import Challenge
from pos_app.pad.decision import PadDecision
from pos_app.probe.capture_policy import EffortPolicy


@dataclass(frozen=True, slots=True)
class CapturePlan:
    """What one capture is to prove and to gather.

    `challenge_nonce` is the clearing service's 32 bytes; `model_id` the feature model that the
    references of the epoch were made with.
    """

    challenge: Challenge
    challenge_nonce: bytes
    model_id: str
    effort: EffortPolicy
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Presented:
    """A presentation that passed. Whoever takes it wipes it."""

    features: FeatureVector
    decision: PadDecision

    def wipe(self) -> None:
        """Overwrite the features. A repeat does nothing."""
        self.features.wipe()


Outcome = Presented | CaptureFailureReason
