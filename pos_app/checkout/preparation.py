"""Steps (2) to (6) of a payment by face: everything before money can move.

Each step returns what the next one needs, or how the payment ended.
"""

from dataclasses import dataclass
from datetime import datetime

import structlog

from facepay.errors import KeyExhaustedError
from facepay.message_header import Purpose
from facepay.phone_digits import PhoneDigits
from facepay.vocabulary import CancelReason
from facepay.wire.payment_replies import NotRouted, OpenedPayment, PhoneDigitsNeeded, Routed
from pos_app.checkout.clearing_answers import (
    ClearingError,
    ClearingErrorReason,
    PaymentAnswer,
)
from pos_app.checkout.interruption import Interrupted
from pos_app.checkout.payment import (
    CaptureAttempt,
    CaptureFailureReason,
    Confirmation,
    ConfirmedRoute,
    DigitsRequest,
    Ended,
    EndReason,
    OpeningIntent,
    PaymentStep,
    RetryOffer,
)
from pos_app.checkout.payment_run import PaymentRun, end_of
from pos_app.checkout.pin_entry import (
    EncipheredPin,
    PinEntryCancelled,
    PinEntryTimedOut,
    PinPadError,
    PinPrompt,
)
from pos_app.checkout.ports import CaptureFailure, PayerWord, SealedProbe

ROUTE_ATTEMPTS_MAX = 3
"""RouteProbe calls a payment may make; the clearing service counts them too."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _SearchCutOff:
    """The search ended without an answer, and the probe is used up."""


@dataclass(frozen=True, slots=True)
class ReadyToAuthorize:
    """The payer said yes and entered a PIN; only the journal stands before authorizing."""

    route: ConfirmedRoute
    pin: EncipheredPin


async def open_payment(
    run: PaymentRun, intent: OpeningIntent
) -> OpenedPayment | PaymentAnswer | Ended:
    """(2) Open the payment: the payer's touch on the notice is the consent to what follows."""
    run.announce(PaymentStep.OPENING)
    operation = await run.begin(Purpose.OPEN_PAYMENT)
    opened = await run.interruption.race(
        run.ports.gateway.open_payment(operation, run.binding, intent)
    )
    return run.ended_if_interrupted(opened)


async def route_payer(run: PaymentRun, opened: OpenedPayment) -> Routed | PaymentAnswer | Ended:
    """(3), (4) Ask for digits where they are needed; capture and route, at most three times."""
    digits = _Digits(opened.phone_digits)
    try:
        for attempt in range(1, ROUTE_ATTEMPTS_MAX + 1):
            stopped = await digits.ensure(run, opened.expires_at)
            if stopped is not None:
                return stopped
            answer = await _capture_and_route(run, opened, attempt, digits.given)
            if isinstance(answer, Routed | PaymentAnswer | Ended):
                return answer
            if isinstance(answer, PhoneDigitsNeeded):
                digits.needed = answer.phone_digits
            elif not await _wants_another(run, answer, attempt, opened.expires_at):
                break
        return _end_unrouted(run, is_cut_off=isinstance(answer, _SearchCutOff))
    finally:
        digits.wipe()


async def confirm(run: PaymentRun, shown: Confirmation, deadline: datetime) -> Ended | None:
    """(5) Show payee and amount; None means the payer agreed."""
    run.announce(PaymentStep.CONFIRMING, shown)
    word = await run.interruption.race(run.ports.payer.confirmation(shown), deadline)
    match word:
        case PayerWord.CONFIRM:
            return None
        case PayerWord.NOT_ME:
            return end_of(CancelReason.NOT_ME)
        case PayerWord.STOP:
            return end_of(CancelReason.PAYER)
        case Interrupted(reason):
            return end_of(reason)


async def enter_pin(
    run: PaymentRun, shown: Confirmation, routed: Routed, challenge_nonce: bytes
) -> ReadyToAuthorize | Ended:
    """(6) Let the payer enter the PIN; it leaves the PIN pad enciphered and bound to the routing."""
    run.announce(PaymentStep.ENTERING_PIN, shown)
    timers = run.signed_on.timers
    prompt = PinPrompt(
        token=routed.routing_token,
        amount=shown.amount,
        payee_name=shown.payee.name_zh,
        entry_seconds=timers.pin_entry_seconds,
        extensions=timers.pin_entry_extensions,
    )
    try:
        entered = await run.interruption.race(
            run.ports.pin_pad.enter_pin(prompt), routed.expires_at
        )
    except (PinPadError, KeyExhaustedError) as error:
        _log.error("pin_pad_unusable", error=type(error).__name__)
        return Ended(EndReason.TERMINAL_FAULT)
    match entered:
        case EncipheredPin():
            return ReadyToAuthorize(ConfirmedRoute(routed.routing_token, challenge_nonce), entered)
        case PinEntryCancelled():
            return end_of(CancelReason.PAYER)
        case PinEntryTimedOut():
            return Ended(EndReason.PIN_TIMED_OUT)
        case Interrupted(reason):
            return end_of(reason)


class _Digits:
    """The payer's phone digits for the time of the routing: how many are needed, what was given."""

    def __init__(self, needed: int) -> None:
        self.needed = needed
        self.given: PhoneDigits | None = None

    async def ensure(self, run: PaymentRun, deadline: datetime) -> Ended | None:
        """Ask if more are needed than were given; None means that there are enough."""
        if len(self.given or b"") >= self.needed:
            return None
        self.wipe()
        run.announce(PaymentStep.ASKING_DIGITS, DigitsRequest(self.needed))
        asked = await run.interruption.race(run.ports.payer.phone_digits(self.needed), deadline)
        match asked:
            case None:
                return end_of(CancelReason.PAYER)
            case Interrupted(reason):
                return end_of(reason)
            case _:
                self.given = asked
                return None

    def wipe(self) -> None:
        """Overwrite what was given. A repeat does nothing."""
        if self.given is not None:
            self.given.wipe()
        self.given = None


async def _capture_and_route(
    run: PaymentRun, opened: OpenedPayment, attempt: int, digits: PhoneDigits | None
) -> Routed | NotRouted | PhoneDigitsNeeded | PaymentAnswer | Ended | _SearchCutOff:
    operation = await run.begin(Purpose.ROUTE_PROBE)
    challenge = opened.challenge
    context = run.ports.gateway.sealing_context(operation, run.binding, challenge, attempt)
    run.announce(PaymentStep.CAPTURING, CaptureAttempt(attempt, ROUTE_ATTEMPTS_MAX, challenge))
    captured = await run.interruption.race(run.ports.capture.capture(context), opened.expires_at)
    probe = _probe_of(run, captured)
    if isinstance(probe, Ended):
        return probe
    run.announce(PaymentStep.ROUTING)
    try:
        routed = await run.interruption.race(run.ports.gateway.route_probe(context, probe, digits))
    except ClearingError as error:
        if error.reason is ClearingErrorReason.CAPTURE_AGAIN:
            return _SearchCutOff()
        raise
    return run.ended_if_interrupted(routed)


def _probe_of(
    run: PaymentRun, captured: SealedProbe | CaptureFailure | Interrupted
) -> SealedProbe | Ended:
    if isinstance(captured, CaptureFailure):
        if captured.reason is CaptureFailureReason.CANCELLED:
            return run.stopped_or(EndReason.STOPPED_BY_PAYER)
        return Ended(EndReason.CAPTURE_FAILED, capture=captured.reason)
    return run.ended_if_interrupted(captured)


async def _wants_another(
    run: PaymentRun, answer: NotRouted | _SearchCutOff, attempt: int, deadline: datetime
) -> bool:
    attempts_left = ROUTE_ATTEMPTS_MAX - attempt
    step = PaymentStep.OFFERING_RECAPTURE
    if isinstance(answer, NotRouted):
        attempts_left = min(answer.attempts_left, attempts_left)
        step = PaymentStep.OFFERING_RETRY
    if attempts_left == 0:
        return False
    run.announce(step, RetryOffer(attempts_left))
    wish = await run.interruption.race(run.ports.payer.another_capture(attempts_left), deadline)
    return wish is True


def _end_unrouted(run: PaymentRun, *, is_cut_off: bool) -> Ended:
    """Return how a payment ends whose last try gave no account: nobody found, or nobody knows."""
    if is_cut_off and run.interruption.reason is None:
        reason = ClearingErrorReason.CAPTURE_AGAIN
        return Ended(EndReason.CLEARING_FAILED, clearing=reason)
    return run.stopped_or(EndReason.NOT_ROUTED)
