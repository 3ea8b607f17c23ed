"""What to say when a payment by face stopped before anyone decided: capture and operating failures.

None of these is a decline. Each says what happened, what was not lost, and what to do next.
"""

from enum import Enum

from pos_app.ui.phrase import Explanation, phrase


class TillFailure(Enum):
    """Causes for which the till itself stops a payment by face."""

    CAMERA_LOST = "camera_lost"
    CAPTURE_NO_FACE = "no_face"
    CAPTURE_SEVERAL_FACES = "several_faces"
    CAPTURE_TOO_DARK = "too_dark"
    CAPTURE_POOR_QUALITY = "poor_quality"
    CAPTURE_CHALLENGE_FAILED = "challenge_failed"
    CAPTURE_FACE_CHANGED = "face_changed"
    CAPTURE_FACE_LOST = "face_lost"
    CAPTURE_TIMED_OUT = "timed_out"
    STOPPED_BY_PAYER = "stopped_by_payer"
    STOPPED_BY_CASHIER = "stopped_by_cashier"
    PIN_TIMED_OUT = "pin_timed_out"
    LINE_DOWN = "line_down"
    OUTCOME_UNKNOWN = "outcome_unknown"
    REVERSED_AFTER_UNKNOWN = "reversed_after_unknown"
    TOKEN_EXPIRED = "token_expired"
    REPLY_NOT_GENUINE = "reply_not_genuine"
    JOURNAL_FAILED = "journal_failed"
    TERMINAL_FAULT = "terminal_fault"


_KEPT = phrase("Failure", "No money has left your account, and your items are still here.")
_TRY_OR_OTHER = phrase("Failure", "Please try again, or choose another way to pay.")
_OTHER = phrase("Failure", "Please choose another way to pay.")
_NO_FACE_PAYMENT = phrase("Failure", "Face payment stopped")
_ERASED = phrase("Failure", "The picture has been erased, and no money has left your account.")

FAILURES: dict[TillFailure, Explanation] = {
    TillFailure.CAMERA_LOST: Explanation(
        _NO_FACE_PAYMENT,
        phrase("Failure", "The camera does not answer."),
        _KEPT,
        phrase("Failure", "Please choose another way to pay. The cashier can check its cable."),
    ),
    TillFailure.CAPTURE_NO_FACE: Explanation(
        _NO_FACE_PAYMENT,
        phrase("Failure", "The camera saw no face."),
        _ERASED,
        phrase("Failure", "Stand in front of the screen and try again, or pay another way."),
    ),
    TillFailure.CAPTURE_SEVERAL_FACES: Explanation(
        _NO_FACE_PAYMENT,
        phrase("Failure", "More than one person was in front of the camera."),
        _ERASED,
        phrase("Failure", "Let only the payer stand there and try again, or pay another way."),
    ),
    TillFailure.CAPTURE_TOO_DARK: Explanation(
        _NO_FACE_PAYMENT,
        phrase("Failure", "It was too dark for the camera."),
        _ERASED,
        phrase("Failure", "Turn towards the light and try again, or pay another way."),
    ),
    TillFailure.CAPTURE_POOR_QUALITY: Explanation(
        _NO_FACE_PAYMENT,
        phrase("Failure", "The picture was not clear enough."),
        _ERASED,
        phrase("Failure", "Hold still in the circle and try again, or pay another way."),
    ),
    TillFailure.CAPTURE_CHALLENGE_FAILED: Explanation(
        _NO_FACE_PAYMENT,
        phrase("Failure", "The movement that was asked for was not seen."),
        _ERASED,
        _TRY_OR_OTHER,
    ),
    TillFailure.CAPTURE_FACE_CHANGED: Explanation(
        _NO_FACE_PAYMENT,
        phrase("Failure", "The face in front of the camera changed."),
        _ERASED,
        phrase("Failure", "Let only the payer stand there and try again, or pay another way."),
    ),
    TillFailure.CAPTURE_FACE_LOST: Explanation(
        _NO_FACE_PAYMENT,
        phrase("Failure", "The face left the camera's view."),
        _ERASED,
        phrase("Failure", "Stay in the circle and try again, or pay another way."),
    ),
    TillFailure.CAPTURE_TIMED_OUT: Explanation(
        _NO_FACE_PAYMENT,
        phrase("Failure", "The camera went off because its minute was over."),
        _ERASED,
        phrase("Failure", "You may start again and take a new minute, or pay another way."),
    ),
    TillFailure.STOPPED_BY_PAYER: Explanation(
        _NO_FACE_PAYMENT,
        phrase("Failure", "You stopped the payment by face."),
        _KEPT,
        _OTHER,
    ),
    TillFailure.STOPPED_BY_CASHIER: Explanation(
        _NO_FACE_PAYMENT,
        phrase("Failure", "The cashier stopped the payment by face."),
        _KEPT,
        _OTHER,
    ),
    TillFailure.PIN_TIMED_OUT: Explanation(
        _NO_FACE_PAYMENT,
        phrase("Failure", "The time for entering the PIN was over."),
        _KEPT,
        phrase("Failure", "Please try again; “More time” gives a minute more. Or pay another way."),
    ),
    TillFailure.LINE_DOWN: Explanation(
        phrase("Failure", "No connection"),
        phrase("Failure", "The till cannot reach the payment service, so nothing is paid by face."),
        _KEPT,
        phrase("Failure", "Please pay by QR code, card or cash. Face returns with the line."),
    ),
    TillFailure.OUTCOME_UNKNOWN: Explanation(
        phrase("Failure", "Not yet known"),
        phrase("Failure", "The answer of the bank did not arrive. The till keeps asking."),
        phrase("Failure", "If the payment cannot be confirmed, it is cancelled on its own."),
        phrase("Failure", "Please wait before paying again; nothing is taken twice."),
    ),
    TillFailure.REVERSED_AFTER_UNKNOWN: Explanation(
        phrase("Failure", "Payment cancelled"),
        phrase("Failure", "The answer of the bank did not arrive, so the till cancelled."),
        phrase("Failure", "If money was taken, it comes back on its own."),
        _OTHER,
    ),
    TillFailure.TOKEN_EXPIRED: Explanation(
        _NO_FACE_PAYMENT,
        phrase("Failure", "The payment took too long and has expired."),
        _KEPT,
        _TRY_OR_OTHER,
    ),
    TillFailure.REPLY_NOT_GENUINE: Explanation(
        _NO_FACE_PAYMENT,
        phrase("Failure", "An answer did not come from the payment service and was not believed."),
        phrase("Failure", "The payment is not counted as made and will be cancelled."),
        phrase("Failure", "Please choose another way to pay. The cashier should call support."),
    ),
    TillFailure.JOURNAL_FAILED: Explanation(
        _NO_FACE_PAYMENT,
        phrase("Failure", "The till cannot write its journal, so it sends no payment."),
        _KEPT,
        phrase("Failure", "Please choose another way to pay. The cashier should call support."),
    ),
    TillFailure.TERMINAL_FAULT: Explanation(
        _NO_FACE_PAYMENT,
        phrase("Failure", "The till had a fault and stopped."),
        _KEPT,
        phrase("Failure", "Please choose another way to pay. The cashier should call support."),
    ),
}
