"""What can happen on a terminal's line: a recorder that keeps every byte, and faults by call name.

Both are client interceptors of gRPC, between the terminal's own code and TLS.
"""

import asyncio
import os
import signal
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any

import grpc
import grpc.aio
from google.protobuf.message import Message

CALLS = (
    "SignOn",
    "OpenPayment",
    "RouteProbe",
    "AuthorizePayment",
    "GetPayment",
    "CancelPayment",
    "ReversePayment",
)
"""What a paying till sends."""

Call = Callable[[grpc.aio.ClientCallDetails, Message], Awaitable[Any]]


class WireRecorder(grpc.aio.UnaryUnaryClientInterceptor):  # type: ignore[misc]
    """Keeps what the terminal sends and receives, as it is on the wire inside TLS."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.calls: list[str] = []
        self._sizes: list[tuple[str, int]] = []

    async def intercept_unary_unary(
        self, continuation: Call, details: grpc.aio.ClientCallDetails, request: Message
    ) -> Any:
        """Record one call and its answer."""
        name, sent = _name_of(details), request.SerializeToString()
        self.calls.append(name)
        self.messages.append(sent)
        call = await continuation(details, request)
        response = await call
        received = response.SerializeToString()
        self.messages.append(received)
        self._sizes.append((name, len(sent) + len(received)))
        return call

    def sizes(self) -> list[tuple[str, int]]:
        """Return each answered call in order with the bytes of its request and answer together."""
        return list(self._sizes)


class LineFault(Enum):
    """What happens to one call."""

    LOSE_REQUEST = "lose_request"
    """It never leaves."""
    LOSE_REPLY = "lose_reply"
    """It arrives and is acted on; the answer is lost and the caller's deadline passes."""
    KILL_AFTER = "kill_after"
    """It arrives and is acted on; then this very process is killed, as by a power cut."""
    BREAK_AFTER = "break_after"
    """It arrives and is acted on; then the connection breaks, so that the caller repeats it."""


class FaultyLine(grpc.aio.UnaryUnaryClientInterceptor):  # type: ignore[misc]
    """Does what it is told to the next calls of a name."""

    def __init__(self) -> None:
        self._faults: defaultdict[str, deque[LineFault]] = defaultdict(deque)
        self.sent: list[tuple[str, bytes]] = []
        self._held: dict[str, asyncio.Event] = {}
        self._delayed: dict[str, tuple[asyncio.Event, asyncio.Event]] = {}

    def hold(self, call: str, arrived: asyncio.Event) -> None:
        """Let the next call of this name be acted on, set `arrived`, and never answer it."""
        self._held[call] = arrived

    def delay(self, call: str, waiting: asyncio.Event, release: asyncio.Event) -> None:
        """Keep the next call of this name on the line, set `waiting`, and send it on `release`."""
        self._delayed[call] = (waiting, release)

    def fail(self, call: str, *faults: LineFault) -> None:
        """Let the next calls of this name ("AuthorizePayment") meet these faults, one each."""
        self._faults[call].extend(faults)

    async def intercept_unary_unary(
        self, continuation: Call, details: grpc.aio.ClientCallDetails, request: Message
    ) -> Any:
        """Pass one call on, or not."""
        name = _name_of(details)
        self.sent.append((name, request.SerializeToString()))
        fault = self._faults[name].popleft() if self._faults[name] else None
        if fault is LineFault.LOSE_REQUEST:
            raise _error(grpc.StatusCode.DEADLINE_EXCEEDED)
        await self._wait_if_delayed(name)
        call = await continuation(details, request)
        held = self._held.pop(name, None)
        if held is not None:
            await asyncio.wait([asyncio.ensure_future(_finish(call))])
            held.set()
            await asyncio.Event().wait()
        if fault is None:
            return call
        await asyncio.wait([asyncio.ensure_future(_finish(call))])
        if fault is LineFault.KILL_AFTER:
            os.kill(os.getpid(), signal.SIGKILL)
        is_break = fault is LineFault.BREAK_AFTER
        raise _error(grpc.StatusCode.UNAVAILABLE if is_break else grpc.StatusCode.DEADLINE_EXCEEDED)

    async def _wait_if_delayed(self, name: str) -> None:
        if name in self._delayed:
            waiting, release = self._delayed.pop(name)
            waiting.set()
            await release.wait()


async def _finish(call: Any) -> None:
    await call


def _name_of(details: grpc.aio.ClientCallDetails) -> str:
    method = details.method
    text = method.decode() if isinstance(method, bytes) else method
    return text.rpartition("/")[2]


def _error(code: grpc.StatusCode) -> grpc.aio.AioRpcError:
    empty = grpc.aio.Metadata()
    return grpc.aio.AioRpcError(code, empty, empty, details="a fault of the scenario")
