"""An error leaves the process as a code and a reason, and takes nothing else along."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
import structlog
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status

from clearing_service.errors import RefusalReason, RequestRefusedError, StoreError
from clearing_service.transport.credentials import CredentialsError, TlsFiles, server_credentials
from clearing_service.transport.failures import CallFailure, failure_table
from clearing_service.transport.logs import configure_logs
from clearing_service.transport.roles import PeerRole
from facepay.errors import ImageBytesError, MalformedFieldError, SignatureInvalidError
from tests.fakes.authorities import World


def by_reason(error: Exception) -> CallFailure:
    assert isinstance(error, RequestRefusedError)
    return CallFailure(grpc.StatusCode.FAILED_PRECONDITION, error.reason.name, error.reason.value)


FAILURE_OF = failure_table({RequestRefusedError: by_reason})


@contextmanager
def logging_to(stream: io.StringIO) -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    configure_logs(stream)
    try:
        yield
    finally:
        structlog.reset_defaults()
        root.handlers[:], root.level = handlers, level


@pytest.mark.parametrize(
    ("error", "code", "reason"),
    [
        (ImageBytesError("x"), grpc.StatusCode.INVALID_ARGUMENT, "IMAGE_BYTES"),
        (MalformedFieldError("x"), grpc.StatusCode.INVALID_ARGUMENT, "MALFORMED"),
        (SignatureInvalidError("x"), grpc.StatusCode.UNAUTHENTICATED, "SIGNATURE_INVALID"),
        (StoreError("x"), grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE"),
        (TimeoutError(), grpc.StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED"),
        (
            RequestRefusedError(RefusalReason.CLOCK_OUT_OF_WINDOW),
            grpc.StatusCode.FAILED_PRECONDITION,
            "CLOCK_OUT_OF_WINDOW",
        ),
        (ZeroDivisionError("score 3100"), grpc.StatusCode.INTERNAL, "INTERNAL"),
    ],
)
def test_every_error_has_one_code_and_a_stable_reason(
    error: Exception, code: grpc.StatusCode, reason: str
) -> None:
    failure = FAILURE_OF(error)
    assert (failure.code, failure.reason) == (code, reason)


def test_the_reason_travels_as_error_info() -> None:
    ((_, content),) = FAILURE_OF(StoreError("x")).details()
    status = Status.FromString(content)
    info = ErrorInfo()
    assert status.details[0].Unpack(info)
    assert (info.domain, info.reason) == ("facepay", "STORE_UNAVAILABLE")
    assert status.code == grpc.StatusCode.UNAVAILABLE.value[0]


@pytest.mark.rule("GOV-03")
@pytest.mark.parametrize("secret", ["123456", "0.7312"])
def test_what_an_error_says_of_itself_never_leaves(secret: str) -> None:
    for error in (ZeroDivisionError(secret), MalformedFieldError(secret), StoreError(secret)):
        failure = FAILURE_OF(error)
        assert secret not in failure.message
        assert secret.encode() not in failure.details()[0][1]


@pytest.mark.rule("GOV-03")
def test_a_log_line_holds_allowed_fields_only() -> None:
    stream = io.StringIO()
    with logging_to(stream):
        structlog.get_logger("test").info("call", method="/m", pin="123456", code=b"bytes")
    line = json.loads(stream.getvalue())
    assert line["method"] == "/m"
    assert line["withheld"] == ["code", "pin"]
    assert "123456" not in stream.getvalue()


@pytest.mark.rule("GOV-03")
def test_the_text_of_a_library_is_not_written() -> None:
    stream = io.StringIO()
    with logging_to(stream):
        logging.getLogger("clearing_service.matching").warning("party %d is gone", 2)
        logging.getLogger("some.library").error("cannot handle %s", "123456")
    ours, theirs = (json.loads(line) for line in stream.getvalue().splitlines())
    assert ours["event"] == "party 2 is gone"
    assert theirs["logger"] == "some.library"
    assert "123456" not in stream.getvalue()


def test_a_private_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    world = World(tmp_path)
    files = world.files(world.identity(PeerRole.PARTY_1, "clearing"), "server")
    server_credentials(files)
    files.private_key.chmod(0o640)
    with pytest.raises(CredentialsError, match="0600"):
        server_credentials(files)


def test_a_missing_certificate_is_named(tmp_path: Path) -> None:
    with pytest.raises(CredentialsError, match=r"tls_key\.pem"):
        server_credentials(TlsFiles.in_directory(tmp_path))
