"""A terminal as the payment use cases see it: signed requests, one operation id and counter each."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import timedelta

from clearing_service.payment.requests import (
    AuthorizePayment,
    CancelPayment,
    GetPayment,
    OpenPayment,
    PaymentAnswer,
    PaymentOpened,
    RefundPayment,
    ReversePayment,
    Routed,
    RouteProbe,
    VerifiedRequest,
)
from clearing_service.payment.use_cases import PaymentUseCases
from facepay.identifiers import (
    OperationId,
    OrderId,
    PaymentId,
    RetrievalReferenceNumber,
    RoutingToken,
    TerminalId,
)
from facepay.message_header import MessageHeader, Purpose, truncate_to_milliseconds
from facepay.money import Money
from facepay.pad_evidence import PadCue, PadEvidence, ProvenStep
from facepay.payment_fields import PaymentFields, notice_hash
from facepay.sealed_envelope import SealedEnvelope
from facepay.signed_request import SignedRequest
from facepay.vocabulary import CancelReason, RefundKind, ReversalReason
from tests.fakes.money_world import (
    ACCEPTOR,
    ACQUIRER,
    NOTICE_SHA256,
    NOTICE_VERSION,
    PIN,
    TERMINALS,
)
from tests.fakes.ports import ManualClock, SeededRandomness

BLINDING = bytes(range(32))


def envelope(content: bytes) -> SealedEnvelope:
    """Return an "envelope" that the plain modules read."""
    return SealedEnvelope(bytes(16), content)


PROBE = (envelope(b"share 1"), envelope(b"share 2"), envelope(b"share 3"))


@dataclass
class Sale:
    """One payment as the terminal remembers it."""

    payment_id: PaymentId
    fields: PaymentFields
    opened: PaymentOpened | None = None
    captures: int = 0

    @property
    def payment_hash(self) -> bytes:
        return self.fields.hash(BLINDING)

    @property
    def nonce(self) -> bytes:
        return self.opened.challenge.nonce if self.opened else b""


@dataclass
class TestTerminal:
    """Makes commands. Sending is the caller's: `await payments.open_payment(terminal.open(sale))`."""

    __test__ = False

    clock: ManualClock
    terminal_id: TerminalId = TERMINALS[0]
    counter: int = 0
    clock_error: timedelta = timedelta(0)
    randomness: SeededRandomness = field(default_factory=lambda: SeededRandomness(99))

    def sale(self, amount: int = 12_30) -> Sale:
        seeded = SeededRandomness(int.from_bytes(self.randomness.bytes(8)))
        fields = PaymentFields(
            ACCEPTOR, self.terminal_id, OrderId(f"order-{self.counter}"), Money(amount), ACQUIRER
        )
        return Sale(PaymentId.generate(self.clock, seeded), fields)

    def open(self, sale: Sale) -> OpenPayment:
        request = self.request(Purpose.OPEN_PAYMENT, sale)
        return OpenPayment(
            request, sale.payment_id, sale.fields, BLINDING, NOTICE_VERSION, NOTICE_SHA256
        )

    def probe(self, sale: Sale, digits: bytes | None = None) -> RouteProbe:
        sealed = None if digits is None else envelope(digits)
        envelopes = PROBE if sealed is None else (*PROBE, sealed)
        request = self.request(Purpose.ROUTE_PROBE, sale, *envelopes)
        sale.captures += 1
        return RouteProbe(request, sale.payment_id, PROBE, sealed, evidence(sale))

    def authorize(
        self, sale: Sale, token: RoutingToken, pin: bytes | None = PIN
    ) -> AuthorizePayment:
        sealed = None if pin is None else envelope(pin)
        request = self.request(Purpose.AUTHORIZE_PAYMENT, sale, *([sealed] if sealed else []))
        return AuthorizePayment(request, sale.payment_id, token, sealed)

    def get(self, sale: Sale) -> GetPayment:
        return GetPayment(self.request(Purpose.GET_PAYMENT, sale), sale.payment_id)

    def cancel(self, sale: Sale) -> CancelPayment:
        request = self.request(Purpose.CANCEL_PAYMENT, sale)
        return CancelPayment(request, sale.payment_id, CancelReason.NOT_ME)

    def reverse(self, sale: Sale) -> ReversePayment:
        request = self.request(Purpose.REVERSE_PAYMENT, sale)
        return ReversePayment(request, sale.payment_id, ReversalReason.NO_REPLY)

    def refund(
        self,
        sale: Sale,
        rrn: RetrievalReferenceNumber | None,
        amount: int,
        kind: RefundKind = RefundKind.REFUND,
    ) -> RefundPayment:
        number = rrn or RetrievalReferenceNumber("000000000000")
        request = self.request(Purpose.REFUND_PAYMENT, sale)
        return RefundPayment(request, sale.payment_id, number, kind, Money(amount))

    def request(self, purpose: Purpose, sale: Sale, *envelopes: SealedEnvelope) -> VerifiedRequest:
        self.counter += 1
        seeded = SeededRandomness(int.from_bytes(self.randomness.bytes(8)))
        is_opening = purpose is Purpose.OPEN_PAYMENT
        header = MessageHeader(
            suite_id=1,
            purpose=purpose,
            terminal_id=self.terminal_id,
            signing_key_id=bytes(16),
            operation_id=OperationId.generate(self.clock, seeded),
            counter=self.counter,
            sent_at=truncate_to_milliseconds(self.clock.now() + self.clock_error),
            nonce=seeded.bytes(16),
            challenge_nonce=b"" if is_opening else sale.nonce,
            epoch=1,
            model_id="test-model",
            commitments=(),
            payment_hash=sale.payment_hash,
            notice_hash=notice_hash(NOTICE_VERSION, NOTICE_SHA256, BLINDING),
            body_hash=hashlib.sha256(purpose.name.encode()).digest(),
        )
        return signed(header, *envelopes)

    async def open_and_route(
        self, payments: PaymentUseCases, sale: Sale, digits: bytes | None = None
    ) -> Routed:
        """Take a sale to its routing token."""
        opened = await payments.open_payment(self.open(sale))
        assert isinstance(opened, PaymentOpened)
        sale.opened = opened
        routed = await payments.route_probe(self.probe(sale, digits))
        assert isinstance(routed, Routed)
        return routed

    async def pay(
        self, payments: PaymentUseCases, sale: Sale, pin: bytes | None = PIN
    ) -> PaymentAnswer:
        """Take a sale from its opening to its decision."""
        routed = await self.open_and_route(payments, sale)
        return await payments.authorize_payment(self.authorize(sale, routed.routing_token, pin))


def signed(header: MessageHeader, *envelopes: SealedEnvelope) -> VerifiedRequest:
    """Return a request as the edge hands it on; the signature was the edge's to check."""
    return VerifiedRequest(header, SignedRequest(header.to_bytes(), b"", envelopes, bytes(64)))


def altered(request: VerifiedRequest, **changes: object) -> VerifiedRequest:
    """Return another message: the same header but for `changes`."""
    header = replace(request.header, **changes)  # type: ignore[arg-type]
    return signed(header, *request.signed.envelopes)


def evidence(sale: Sale) -> PadEvidence:
    """Return evidence that answers the sale's challenge, of its latest capture."""
    steps = sale.opened.challenge.steps if sale.opened else ()
    return PadEvidence(
        policy_id="synthetic",
        model_id="test-model",
        challenge_nonce=sale.nonce or bytes(32),
        steps=tuple(ProvenStep(step, 800) for step in steps),
        cues=(PadCue("synthetic", 1000, 1000),),
        attempt=max(sale.captures, 1),
    )
