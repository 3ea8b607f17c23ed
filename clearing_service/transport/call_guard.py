"""What stands around every call: who may make it, how long it may take, how it ends in the log."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import grpc
import grpc.aio
import structlog
from google.protobuf.message import DecodeError

from clearing_service.transport.failures import (
    DEADLINE,
    ROLE_NOT_PERMITTED,
    TRANSPORT_FAILURES,
    CallFailure,
    FailureOf,
    abort_with,
)
from clearing_service.transport.peers import PeerDirectory
from clearing_service.transport.roles import PeerIdentity, PeerRole
from facepay.ports import Clock

_log = structlog.get_logger("call")
_caller: ContextVar[PeerIdentity] = ContextVar("caller")


@dataclass(frozen=True, slots=True)
class CallRule:
    """Who may make a call, and for how long it may run at most.

    The caller's own deadline counts too, whichever is first. A stream has no deadline.
    """

    roles: frozenset[PeerRole]
    deadline_seconds: float | None


def current_caller() -> PeerIdentity:
    """Return who makes the call that this task is handling."""
    return _caller.get()


class CallGuard(grpc.aio.ServerInterceptor):  # type: ignore[misc]
    """Lets through the calls that `rules` permits, by full method name; refuses all others."""

    def __init__(
        self,
        rules: Mapping[str, CallRule],
        peers: PeerDirectory,
        failure_of: FailureOf,
        clock: Clock,
    ) -> None:
        self._rules = rules
        self._peers = peers
        self._failure_of = failure_of
        self._clock = clock

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler]],
        details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler:
        """Return the method's handler with the guard around it.

        The guarded handler takes raw bytes, so that nothing of a message is parsed for a caller who
        may not make the call, and so that bytes that do not parse get a named refusal.
        """
        handler = await continuation(details)
        if handler is None:
            return None
        rule = self._rules.get(details.method)
        if handler.unary_unary is not None:
            guarded = _GuardedCall(self, details.method, rule, handler)
            return grpc.unary_unary_rpc_method_handler(
                guarded.run, response_serializer=handler.response_serializer
            )
        if handler.stream_stream is not None:
            stream = _GuardedStream(self, details.method, rule, handler)
            return grpc.stream_stream_rpc_method_handler(
                stream.run, handler.request_deserializer, handler.response_serializer
            )
        return _refuse_everything()

    def admit(self, rule: CallRule | None, context: Any) -> PeerIdentity | CallFailure:  # noqa: ANN401
        """Return who calls, or why they may not."""
        try:
            caller = self._peers.identify(context)
        except Exception as error:  # noqa: BLE001 - every error becomes a failure with a reason
            return self._failure_of(error)
        if rule is None or caller.role not in rule.roles:
            return ROLE_NOT_PERMITTED
        _caller.set(caller)
        return caller

    def failure_of(self, error: Exception) -> CallFailure:
        """Return what the caller is told of `error`; one nobody foresaw is logged by its type."""
        failure = self._failure_of(error)
        if failure.code is grpc.StatusCode.INTERNAL:
            _log.error("unexpected error", error_type=type(error).__name__, place=_place(error))
        return failure

    def log_end(
        self, method: str, caller: PeerIdentity | None, started: float, failure: CallFailure | None
    ) -> None:
        """Write one line about a call that has ended."""
        _log.info(
            "call",
            method=method,
            role=caller.role.value if caller else "",
            peer=caller.name if caller else "",
            code=failure.code.name if failure else "OK",
            reason=failure.reason if failure else "",
            duration_ms=round((self._clock.monotonic() - started) * 1000, 3),
        )

    def started(self) -> float:
        """Return the time from which a call's duration counts."""
        return self._clock.monotonic()


class _GuardedCall:
    """One unary method with its rule."""

    def __init__(
        self, guard: CallGuard, method: str, rule: CallRule | None, handler: grpc.RpcMethodHandler
    ) -> None:
        self._guard = guard
        self._method = method
        self._rule = rule
        self._handler = handler

    async def run(self, encoded: bytes, context: grpc.aio.ServicerContext) -> object:
        started = self._guard.started()
        caller = self._guard.admit(self._rule, context)
        if isinstance(caller, CallFailure):
            self._guard.log_end(self._method, None, started, caller)
            await abort_with(context, caller)
        outcome = await self._outcome(encoded, context)
        failure = outcome if isinstance(outcome, CallFailure) else None
        self._guard.log_end(self._method, caller, started, failure)
        if failure is not None:
            await abort_with(context, failure)
        return outcome

    async def _outcome(self, encoded: bytes, context: grpc.aio.ServicerContext) -> object:
        """Return the reply, or the failure that the call ends in."""
        limit = self._rule.deadline_seconds if self._rule else None
        try:
            request = self._handler.request_deserializer(encoded)
            async with asyncio.timeout(limit):
                return await self._handler.unary_unary(request, context)
        except DecodeError:
            return _MALFORMED
        except TimeoutError:
            return DEADLINE
        except Exception as error:  # noqa: BLE001 - every error becomes a failure with a reason
            return self._guard.failure_of(error)


class _GuardedStream:
    """One bidirectional stream with its rule."""

    def __init__(
        self, guard: CallGuard, method: str, rule: CallRule | None, handler: grpc.RpcMethodHandler
    ) -> None:
        self._guard = guard
        self._method = method
        self._rule = rule
        self._handler = handler

    async def run(
        self, requests: AsyncIterator[object], context: grpc.aio.ServicerContext
    ) -> AsyncIterator[object]:
        started = self._guard.started()
        caller = self._guard.admit(self._rule, context)
        failure = caller if isinstance(caller, CallFailure) else None
        try:
            if failure is not None:
                await abort_with(context, failure)
            async for reply in self._handler.stream_stream(requests, context):
                yield reply
        except grpc.aio.AbortError:
            raise
        except Exception as error:  # noqa: BLE001 - every error becomes a failure with a reason
            failure = self._guard.failure_of(error)
            await abort_with(context, failure)
        finally:
            known = None if isinstance(caller, CallFailure) else caller
            self._guard.log_end(self._method, known, started, failure)


_MALFORMED = next(
    failure for failure in TRANSPORT_FAILURES.values() if failure.reason == "MALFORMED"
)


def _place(error: Exception) -> str:
    """Return file and line where `error` was raised: enough to find it, and no value of ours."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f"{trace.tb_frame.f_globals.get('__name__', '')}:{trace.tb_lineno}"


def _refuse_everything() -> grpc.RpcMethodHandler:
    """Return a handler for kinds of calls that this service does not offer."""

    async def refuse(_encoded: bytes, context: grpc.aio.ServicerContext) -> None:
        await abort_with(context, ROLE_NOT_PERMITTED)

    return grpc.unary_unary_rpc_method_handler(refuse)
