"""What was said and used in a run, noted where it happened and compared with the books afterwards."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from clearing_service.payment.clearing_book import PayerKey
from facepay.identifiers import OperationId, OrderId, ParticipantId, PaymentId
from facepay.message_header import MessageHeader
from facepay.payment_decision import PaymentDecision
from facepay.refund_decision import RefundDecision
from pos_app.checkout.payment import Approved, PaymentOutcome
from pos_app.checkout.refund import Refunded, RefundResult
from tests.proof.requirement import InvariantViolatedError


@dataclass
class Span:
    """What was in force between two rows of the ledger; still is, while `last` is None."""

    after: int
    last: int | None = None

    def covers(self, number: int) -> bool:
        """Tell whether row `number` was written meanwhile."""
        return self.after < number and (self.last is None or number <= self.last)


@dataclass
class Records:
    """Everything outside the stores that must not contradict them."""

    decisions: list[PaymentDecision] = field(default_factory=list)
    """Every decision the service signed, in order."""
    refund_decisions: list[RefundDecision] = field(default_factory=list)
    """Every decision on a refund or void that the service signed."""
    slips: list[OperationId] = field(default_factory=list)
    """Refunds and voids that a cashier holds a slip of."""
    suspensions: defaultdict[ParticipantId, list[Span]] = field(
        default_factory=lambda: defaultdict(list)
    )
    loss_reports: defaultdict[PayerKey, list[Span]] = field(
        default_factory=lambda: defaultdict(list)
    )
    outcomes: dict[OrderId, PaymentOutcome] = field(default_factory=dict)
    """How each payment ended in front of payer and cashier."""
    voided: set[PaymentId] = field(default_factory=set)
    """Payments a cashier asked to undo after the receipt."""
    found_approved: set[PaymentId] = field(default_factory=set)
    """Payments that a restart found approved and showed to the cashier."""
    counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._counters: dict[tuple[str, int], bytes] = {}
        self._operations: dict[bytes, bytes] = {}
        self._once: dict[tuple[str, object], None] = {}

    def count(self, name: str) -> None:
        self.counts[name] = self.counts.get(name, 0) + 1

    def sent(self, message: Any) -> None:
        """Note a terminal's request: a counter and an operation id stand for one message."""
        header_bytes = bytes(message.message.header)
        header = MessageHeader.from_bytes(header_bytes)
        terminal = header.terminal_id.value
        self.count("messages sent")
        for known, key in (
            (self._counters, (terminal, header.counter)),
            (self._operations, header.operation_id.value),
        ):
            if known.setdefault(key, header_bytes) != header_bytes:  # type: ignore[attr-defined]
                raise InvariantViolatedError(
                    "no counter or operation id is used twice", f"{terminal} {header.counter}"
                )

    def use_once(self, kind: str, value: object) -> None:
        """Note something that may be used once in the whole run."""
        if (kind, value) in self._once:
            raise InvariantViolatedError(f"no {kind} is used twice", str(value))
        self._once[(kind, value)] = None
        self.count(f"{kind}s used")

    def finished(self, order_id: OrderId, outcome: PaymentOutcome) -> None:
        """Note what payer and cashier were shown at the end of a payment."""
        self.outcomes[order_id] = outcome
        name = type(outcome).__name__.lower()
        self.count(f"outcome {name}")
        if isinstance(outcome, Approved) and outcome.receipt.face is not None:
            self.use_once("retrieval reference", outcome.receipt.face.rrn.value)

    def refund_ended(self, result: RefundResult) -> None:
        """Note what a cashier was told of a refund or void."""
        self.count(f"refund {type(result).__name__.lower()}")
        if isinstance(result, Refunded):
            decision = result.receipt.decision
            self.slips.append(decision.operation_id)
            if decision.rrn is not None:
                self.use_once("retrieval reference", decision.rrn.value)
