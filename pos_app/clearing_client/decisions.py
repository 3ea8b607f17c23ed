"""Believing a decision: only with the clearing service's signature, about this very payment."""

from collections.abc import Collection

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from facepay.errors import SignatureInvalidError
from facepay.identifiers import OperationId
from facepay.payment_decision import PaymentDecision, PaymentState, SignedDecision
from facepay.signed_request import signing_key_id
from pos_app.checkout.payment import PaymentBinding

_WITH_MONEY = frozenset(
    {PaymentState.APPROVED, PaymentState.REFUNDED_IN_PART, PaymentState.REFUNDED}
)


class DecisionVerifier:
    """Holds the pinned key under which decisions are signed."""

    def __init__(self, decision_key: Ed25519PublicKey) -> None:
        self._key = decision_key
        self._key_id = signing_key_id(decision_key)

    def verify(
        self,
        signed: SignedDecision,
        binding: PaymentBinding,
        operation_ids: Collection[OperationId],
    ) -> PaymentDecision:
        """Return the decision once signature, payment, payment hash and operation hold.

        A decision that money moved must answer one of `operation_ids`, the terminal's own calls
        about this payment. One that says it did not may come from elsewhere (an expiry). Raises
        `SignatureInvalidError`, and `MalformedFieldError` for signed bytes that are no decision.
        """
        if signed.signing_key_id != self._key_id:
            raise SignatureInvalidError("the decision is signed by an unknown key")
        decision = signed.verify(self._key)
        if decision.payment_id != binding.payment_id:
            raise SignatureInvalidError("the decision is about another payment")
        if decision.payment_hash != binding.payment_hash:
            raise SignatureInvalidError("the decision is about other payment fields")
        if decision.state in _WITH_MONEY and decision.operation_id not in operation_ids:
            raise SignatureInvalidError("the decision answers another operation")
        if decision.response_code.is_approval != (decision.state is PaymentState.APPROVED):
            raise SignatureInvalidError("the decision contradicts itself")
        return decision
