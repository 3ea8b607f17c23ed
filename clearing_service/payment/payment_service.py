"""The calls of a terminal, each taken from its arrival to its signed answer."""

from dataclasses import dataclass

from clearing_service.participants.register import Register
from clearing_service.payment.answers import Answer, Decided, RefundDecided
from clearing_service.payment.authorization import Authorization
from clearing_service.payment.cancellation import CancelWork
from clearing_service.payment.duplicate_check import (
    Arrival,
    arrive,
    check_clock,
    require_own,
)
from clearing_service.payment.in_flight import InFlight
from clearing_service.payment.opening import OpenWork, check_binding, draw_challenge
from clearing_service.payment.policy import PaymentPolicy
from clearing_service.payment.ports import (
    IssuerGateway,
    Notices,
    PaymentSecurity,
    PaymentStore,
    Routing,
)
from clearing_service.payment.probing import Probing
from clearing_service.payment.refund import RefundWork
from clearing_service.payment.requests import (
    AuthorizePayment,
    CancelPayment,
    GetPayment,
    NotRouted,
    OpenPayment,
    PaymentAnswer,
    PaymentOpened,
    PhoneDigitsNeeded,
    RefundAnswer,
    RefundPayment,
    ReversePayment,
    Routed,
    RouteProbe,
)
from clearing_service.payment.reversal import ReverseWork
from facepay.errors import MalformedFieldError
from facepay.message_header import Purpose
from facepay.ports import Clock, Randomness

_AboutPayment = (
    RouteProbe | AuthorizePayment | GetPayment | CancelPayment | ReversePayment | RefundPayment
)


class RegisterSource:
    """The present snapshot of the register; whoever changes the register puts the next one here."""

    def __init__(self, register: Register) -> None:
        self.register = register


@dataclass(frozen=True, slots=True)
class PaymentParts:
    """Everything a `PaymentService` stands on."""

    store: PaymentStore
    routing: Routing
    issuers: IssuerGateway
    security: PaymentSecurity
    notices: Notices
    registers: RegisterSource
    policy: PaymentPolicy
    clock: Clock
    randomness: Randomness


class PaymentService:
    """Implements `use_cases.PaymentUseCases`. Belongs to one event loop."""

    def __init__(self, parts: PaymentParts) -> None:
        self._parts = parts
        self._in_flight = InFlight[Answer]()
        self._probing = Probing(
            parts.store, parts.routing, parts.issuers, parts.policy, parts.clock
        )
        self.authorization = Authorization(
            parts.store, parts.security, parts.issuers, parts.policy, parts.clock
        )

    async def open_payment(self, command: OpenPayment) -> PaymentOpened | PaymentAnswer:
        """Open a payment, or decline to."""
        parts = self._parts
        arrival = arrive(command.request, Purpose.OPEN_PAYMENT, parts.clock.now())
        check_binding(command, parts.notices)
        digits = parts.routing.digits_needed()
        challenge = draw_challenge(command, digits, parts.policy, parts.randomness)
        work = OpenWork(command, arrival, challenge, parts.registers.register, parts.policy)
        answer = await self._in_flight.run(arrival, lambda: parts.store.execute(work))
        if isinstance(answer, PaymentOpened):
            return answer
        return self._sign(answer)

    async def route_probe(
        self, command: RouteProbe
    ) -> Routed | NotRouted | PhoneDigitsNeeded | PaymentAnswer:
        """Route a probe."""
        arrival = self._arrive(command, Purpose.ROUTE_PROBE)
        answer = await self._in_flight.run(arrival, lambda: self._probing.route(command, arrival))
        if isinstance(answer, Routed | NotRouted | PhoneDigitsNeeded):
            return answer
        return self._sign(answer)

    async def authorize_payment(self, command: AuthorizePayment) -> PaymentAnswer:
        """Move the money, or say why not."""
        arrival = self._arrive(command, Purpose.AUTHORIZE_PAYMENT)
        register = self._parts.registers.register
        answer = await self._in_flight.run(
            arrival, lambda: self.authorization.authorize(command, arrival, register)
        )
        return self._sign(answer)

    async def get_payment(self, command: GetPayment) -> PaymentAnswer:
        """Tell where the payment stands."""
        arrival = self._arrive(command, Purpose.GET_PAYMENT)
        check_clock(arrival, self._parts.policy.clock_window)
        found = await self._parts.store.find_payment(command.payment_id)
        payment = require_own(found, arrival)
        decision = payment.decision(arrival.header.operation_id, arrival.now)
        return self._sign(Decided(decision, payment.masked_name))

    async def cancel_payment(self, command: CancelPayment) -> PaymentAnswer:
        """End a payment that is not authorized."""
        arrival = self._arrive(command, Purpose.CANCEL_PAYMENT)
        work = CancelWork(command, arrival, self._parts.policy)
        return self._sign(
            await self._in_flight.run(arrival, lambda: self._parts.store.execute(work))
        )

    async def reverse_payment(self, command: ReversePayment) -> PaymentAnswer:
        """Undo a payment."""
        arrival = self._arrive(command, Purpose.REVERSE_PAYMENT)
        work = ReverseWork(command, arrival, self._parts.policy)
        return self._sign(
            await self._in_flight.run(arrival, lambda: self._parts.store.execute(work))
        )

    async def refund_payment(self, command: RefundPayment) -> RefundAnswer:
        """Give money back, or say why not."""
        parts = self._parts
        arrival = self._arrive(command, Purpose.REFUND_PAYMENT)
        work = RefundWork(command, arrival, parts.registers.register, parts.policy)
        answer = await self._in_flight.run(arrival, lambda: parts.store.execute(work))
        if not isinstance(answer, RefundDecided):
            raise MalformedFieldError("the stored answer belongs to another kind of call")
        return RefundAnswer(parts.security.sign_refund(answer.decision), answer.decision.outcome)

    def _arrive(self, command: _AboutPayment, purpose: Purpose) -> Arrival:
        return arrive(command.request, purpose, self._parts.clock.now())

    def _sign(self, answer: Answer) -> PaymentAnswer:
        if not isinstance(answer, Decided):
            raise MalformedFieldError("the stored answer belongs to another kind of call")
        decision = answer.decision
        return PaymentAnswer(
            self._parts.security.sign_decision(decision),
            decision.state,
            decision.response_code,
            answer.masked_name,
            answer.pin_tries_left,
        )

    async def drain(self) -> None:
        """Wait until every call that began has been answered."""
        await self._in_flight.drain()
