"""The operator's calls to a running service, with the operator's certificate."""

import tomllib
from pathlib import Path
from typing import Self

import grpc
import grpc.aio

from clearing_service.config import ConfigError
from clearing_service.errors import ClearingError
from clearing_service.transport.credentials import TlsFiles, channel_credentials
from facepay.identifiers import AccountAlias, ParticipantId
from facepay.v1 import operator_pb2 as pb
from facepay.v1.operator_pb2_grpc import OperatorServiceStub
from facepay.wire.operator import GENERATED_REFERENCES_MAX, LossReportRequest, Overview

_OVERVIEW_SECONDS = 30.0
_GENERATION_SECONDS = 600.0
_LOSS_SECONDS = 10.0


class ServiceCallError(ClearingError):
    """The running service did not answer, or refused. The message is for a person."""


class OperatorClient:
    """Calls the service whose address is in the operator's folder. Use it as a context manager."""

    def __init__(self, folder: Path) -> None:
        """Read address and certificate; raises `ConfigError` and `CredentialsError`."""
        self._address = _address(folder / "operator.toml")
        credentials = channel_credentials(TlsFiles.in_directory(folder))
        self._channel = grpc.aio.secure_channel(self._address, credentials)
        self._stub = OperatorServiceStub(self._channel)  # type: ignore[no-untyped-call]

    async def __aenter__(self) -> Self:
        """Return the client; it connects at the first call."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connection."""
        await self._channel.close()

    async def overview(self) -> Overview:
        """Return the service's state; raises `ServiceCallError`."""
        try:
            reply = await self._stub.GetOverview(
                pb.GetOverviewRequest(), timeout=_OVERVIEW_SECONDS, wait_for_ready=False
            )
        except grpc.aio.AioRpcError as error:
            raise self._explain(error) from error
        return Overview.from_message(reply)

    async def generate_references(self, count: int) -> int:
        """Generate `count` references that belong to nobody; return how many there are now."""
        if not 1 <= count <= GENERATED_REFERENCES_MAX:
            raise ServiceCallError(f"1 to {GENERATED_REFERENCES_MAX} references can be generated")
        try:
            reply = await self._stub.GenerateReferences(
                pb.GenerateReferencesRequest(count=count), timeout=_GENERATION_SECONDS
            )
        except grpc.aio.AioRpcError as error:
            raise self._explain(error) from error
        return int(reply.active_references)

    async def report_loss(self, asked: LossReportRequest) -> None:
        """Stop face payment of an account; raises `ServiceCallError`."""
        try:
            await self._stub.ReportLoss(asked.to_message(), timeout=_LOSS_SECONDS)
        except grpc.aio.AioRpcError as error:
            raise self._explain(error) from error

    async def lift_loss_report(self, issuer_id: ParticipantId, alias: AccountAlias) -> None:
        """Let face payment of an account go on; raises `ServiceCallError`."""
        asked = pb.LiftLossReportRequest(issuer_id=issuer_id.value, account_alias=alias.value)
        try:
            await self._stub.LiftLossReport(asked, timeout=_LOSS_SECONDS)
        except grpc.aio.AioRpcError as error:
            raise self._explain(error) from error

    def _explain(self, error: grpc.aio.AioRpcError) -> ServiceCallError:
        code = error.code().name
        return ServiceCallError(
            f"the service at {self._address} answered {code}: {error.details()}"
        )


def _address(path: Path) -> str:
    try:
        return str(tomllib.loads(path.read_text(encoding="utf-8"))["clearing_address"])
    except (OSError, ValueError, KeyError) as error:
        raise ConfigError(f"{path} cannot be read") from error
