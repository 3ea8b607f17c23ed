"""The transport on a real socket: who gets through the handshake, and what a refusal looks like."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import grpc
import grpc.aio
import pytest
import pytest_asyncio
from cryptography import x509
from google.protobuf.wrappers_pb2 import StringValue
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status
from grpc_health.v1 import health_pb2, health_pb2_grpc

from clearing_service.provisioning.authority import certificates_pem
from clearing_service.transport.call_guard import CallGuard, CallRule, current_caller
from clearing_service.transport.credentials import (
    CredentialsError,
    TlsFiles,
    channel_credentials,
    server_credentials,
)
from clearing_service.transport.failures import failure_table
from clearing_service.transport.roles import PeerRole
from clearing_service.transport.server import (
    HEALTH_RULES,
    REFLECTION_RULES,
    AddressInUseError,
    GrpcServer,
    ServerSettings,
)
from facepay.ports import SystemClock
from tests.fakes.authorities import World

SAY = "/test.Echo/Say"
WAIT = "/test.Echo/Wait"
FAIL = "/test.Echo/Fail"
RULES = {
    SAY: CallRule(frozenset({PeerRole.TERMINAL}), 5.0),
    WAIT: CallRule(frozenset({PeerRole.TERMINAL}), 0.05),
    FAIL: CallRule(frozenset({PeerRole.TERMINAL}), 5.0),
    **HEALTH_RULES,
    **REFLECTION_RULES,
}


async def say(request: StringValue, _context: grpc.aio.ServicerContext) -> StringValue:
    return StringValue(value=f"{request.value} {current_caller().name}")


async def wait(_request: StringValue, _context: grpc.aio.ServicerContext) -> StringValue:
    await asyncio.Event().wait()
    return StringValue()


async def fail(_request: StringValue, _context: grpc.aio.ServicerContext) -> StringValue:
    raise ZeroDivisionError("the score was 3100")


def add_echo(server: grpc.aio.Server) -> Sequence[str]:
    handlers = {
        name: grpc.unary_unary_rpc_method_handler(
            behaviour, StringValue.FromString, StringValue.SerializeToString
        )
        for name, behaviour in {"Say": say, "Wait": wait, "Fail": fail}.items()
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("test.Echo", handlers),))
    return ["test.Echo"]


class Echo:
    """A running echo server and the world its certificates come from."""

    def __init__(self, world: World, server: GrpcServer, port: int) -> None:
        self.world = world
        self.server = server
        self.port = port

    def channel(self, files: TlsFiles) -> grpc.aio.Channel:
        return grpc.aio.secure_channel(f"127.0.0.1:{self.port}", channel_credentials(files))

    def terminal(self, name: str = "terminal") -> grpc.aio.Channel:
        return self.channel(self.world.files(self.world.identity(PeerRole.TERMINAL), name))


def serve(
    world: World, files: TlsFiles, address: str, *, has_reflection: bool = False
) -> GrpcServer:
    guard = CallGuard(RULES, world.peers(), failure_table({}), SystemClock())
    settings = ServerSettings(
        address, server_credentials(files), drain_seconds=1.0, has_reflection=has_reflection
    )
    return GrpcServer(settings, guard, add_echo)


@pytest_asyncio.fixture
async def echo(tmp_path: Path) -> AsyncIterator[Echo]:
    world = World(tmp_path)
    world.revoke()
    server_files = world.files(world.identity(PeerRole.PARTY_1, "clearing"), "server")
    server = serve(world, server_files, "127.0.0.1:0")
    yield Echo(world, server, await server.start())
    await server.drain()


async def call(channel: grpc.aio.Channel, method: str, content: bytes | None = None) -> str:
    message = StringValue(value="hello").SerializeToString() if content is None else content
    async with channel:
        reply = await channel.unary_unary(method)(message, timeout=5)
    return str(StringValue.FromString(reply).value)


def reason_of(error: grpc.aio.AioRpcError) -> str:
    trailing = dict(error.trailing_metadata() or ())
    status = Status.FromString(trailing["grpc-status-details-bin"])
    info = ErrorInfo()
    assert status.details[0].Unpack(info)
    assert info.domain == "facepay"
    return str(info.reason)


async def refused(
    channel: grpc.aio.Channel, method: str = SAY, **more: bytes
) -> grpc.aio.AioRpcError:
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await call(channel, method, **more)
    return raised.value


@pytest.mark.rule("WIR-01")
async def test_a_certificate_of_ours_gets_through(echo: Echo) -> None:
    assert await call(echo.terminal(), SAY) == "hello T0000001"


async def test_a_new_certificate_is_shown_from_the_next_handshake_on(echo: Echo) -> None:
    files = TlsFiles.in_directory(echo.world.directory / "server")
    earlier = files.leaf()
    renewed = echo.world.issuance.renewed(earlier, echo.world.parties)
    chain = (renewed, echo.world.parties.certificate)
    files.certificate_chain.write_bytes(certificates_pem(chain))
    assert await call(echo.terminal(), SAY) == "hello T0000001"
    assert await shown(echo) == renewed


async def test_a_certificate_of_another_key_is_not_taken_up(echo: Echo) -> None:
    files = TlsFiles.in_directory(echo.world.directory / "server")
    earlier = files.leaf()
    other = echo.world.identity(PeerRole.PARTY_1, "clearing")
    files.certificate_chain.write_bytes(certificates_pem(other.chain))
    assert await shown(echo) == earlier
    files.certificate_chain.unlink()
    assert await shown(echo) == earlier
    assert await call(echo.terminal(), SAY) == "hello T0000001"


async def shown(echo: Echo) -> x509.Certificate:
    """Return what the server shows in a handshake that begins now."""
    root = echo.world.directory / "server" / "ca.pem"
    context = ssl.create_default_context(cafile=str(root))
    context.check_hostname = False
    context.set_alpn_protocols(["h2"])
    _, writer = await asyncio.open_connection("127.0.0.1", echo.port, ssl=context)
    content = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.transport.abort()
    return x509.load_der_x509_certificate(content)


@pytest.mark.rule("WIR-01")
async def test_plaintext_gets_nothing(echo: Echo) -> None:
    error = await refused(grpc.aio.insecure_channel(f"127.0.0.1:{echo.port}"))
    assert error.code() is grpc.StatusCode.UNAVAILABLE


@pytest.mark.rule("WIR-01")
async def test_a_client_without_a_certificate_gets_nothing(echo: Echo) -> None:
    root = (echo.world.directory / "server" / "ca.pem").read_bytes()
    channel = grpc.aio.secure_channel(
        f"127.0.0.1:{echo.port}", grpc.ssl_channel_credentials(root_certificates=root)
    )
    assert (await refused(channel)).code() is grpc.StatusCode.UNAVAILABLE


@pytest.mark.rule("WIR-01")
async def test_a_certificate_of_another_root_gets_nothing(echo: Echo, tmp_path: Path) -> None:
    (tmp_path / "foreign").mkdir()
    foreign = World(tmp_path / "foreign")
    files = foreign.files(foreign.identity(PeerRole.TERMINAL), "terminal")
    ours = echo.world.directory / "server" / "ca.pem"
    channel = echo.channel(TlsFiles(files.private_key, files.certificate_chain, ours))
    assert (await refused(channel)).code() is grpc.StatusCode.UNAVAILABLE


@pytest.mark.rule("WIR-01")
async def test_a_terminal_does_not_talk_to_a_server_of_another_root(
    echo: Echo, tmp_path: Path
) -> None:
    (tmp_path / "foreign").mkdir()
    foreign = World(tmp_path / "foreign")
    files = echo.world.files(echo.world.identity(PeerRole.TERMINAL), "terminal")
    theirs = foreign.files(foreign.identity(PeerRole.TERMINAL), "terminal").root
    channel = echo.channel(TlsFiles(files.private_key, files.certificate_chain, theirs))
    assert (await refused(channel)).code() is grpc.StatusCode.UNAVAILABLE


@pytest.mark.rule("WIR-01", "CAP-06")
async def test_an_expired_certificate_gets_nothing(echo: Echo) -> None:
    expired = echo.world.identity(PeerRole.TERMINAL, lifetime=timedelta(seconds=-1))
    channel = echo.channel(echo.world.files(expired, "expired"))
    assert (await refused(channel)).code() is grpc.StatusCode.UNAVAILABLE


@pytest.mark.rule("WIR-01", "CAP-06")
async def test_a_revoked_certificate_is_refused_by_name(echo: Echo) -> None:
    lost = echo.world.identity(PeerRole.TERMINAL)
    channel = echo.channel(echo.world.files(lost, "lost"))
    echo.world.revoke(lost)
    error = await refused(channel)
    assert error.code() is grpc.StatusCode.PERMISSION_DENIED
    assert reason_of(error) == "CERTIFICATE_NOT_LIVE"


@pytest.mark.rule("WIR-01")
async def test_the_role_in_the_certificate_decides_which_calls_it_makes(echo: Echo) -> None:
    acquirer = echo.world.files(echo.world.identity(PeerRole.ACQUIRER, "5101"), "acquirer")
    error = await refused(echo.channel(acquirer))
    assert error.code() is grpc.StatusCode.PERMISSION_DENIED
    assert reason_of(error) == "ROLE_NOT_PERMITTED"


async def test_bytes_that_are_no_message_are_malformed(echo: Echo) -> None:
    error = await refused(echo.terminal(), content=b"\x0a\xff")
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert reason_of(error) == "MALFORMED"


async def test_an_oversized_message_is_refused(echo: Echo) -> None:
    error = await refused(echo.terminal(), content=b"\x0a\x80\x80\x08" + bytes(131_072))
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_a_call_ends_at_the_services_own_deadline(echo: Echo) -> None:
    error = await refused(echo.terminal(), WAIT)
    assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert reason_of(error) == "DEADLINE_EXCEEDED"


@pytest.mark.rule("GOV-03")
async def test_an_unforeseen_error_tells_nothing(echo: Echo) -> None:
    error = await refused(echo.terminal(), FAIL)
    assert error.code() is grpc.StatusCode.INTERNAL
    assert (
        "3100" not in f"{error.details()} {error.trailing_metadata()} {error.debug_error_string()}"
    )


async def test_health_is_answered_until_the_drain(echo: Echo) -> None:
    stub = health_pb2_grpc.HealthStub(echo.terminal())
    request = health_pb2.HealthCheckRequest(service="test.Echo")
    assert (await stub.Check(request)).status == health_pb2.HealthCheckResponse.SERVING
    await echo.server.set_serving(is_serving=False)
    assert (await stub.Check(request)).status == health_pb2.HealthCheckResponse.NOT_SERVING


async def test_reflection_is_not_there_unless_asked_for(echo: Echo) -> None:
    operator = echo.world.files(echo.world.identity(PeerRole.OPERATOR, "console"), "operator")
    method = next(iter(REFLECTION_RULES))
    async with echo.channel(operator) as channel:
        stream = channel.stream_stream(method)(timeout=5)
        assert await stream.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_a_port_in_use_is_named(echo: Echo) -> None:
    files = TlsFiles.in_directory(echo.world.directory / "server")
    second = serve(echo.world, files, f"127.0.0.1:{echo.port}")
    with pytest.raises(AddressInUseError, match=str(echo.port)):
        await second.start()


@pytest.mark.parametrize("name", ["ca.pem", "tls_key.pem", "tls_certificate.pem"])
@pytest.mark.parametrize("content", [b"", b"garbage"])
def test_files_that_grpc_would_end_the_process_over_are_refused(
    tmp_path: Path, name: str, content: bytes
) -> None:
    world = World(tmp_path)
    files = world.files(world.identity(PeerRole.OPERATOR, "console"), "operator")
    (files.root.parent / name).write_bytes(content)
    with pytest.raises(CredentialsError):
        channel_credentials(files)
    with pytest.raises(CredentialsError):
        server_credentials(files)
