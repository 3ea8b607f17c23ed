"""Whether a message was seen before, is current, and about which payment.

The same operation id with the same signed bytes gets the stored answer, for ever; with other bytes
it is refused. A new operation must be inside the clock window and have a counter of its own.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from clearing_service.errors import RefusalReason, RequestRefusedError
from clearing_service.payment.answers import Answer, Decided, decode_answer, encode_answer
from clearing_service.payment.clearing_book import ClearingBook
from clearing_service.payment.operation import Operation, OperationKey, TerminalCounter
from clearing_service.payment.payment import Payment
from clearing_service.payment.requests import VerifiedRequest
from facepay.identifiers import PaymentId
from facepay.message_header import MessageHeader, Purpose


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message at the moment it arrived. `now` is in whole milliseconds."""

    header: MessageHeader
    request_sha256: bytes
    now: datetime

    @property
    def key(self) -> OperationKey:
        """By what its operation is found."""
        return (self.header.terminal_id, self.header.operation_id)


def arrive(request: VerifiedRequest, purpose: Purpose, now: datetime) -> Arrival:
    """Take in a message that was signed for `purpose`; any other is refused."""
    if request.header.purpose is not purpose:
        raise RequestRefusedError(RefusalReason.WRONG_PURPOSE)
    return Arrival(request.header, request.signed.sha256, whole_milliseconds(now))


def whole_milliseconds(now: datetime) -> datetime:
    """Return the time as decisions, audit and stores can carry it."""
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def find_operation(book: ClearingBook, arrival: Arrival) -> Operation | None:
    """Return the operation if it was accepted before; other bytes under its id are refused."""
    found = book.operations.get(arrival.key)
    if found is not None and found.request_sha256 != arrival.request_sha256:
        raise RequestRefusedError(RefusalReason.OPERATION_ID_REUSED)
    return found


def stored_answer(operation: Operation | None) -> Answer | None:
    """Return the answer that was given before, if there is one."""
    if operation is None or operation.answer is None:
        return None
    return decode_answer(operation.answer)


def accept(book: ClearingBook, arrival: Arrival, clock_window: timedelta) -> Operation:
    """Accept a new operation, unanswered, and use up its counter."""
    check_clock(arrival, clock_window)
    header = arrival.header
    window = book.counters.get(header.terminal_id) or TerminalCounter(header.terminal_id)
    moved = window.after(header.counter)
    if moved is None:
        raise RequestRefusedError(RefusalReason.COUNTER_REPLAYED)
    operation = Operation(
        header.terminal_id, header.operation_id, header.purpose, arrival.request_sha256
    )
    book.counters.put(header.terminal_id, moved)
    book.operations.put(operation.key, operation)
    return operation


def check_clock(arrival: Arrival, clock_window: timedelta) -> None:
    """Refuse a message whose terminal's clock is too far off, either way."""
    if abs(arrival.now - arrival.header.sent_at) > clock_window:
        raise RequestRefusedError(RefusalReason.CLOCK_OUT_OF_WINDOW)


def require_payment(book: ClearingBook, arrival: Arrival, payment_id: PaymentId) -> Payment:
    """Return the payment that the message is about."""
    return require_own(book.payments.get(payment_id), arrival)


def require_own(payment: Payment | None, arrival: Arrival) -> Payment:
    """Return the payment if it is this terminal's and the message binds the same fields."""
    if payment is None or payment.terminal_id != arrival.header.terminal_id:
        raise RequestRefusedError(RefusalReason.PAYMENT_NOT_FOUND)
    if payment.payment_hash != arrival.header.payment_hash:
        raise RequestRefusedError(RefusalReason.PAYMENT_HASH_MISMATCH)
    return payment


def keep_answer(book: ClearingBook, operation: Operation, answer: Answer) -> None:
    """Store the operation's answer, to be given to every repeat."""
    book.operations.put(operation.key, operation.answered(encode_answer(answer)))


def answer_with(
    book: ClearingBook,
    operation: Operation,
    payment: Payment,
    now: datetime,
    pin_tries_left: int | None = None,
) -> Decided:
    """Store and return where the payment stands as the operation's answer."""
    decision = payment.decision(operation.operation_id, now)
    decided = Decided(decision, payment.masked_name, pin_tries_left)
    keep_answer(book, operation, decided)
    return decided
