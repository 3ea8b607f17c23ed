"""From gRPC errors to reasons that the window has a text for."""

from dataclasses import dataclass

import grpc
import grpc.aio
from google.protobuf.message import DecodeError
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status

from pos_app.checkout.clearing_answers import ClearingErrorReason

ERROR_DOMAIN = "facepay"
_DETAILS_KEY = "grpc-status-details-bin"

_BY_NAME = {
    "CLOCK_OUT_OF_WINDOW": ClearingErrorReason.CLOCK_OFF,
    "EPOCH_NOT_CURRENT": ClearingErrorReason.EPOCH_STALE,
    "MODEL_NOT_CURRENT": ClearingErrorReason.EPOCH_STALE,
    "NOTICE_MISMATCH": ClearingErrorReason.EPOCH_STALE,
    "PAYMENT_NOT_FOUND": ClearingErrorReason.NOT_FOUND,
    "CAPTURE_AGAIN": ClearingErrorReason.CAPTURE_AGAIN,
    "CERTIFICATE_NOT_LIVE": ClearingErrorReason.NOT_ADMITTED,
}
_BY_CODE = {
    grpc.StatusCode.UNAVAILABLE: ClearingErrorReason.SERVICE_UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED: ClearingErrorReason.UNREACHABLE,
    grpc.StatusCode.CANCELLED: ClearingErrorReason.UNREACHABLE,
    grpc.StatusCode.PERMISSION_DENIED: ClearingErrorReason.NOT_ADMITTED,
    grpc.StatusCode.UNAUTHENTICATED: ClearingErrorReason.NOT_ADMITTED,
    grpc.StatusCode.RESOURCE_EXHAUSTED: ClearingErrorReason.TOO_MANY_REQUESTS,
    grpc.StatusCode.NOT_FOUND: ClearingErrorReason.NOT_FOUND,
}
_NOT_ACTED_ON = frozenset(
    {
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.UNAUTHENTICATED,
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.FAILED_PRECONDITION,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.NOT_FOUND,
    }
)
_WORTH_REPEATING = frozenset({"OPERATION_IN_PROGRESS"})


@dataclass(frozen=True, slots=True)
class CallFailure:
    """What one attempt ended in.

    `was_not_acted_on` is True only when the service itself said so; `may_repeat` when the same
    bytes may be sent again.
    """

    reason: ClearingErrorReason
    was_not_acted_on: bool
    may_repeat: bool


def read_failure(error: grpc.aio.AioRpcError) -> CallFailure:
    """Return what a gRPC error means to a terminal."""
    name = _service_reason(error)
    code = error.code()
    is_line_down = code is grpc.StatusCode.UNAVAILABLE and name is None
    reason = _BY_NAME.get(name or "") or _BY_CODE.get(code, ClearingErrorReason.REFUSED)
    return CallFailure(
        reason=ClearingErrorReason.UNREACHABLE if is_line_down else reason,
        was_not_acted_on=name is not None and code in _NOT_ACTED_ON,
        may_repeat=code is grpc.StatusCode.UNAVAILABLE or name in _WORTH_REPEATING,
    )


def _service_reason(error: grpc.aio.AioRpcError) -> str | None:
    """Return the reason the service named, or None when the error came from the line."""
    for key, value in error.trailing_metadata() or ():
        if key == _DETAILS_KEY:
            return _reason_in(value)
    return None


def _reason_in(details: bytes) -> str | None:
    try:
        status = Status.FromString(details)
        for detail in status.details:
            info = ErrorInfo()
            if detail.Unpack(info) and info.domain == ERROR_DOMAIN:
                return str(info.reason)
    except DecodeError:
        return None
    return None
