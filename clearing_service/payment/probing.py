"""Step 2: a sealed probe is routed to an account, or is not. Never an approval.

1. One commit: the operation is accepted, the attempt counted, the earlier token voided.
2. The three parties search; the directory is asked; the security module binds a token.
3. One commit: the route and the stored answer, unless the payment went on without us.

While a party is away nothing is accepted, so that the same probe can be sent again. A probe that
was accepted and left without an answer is used up, for the parties take a header once: everybody
who asks for its answer is told to capture again, which is no word on who stands there.
"""

from dataclasses import dataclass, replace

from clearing_service.audit.entry import AuditKind, AuditRecord
from clearing_service.errors import (
    ClearingError,
    IssuerUnavailableError,
    RefusalReason,
    RequestRefusedError,
    SearchCutOffError,
)
from clearing_service.matching.errors import GenerationMismatchError, MatchingUnavailableError
from clearing_service.matching.ports import RelayedProbe
from clearing_service.payment.answers import Answer
from clearing_service.payment.clearing_book import ClearingBook, Needs, PayerKey
from clearing_service.payment.duplicate_check import (
    Arrival,
    accept,
    answer_with,
    arrive,
    find_operation,
    keep_answer,
    require_payment,
    stored_answer,
)
from clearing_service.payment.ending import cancel, expire_if_overdue, put_with_audit
from clearing_service.payment.loss_report import is_stopped
from clearing_service.payment.operation import Operation
from clearing_service.payment.payment import Challenge, Payment, Verdict
from clearing_service.payment.payment_state import BEFORE_MONEY
from clearing_service.payment.policy import PaymentPolicy
from clearing_service.payment.ports import IssuerGateway, PaymentStore, Routing
from clearing_service.payment.requests import NotRouted, PhoneDigitsNeeded, Routed, RouteProbe
from clearing_service.routing.narrowing import DigitsNeeded
from clearing_service.routing.router import Route, RouteQuery, Unrouted
from facepay.identifiers import AccountAlias, ParticipantId
from facepay.message_header import Purpose
from facepay.payment_decision import PaymentState
from facepay.ports import Clock
from facepay.response_code import ResponseCode

_NOBODY = (ParticipantId("0000"), AccountAlias("00000000"))
"""Asked for a name when nobody was found, so that both answers take the same steps."""


@dataclass(frozen=True, slots=True)
class ProbeBegun:
    """The probe is the payment's `probe_number`-th and may be searched for."""

    operation: Operation
    probe_number: int


class Probing:
    """Routes probes."""

    def __init__(
        self,
        store: PaymentStore,
        routing: Routing,
        issuers: IssuerGateway,
        policy: PaymentPolicy,
        clock: Clock,
    ) -> None:
        self._store = store
        self._routing = routing
        self._issuers = issuers
        self._policy = policy
        self._clock = clock

    async def route(self, command: RouteProbe, arrival: Arrival) -> Answer:
        """Take a probe from its arrival to its answer."""
        # (1) accept the operation and count the attempt
        work = BeginProbe(command, arrival, self._policy, self._obstacle())
        begun = await self._store.execute(work)
        if not isinstance(begun, ProbeBegun):
            return begun
        # (2) search, look up, bind
        try:
            found = await self._routing.route(_query(command))
        except (MatchingUnavailableError, GenerationMismatchError) as error:
            raise SearchCutOffError(str(error)) from error
        masked_name = await self._masked_name(found) if command.digits else None
        # (3) keep route and answer
        now = arrive(command.request, Purpose.ROUTE_PROBE, self._clock.now())
        outcome = ProbeOutcome(found, masked_name)
        return await self._store.execute(FinishProbe(command, now, begun, outcome, self._policy))

    def _obstacle(self) -> ClearingError | None:
        """Return why no search can begin now, if none can."""
        try:
            self._routing.require_ready()
        except (MatchingUnavailableError, GenerationMismatchError) as error:
            return error
        return None

    async def _masked_name(self, found: Route | Unrouted) -> str | None:
        account = (found.issuer_id, found.account_alias) if isinstance(found, Route) else _NOBODY
        try:
            return await self._issuers.masked_name(*account)
        except IssuerUnavailableError:
            return None


@dataclass(frozen=True, slots=True)
class BeginProbe:
    """The first commit. `obstacle` is raised instead of accepting a probe that was not seen yet."""

    command: RouteProbe
    arrival: Arrival
    policy: PaymentPolicy
    obstacle: ClearingError | None = None

    @property
    def needs(self) -> Needs:
        """The operation, the terminal's counter and the payment."""
        return Needs(
            payments=(self.command.payment_id,),
            operations=(self.arrival.key,),
            counters=(self.arrival.header.terminal_id,),
        )

    def apply(self, book: ClearingBook) -> ProbeBegun | Answer:
        """Accept and count, or answer without a search."""
        found = find_operation(book, self.arrival)
        stored = stored_answer(found)
        if stored is not None:
            return stored
        payment = require_payment(book, self.arrival, self.command.payment_id)
        if found is not None:
            return self._end_cut_off(book, found, payment)
        if self.obstacle is not None:
            raise self.obstacle
        return self._begin(book, payment)

    def _end_cut_off(self, book: ClearingBook, operation: Operation, payment: Payment) -> Answer:
        """Answer for a probe that was accepted before and whose search was cut off."""
        if payment.state in BEFORE_MONEY:
            raise SearchCutOffError("the probe was accepted before and never answered")
        return answer_with(book, operation, payment, self.arrival.now)

    def _begin(self, book: ClearingBook, payment: Payment) -> ProbeBegun | Answer:
        operation = accept(book, self.arrival, self.policy.clock_window)
        payment = expire_if_overdue(book, payment, self.arrival.now)
        if payment.state not in BEFORE_MONEY:
            return answer_with(book, operation, payment, self.arrival.now)
        challenge = _require_challenge(payment, self.arrival)
        if not self._is_answered(challenge):
            return self._end(book, operation, payment, ResponseCode.SECURITY_VIOLATION)
        if payment.probe_count >= self.policy.probes_max:
            return self._end(book, operation, payment, ResponseCode.COUNT_LIMIT_EXCEEDED)
        payment = replace(payment, challenge=self._used(challenge))
        if challenge.digits_needed is not DigitsNeeded.NONE and self.command.digits is None:
            return self._ask_for_digits(book, operation, challenge, payment)
        return self._count(book, operation, payment)

    def _used(self, challenge: Challenge) -> Challenge:
        return replace(challenge, attempts_used=self.command.pad_evidence.attempt)

    def _is_answered(self, challenge: Challenge) -> bool:
        """Whether the evidence answers the challenge, by a capture not heard of before."""
        evidence = self.command.pad_evidence
        return (
            evidence.attempt > challenge.attempts_used
            and evidence.model_id == self.arrival.header.model_id
            and self.policy.evidence.accepts(evidence, challenge.pad)
        )

    def _count(self, book: ClearingBook, operation: Operation, payment: Payment) -> ProbeBegun:
        is_routed = payment.state is PaymentState.ROUTED
        voided = payment.moved(PaymentState.OPENED) if is_routed else payment
        counted = replace(voided, route=None, probe_count=payment.probe_count + 1)
        book.payments.put(payment.payment_id, counted)
        return ProbeBegun(operation, counted.probe_count)

    def _end(
        self, book: ClearingBook, operation: Operation, payment: Payment, code: ResponseCode
    ) -> Answer:
        now = self.arrival.now
        verdict = Verdict(operation.operation_id, now, decline_code=code)
        cancelled = cancel(book, payment, verdict, (("code", code.value),))
        return answer_with(book, operation, cancelled, now)

    def _ask_for_digits(
        self, book: ClearingBook, operation: Operation, challenge: Challenge, payment: Payment
    ) -> Answer:
        book.payments.put(payment.payment_id, payment)
        left = self.policy.probes_max - payment.probe_count
        answer = PhoneDigitsNeeded(challenge.digits_needed, left)
        keep_answer(book, operation, answer)
        return answer


@dataclass(frozen=True, slots=True)
class ProbeOutcome:
    """What the search gave, and the account owner's masked name if phone digits were given."""

    found: Route | Unrouted
    masked_name: str | None


@dataclass(frozen=True, slots=True)
class FinishProbe:
    """The second commit."""

    command: RouteProbe
    arrival: Arrival
    begun: ProbeBegun
    outcome: ProbeOutcome
    policy: PaymentPolicy

    @property
    def needs(self) -> Needs:
        """The operation, the payment, and whether the payer's face payment was stopped."""
        found = self.outcome.found
        return Needs(
            payments=(self.command.payment_id,),
            operations=(self.arrival.key,),
            loss_reports=(_payer(found),) if isinstance(found, Route) else (),
        )

    def apply(self, book: ClearingBook) -> Answer:
        """Keep the route, unless a later probe, a cancellation or time was faster."""
        now = self.arrival.now
        payment = expire_if_overdue(
            book, require_payment(book, self.arrival, self.command.payment_id), now
        )
        if payment.state not in BEFORE_MONEY:
            return answer_with(book, self.begun.operation, payment, now)
        found = self.outcome.found
        is_latest = payment.probe_count == self.begun.probe_number and payment.route is None
        if isinstance(found, Route) and is_latest and not is_stopped(book, _payer(found)):
            return self._routed(book, payment, found)
        return self._not_routed(book, payment)

    def _routed(self, book: ClearingBook, payment: Payment, route: Route) -> Answer:
        routed = replace(payment.moved(PaymentState.ROUTED), route=route)
        detail = (
            ("operation", str(self.begun.operation.operation_id)),
            ("issuer", route.issuer_id.value),
            ("challenge", _challenge_hex(payment)),
            ("body", self.arrival.header.body_hash.hex()),
        )
        put_with_audit(book, routed, AuditKind.PROBE_ROUTED, self.arrival.now, detail)
        answer = Routed(route.token, route.expires_at, self.outcome.masked_name)
        keep_answer(book, self.begun.operation, answer)
        return answer

    def _not_routed(self, book: ClearingBook, payment: Payment) -> Answer:
        found = self.outcome.found
        cause = found.cause.name if isinstance(found, Unrouted) else "SUPERSEDED"
        if isinstance(found, Route) and is_stopped(book, _payer(found)):
            cause = "LOSS_REPORTED"
        detail = (
            ("operation", str(self.begun.operation.operation_id)),
            ("cause", cause),
            ("challenge", _challenge_hex(payment)),
            ("body", self.arrival.header.body_hash.hex()),
        )
        subject = str(payment.payment_id)
        book.audit(AuditRecord(AuditKind.PROBE_NOT_ROUTED, subject, self.arrival.now, detail))
        answer = NotRouted(self.policy.probes_max - payment.probe_count)
        keep_answer(book, self.begun.operation, answer)
        return answer


def _payer(route: Route) -> PayerKey:
    return (route.issuer_id, route.account_alias)


def require_challenge_answered(payment: Payment, arrival: Arrival) -> Challenge:
    """Refuse a message that was not made for this payment's challenge."""
    challenge = payment.challenge
    if challenge is None or challenge.pad.nonce != arrival.header.challenge_nonce:
        raise RequestRefusedError(RefusalReason.CHALLENGE_MISMATCH)
    return challenge


def _require_challenge(payment: Payment, arrival: Arrival) -> Challenge:
    if payment.notice_hash != arrival.header.notice_hash:
        raise RequestRefusedError(RefusalReason.NOTICE_MISMATCH)
    return require_challenge_answered(payment, arrival)


def _challenge_hex(payment: Payment) -> str:
    return payment.challenge.pad.nonce.hex() if payment.challenge else ""


def _query(command: RouteProbe) -> RouteQuery:
    signed = command.request.signed
    relayed = RelayedProbe(signed.header, signed.signature, signed.digests, command.probe)
    return RouteQuery(command.request.header, relayed, command.digits)
