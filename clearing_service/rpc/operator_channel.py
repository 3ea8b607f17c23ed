"""A connection to the running service with an operator's certificate."""

import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Self

import grpc
import grpc.aio

from clearing_service.config import ConfigError
from clearing_service.errors import ClearingError
from clearing_service.transport.credentials import TlsFiles, channel_credentials


class ServiceCallError(ClearingError):
    """The running service did not answer, or refused. The message is for a person."""


class OperatorChannel:
    """Calls the service whose address is in the operator's folder. Use it as a context manager."""

    def __init__(self, folder: Path) -> None:
        """Read address and certificate; raises `ConfigError` and `CredentialsError`."""
        self._address = _address(folder / "operator.toml")
        credentials = channel_credentials(TlsFiles.in_directory(folder))
        self.grpc = grpc.aio.secure_channel(self._address, credentials)

    async def __aenter__(self) -> Self:
        """Return the channel; it connects at the first call."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connection."""
        await self.grpc.close()

    async def ask(
        self, call: Callable[..., Awaitable[Any]], request: object, seconds: float
    ) -> Any:  # noqa: ANN401 - the stubs have no types
        """Return the reply to one call within `seconds`; raises `ServiceCallError`."""
        try:
            return await call(request, timeout=seconds)
        except grpc.aio.AioRpcError as error:
            code = error.code().name
            raise ServiceCallError(
                f"the service at {self._address} answered {code}: {error.details()}"
            ) from error


def _address(path: Path) -> str:
    try:
        return str(tomllib.loads(path.read_text(encoding="utf-8"))["clearing_address"])
    except (OSError, ValueError, KeyError) as error:
        raise ConfigError(f"{path} cannot be read") from error
