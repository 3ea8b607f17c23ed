"""Once-only calls that are no payments: sign-on and enrolment.

They share a terminal's operations and counters with its payments, so that a message is good once
whatever it is for. A repeat of the same bytes gets the stored answer; a call that failed before it
was answered is carried out again, and its use case goes on where it stopped.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from clearing_service.payment.clearing_book import ClearingBook, Needs
from clearing_service.payment.duplicate_check import Arrival, accept, arrive, find_operation
from clearing_service.payment.in_flight import InFlight
from clearing_service.payment.operation import Operation
from clearing_service.payment.ports import PaymentStore
from clearing_service.payment.requests import VerifiedRequest
from facepay.message_header import Purpose
from facepay.ports import Clock


class OperationGate:
    """Lets each operation through once. Answers are the serialised replies."""

    def __init__(self, store: PaymentStore, clock: Clock, clock_window: timedelta) -> None:
        self._store = store
        self._clock = clock
        self._clock_window = clock_window
        self._in_flight = InFlight[bytes]()

    async def answer(
        self,
        request: VerifiedRequest,
        purpose: Purpose,
        use_case: Callable[[], Awaitable[bytes]],
    ) -> bytes:
        """Return the stored answer, or that of `use_case`, stored durably first.

        Raises `RequestRefusedError` for a reused id, a clock out of the window and a used counter,
        and whatever `use_case` raises; nothing is stored then.
        """
        arrival = arrive(request, purpose, self._clock.now())
        return await self._in_flight.run(arrival, lambda: self._run(arrival, use_case))

    async def drain(self) -> None:
        """Wait until every call that began has been answered."""
        await self._in_flight.drain()

    async def _run(self, arrival: Arrival, use_case: Callable[[], Awaitable[bytes]]) -> bytes:
        operation = await self._store.execute(_Accept(arrival, self._clock_window))
        if operation.answer is not None:
            return operation.answer
        answer = await use_case()
        await self._store.execute(_Keep(operation, answer))
        return answer


@dataclass(frozen=True, slots=True)
class _Accept:
    """One commit: the operation and its counter."""

    arrival: Arrival
    clock_window: timedelta

    @property
    def needs(self) -> Needs:
        return Needs(operations=(self.arrival.key,), counters=(self.arrival.header.terminal_id,))

    def apply(self, book: ClearingBook) -> Operation:
        return find_operation(book, self.arrival) or accept(book, self.arrival, self.clock_window)


@dataclass(frozen=True, slots=True)
class _Keep:
    """One commit: the answer."""

    operation: Operation
    answer: bytes

    @property
    def needs(self) -> Needs:
        return Needs(operations=(self.operation.key,))

    def apply(self, book: ClearingBook) -> None:
        book.operations.put(self.operation.key, self.operation.answered(self.answer))
