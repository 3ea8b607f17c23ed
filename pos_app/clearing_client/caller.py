"""Sending one request until it is answered or its time is over, always with the same bytes.

A repeat is safe because the service answers the same operation id and bytes with its stored answer.
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import grpc.aio
from google.protobuf.message import Message

from facepay.errors import FacepayError
from facepay.ports import Clock
from facepay.signed_request import SignedRequest
from facepay.v1 import signed_message_pb2
from facepay.wire.signed import signed_request_to_message
from pos_app.checkout.clearing_answers import ClearingError, ClearingErrorReason
from pos_app.clearing_client.failures import CallFailure, read_failure

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 1.0

_Reply = TypeVar("_Reply")


class RequestMessage(Protocol):
    """The constructor of any request of the contract: a message with one signed message in it."""

    def __call__(self, *, message: signed_message_pb2.SignedMessage) -> Message:
        """Return the request."""


Method = Callable[..., Any]
"""A unary method of a gRPC stub: awaitable call with `timeout`."""


class Caller:
    """Sends requests over one channel."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def call(
        self,
        method: Method,
        request_message: RequestMessage,
        request: SignedRequest,
        deadline_seconds: float,
        read: Callable[[Any], _Reply],
    ) -> _Reply:
        """Return the reply as `read` understands it.

        Raises `ClearingError`: with the last failure's reason when the time is over or a repeat
        would change nothing, and REPLY_NOT_GENUINE when the reply cannot be read or believed.
        """
        message = request_message(message=signed_request_to_message(request))
        response = await self._send(method, message, deadline_seconds)
        try:
            return read(response)
        except FacepayError as error:
            reason = ClearingErrorReason.REPLY_NOT_GENUINE
            raise ClearingError(reason, is_outcome_unknown=True) from error

    async def _send(self, method: Method, message: Message, deadline_seconds: float) -> Message:
        deadline = self._clock.monotonic() + deadline_seconds
        pause = FIRST_PAUSE_SECONDS
        may_have_arrived = False
        while True:
            remaining = deadline - self._clock.monotonic()
            outcome = await _attempt(method, message, max(remaining, 0.001))
            if not isinstance(outcome, CallFailure):
                return outcome
            may_have_arrived = may_have_arrived or not outcome.was_not_acted_on
            remaining = deadline - self._clock.monotonic()
            if not outcome.may_repeat or remaining <= pause:
                raise ClearingError(outcome.reason, is_outcome_unknown=may_have_arrived)
            await self._clock.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


async def _attempt(method: Method, message: Message, timeout: float) -> Message | CallFailure:  # noqa: ASYNC109 - gRPC's own deadline
    try:
        response: Message = await method(message, timeout=timeout)
    except grpc.aio.AioRpcError as error:
        return read_failure(error)
    return response
