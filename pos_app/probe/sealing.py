"""Features to sealed probe: rotate, quantise, split, bind to the header, seal to each party."""

from facepay.ports import Randomness
from facepay.sealed_envelope import RecipientKey, SealedEnvelope, seal
from facepay.secret import wipe
from facepay.template import FeatureVector, ThreeShares, derive_rotation, quantise, split
from pos_app.checkout.ports import SealedProbe, SealingContext
from pos_app.errors import PosError
from pos_app.pad.decision import PadDecision


class SealingRefusedError(PosError):
    """The decision was made for another challenge or model than the probe is to be sealed for."""


def seal_features(
    features: FeatureVector,
    context: SealingContext,
    decision: PadDecision,
    randomness: Randomness,
) -> SealedProbe:
    """Return the probe sealed to the three parties under a fresh header of `context`.

    The caller wipes `features`; everything made of them here is wiped. Each context is good for one
    call: the second raises `ValueError` from `header_for`. Raises `SealingRefusedError` unless the
    decision is about this context's challenge, nonce and model.
    """
    require_same_challenge(context, decision)
    shares = _shares_of(features, context, randomness)
    try:
        header = context.header_for(shares.commitments, decision.evidence.to_bytes())
        first, second, third = context.recipients
        return SealedProbe(
            header,
            (
                _seal_pair(shares, 1, first, header),
                _seal_pair(shares, 2, second, header),
                _seal_pair(shares, 3, third, header),
            ),
        )
    finally:
        shares.wipe()


def require_same_challenge(context: SealingContext, decision: PadDecision) -> None:
    """Raise `SealingRefusedError` unless the decision was made for this context."""
    evidence = decision.evidence
    is_same = (
        evidence.challenge_nonce == context.challenge.nonce
        and evidence.attempt == context.attempt
        and evidence.model_id == context.model_id
        and decision.challenge == context.challenge
    )
    if not is_same:
        raise SealingRefusedError("the decision is not about this probe")


def _shares_of(
    features: FeatureVector, context: SealingContext, randomness: Randomness
) -> ThreeShares:
    rotation = derive_rotation(context.epoch_key)
    try:
        template = quantise(features, rotation)
    finally:
        rotation.wipe()
    try:
        return split(template, randomness)
    finally:
        template.wipe()


def _seal_pair(
    shares: ThreeShares, party: int, recipient: RecipientKey, header: bytes
) -> SealedEnvelope:
    pair = shares.pair_for(party)
    content = pair.to_bytes()
    try:
        return seal(content, recipient, header)
    finally:
        wipe(content)
        pair.wipe()
