"""One signed call of a terminal, its stored answer, and the window of counters already used."""

from dataclasses import dataclass, replace

from facepay.identifiers import OperationId, TerminalId
from facepay.message_header import Purpose

COUNTER_WINDOW = 63
"""Messages of one terminal may overtake each other by this many; older counters are refused. As
many bits as a signed 64-bit column holds."""

OperationKey = tuple[TerminalId, OperationId]


@dataclass(frozen=True, slots=True)
class Operation:
    """A call that was accepted. `answer` is None until it was answered, then the stored bytes.

    `request_sha256` covers header, envelopes and thereby the body: it tells a repeat from another
    message under the same id.
    """

    terminal_id: TerminalId
    operation_id: OperationId
    purpose: Purpose
    request_sha256: bytes
    answer: bytes | None = None

    @property
    def key(self) -> OperationKey:
        """By what the operation is found."""
        return (self.terminal_id, self.operation_id)

    def answered(self, answer: bytes) -> "Operation":
        """Return the operation with its answer."""
        return replace(self, answer=answer)


@dataclass(frozen=True, slots=True)
class TerminalCounter:
    """The highest message counter of a terminal, and which of the 63 up to it were used.

    Bit n of `used` stands for counter `highest - n`.
    """

    terminal_id: TerminalId
    highest: int = -1
    used: int = 0

    def after(self, counter: int) -> "TerminalCounter | None":
        """Return the window with `counter` used, or None if it was used before or is too old."""
        if counter > self.highest:
            shift = min(counter - self.highest, COUNTER_WINDOW)
            used = (self.used << shift | 1) & (2**COUNTER_WINDOW - 1)
            return replace(self, highest=counter, used=used)
        age = self.highest - counter
        if age >= COUNTER_WINDOW or self.used >> age & 1:
            return None
        return replace(self, used=self.used | 1 << age)
