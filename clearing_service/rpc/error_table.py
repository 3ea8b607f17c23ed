"""How the service's own errors leave it: which gRPC code, which stable reason."""

from collections.abc import Mapping

import grpc

from clearing_service.errors import (
    IssuerUnavailableError,
    LedgerInvariantError,
    RefusalReason,
    RequestRefusedError,
    SearchCutOffError,
)
from clearing_service.matching.errors import (
    GenerationMismatchError,
    MatchingUnavailableError,
    ReferenceRefusedError,
)
from clearing_service.rpc.message_checks import TerminalNotAdmittedError
from clearing_service.security_module.errors import PinTranslationError, TerminalNotCertifiedError
from clearing_service.settlement.ports import NoSuchWindowError
from clearing_service.settlement.reports import PositionsNotFinalError
from clearing_service.transport.failures import CallFailure, FailureOf, failure_table

_CODES = {
    RefusalReason.OPERATION_ID_REUSED: grpc.StatusCode.ALREADY_EXISTS,
    RefusalReason.PAYMENT_ID_TAKEN: grpc.StatusCode.ALREADY_EXISTS,
    RefusalReason.PAYMENT_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    RefusalReason.OPERATION_IN_PROGRESS: grpc.StatusCode.UNAVAILABLE,
    RefusalReason.WRONG_PURPOSE: grpc.StatusCode.INVALID_ARGUMENT,
    RefusalReason.SUITE_NOT_ACCEPTED: grpc.StatusCode.INVALID_ARGUMENT,
    RefusalReason.ENVELOPES_MISMATCH: grpc.StatusCode.INVALID_ARGUMENT,
}
"""Every reason that is not here is FAILED_PRECONDITION: the same bytes will never be accepted."""


def _fixed(code: grpc.StatusCode, reason: str, message: str) -> FailureOf:
    failure = CallFailure(code, reason, message)
    return lambda _error: failure


def _refused(error: Exception) -> CallFailure:
    assert isinstance(error, RequestRefusedError)
    code = _CODES.get(error.reason, grpc.StatusCode.FAILED_PRECONDITION)
    return CallFailure(code, error.reason.name, error.reason.value)


SERVICE_FAILURES: Mapping[type[Exception], FailureOf] = {
    RequestRefusedError: _refused,
    TerminalNotAdmittedError: _fixed(
        grpc.StatusCode.PERMISSION_DENIED, "TERMINAL_NOT_LIVE", "the terminal is not admitted"
    ),
    TerminalNotCertifiedError: _fixed(
        grpc.StatusCode.PERMISSION_DENIED, "TERMINAL_NOT_LIVE", "the terminal is not admitted"
    ),
    MatchingUnavailableError: _fixed(
        grpc.StatusCode.UNAVAILABLE, "MATCHING_UNAVAILABLE", "a matching party is down"
    ),
    GenerationMismatchError: _fixed(
        grpc.StatusCode.UNAVAILABLE, "MATCHING_OUT_OF_STEP", "a matching party is out of step"
    ),
    SearchCutOffError: _fixed(
        grpc.StatusCode.ABORTED, "CAPTURE_AGAIN", "the search was cut off; a new capture is needed"
    ),
    ReferenceRefusedError: _fixed(
        grpc.StatusCode.FAILED_PRECONDITION, "REFERENCE_REFUSED", "a party refused the reference"
    ),
    IssuerUnavailableError: _fixed(
        grpc.StatusCode.UNAVAILABLE, "ISSUER_UNAVAILABLE", "the issuer gave no answer"
    ),
    PinTranslationError: _fixed(
        grpc.StatusCode.INVALID_ARGUMENT, "PIN_NOT_ACCEPTED", "the PIN could not be processed"
    ),
    NoSuchWindowError: _fixed(
        grpc.StatusCode.NOT_FOUND, "NO_SUCH_WINDOW", "there is no such window"
    ),
    PositionsNotFinalError: _fixed(
        grpc.StatusCode.FAILED_PRECONDITION,
        "POSITIONS_NOT_FINAL",
        "the window, or one before it, is still open or its fees are not booked yet",
    ),
    LedgerInvariantError: _fixed(
        grpc.StatusCode.UNAVAILABLE, "LEDGER_STOPPED", "posting has stopped; an operator is called"
    ),
}

failure_of: FailureOf = failure_table(SERVICE_FAILURES)
