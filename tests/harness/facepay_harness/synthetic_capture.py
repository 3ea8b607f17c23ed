"""A camera side without a camera: synthetic features, sealed as real ones are.

It states its own evidence policy, `synthetic`, so that nobody can take its captures for a person
before a camera. Only sandboxes accept them.
"""

from collections.abc import Sequence

from facepay.pad_evidence import PadCue, PadEvidence, ProvenStep
from facepay.ports import Randomness
from facepay.sealed_envelope import SealedEnvelope, seal
from facepay.secret import wipe
from facepay.template import FeatureVector, Rotation, ThreeShares, derive_rotation, quantise, split
from facepay_harness.synthetic_person import SyntheticPerson
from pos_app.checkout.enrolment_ports import HeldLook
from pos_app.checkout.payment import CaptureFailureReason
from pos_app.checkout.ports import CaptureFailure, SealedProbe, SealingContext
from pos_app.features.extractor import fuse

POLICY_ID = "synthetic"


class SyntheticCapture:
    """Implements `ReferenceCapture` for whoever stands there; nobody stands there: NO_FACE."""

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness
        self._count = 0
        # Many of these share one process, where deriving it anew each time would be most of the work.
        self._rotations: dict[int, Rotation] = {}
        self.person: SyntheticPerson | None = None

    async def capture(self, context: SealingContext) -> SealedProbe | CaptureFailure:
        """Seal the next features of the person under a header of `context`."""
        features = await self.look(context)
        if isinstance(features, CaptureFailure):
            return features
        try:
            return self._seal(features, context)
        finally:
            features.wipe()

    async def look(self, context: SealingContext) -> FeatureVector | CaptureFailure:
        """Return the next features of the person."""
        del context
        if self.person is None:
            return CaptureFailure(CaptureFailureReason.NO_FACE)
        self._count += 1
        return self.person.features(self._count)

    def seal_looks(self, looks: Sequence[HeldLook], context: SealingContext) -> SealedProbe:
        """Seal the mean of looks; whose they are is not asked, since nobody stands there."""
        features = fuse(tuple(look for look in looks if isinstance(look, FeatureVector)))
        try:
            return self._seal(features, context)
        finally:
            features.wipe()

    def cancel(self) -> None:
        """Do nothing: a synthetic capture is over before anybody could."""

    def _seal(self, features: FeatureVector, context: SealingContext) -> SealedProbe:
        shares = self._shares(features, context)
        try:
            header = context.header_for(shares.commitments, _evidence(context).to_bytes())
            first, second, third = (
                _seal_pair(shares, context, party, header) for party in (1, 2, 3)
            )
            return SealedProbe(header, (first, second, third))
        finally:
            shares.wipe()

    def _shares(self, features: FeatureVector, context: SealingContext) -> ThreeShares:
        if context.epoch not in self._rotations:
            self._rotations[context.epoch] = derive_rotation(context.epoch_key)
        template = quantise(features, self._rotations[context.epoch])
        try:
            return split(template, self._randomness)
        finally:
            template.wipe()


def _seal_pair(
    shares: ThreeShares, context: SealingContext, party: int, header: bytes
) -> SealedEnvelope:
    pair = shares.pair_for(party)
    content = pair.to_bytes()
    try:
        return seal(content, context.recipients[party - 1], header)
    finally:
        wipe(content)
        pair.wipe()


def _evidence(context: SealingContext) -> PadEvidence:
    return PadEvidence(
        policy_id=POLICY_ID,
        model_id=context.model_id,
        challenge_nonce=context.challenge.nonce,
        steps=tuple(ProvenStep(step, 1) for step in context.challenge.steps),
        cues=(PadCue("synthetic", 1000, 1000),),
        attempt=context.attempt,
    )
