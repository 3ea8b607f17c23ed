"""What one capture is to do, and what it may end in."""

from dataclasses import dataclass

from facepay.pad_challenge import PadChallenge
from facepay.template import FeatureVector
from pos_app.checkout.payment import CaptureFailureReason
from pos_app.pad.decision import PadDecision
from pos_app.probe.capture_policy import EffortPolicy


@dataclass(frozen=True, slots=True)
class CapturePlan:
    """What one capture is to prove and to gather.

    `model_id` is the feature model that the references of the epoch were made with; `attempt` the
    number of the capture within its payment, from 1, which picks the colours to show.
    """

    challenge: PadChallenge
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
