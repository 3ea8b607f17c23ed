"""Errors of the clearing service. All share one root."""

from enum import Enum


class ClearingError(Exception):
    """Root of every operating failure of the clearing service."""


class LedgerInvariantError(ClearingError):
    """Money would not add up. Posting stops and an operator is called; nothing goes on."""


class StoreError(ClearingError):
    """A store cannot be opened, read or written. Nothing of the failed batch was acknowledged."""


class IssuerUnavailableError(ClearingError):
    """An issuer gave no answer in time. What it did is unknown until it is asked or reversed."""


class SearchCutOffError(ClearingError):
    """A search ended without an answer and its probe is used up: only a new capture can go on.

    The parties accept a signed header once, so asking again with the same one would find nobody,
    whoever stands there. Says nothing about the face: whether it is raised depends on the parties,
    the line and the store alone.
    """


class RefusalReason(Enum):
    """Why a message was not processed. The names travel in `google.rpc.ErrorInfo.reason`."""

    OPERATION_ID_REUSED = "the operation id belongs to another message"
    OPERATION_IN_PROGRESS = "the operation is still being processed; ask again"
    CLOCK_OUT_OF_WINDOW = "the terminal's clock is too far off"
    COUNTER_REPLAYED = "the message counter was used before or is too old"
    WRONG_PURPOSE = "the message was signed for another purpose"
    SUITE_NOT_ACCEPTED = "the cryptographic suite is not accepted here"
    EPOCH_NOT_CURRENT = "the template is of another epoch; sign on again"
    MODEL_NOT_CURRENT = "the template is of another feature model"
    ENVELOPES_MISMATCH = "the message has other envelopes than this call"
    PAYMENT_NOT_FOUND = "no such payment of this terminal"
    PAYMENT_ID_TAKEN = "the payment id belongs to another payment"
    PAYMENT_HASH_MISMATCH = "the message is about other payment fields"
    NOTICE_MISMATCH = "the notice shown is not in force"
    CHALLENGE_MISMATCH = "the liveness evidence does not answer this payment's challenge"
    PAYMENT_STATE = "the payment is in a state that does not permit this"
    ROUTING_TOKEN = "the routing token is not this payment's live token"  # noqa: S105


class RequestRefusedError(ClearingError):
    """A message that cannot be processed, for a named reason. It changed nothing."""

    def __init__(self, reason: RefusalReason) -> None:
        super().__init__(reason.value)
        self.reason = reason
