"""How an error leaves the process: a canonical code, a stable reason, and nothing about its cause.

The reason travels in `google.rpc.ErrorInfo` of domain "facepay". Texts are fixed here or in the
error's own class; an error that has no place in the table is INTERNAL, and only the log's own
fields say more.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn, Protocol

import grpc
from google.protobuf.any_pb2 import Any
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status

from clearing_service.errors import StoreError
from clearing_service.transport.revocation import RevocationListError
from clearing_service.transport.roles import UnknownPeerError
from facepay.errors import (
    EnvelopeOpeningError,
    ImageBytesError,
    MalformedFieldError,
    SignatureInvalidError,
)

ERROR_DOMAIN = "facepay"
_DETAILS_KEY = "grpc-status-details-bin"


@dataclass(frozen=True, slots=True)
class CallFailure:
    """What a caller is told: the code, the reason machines read, the sentence people read."""

    code: grpc.StatusCode
    reason: str
    message: str

    def details(self) -> tuple[tuple[str, bytes], ...]:
        """Return the trailing metadata that carries the reason (AIP-193)."""
        detail = Any()
        detail.Pack(ErrorInfo(reason=self.reason, domain=ERROR_DOMAIN))
        status = Status(code=self.code.value[0], message=self.message, details=[detail])
        return ((_DETAILS_KEY, status.SerializeToString()),)


FailureOf = Callable[[Exception], CallFailure]


class AbortingContext(Protocol):
    """The part of a gRPC servicer context that ends a call with an error."""

    async def abort(
        self, code: grpc.StatusCode, details: str, trailing_metadata: object
    ) -> NoReturn:
        """End the call."""


async def abort_with(context: AbortingContext, failure: CallFailure) -> NoReturn:
    """End the call with `failure`."""
    await context.abort(failure.code, failure.message, failure.details())


INTERNAL = CallFailure(grpc.StatusCode.INTERNAL, "INTERNAL", "the call could not be processed")
DEADLINE = CallFailure(
    grpc.StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", "the call took too long"
)
ROLE_NOT_PERMITTED = CallFailure(
    grpc.StatusCode.PERMISSION_DENIED, "ROLE_NOT_PERMITTED", "this role may not make this call"
)
DRAINING = CallFailure(
    grpc.StatusCode.UNAVAILABLE, "DRAINING", "the service is going down; try another or later"
)

TRANSPORT_FAILURES: Mapping[type[Exception], CallFailure] = {
    ImageBytesError: CallFailure(
        grpc.StatusCode.INVALID_ARGUMENT, "IMAGE_BYTES", "a field holds a picture"
    ),
    MalformedFieldError: CallFailure(
        grpc.StatusCode.INVALID_ARGUMENT, "MALFORMED", "the message is malformed"
    ),
    SignatureInvalidError: CallFailure(
        grpc.StatusCode.UNAUTHENTICATED, "SIGNATURE_INVALID", "the signature does not hold"
    ),
    EnvelopeOpeningError: CallFailure(
        grpc.StatusCode.INVALID_ARGUMENT, "ENVELOPE_INVALID", "an envelope does not open"
    ),
    UnknownPeerError: CallFailure(
        grpc.StatusCode.PERMISSION_DENIED, "CERTIFICATE_NOT_LIVE", "the certificate is not live"
    ),
    RevocationListError: CallFailure(
        grpc.StatusCode.UNAVAILABLE, "REVOCATION_UNKNOWN", "revocation cannot be checked"
    ),
    StoreError: CallFailure(
        grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE", "a store is unavailable"
    ),
    TimeoutError: DEADLINE,
}


def failure_table(further: Mapping[type[Exception], FailureOf]) -> FailureOf:
    """Return the mapping from errors to failures: the transport's own, and `further` ones.

    The most specific class wins. `further` holds functions, because some errors name a reason.
    """

    def failure_of(error: Exception) -> CallFailure:
        for kind in type(error).__mro__:
            if kind in further:
                return further[kind](error)
            if kind in TRANSPORT_FAILURES:
                return TRANSPORT_FAILURES[kind]
        return INTERNAL

    return failure_of
