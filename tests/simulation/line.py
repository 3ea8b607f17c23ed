"""The lines of a run: terminals to the service, and the service to the issuers.

A terminal's line stands in for a gRPC channel and carries the product's own bytes to the product's
own handlers behind their guard. It loses, delays, doubles and reorders what it carries, and breaks
when either end dies.
"""

import asyncio
import hashlib
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

import grpc
import grpc.aio

from clearing_service.errors import IssuerUnavailableError
from clearing_service.payment.ports import (
    CreditOutcome,
    IssuerApproved,
    IssuerCredit,
    IssuerDebit,
    IssuerDeclined,
    IssuerGateway,
)
from clearing_service.transport.roles import PeerIdentity, PeerRole
from facepay.identifiers import AccountAlias, ParticipantId, PaymentId
from tests.simulation.faults import FaultKind
from tests.simulation.trace import Trace
from tests.simulation.virtual_time import Process, VirtualLoop

T = TypeVar("T")

ISSUER_ANSWER_SECONDS = 8.0


@dataclass
class LineFaults:
    """What will go wrong with the next messages of one terminal, or of one issuer."""

    next_ones: deque[tuple[FaultKind, float]] = field(default_factory=deque)
    down_until: float = 0.0

    def take(self, *kinds: FaultKind) -> tuple[FaultKind, float] | None:
        """Return the first waiting fault if it is one of `kinds`, and forget it."""
        if self.next_ones and self.next_ones[0][0] in kinds:
            return self.next_ones.popleft()
        return None


class RefusedError(Exception):
    """The server ended a call with a gRPC status."""

    def __init__(self, code: grpc.StatusCode, details: str, metadata: Any) -> None:
        super().__init__(details)
        self.code = code
        self.details = details
        self.metadata = metadata


class ServerContext:
    """What a handler sees of a call."""

    def __init__(self, peer: PeerIdentity) -> None:
        self.peer = peer

    async def abort(
        self, code: grpc.StatusCode, details: str = "", trailing_metadata: Any = ()
    ) -> NoReturn:
        raise RefusedError(code, details, trailing_metadata)


class SimulatedServer:
    """The registering half of a gRPC server: product handlers by method name, behind their guard."""

    def __init__(self) -> None:
        self.methods: dict[str, grpc.RpcMethodHandler] = {}

    def add_generic_rpc_handlers(self, handlers: object) -> None:
        """The registered methods below are the same ones."""

    def add_registered_method_handlers(
        self, service: str, handlers: Mapping[str, grpc.RpcMethodHandler]
    ) -> None:
        self.methods.update({f"/{service}/{name}": one for name, one in handlers.items()})


@dataclass(frozen=True, slots=True)
class CallDetails:
    """What an interceptor is told of a call."""

    method: str


Serve = Callable[[str, bytes, ServerContext], Awaitable[bytes]]


@dataclass
class ServiceAddress:
    """Where terminals find the service: nobody answers while `process` is None."""

    process: Process | None = None
    serve: Serve | None = None


class TerminalLine:
    """Implements what generated stubs use of a gRPC channel, for one terminal."""

    def __init__(
        self, loop: VirtualLoop, terminal: str, address: ServiceAddress, trace: Trace
    ) -> None:
        self._loop = loop
        self._address = address
        self._trace = trace
        self._context = ServerContext(PeerIdentity(PeerRole.TERMINAL, terminal))
        self._count = 0
        self.terminal = terminal
        self.faults = LineFaults()
        self.on_send: Callable[[Any], None] = lambda _message: None

    def unary_unary(
        self,
        path: str,
        request_serializer: Callable[[Any], bytes],
        response_deserializer: Callable[[bytes], Any],
        **_: object,
    ) -> Callable[..., Awaitable[Any]]:
        async def call(message: Any, *, timeout: float) -> Any:  # noqa: ASYNC109 - as gRPC's
            self.on_send(message)
            reply = await self._send(path, request_serializer(message), timeout)
            return response_deserializer(reply)

        return call

    async def close(self) -> None:
        """Nothing to release."""

    async def _send(self, path: str, encoded: bytes, seconds: float) -> bytes:
        self._count += 1
        call = _Call(self._loop, path.rpartition("/")[2], f"{self.terminal}/{self._count}")
        self._trace.add(self._loop.time(), self.terminal, f"SEND {call.name} {call.method}")
        if self._loop.time() < self.faults.down_until:
            self._loop.call_later(0.05, call.fail, grpc.StatusCode.UNAVAILABLE)
        else:
            self._dispatch(call, path, encoded)
        expiry = self._loop.call_later(seconds, call.fail, grpc.StatusCode.DEADLINE_EXCEEDED)
        try:
            return await call.answer
        finally:
            expiry.cancel()
            call.hang_up()

    def _dispatch(self, call: "_Call", path: str, encoded: bytes) -> None:
        delay = 0.004 + self._jitter(call.name)
        fault = self.faults.take(
            FaultKind.LOSE_REQUEST, FaultKind.DELAY_REQUEST, FaultKind.DUPLICATE
        )
        if fault is not None:
            self._trace.add(self._loop.time(), self.terminal, f"FAULT {fault[0].name} {call.name}")
        if fault is not None and fault[0] is FaultKind.LOSE_REQUEST:
            return
        if fault is not None and fault[0] is FaultKind.DELAY_REQUEST:
            delay += fault[1]
        self._loop.call_later(delay, self._arrive, call, path, encoded)
        if fault is not None and fault[0] is FaultKind.DUPLICATE:
            copy = _Call(self._loop, call.method, f"{call.name}+")
            self._loop.call_later(delay + fault[1], self._arrive, copy, path, encoded)

    def _arrive(self, call: "_Call", path: str, encoded: bytes) -> None:
        process, serve = self._address.process, self._address.serve
        if process is None or serve is None or not process.is_alive:
            self._loop.call_later(0.004, call.fail, grpc.StatusCode.UNAVAILABLE)
            return
        # A call that ended at the caller is still carried out: its bytes were on the way.
        task = process.start(serve(path, encoded, self._context))
        call.served_by(task)
        process.at_death(call, lambda: call.fail(grpc.StatusCode.UNAVAILABLE))
        task.add_done_callback(lambda done: self._reply(process, call, done))

    def _reply(self, process: Process, call: "_Call", done: asyncio.Task[bytes]) -> None:
        process.disconnect(call)
        if done.cancelled():
            return
        delay = 0.004 + self._jitter(call.name + "r")
        fault = self.faults.take(FaultKind.LOSE_REPLY, FaultKind.DELAY_REPLY)
        if fault is not None:
            self._trace.add(self._loop.time(), self.terminal, f"FAULT {fault[0].name} {call.name}")
            if fault[0] is FaultKind.LOSE_REPLY:
                return
            delay += fault[1]
        if self._loop.time() < self.faults.down_until:
            return
        error = done.exception()
        outcome = "OK" if error is None else str(error)
        self._trace.add(self._loop.time(), "service", f"REPLY {call.name} {call.method} {outcome}")
        self._loop.call_later(delay, call.settle, done)

    def _jitter(self, name: str) -> float:
        return _share(name) * 0.01


class _Call:
    """One call on the caller's side."""

    def __init__(self, loop: VirtualLoop, method: str, name: str) -> None:
        self.method = method
        self.name = name
        self.answer: asyncio.Future[bytes] = loop.create_future()
        self._task: asyncio.Task[bytes] | None = None

    def served_by(self, task: asyncio.Task[bytes]) -> None:
        self._task = task

    def fail(self, code: grpc.StatusCode) -> None:
        if not self.answer.done():
            self.answer.set_exception(_error(code, "the line", ()))
            self.answer.exception()

    def settle(self, done: asyncio.Task[bytes]) -> None:
        if self.answer.done():
            return
        error = done.exception()
        if error is None:
            self.answer.set_result(done.result())
        elif isinstance(error, RefusedError):
            self.answer.set_exception(_error(error.code, error.details, error.metadata))
        else:
            self.answer.set_exception(error)
        self.answer.exception()

    def hang_up(self) -> None:
        """The caller has its answer or waits no longer: gRPC ends the handler's own task."""
        if self._task is not None and not self._task.done():
            self._task.cancel()


def _error(code: grpc.StatusCode, details: str, metadata: Any) -> grpc.aio.AioRpcError:
    return grpc.aio.AioRpcError(code, grpc.aio.Metadata(), grpc.aio.Metadata(*metadata), details)


class IssuerLine:
    """Implements `IssuerGateway` as the service sees it: the issuers are another process away."""

    def __init__(
        self, loop: VirtualLoop, issuers: Callable[[], tuple[Process, IssuerGateway]], trace: Trace
    ) -> None:
        self._loop = loop
        self._issuers = issuers
        self._trace = trace
        self._count = 0
        self.faults = LineFaults()

    async def authorize(self, debit: IssuerDebit) -> IssuerApproved | IssuerDeclined:
        about = f"authorize {debit.payment_id}"
        return await self._ask(about, lambda issuers: issuers.authorize(debit))

    async def find(
        self, issuer_id: ParticipantId, payment_id: PaymentId
    ) -> IssuerApproved | IssuerDeclined | None:
        about = f"find {payment_id}"
        return await self._ask(about, lambda issuers: issuers.find(issuer_id, payment_id))

    async def reverse(self, issuer_id: ParticipantId, payment_id: PaymentId) -> None:
        about = f"reverse {payment_id}"
        return await self._ask(about, lambda issuers: issuers.reverse(issuer_id, payment_id))

    async def credit(self, credit: IssuerCredit) -> CreditOutcome:
        about = f"credit {credit.payment_id}"
        return await self._ask(about, lambda issuers: issuers.credit(credit))

    async def masked_name(
        self, issuer_id: ParticipantId, account_alias: AccountAlias
    ) -> str | None:
        return await self._ask(
            "masked name", lambda issuers: issuers.masked_name(issuer_id, account_alias)
        )

    async def _ask(
        self, about: str, question: Callable[[IssuerGateway], Coroutine[Any, Any, T]]
    ) -> T:
        fault = self.faults.take(FaultKind.ISSUER_LOSES_REQUEST, FaultKind.ISSUER_LOSES_REPLY)
        if fault is not None:
            self._trace.add(self._loop.time(), "issuers", f"FAULT {fault[0].name} {about}")
        await asyncio.sleep(0.01)
        if fault is not None and fault[0] is FaultKind.ISSUER_LOSES_REQUEST:
            await self._give_up()
        self._count += 1
        await asyncio.sleep(0.03 + 2.0 * _share(f"issuer/{self._count}") ** 2)
        process, issuers = self._issuers()
        # The issuer goes on with what it began, whoever still waits.
        task = process.start(question(issuers))
        try:
            async with asyncio.timeout(ISSUER_ANSWER_SECONDS + 0.5):
                answer = await asyncio.shield(task)
        except TimeoutError as error:
            raise IssuerUnavailableError(about) from error
        if fault is not None:
            await self._give_up()
        self._trace.add(self._loop.time(), "issuers", f"ANSWER {about} {type(answer).__name__}")
        await asyncio.sleep(0.01)
        return answer

    async def _give_up(self) -> NoReturn:
        await asyncio.sleep(ISSUER_ANSWER_SECONDS)
        raise IssuerUnavailableError("no answer in time")


def _share(name: str) -> float:
    """Return a number from 0 to 1 that follows from the name."""
    return hashlib.sha256(name.encode()).digest()[0] / 256
