"""Opening and closing face payment for one person, at an enrolment station.

(1) two consents, each its own act: to face processing, and to sending the template
(2) open the enrolment with what the issuer gave the person to prove who they are
(3) the person chooses a face passcode at the PIN pad
(4) two looks, fused in the terminal, become the reference
(5) one more capture must find it and nobody else

A login that the issuer does not know, and a capture that failed, are asked for again: neither costs
the consents or the passcode.
"""

from datetime import datetime

import structlog

from facepay.errors import KeyExhaustedError
from facepay.identifiers import EnrolmentId
from facepay.message_header import Purpose
from facepay.payment_fields import BLINDING_BYTES
from facepay.pin_block import EncipheredPin
from facepay.vocabulary import ConsentScope, EnrolmentRefusal
from facepay.wire.enrolment import Consent, EnrolmentRefused, OpenedEnrolment
from pos_app.checkout.clearing_answers import ClearingError, SignedOn
from pos_app.checkout.enrolment_captures import EnrolmentCaptures
from pos_app.checkout.enrolment_ports import (
    ClosingOutcome,
    EnrolmentEnd,
    EnrolmentFailed,
    EnrolmentIntent,
    EnrolmentOutcome,
    EnrolmentPorts,
    EnrolmentStep,
    IssuerLogin,
    SignIn,
)
from pos_app.checkout.payment import Operation
from pos_app.checkout.pin_entry import PinPadError, PinPrompt
from pos_app.checkout.ports import JournalError, SealingContext

_log = structlog.get_logger()


class EnrolmentFlow:
    """Enrolments and closings of one station, one at a time."""

    def __init__(self, ports: EnrolmentPorts, signed_on: SignedOn) -> None:
        self._ports = ports
        self._signed_on = signed_on

    async def enrol(self, login: IssuerLogin) -> EnrolmentOutcome:
        """Take one person, whose login is known, through the enrolment; raises nothing."""

        async def sign_in(refusal: EnrolmentRefusal | None) -> IssuerLogin | None:
            return login if refusal is None else None

        return await self.enrol_asking(sign_in)

    async def enrol_asking(self, sign_in: SignIn) -> EnrolmentOutcome:
        """Take one person through the enrolment; raises nothing.

        They sign in after the consents: a one-time code would not outlive the notice.
        """
        try:
            outcome = await self._path(sign_in)
        except (ClearingError, JournalError, PinPadError, KeyExhaustedError) as error:
            outcome = _failed(error)
        self._ports.enrollee.step_changed(EnrolmentStep.FINISHED)
        return outcome

    async def close(self, login: IssuerLogin) -> ClosingOutcome:
        """Close face payment in one step; raises nothing."""
        try:
            operation = await self._begin(Purpose.CLOSE_FACE_PAYMENT)
            return await self._ports.gateway.close_face_payment(operation, login)
        except (ClearingError, JournalError) as error:
            return _failed(error)

    async def _path(self, sign_in: SignIn) -> EnrolmentOutcome:
        ports, enrollee = self._ports, self._ports.enrollee
        # (1) Each consent is an act of its own, given before anything is sent.
        consents = await self._consents()
        if consents is None:
            return EnrolmentFailed(EnrolmentEnd.CONSENT_NOT_GIVEN)

        # (2) The issuer says who this is.
        opened = await self._sign_in_and_open(sign_in, consents)
        if not isinstance(opened, OpenedEnrolment):
            return opened

        # (3) The passcode first, because a header made at the capture must be sent at once.
        enrollee.step_changed(EnrolmentStep.CHOOSING_PASSCODE)
        passcode = await ports.pin_pad.enter_pin(self._prompt(opened))
        if not isinstance(passcode, EncipheredPin):
            return EnrolmentFailed(EnrolmentEnd.STOPPED)

        # (4) Two looks, one reference.
        captures = EnrolmentCaptures(ports.capture, enrollee)
        context = await self._context(Purpose.SUBMIT_REFERENCE, opened)
        reference = await captures.reference(context)
        if isinstance(reference, EnrolmentFailed):
            return reference
        enrollee.step_changed(EnrolmentStep.SUBMITTING)
        accepted = await ports.gateway.submit_reference(context, reference, passcode)
        if isinstance(accepted, EnrolmentRefused):
            return accepted

        # (5) One more capture, with a challenge of its own, finds it.
        context = await self._context(Purpose.CONFIRM_REFERENCE, accepted)
        probe = await captures.confirmation(context)
        if isinstance(probe, EnrolmentFailed):
            return probe
        enrollee.step_changed(EnrolmentStep.CONFIRMING)
        return await ports.gateway.confirm_reference(context, probe)

    async def _consents(self) -> tuple[Consent, ...] | None:
        notice = self._signed_on.notice
        self._ports.enrollee.step_changed(EnrolmentStep.ASKING_CONSENT)
        given: list[Consent] = []
        for scope in (ConsentScope.FACE_PROCESSING, ConsentScope.NETWORK_TRANSMISSION):
            if not await self._ports.enrollee.consents(notice, scope):
                return None
            given.append(Consent(scope, notice.version, notice.sha256, self._now()))
        return tuple(given)

    async def _sign_in_and_open(
        self, sign_in: SignIn, consents: tuple[Consent, ...]
    ) -> OpenedEnrolment | EnrolmentRefused | EnrolmentFailed:
        enrollee = self._ports.enrollee
        refused: EnrolmentRefused | None = None
        while True:
            enrollee.step_changed(EnrolmentStep.SIGNING_IN)
            login = await sign_in(refused.reason if refused else None)
            if login is None:
                return refused or EnrolmentFailed(EnrolmentEnd.STOPPED)
            enrollee.step_changed(EnrolmentStep.OPENING)
            opened = await self._open(login, consents)
            if opened != _NOT_AUTHENTICATED:
                return opened
            refused = _NOT_AUTHENTICATED

    async def _open(
        self, login: IssuerLogin, consents: tuple[Consent, ...]
    ) -> OpenedEnrolment | EnrolmentRefused:
        ports = self._ports
        intent = EnrolmentIntent(
            EnrolmentId.generate(ports.clock, ports.randomness),
            login,
            consents,
            ports.randomness.bytes(BLINDING_BYTES),
            ports.presentation,
        )
        return await ports.gateway.open_enrolment(await self._begin(Purpose.OPEN_ENROLMENT), intent)

    async def _context(self, purpose: Purpose, opened: OpenedEnrolment) -> SealingContext:
        operation = await self._begin(purpose)
        return self._ports.gateway.enrolment_context(
            operation, opened.enrolment_id, opened.challenge
        )

    def _prompt(self, opened: OpenedEnrolment) -> PinPrompt:
        timers = self._signed_on.timers
        return PinPrompt(
            token=opened.passcode_token,
            amount=None,
            payee_name="",
            entry_seconds=timers.pin_entry_seconds,
            extensions=timers.pin_entry_extensions,
        )

    async def _begin(self, purpose: Purpose) -> Operation:
        return await self._ports.journal.begin_operation(None, purpose)

    def _now(self) -> datetime:
        return self._ports.clock.now()


_NOT_AUTHENTICATED = EnrolmentRefused(EnrolmentRefusal.NOT_AUTHENTICATED)


def _failed(error: Exception) -> EnrolmentFailed:
    _log.warning("enrolment_failed", error=type(error).__name__, cause=str(error))
    if isinstance(error, ClearingError):
        return EnrolmentFailed(EnrolmentEnd.CLEARING_FAILED, clearing=error.reason)
    if isinstance(error, JournalError):
        return EnrolmentFailed(EnrolmentEnd.JOURNAL_FAILED)
    return EnrolmentFailed(EnrolmentEnd.TERMINAL_FAULT)
