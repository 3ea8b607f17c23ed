"""Repeats carry identical bytes, stop at the deadline, and never hide that a request may have arrived."""

from collections.abc import Sequence

import grpc
import grpc.aio
import pytest
from google.protobuf.any_pb2 import Any
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status

from facepay.errors import SignatureInvalidError
from facepay.identifiers import OperationId
from facepay.message_header import Purpose
from facepay.signed_request import SignedRequest
from facepay.v1 import payment_pb2
from pos_app.checkout.clearing_answers import ClearingError, ClearingErrorReason
from pos_app.checkout.payment import Operation
from pos_app.clearing_client.caller import Caller
from pos_app.clearing_client.request_builder import HeaderFields
from tests.fakes.ports import ManualClock
from tests.fakes.terminal_keys import KeyWorld


def failure(code: grpc.StatusCode, reason: str | None = None) -> grpc.aio.AioRpcError:
    metadata = grpc.aio.Metadata()
    if reason is not None:
        detail = Any()
        detail.Pack(ErrorInfo(reason=reason, domain="facepay"))
        status = Status(code=code.value[0], details=[detail])
        metadata.add("grpc-status-details-bin", status.SerializeToString())
    return grpc.aio.AioRpcError(code, grpc.aio.Metadata(), metadata)


class ScriptedMethod:
    """A unary method that meets these failures, then answers."""

    def __init__(self, clock: ManualClock, failures: Sequence[grpc.aio.AioRpcError]) -> None:
        self._clock = clock
        self._failures = list(failures)
        self.sent: list[bytes] = []

    async def __call__(self, message: Message, *, timeout: float) -> Message:  # noqa: ASYNC109 - gRPC's own deadline
        self.sent.append(message.SerializeToString())
        assert timeout > 0
        if self._failures:
            raise self._failures.pop(0)
        return payment_pb2.GetPaymentResponse(masked_name="*明")


class _Body:
    def to_bytes(self) -> bytes:
        return b"body"


@pytest.fixture
def request_() -> SignedRequest:
    operation = Operation(OperationId(bytes(16)), 1, Purpose.GET_PAYMENT)
    return KeyWorld().builder.build(operation, _Body(), HeaderFields())


async def call(method: ScriptedMethod, request: SignedRequest, clock: ManualClock) -> str:
    return await Caller(clock).call(
        method, payment_pb2.GetPaymentRequest, request, 3.0, lambda reply: str(reply.masked_name)
    )


DOWN = grpc.StatusCode.UNAVAILABLE


@pytest.mark.rule("WIR-05")
async def test_a_repeat_sends_the_same_bytes(clock: ManualClock, request_: SignedRequest) -> None:
    method = ScriptedMethod(clock, [failure(DOWN), failure(DOWN)])
    assert await call(method, request_, clock) == "*明"
    assert len(method.sent) == 3
    assert len(set(method.sent)) == 1


async def test_repeats_end_with_the_deadline(clock: ManualClock, request_: SignedRequest) -> None:
    method = ScriptedMethod(clock, [failure(DOWN)] * 100)
    with pytest.raises(ClearingError) as caught:
        await call(method, request_, clock)
    assert caught.value.reason is ClearingErrorReason.UNREACHABLE
    assert caught.value.is_outcome_unknown
    assert clock.monotonic() < 3.0


@pytest.mark.parametrize(
    ("code", "name", "reason"),
    [
        (grpc.StatusCode.FAILED_PRECONDITION, "CLOCK_OUT_OF_WINDOW", ClearingErrorReason.CLOCK_OFF),
        (grpc.StatusCode.FAILED_PRECONDITION, "EPOCH_NOT_CURRENT", ClearingErrorReason.EPOCH_STALE),
        (grpc.StatusCode.PERMISSION_DENIED, "TERMINAL_NOT_LIVE", ClearingErrorReason.NOT_ADMITTED),
        (grpc.StatusCode.UNAUTHENTICATED, "SIGNATURE_INVALID", ClearingErrorReason.NOT_ADMITTED),
        (grpc.StatusCode.INVALID_ARGUMENT, "MALFORMED", ClearingErrorReason.REFUSED),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "RATE", ClearingErrorReason.TOO_MANY_REQUESTS),
        (grpc.StatusCode.NOT_FOUND, "PAYMENT_NOT_FOUND", ClearingErrorReason.NOT_FOUND),
    ],
)
async def test_a_named_refusal_is_told_at_once_and_leaves_no_doubt(
    clock: ManualClock,
    request_: SignedRequest,
    code: grpc.StatusCode,
    name: str,
    reason: ClearingErrorReason,
) -> None:
    method = ScriptedMethod(clock, [failure(code, name)])
    with pytest.raises(ClearingError) as caught:
        await call(method, request_, clock)
    assert (caught.value.reason, caught.value.is_outcome_unknown) == (reason, False)
    assert len(method.sent) == 1


@pytest.mark.rule("OFF-03")
async def test_a_refusal_after_a_lost_reply_leaves_the_doubt(
    clock: ManualClock, request_: SignedRequest
) -> None:
    """The first send may have been acted on, whatever the second is told."""
    refused = failure(grpc.StatusCode.PERMISSION_DENIED, "TERMINAL_NOT_LIVE")
    method = ScriptedMethod(clock, [failure(DOWN), refused])
    with pytest.raises(ClearingError) as caught:
        await call(method, request_, clock)
    assert caught.value.is_outcome_unknown


@pytest.mark.rule("OFF-03")
@pytest.mark.parametrize(
    "code", [grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN]
)
async def test_an_end_that_nobody_explains_leaves_the_doubt(
    clock: ManualClock, request_: SignedRequest, code: grpc.StatusCode
) -> None:
    with pytest.raises(ClearingError) as caught:
        await call(ScriptedMethod(clock, [failure(code)]), request_, clock)
    assert caught.value.is_outcome_unknown


async def test_a_party_that_is_down_is_told_from_a_line_that_is_down(
    clock: ManualClock, request_: SignedRequest
) -> None:
    method = ScriptedMethod(clock, [failure(DOWN, "MATCHING_UNAVAILABLE")] * 100)
    with pytest.raises(ClearingError) as caught:
        await call(method, request_, clock)
    assert caught.value.reason is ClearingErrorReason.SERVICE_UNAVAILABLE


async def test_an_operation_in_progress_is_asked_for_again(
    clock: ManualClock, request_: SignedRequest
) -> None:
    method = ScriptedMethod(clock, [failure(DOWN, "OPERATION_IN_PROGRESS")])
    assert await call(method, request_, clock) == "*明"


async def test_a_reply_that_cannot_be_believed_is_not_genuine(
    clock: ManualClock, request_: SignedRequest
) -> None:
    def disbelieve(reply: object) -> str:
        raise SignatureInvalidError("forged")

    with pytest.raises(ClearingError) as caught:
        await Caller(clock).call(
            ScriptedMethod(clock, []), payment_pb2.GetPaymentRequest, request_, 3.0, disbelieve
        )
    assert caught.value.reason is ClearingErrorReason.REPLY_NOT_GENUINE
    assert caught.value.is_outcome_unknown
