"""A clearing service behind the gateway port, in memory, that can misbehave like a real one.

It books at most one debit a payment and counts the debits, so that a test can show that money moved
once, or not at all, whatever the line did.
"""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, auto
from typing import TypeVar

from facepay.identifiers import (
    AcceptorId,
    ApprovalCode,
    OperationId,
    ParticipantId,
    PaymentId,
    RetrievalReferenceNumber,
    RoutingToken,
)
from facepay.message_header import Purpose
from facepay.pad_challenge import PadChallenge, PadMode
from facepay.pad_evidence import ChallengeStep
from facepay.payment_decision import PaymentDecision, PaymentState
from facepay.phone_digits import PhoneDigits
from facepay.pin_block import EncipheredPin
from facepay.ports import Clock, Randomness
from facepay.response_code import ResponseCode
from facepay.rotation import EpochKey
from facepay.sealed_envelope import KemPrivateKey, RecipientKey
from facepay.vocabulary import CancelReason, ReversalReason
from facepay.wire.payment_replies import NotRouted, OpenedPayment, PhoneDigitsNeeded, Routed
from facepay.wire.terminal import Acceptor, Notice, NoticeText, Timers
from pos_app.checkout.clearing_answers import (
    ClearingError,
    ClearingErrorReason,
    PaymentAnswer,
    SignedOn,
)
from pos_app.checkout.payment import (
    ConfirmedRoute,
    JournaledPayment,
    OpeningIntent,
    Operation,
    PaymentBinding,
)
from pos_app.checkout.ports import SealedProbe, SealingContext

_T = TypeVar("_T")

ACCEPTOR = Acceptor(
    AcceptorId("ACCEPTOR0000001"),
    "云杉便利店",
    "Spruce Corner Shop",
    ParticipantId("12345678"),
    "400-000-0000",
    "https://complaints.example",
)
NOTICE = Notice("2026-1", bytes(32), NoticeText(*["说明"] * 10), NoticeText(*["words"] * 10))
SIGNED_ON = SignedOn(ACCEPTOR, NOTICE, Timers(), 1, "sface-1", 0.0)


class LineFault(Enum):
    """What happens to one call."""

    LOSE_REQUEST = auto()
    LOSE_REPLY = auto()
    REFUSE = auto()
    FORGE_REFUSAL = auto()
    """The request arrives and is acted on; whoever relays says it was refused."""
    FORGE_REPLY = auto()
    CUT_OFF = auto()
    """The service gives a search up and asks for a new capture."""


_OUTCOMES = {
    LineFault.LOSE_REQUEST: (ClearingErrorReason.UNREACHABLE, False),
    LineFault.REFUSE: (ClearingErrorReason.SERVICE_UNAVAILABLE, False),
    LineFault.CUT_OFF: (ClearingErrorReason.CAPTURE_AGAIN, False),
    LineFault.FORGE_REFUSAL: (ClearingErrorReason.REFUSED, True),
    LineFault.LOSE_REPLY: (ClearingErrorReason.UNREACHABLE, True),
    LineFault.FORGE_REPLY: (ClearingErrorReason.REPLY_NOT_GENUINE, True),
}
"""What the terminal hears, and whether the request was acted on all the same."""


@dataclass
class _Book:
    state: PaymentState
    binding: PaymentBinding
    code: ResponseCode = ResponseCode.APPROVED
    decided_by: OperationId | None = None


@dataclass
class StillContext:
    """A sealing context that seals nothing."""

    recipients: tuple[RecipientKey, RecipientKey, RecipientKey]
    epoch_key: EpochKey
    challenge: PadChallenge
    payment_id: PaymentId
    attempt: int = 1
    epoch: int = 1
    model_id: str = "sface-1"

    def header_for(self, commitments: tuple[bytes, bytes, bytes], pad_evidence: bytes) -> bytes:
        return b"header"


@dataclass
class FakeClearing:
    """Implements `ClearingGateway`."""

    clock: Clock
    randomness: Randomness
    phone_digits: int = 0
    masked_name: str = ""
    opening_code: ResponseCode | None = None
    authorization_code: ResponseCode = ResponseCode.APPROVED
    pin_tries_left: int | None = None
    route_answers: deque[str] = field(default_factory=deque)
    debits: defaultdict[PaymentId, int] = field(default_factory=lambda: defaultdict(int))
    calls: list[Purpose] = field(default_factory=list)
    on_call: Callable[[Purpose], None] = lambda purpose: None

    def __post_init__(self) -> None:
        self._faults: defaultdict[Purpose, deque[LineFault]] = defaultdict(deque)
        self._book: dict[PaymentId, _Book] = {}
        self._is_down = False
        keys = [KemPrivateKey.generate(self.randomness).recipient for _ in range(3)]
        self._recipients = (keys[0], keys[1], keys[2])
        self.reverse_reasons: list[ReversalReason] = []
        self.cancel_reasons: list[CancelReason] = []
        self.digits_seen: list[int] = []

    def fail(self, purpose: Purpose, *faults: LineFault) -> None:
        """Let the next calls of a purpose meet these faults, one each."""
        self._faults[purpose].extend(faults)

    def cut_line(self) -> None:
        self._is_down = True

    def state_of(self, payment_id: PaymentId) -> PaymentState:
        return self._book[payment_id].state

    async def sign_on(self, operation: Operation) -> SignedOn:
        return self._over_the_line(operation.purpose, lambda: SIGNED_ON)

    async def open_payment(
        self, operation: Operation, binding: PaymentBinding, intent: OpeningIntent
    ) -> OpenedPayment | PaymentAnswer:
        return self._over_the_line(operation.purpose, lambda: self._open(operation, binding))

    def sealing_context(
        self, operation: Operation, binding: PaymentBinding, challenge: PadChallenge, attempt: int
    ) -> SealingContext:
        epoch_key = EpochKey(bytes(32))
        return StillContext(self._recipients, epoch_key, challenge, binding.payment_id, attempt)

    async def route_probe(
        self, context: SealingContext, probe: SealedProbe, digits: PhoneDigits | None
    ) -> Routed | NotRouted | PhoneDigitsNeeded | PaymentAnswer:
        assert isinstance(context, StillContext)
        self.digits_seen.append(len(digits or b""))
        payment_id = context.payment_id
        return self._over_the_line(Purpose.ROUTE_PROBE, lambda: self._route(payment_id))

    async def authorize_payment(
        self,
        operation: Operation,
        binding: PaymentBinding,
        confirmed: ConfirmedRoute,
        pin: EncipheredPin,
    ) -> PaymentAnswer:
        return self._over_the_line(operation.purpose, lambda: self._authorize(operation, binding))

    async def get_payment(self, operation: Operation, payment: JournaledPayment) -> PaymentAnswer:
        binding = payment.binding
        return self._over_the_line(operation.purpose, lambda: self._answer(operation, binding))

    async def cancel_payment(
        self, operation: Operation, binding: PaymentBinding, reason: CancelReason
    ) -> PaymentAnswer:
        self.cancel_reasons.append(reason)
        return self._over_the_line(operation.purpose, lambda: self._cancel(operation, binding))

    async def reverse_payment(
        self, operation: Operation, payment: JournaledPayment, reason: ReversalReason
    ) -> PaymentAnswer:
        self.reverse_reasons.append(reason)
        binding = payment.binding
        return self._over_the_line(operation.purpose, lambda: self._reverse(operation, binding))

    def _over_the_line(self, purpose: Purpose, work: Callable[[], _T]) -> _T:
        self.calls.append(purpose)
        self.on_call(purpose)
        if self._is_down:
            raise ClearingError(ClearingErrorReason.UNREACHABLE, is_outcome_unknown=True)
        fault = self._faults[purpose].popleft() if self._faults[purpose] else None
        if fault is None:
            return work()
        reason, happens = _OUTCOMES[fault]
        if happens:
            work()
        is_unknown = fault not in (LineFault.REFUSE, LineFault.FORGE_REFUSAL)
        raise ClearingError(reason, is_outcome_unknown=is_unknown)

    def _open(self, operation: Operation, binding: PaymentBinding) -> OpenedPayment | PaymentAnswer:
        self._book[binding.payment_id] = _Book(PaymentState.OPENED, binding)
        if self.opening_code is not None:
            self._decide(operation, binding, PaymentState.DECLINED, self.opening_code)
            return self._answer(operation, binding)
        return OpenedPayment(
            payment_id=binding.payment_id,
            challenge=PadChallenge(PadMode.CHALLENGE, bytes(32), (ChallengeStep.BLINK,), 8),
            phone_digits=self.phone_digits,
            expires_at=self.clock.now() + timedelta(seconds=300),
        )

    def _route(self, payment_id: PaymentId) -> Routed | NotRouted | PhoneDigitsNeeded:
        match self.route_answers.popleft() if self.route_answers else "routed":
            case "not_routed":
                return NotRouted(attempts_left=2)
            case "digits":
                return PhoneDigitsNeeded(phone_digits=4, attempts_left=2)
            case _:
                self._book[payment_id].state = PaymentState.ROUTED
                token = RoutingToken.generate(self.randomness)
                return Routed(token, self.masked_name, self.clock.now() + timedelta(seconds=120))

    def _authorize(self, operation: Operation, binding: PaymentBinding) -> PaymentAnswer:
        book = self._book[binding.payment_id]
        if book.state is PaymentState.ROUTED:
            code = self.authorization_code
            state = PaymentState.APPROVED if code.is_approval else PaymentState.DECLINED
            self.debits[binding.payment_id] += code.is_approval
            self._decide(operation, binding, state, code)
        return self._answer(operation, binding)

    def _cancel(self, operation: Operation, binding: PaymentBinding) -> PaymentAnswer:
        book = self._book.setdefault(binding.payment_id, _Book(PaymentState.OPENED, binding))
        if book.state in (PaymentState.OPENED, PaymentState.ROUTED):
            self._decide(operation, binding, PaymentState.CANCELLED, ResponseCode.DO_NOT_HONOUR)
        return self._answer(operation, binding)

    def _reverse(self, operation: Operation, binding: PaymentBinding) -> PaymentAnswer:
        book = self._book.setdefault(binding.payment_id, _Book(PaymentState.OPENED, binding))
        if not book.state.is_final_without_money:
            self.debits[binding.payment_id] = 0
            self._decide(operation, binding, PaymentState.REVERSED, ResponseCode.RESPONSE_TOO_LATE)
        return self._answer(operation, binding)

    def _decide(
        self,
        operation: Operation,
        binding: PaymentBinding,
        state: PaymentState,
        code: ResponseCode,
    ) -> None:
        self._book[binding.payment_id] = _Book(state, binding, code, operation.operation_id)

    def _answer(self, operation: Operation, binding: PaymentBinding) -> PaymentAnswer:
        book = self._book[binding.payment_id]
        is_approved = book.state is PaymentState.APPROVED
        decision = PaymentDecision(
            payment_id=binding.payment_id,
            payment_hash=binding.payment_hash,
            operation_id=book.decided_by or operation.operation_id,
            state=book.state,
            response_code=book.code,
            rrn=RetrievalReferenceNumber("606100000001") if is_approved else None,
            approval_code=ApprovalCode("A1B2C3") if is_approved else None,
            decided_at=self.clock.now(),
        )
        return PaymentAnswer(decision, "*明" if is_approved else "", self.pin_tries_left)
