"""What every handler of a signed call needs: who calls, and is the message genuine."""

from typing import Protocol

from clearing_service.payment.requests import VerifiedRequest
from clearing_service.rpc.message_checks import MessageChecks
from clearing_service.transport.call_guard import current_caller
from facepay.message_header import Purpose
from facepay.v1 import signed_message_pb2
from facepay.wire.strict import require_strict


class SignedCall(Protocol):
    """A request message of the contract: it holds one signed message and nothing else."""

    @property
    def message(self) -> signed_message_pb2.SignedMessage:
        """The signed message."""


class EpochSource(Protocol):
    """Who knows the present epoch of the references."""

    @property
    def epoch(self) -> int:
        """Number of the epoch, from 1."""


class SignedCalls:
    """Verifies the message of the call that the current task handles."""

    def __init__(self, checks: MessageChecks, epochs: EpochSource) -> None:
        self._checks = checks
        self._epochs = epochs

    def verify(self, request: SignedCall, purpose: Purpose) -> VerifiedRequest:
        """Return the request's message, genuine and for `purpose`; raises what the checks raise."""
        require_strict(request)
        return self._checks.verify(request.message, purpose, current_caller(), self._epochs.epoch)
