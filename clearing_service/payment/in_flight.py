"""Calls that are being answered now. A repeat waits for the first and gets its answer.

A call runs as a task of its own: a terminal that hangs up, or a deadline at the edge, does not stop
a payment between its hold and its end.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Generic, TypeVar

from clearing_service.errors import RefusalReason, RequestRefusedError
from clearing_service.payment.duplicate_check import Arrival
from clearing_service.payment.operation import OperationKey

AnswerT = TypeVar("AnswerT")


@dataclass(frozen=True, slots=True)
class _Call(Generic[AnswerT]):
    request_sha256: bytes
    task: asyncio.Task[AnswerT]


class InFlight(Generic[AnswerT]):
    """Calls by operation. Belongs to one event loop."""

    def __init__(self) -> None:
        self._calls: dict[OperationKey, _Call[AnswerT]] = {}

    async def run(
        self, arrival: Arrival, start: Callable[[], Coroutine[None, None, AnswerT]]
    ) -> AnswerT:
        """Answer the call, or wait with the one that is already answering it.

        Other bytes under the same operation id are refused.
        """
        call = self._calls.get(arrival.key)
        if call is None:
            call = _Call(arrival.request_sha256, asyncio.ensure_future(start()))
            self._calls[arrival.key] = call
            call.task.add_done_callback(lambda task: self._end(arrival.key, task))
        elif call.request_sha256 != arrival.request_sha256:
            raise RequestRefusedError(RefusalReason.OPERATION_ID_REUSED)
        return await asyncio.shield(call.task)

    async def drain(self) -> None:
        """Wait until no call is being answered."""
        while self._calls:
            waiting = [call.task for call in self._calls.values()]
            await asyncio.gather(*waiting, return_exceptions=True)

    def _end(self, key: OperationKey, task: asyncio.Task[AnswerT]) -> None:
        self._calls.pop(key, None)
        if not task.cancelled():
            task.exception()  # taken note of, in case everybody who waited has hung up
