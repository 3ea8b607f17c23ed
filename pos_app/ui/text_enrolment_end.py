"""How an errand at the enrolment station ended: one text per cause and language.

Each says what happened, what was not lost, and what to do next.
"""

from facepay.vocabulary import EnrolmentRefusal
from pos_app.checkout.clearing_answers import ClearingErrorReason
from pos_app.checkout.enrolment_ports import EnrolmentEnd
from pos_app.checkout.payment import CaptureFailureReason
from pos_app.ui.phrase import Explanation, Phrase, phrase
from pos_app.ui.text_failure import CAPTURE_FAILURES as PAYMENT_CAPTURE_FAILURES

NOT_OPENED = phrase("Ending", "Face payment was not opened")
NOT_CLOSED = phrase("Ending", "Face payment was not closed")
_NOTHING_KEPT = phrase(
    "Ending", "Nothing of your face is kept, and your account, card and QR code work as before."
)
PENDING_ERASED = phrase(
    "Ending",
    "What was sent before cannot pay and is erased on its own within minutes. Your account, card "
    "and QR code work as before.",
)
"""What was not lost, once the template has been sent."""
UNCHANGED = phrase("Ending", "Nothing has changed. Your account, card and QR code work as before.")
_AGAIN = phrase("Ending", "You can start again now, or come back at any time.")
_SUPPORT = phrase("Ending", "Please come back later. The clerk should call support.")


def _not_opened(happened: Phrase, next_step: Phrase = _AGAIN) -> Explanation:
    return Explanation(NOT_OPENED, happened, _NOTHING_KEPT, next_step)


OPENED = Explanation(
    phrase("Ending", "Face payment is open"),
    phrase("Ending", "The last look found your template, and nobody else's."),
    phrase("Ending", "Every picture has been erased. A face alone never pays: your passcode does."),
    phrase("Ending", "You can pay by face from now on, wherever it is offered."),
)
CLOSED = Explanation(
    phrase("Ending", "Face payment is closed"),
    phrase("Ending", "All three institutions have erased your template and signed for it."),
    phrase("Ending", "Earlier payments stay valid. Your account, card and QR code work as before."),
    phrase("Ending", "You need do nothing more. You can open face payment again at any time."),
)

REFUSALS: dict[EnrolmentRefusal, Explanation] = {
    EnrolmentRefusal.NOT_AUTHENTICATED: _not_opened(
        phrase("Ending", "Your bank did not accept the login and code."),
        phrase("Ending", "Start again with a fresh code, or ask your bank."),
    ),
    EnrolmentRefusal.CONSENT_MISSING: _not_opened(
        phrase("Ending", "The consents no longer fit the notice that is in force."),
        phrase("Ending", "Please start again and read the notice as it is now."),
    ),
    EnrolmentRefusal.UNDER_AGE: _not_opened(
        phrase("Ending", "Face payment is not opened here for children under fourteen."),
        phrase("Ending", "A guardian can ask the bank. Card and cash can be used as before."),
    ),
    EnrolmentRefusal.ALREADY_ENROLLED: Explanation(
        phrase("Ending", "Face payment is already open"),
        phrase("Ending", "This account can be paid from by face already."),
        phrase("Ending", "Nothing was changed, and no picture was taken."),
        phrase("Ending", "To begin afresh, close face payment first and open it again."),
    ),
    EnrolmentRefusal.FACE_ENROLLED_ELSEWHERE: _not_opened(
        phrase("Ending", "This face could not be told apart from one that is enrolled already."),
        phrase("Ending", "If you enrolled with another account, close it there first; or ask us."),
    ),
    EnrolmentRefusal.WEAK_PASSCODE: _not_opened(
        phrase("Ending", "The bank refused the passcode: it is easy to guess from what it knows."),
        phrase("Ending", "Start again. Take neither your birthday nor the PIN of a card."),
    ),
    EnrolmentRefusal.CAPTURES_DIFFER: _not_opened(
        phrase("Ending", "The last look did not find the template of the first two."),
        phrase("Ending", "Start again in even light, without mask or dark glasses."),
    ),
    EnrolmentRefusal.EXPIRED: _not_opened(
        phrase("Ending", "The enrolment took longer than it may stay unfinished."),
    ),
}

CAPTURE_NEXT: dict[CaptureFailureReason, Phrase] = {
    CaptureFailureReason.NO_FACE: phrase("Ending", "Stand in front of the screen and try again."),
    CaptureFailureReason.SEVERAL_FACES: phrase("Ending", "Let nobody else stand there. Try again."),
    CaptureFailureReason.TOO_DARK: phrase("Ending", "Turn towards the light and try again."),
    CaptureFailureReason.TOO_BRIGHT: phrase("Ending", "Turn away from the light and try again."),
    CaptureFailureReason.POOR_QUALITY: phrase("Ending", "Hold still in the circle and try again."),
    CaptureFailureReason.CHALLENGE_FAILED: phrase("Ending", "Follow the movement and try again."),
    CaptureFailureReason.FACE_CHANGED: phrase("Ending", "Stay alone in the circle and try again."),
    CaptureFailureReason.FACE_LOST: phrase("Ending", "Stay in the circle and try again."),
    CaptureFailureReason.TIMED_OUT: phrase("Ending", "Take a new minute and try again."),
    CaptureFailureReason.CANCELLED: _AGAIN,
    CaptureFailureReason.CAMERA_LOST: phrase("Ending", "The clerk should check the cable."),
    CaptureFailureReason.CAMERA_UNAVAILABLE: phrase("Ending", "The clerk should check the camera."),
    CaptureFailureReason.MODEL_UNAVAILABLE: _SUPPORT,
    CaptureFailureReason.PRESENTATION_ATTACK_SUSPECTED: phrase(
        "Ending", "Take off mask and dark glasses, show no picture, and try again."
    ),
    CaptureFailureReason.LIGHT_UNANSWERED: phrase(
        "Ending", "Come closer to the screen, away from strong light, and try again."
    ),
}
CAPTURE_FAILURES: dict[CaptureFailureReason, Explanation] = {
    reason: _not_opened(PAYMENT_CAPTURE_FAILURES[reason].happened, next_step)
    for reason, next_step in CAPTURE_NEXT.items()
}
"""The causes are the till's, word for word; what follows from them is not."""

CLEARING_FAILURES: dict[ClearingErrorReason, Explanation] = {
    ClearingErrorReason.UNREACHABLE: _not_opened(
        phrase("Ending", "The station cannot reach the payment service."),
        phrase("Ending", "Please start again once the station is connected."),
    ),
    ClearingErrorReason.SERVICE_UNAVAILABLE: _not_opened(
        phrase("Ending", "One of the three institutions is not available at the moment."),
        phrase("Ending", "Please start again in a few minutes."),
    ),
    ClearingErrorReason.CAPTURE_AGAIN: _not_opened(
        phrase("Ending", "A search among the three institutions was cut off."),
    ),
    ClearingErrorReason.NOT_SIGNED_ON: _not_opened(
        phrase("Ending", "The station has not signed on to the payment service yet."),
    ),
    ClearingErrorReason.CLOCK_OFF: _not_opened(
        phrase("Ending", "The clock of this station is wrong, so the payment service refuses it."),
        phrase("Ending", "Please come back later. The clerk should set the clock."),
    ),
    ClearingErrorReason.NOT_ADMITTED: _not_opened(
        phrase("Ending", "This station's registration is not valid at the payment service."),
        _SUPPORT,
    ),
    ClearingErrorReason.EPOCH_STALE: _not_opened(
        phrase("Ending", "The payment service changed its keys meanwhile."),
    ),
    ClearingErrorReason.TOO_MANY_REQUESTS: _not_opened(
        phrase("Ending", "This station has sent too many requests in a short time."),
        phrase("Ending", "Please wait a minute and start again."),
    ),
    ClearingErrorReason.REFUSED: _not_opened(
        phrase("Ending", "The payment service refused the station's message."), _SUPPORT
    ),
    ClearingErrorReason.NOT_FOUND: _not_opened(
        phrase("Ending", "The payment service does not know this enrolment any more."),
    ),
    ClearingErrorReason.REPLY_NOT_GENUINE: _not_opened(
        phrase("Ending", "An answer was not genuine and was not believed."), _SUPPORT
    ),
}

ENDS: dict[EnrolmentEnd, Explanation] = {
    EnrolmentEnd.CONSENT_NOT_GIVEN: Explanation(
        phrase("Ending", "You did not agree, and that is fine"),
        phrase("Ending", "Without both consents face payment stays closed. No camera was on."),
        phrase(
            "Ending", "Nothing was sent. Card, QR code and cash work as before, at no other price."
        ),
        phrase("Ending", "You need do nothing. You can change your mind at any time."),
    ),
    EnrolmentEnd.STOPPED: _not_opened(phrase("Ending", "The enrolment was stopped here.")),
    EnrolmentEnd.CAPTURE_FAILED: _not_opened(phrase("Ending", "No usable picture could be taken.")),
    EnrolmentEnd.CLEARING_FAILED: _not_opened(
        phrase("Ending", "The payment service could not process the enrolment."),
    ),
    EnrolmentEnd.JOURNAL_FAILED: _not_opened(
        phrase("Ending", "The station cannot write its journal, so it sends nothing."), _SUPPORT
    ),
    EnrolmentEnd.TERMINAL_FAULT: _not_opened(
        phrase("Ending", "The station's PIN pad cannot be used."), _SUPPORT
    ),
}

OPENING_UNKNOWN = Explanation(
    phrase("Ending", "Not known whether it opened"),
    phrase("Ending", "The last answer did not arrive, so face payment may be open or not."),
    phrase("Ending", "Nobody can pay with a face alone: every payment needs your passcode."),
    phrase(
        "Ending", 'Start again: if it is open, you will be told. Or touch "Close face payment".'
    ),
)
"""The service may have confirmed the enrolment, and the answer was lost."""
CLOSING_UNKNOWN = Explanation(
    phrase("Ending", "Not known whether it closed"),
    phrase("Ending", "No receipts arrived, so your template may be erased or not."),
    phrase("Ending", "Asking again does no harm. Every payment still needs your passcode."),
    phrase(
        "Ending", "Please start again until you see three receipts, or ask your bank to lock it."
    ),
)
"""The service may have closed face payment, and the receipts were lost."""
CLOSING_NEXT = phrase("Ending", "Please start again, or ask your bank to close it.")
