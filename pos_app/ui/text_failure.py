"""What to say when a payment by face ended without a decision: one text per cause and language.

None of these is a decline. Each says what happened, what was not lost, and what to do next.
"""

from facepay.vocabulary import ReversalReason
from pos_app.checkout.clearing_answers import ClearingErrorReason
from pos_app.checkout.payment import CaptureFailureReason, EndReason
from pos_app.ui.phrase import Explanation, Phrase, phrase

_STOPPED = phrase("Failure", "Face payment stopped")
_KEPT = phrase("Failure", "No money has left your account, and your items are still here.")
_ERASED = phrase("Failure", "The picture has been erased, and no money has left your account.")
_COMES_BACK = phrase("Failure", "If money was taken, it comes back on its own.")
_TRY_OR_OTHER = phrase("Failure", "Please try again, or choose another way to pay.")
_OTHER = phrase("Failure", "Please choose another way to pay.")
_ALONE = phrase("Failure", "Let only the payer stand there and try again, or pay another way.")
_SUPPORT = phrase("Failure", "Please choose another way to pay. The cashier should call support.")
_NOT_REACHED = phrase("Failure", "Please pay by QR code, card or cash. Face returns with the line.")


def _capture(happened: Phrase, next_step: Phrase) -> Explanation:
    return Explanation(_STOPPED, happened, _ERASED, next_step)


def _stopped(happened: Phrase, next_step: Phrase = _OTHER) -> Explanation:
    return Explanation(_STOPPED, happened, _KEPT, next_step)


CAPTURE_FAILURES: dict[CaptureFailureReason, Explanation] = {
    CaptureFailureReason.NO_FACE: _capture(
        phrase("Failure", "The camera saw no face."),
        phrase("Failure", "Stand in front of the screen and try again, or pay another way."),
    ),
    CaptureFailureReason.SEVERAL_FACES: _capture(
        phrase("Failure", "More than one person was in front of the camera."), _ALONE
    ),
    CaptureFailureReason.TOO_DARK: _capture(
        phrase("Failure", "It was too dark for the camera."),
        phrase("Failure", "Turn towards the light and try again, or pay another way."),
    ),
    CaptureFailureReason.TOO_BRIGHT: _capture(
        phrase("Failure", "The light was too strong for the camera."),
        phrase("Failure", "Turn away from the light and try again, or pay another way."),
    ),
    CaptureFailureReason.POOR_QUALITY: _capture(
        phrase("Failure", "The picture was not clear enough."),
        phrase("Failure", "Hold still in the circle and try again, or pay another way."),
    ),
    CaptureFailureReason.CHALLENGE_FAILED: _capture(
        phrase("Failure", "The movement that was asked for was not seen."), _TRY_OR_OTHER
    ),
    CaptureFailureReason.FACE_CHANGED: _capture(
        phrase("Failure", "The face in front of the camera changed."), _ALONE
    ),
    CaptureFailureReason.FACE_LOST: _capture(
        phrase("Failure", "The face left the camera's view."),
        phrase("Failure", "Stay in the circle and try again, or pay another way."),
    ),
    CaptureFailureReason.TIMED_OUT: _capture(
        phrase("Failure", "The camera went off because its minute was over."),
        phrase("Failure", "You may start again and take a new minute, or pay another way."),
    ),
    CaptureFailureReason.CANCELLED: _capture(
        phrase("Failure", "The camera was stopped."), _TRY_OR_OTHER
    ),
    CaptureFailureReason.CAMERA_LOST: _capture(
        phrase("Failure", "The camera was disconnected."),
        phrase("Failure", "Please choose another way to pay. The cashier can check its cable."),
    ),
    CaptureFailureReason.CAMERA_UNAVAILABLE: _stopped(
        phrase("Failure", "The camera cannot be opened."),
        phrase("Failure", "Please choose another way to pay. The cashier can check the camera."),
    ),
    CaptureFailureReason.MODEL_UNAVAILABLE: _stopped(
        phrase("Failure", "A file that face payment needs is missing or damaged on this till."),
        _SUPPORT,
    ),
    CaptureFailureReason.PRESENTATION_ATTACK_SUSPECTED: _capture(
        phrase("Failure", "The camera could not make sure that a person is present."),
        _TRY_OR_OTHER,
    ),
    CaptureFailureReason.LIGHT_UNANSWERED: _capture(
        phrase("Failure", "The colours of this screen were not seen on a face before it."),
        phrase(
            "Failure",
            "Come closer with nothing in between and try again, or pay another way. "
            "In strong light it may not work here.",
        ),
    ),
}

CLEARING_FAILURES: dict[ClearingErrorReason, Explanation] = {
    ClearingErrorReason.UNREACHABLE: Explanation(
        phrase("Failure", "No connection"),
        phrase("Failure", "The till cannot reach the payment service, so nothing is paid by face."),
        _KEPT,
        _NOT_REACHED,
    ),
    ClearingErrorReason.SERVICE_UNAVAILABLE: _stopped(
        phrase("Failure", "The payment service is not available at the moment."),
        phrase("Failure", "Please choose another way to pay, or try again in a few minutes."),
    ),
    ClearingErrorReason.CAPTURE_AGAIN: _stopped(
        phrase("Failure", "The search for the payer's bank was cut off."), _TRY_OR_OTHER
    ),
    ClearingErrorReason.NOT_SIGNED_ON: _stopped(
        phrase("Failure", "This till has not signed on to the payment service yet."),
        phrase("Failure", "Please try again in a moment, or choose another way to pay."),
    ),
    ClearingErrorReason.CLOCK_OFF: _stopped(
        phrase("Failure", "The clock of this till is wrong, so the payment service refuses it."),
        phrase("Failure", "Please choose another way to pay. The cashier should set the clock."),
    ),
    ClearingErrorReason.NOT_ADMITTED: _stopped(
        phrase("Failure", "This till's registration is not valid at the payment service."), _SUPPORT
    ),
    ClearingErrorReason.EPOCH_STALE: _stopped(
        phrase("Failure", "The payment service changed its keys during the payment."), _TRY_OR_OTHER
    ),
    ClearingErrorReason.TOO_MANY_REQUESTS: _stopped(
        phrase("Failure", "This till has sent too many requests in a short time."),
        phrase("Failure", "Please wait a minute and try again, or choose another way to pay."),
    ),
    ClearingErrorReason.REFUSED: _stopped(
        phrase("Failure", "The payment service refused the till's message."), _SUPPORT
    ),
    ClearingErrorReason.NOT_FOUND: _stopped(
        phrase("Failure", "The payment service does not know this payment."), _SUPPORT
    ),
    ClearingErrorReason.REPLY_NOT_GENUINE: _stopped(
        phrase("Failure", "An answer was not genuine and was not believed."), _SUPPORT
    ),
}

END_FAILURES: dict[EndReason, Explanation] = {
    EndReason.STOPPED_BY_PAYER: _stopped(phrase("Failure", "You stopped the payment by face.")),
    EndReason.STOPPED_BY_CASHIER: _stopped(
        phrase("Failure", "The cashier stopped the payment by face.")
    ),
    EndReason.NOT_ME: _stopped(
        phrase("Failure", "You said that the name shown is not yours. The payment was dropped."),
        _TRY_OR_OTHER,
    ),
    EndReason.NOT_ROUTED: _stopped(
        phrase("Failure", "Face payment found no account to pay from."), _TRY_OR_OTHER
    ),
    EndReason.CAPTURE_FAILED: _capture(
        phrase("Failure", "No usable picture could be taken."), _TRY_OR_OTHER
    ),
    EndReason.PIN_TIMED_OUT: _stopped(
        phrase("Failure", "The time for entering the PIN was over."),
        phrase("Failure", 'Please try again; "More time" gives a minute more. Or pay another way.'),
    ),
    EndReason.EXPIRED: _stopped(
        phrase("Failure", "The payment took too long and has expired."), _TRY_OR_OTHER
    ),
    EndReason.CLEARING_FAILED: _stopped(
        phrase("Failure", "The payment service could not process the payment."), _TRY_OR_OTHER
    ),
    EndReason.JOURNAL_FAILED: _stopped(
        phrase("Failure", "The till cannot write its journal, so it sends no payment."), _SUPPORT
    ),
    EndReason.TERMINAL_FAULT: _stopped(
        phrase("Failure", "The till had a fault and stopped."), _SUPPORT
    ),
}

_UNDONE = phrase("Failure", "Payment cancelled")
_BEING_UNDONE = phrase("Failure", "Payment is being cancelled")
_WAIT = phrase(
    "Failure", "Please pay another way. The till sends the cancellation until it is heard."
)

REVERSALS: dict[tuple[ReversalReason, bool], Explanation] = {
    (ReversalReason.NO_REPLY, True): Explanation(
        _UNDONE,
        phrase("Failure", "No answer came from the bank, so the till cancelled the payment."),
        _COMES_BACK,
        _OTHER,
    ),
    (ReversalReason.NO_REPLY, False): Explanation(
        _BEING_UNDONE,
        phrase("Failure", "No answer came from the bank, so the till is cancelling the payment."),
        _COMES_BACK,
        _WAIT,
    ),
    (ReversalReason.CASHIER, True): Explanation(
        _UNDONE,
        phrase("Failure", "The cashier cancelled the payment."),
        _COMES_BACK,
        _OTHER,
    ),
    (ReversalReason.CASHIER, False): Explanation(
        _BEING_UNDONE,
        phrase("Failure", "The cashier is cancelling the payment."),
        _COMES_BACK,
        _WAIT,
    ),
    (ReversalReason.RECEIPT_FAILED, True): Explanation(
        _UNDONE,
        phrase("Failure", "No receipt could be made, so the till cancelled the payment."),
        _COMES_BACK,
        _SUPPORT,
    ),
    (ReversalReason.RECEIPT_FAILED, False): Explanation(
        _BEING_UNDONE,
        phrase("Failure", "No receipt could be made, so the till is cancelling the payment."),
        _COMES_BACK,
        _WAIT,
    ),
}
"""By reason, and whether the reversal has been acknowledged."""
