"""A gRPC server with everything around its services: guard, health, reflection, graceful end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import grpc
import grpc.aio
import structlog
from grpc_health.v1 import health_pb2
from grpc_health.v1._async import HealthServicer
from grpc_health.v1.health_pb2_grpc import add_HealthServicer_to_server
from grpc_reflection.v1alpha import reflection

from clearing_service.errors import ClearingError
from clearing_service.transport.call_guard import CallGuard, CallRule
from clearing_service.transport.roles import PeerRole

MESSAGE_MAX_BYTES = 64 * 1024
"""Five envelopes, header and body stay under 32 KiB; a batch among parties sets its own limit."""

HEALTH_RULES: Mapping[str, CallRule] = {
    "/grpc.health.v1.Health/Check": CallRule(frozenset(PeerRole), 5.0)
}
REFLECTION_RULES: Mapping[str, CallRule] = {
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo": CallRule(
        frozenset({PeerRole.OPERATOR}), None
    )
}

# An idle till is pinged once a minute, so that a dead line is noticed before the next shopper;
# clients that ping more often than every 20 seconds are sent away.
KEEPALIVE_OPTIONS = (
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),
    ("grpc.http2.min_ping_interval_without_data_ms", 20_000),
)

_log = structlog.get_logger("server")


class AddressInUseError(ClearingError):
    """The address cannot be listened on: another program has the port, or it is not ours."""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """How a server listens. `drain_seconds` is how long running calls may take to end."""

    address: str
    credentials: grpc.ServerCredentials
    drain_seconds: float = 15.0
    message_max_bytes: int = MESSAGE_MAX_BYTES
    has_reflection: bool = False


AddServices = Callable[[grpc.aio.Server], Sequence[str]]
"""Adds servicers to a server and returns the full names of their services."""


class GrpcServer:
    """One listening server. Made, started, drained once."""

    def __init__(
        self, settings: ServerSettings, guard: CallGuard, add_services: AddServices
    ) -> None:
        self._settings = settings
        self._health = HealthServicer()
        self._server = grpc.aio.server(
            interceptors=[guard],
            options=[
                ("grpc.max_receive_message_length", settings.message_max_bytes),
                ("grpc.max_send_message_length", settings.message_max_bytes),
                ("grpc.max_metadata_size", 16 * 1024),
                # Two servers sharing a port would split the tills between them unseen.
                ("grpc.so_reuseport", 0),
                *KEEPALIVE_OPTIONS,
            ],
        )
        self._services = tuple(add_services(self._server))
        add_HealthServicer_to_server(self._health, self._server)
        if settings.has_reflection:
            reflection.enable_server_reflection(
                (*self._services, reflection.SERVICE_NAME), self._server
            )

    async def start(self) -> int:
        """Listen and serve; return the port. Raises `AddressInUseError`."""
        try:
            port: int = self._server.add_secure_port(
                self._settings.address, self._settings.credentials
            )
        except RuntimeError as error:
            await self._server.stop(None)
            raise AddressInUseError(f"cannot listen on {self._settings.address}") from error
        await self._server.start()
        await self.set_serving(is_serving=True)
        _log.info("listening", port=port)
        return port

    async def set_serving(self, *, is_serving: bool) -> None:
        """Tell health checks whether this server takes calls."""
        state = health_pb2.HealthCheckResponse.SERVING
        if not is_serving:
            state = health_pb2.HealthCheckResponse.NOT_SERVING
        for service in ("", *self._services):
            await self._health.set(service, state)

    async def drain(self) -> None:
        """Refuse new calls, let running ones end within the drain time, then stop."""
        _log.info("draining")
        await self.set_serving(is_serving=False)
        await self._server.stop(self._settings.drain_seconds)
        _log.info("stopped")

    async def wait(self) -> None:
        """Return when the server has stopped."""
        await self._server.wait_for_termination()
