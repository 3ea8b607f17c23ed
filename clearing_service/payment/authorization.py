"""Step 3: all money moves here.

    1. One commit: duplicate check, payment, token, PIN present, issuer live, limits, HOLD against
       the issuer's cap; the payment is AUTHORIZING.
    2. The security module re-enciphers the PIN for the issuer in the routing record. The issuer,
       idempotent by payment id, verifies it and debits the account.
    3. One commit: POST or RELEASE, state, audit, stored answer. Only then anybody is told.

An issuer that gives no answer in time: RELEASE, 91, and a reversal to it until acknowledged; a late
approval changes nothing. A crash between 1 and 3 leaves AUTHORIZING, which `recovery` ends. A
reversal may end the payment between 1 and 3; then step 3 finds it ended and keeps it so.
"""

import asyncio

from clearing_service.errors import ClearingError, IssuerUnavailableError
from clearing_service.participants.register import Register
from clearing_service.payment.answers import Answer
from clearing_service.payment.authorization_commits import (
    AuthorizationBegun,
    BeginAuthorization,
    FinishAuthorization,
    IssuerSilent,
    IssuerWord,
    PinNotTranslated,
)
from clearing_service.payment.duplicate_check import Arrival, whole_milliseconds
from clearing_service.payment.payment import Payment
from clearing_service.payment.policy import PaymentPolicy
from clearing_service.payment.ports import (
    IssuerDebit,
    IssuerGateway,
    PaymentSecurity,
    PaymentStore,
)
from clearing_service.payment.requests import AuthorizePayment
from clearing_service.security_module.errors import PinTranslationError
from clearing_service.security_module.protocol import ZonePinBlock
from facepay.errors import FacepayError
from facepay.ports import Clock
from facepay.response_code import ResponseCode
from facepay.sealed_envelope import SealedEnvelope


class Authorization:
    """Takes a payment from its PIN to its decision."""

    def __init__(
        self,
        store: PaymentStore,
        security: PaymentSecurity,
        issuers: IssuerGateway,
        policy: PaymentPolicy,
        clock: Clock,
    ) -> None:
        self._store = store
        self._security = security
        self._issuers = issuers
        self._policy = policy
        self._clock = clock

    async def authorize(
        self, command: AuthorizePayment, arrival: Arrival, register: Register
    ) -> Answer:
        """Move the money, or say why not."""
        # (1) duplicate check, limits, hold
        begun = await self._store.execute(
            BeginAuthorization(command, arrival, register, self._policy)
        )
        if not isinstance(begun, AuthorizationBegun):
            return begun
        # (2) the issuer's word
        if begun.is_resumed:  # held before, and cut off: the issuer knows how far it came
            word = await self.recall(begun.payment)
        else:
            word = await self._ask_issuer(command, begun.payment)
        # (3) post or release, and the stored answer
        return await self.finish(begun.payment, word)

    async def recall(self, payment: Payment) -> IssuerWord:
        """Ask the issuer what it did for a payment whose authorization was cut off.

        Silence and ignorance are one: the hold is let go and a reversal sent, which undoes a debit
        we were not told of and forbids one that has not come yet.
        """
        issuer_id = payment.live_route.issuer_id
        try:
            async with asyncio.timeout(self._policy.issuer_deadline.total_seconds()):
                return await self._issuers.find(issuer_id, payment.payment_id) or IssuerSilent()
        except (IssuerUnavailableError, TimeoutError):
            return IssuerSilent()

    async def finish(self, payment: Payment, word: IssuerWord) -> Answer:
        """Book what the issuer said, unless the payment was ended meanwhile."""
        now = whole_milliseconds(self._clock.now())
        return await self._store.execute(FinishAuthorization(payment, word, now))

    async def _ask_issuer(self, command: AuthorizePayment, payment: Payment) -> IssuerWord:
        if command.pin is None:
            return PinNotTranslated("no PIN envelope")
        try:
            block = await self._translate(command.pin, command.request.signed.header, payment)
        except (PinTranslationError, FacepayError) as error:
            return PinNotTranslated(str(error))
        except ClearingError as error:
            return PinNotTranslated(str(error), ResponseCode.SYSTEM_MALFUNCTION)
        route = payment.live_route
        debit = IssuerDebit(
            payment.payment_id,
            route.issuer_id,
            route.account_alias,
            payment.known_fields.amount,
            block,
        )
        try:
            async with asyncio.timeout(self._policy.issuer_deadline.total_seconds()):
                return await self._issuers.authorize(debit)
        except (IssuerUnavailableError, TimeoutError):
            return IssuerSilent()

    async def _translate(
        self, pin: SealedEnvelope, header: bytes, payment: Payment
    ) -> ZonePinBlock:
        record = payment.live_route.record
        return await self._security.translate_pin(pin, header, record, self._clock.now())
