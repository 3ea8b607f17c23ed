"""Words of the enrolment station, the notice and the endings apart."""

from pos_app.checkout.enrolment_ports import EnrolmentStep
from pos_app.checkout.pin_entry import PinStage
from pos_app.ui.phrase import Phrase, phrase
from pos_app.ui.text_customer import CAMERA_OFF, MOMENT

STATION_TITLE = phrase("Station", "Face payment counter")
LINE_DOWN = phrase("Station", "Offline")
LINE_OUT_OF_ORDER = phrase("Station", "Out of order: call support")
STOP = phrase("Station", "Stop")
STEP_OF = phrase("Station", "Step {step} of {steps}: {name}")

START_TITLE = phrase("Station", "What would you like to do?")
START_HINT = phrase(
    "Station",
    "Both are free and need only your bank's sign-in. Whatever you choose, card, QR code and cash "
    "work as before.",
)
START_OFFLINE = phrase(
    "Station", "The station is not connected. Nothing can be opened or closed until it is."
)
OPEN = phrase("Station", "Open face payment")
CLOSE = phrase("Station", "Close face payment")
OPEN_HINT = phrase(
    "Station",
    "About three minutes: a notice, two consents, a passcode, three looks into the camera.",
)
CLOSE_HINT = phrase("Station", "Less than a minute: sign in, and your face template is erased.")

_LOOK_1 = phrase("Station", "Look 1 of 2")
_LOOK_2 = phrase("Station", "Look 2 of 2")
_CHECK = phrase("Station", "Look to check")
OPENING_STEPS = (
    phrase("Station", "Notice"),
    phrase("Station", "First consent"),
    phrase("Station", "Second consent"),
    phrase("Station", "Sign-in at the bank"),
    phrase("Station", "Face passcode"),
    _LOOK_1,
    _LOOK_2,
    _CHECK,
)
CLOSING_STEPS = (OPENING_STEPS[3], phrase("Station", "Erasure"))

NOTICE_TITLE = phrase("Station", "Before you decide")
NOTICE_LEAD = phrase(
    "Station",
    "Take your time. The camera is off, nothing has been sent, and you can stop at every step. Two "
    "separate questions follow.",
)
GO_ON = phrase("Station", "Go on to the questions")

CONSENT_FACE_TITLE = phrase("Station", "First consent: your face")
CONSENT_FACE_QUESTION = phrase(
    "Station",
    "Do you agree that a template of numbers is made from your face and kept, only to find your "
    "account when you start a payment in a shop?",
)
CONSENT_SENDING_TITLE = phrase("Station", "Second consent: sending the template")
CONSENT_SENDING_QUESTION = phrase(
    "Station",
    "Do you agree that this template leaves the station over the network, split and sealed, to the "
    "institutions named here?",
)
CONSENT_ALONE = phrase(
    "Station",
    "This question stands alone and belongs to no other terms. You can take your consent back at "
    "any time.",
)
AGREE = phrase("Station", "I agree")
REFUSE = phrase("Station", "I do not agree")

SIGN_IN_TITLE = phrase("Station", "Sign in at your bank")
SIGN_IN_SIMULATED = phrase(
    "Station",
    "Simulated: this form stands in for the bank's own sign-in. Sandbox logins and codes come from "
    "facepay-clearing account.",
)
ISSUER = phrase("Station", "Your bank")
LOGIN = phrase("Station", "Login name")
CODE = phrase("Station", "One-time code")
CODE_HINT = phrase("Station", "Six digits. A code is good once, for about a minute.")
SIGN_IN = phrase("Station", "Sign in")
SIGN_IN_AND_CLOSE = phrase("Station", "Close and erase")
CLOSE_LEAD = phrase(
    "Station",
    '"Close and erase" closes face payment at once and erases your template everywhere. Earlier '
    "payments stay as they are.",
)
LOGIN_REFUSED = phrase(
    "Station",
    "The bank did not accept this login and code. Nothing was opened, closed or lost. Please check "
    "the bank and the login, and type a fresh code.",
)

PASSCODE_TITLES: dict[PinStage, Phrase] = {
    PinStage.CHOOSE: phrase("Station", "Choose a face passcode"),
    PinStage.REPEAT: phrase("Station", "Enter the passcode once more"),
    PinStage.CHOOSE_AGAIN: phrase("Station", "The two entries differed: choose again"),
    PinStage.CHOOSE_UNREPEATED: phrase("Station", "Too easy to guess: choose another"),
    PinStage.CHOOSE_NO_RUN: phrase("Station", "Too easy to guess: choose another"),
}
PASSCODE_HINT = phrase("Station", "Six digits, only for paying by face. Cover the keys.")
PASSCODE_HINTS: dict[PinStage, Phrase] = {
    PinStage.REPEAT: phrase("Station", "The same six digits again, so that no slip locks you out."),
    PinStage.CHOOSE_AGAIN: phrase("Station", "Nothing was kept of either. Please start afresh."),
    PinStage.CHOOSE_UNREPEATED: phrase(
        "Station", "The same digit or group of digits over and over is what a thief tries first."
    ),
    PinStage.CHOOSE_NO_RUN: phrase(
        "Station", "Digits that count up or down are what a thief tries first."
    ),
}
"""What to say instead of the general hint."""
PASSCODE_RULES = (
    phrase("Station", "Not the PIN of a card, and not your login password"),
    phrase("Station", "Not your birthday, and not 123456 or 111111"),
    phrase("Station", "Nobody here can see it: it is sealed inside the PIN pad"),
)

READY: dict[EnrolmentStep | None, tuple[Phrase, Phrase]] = {
    None: (_LOOK_1, phrase("Station", "Your template is made from two looks into the camera")),
    EnrolmentStep.TAKING_SECOND_LOOK: (
        _LOOK_2,
        phrase("Station", "Step back, look away for a moment, and come again"),
    ),
    EnrolmentStep.CAPTURING_TO_CONFIRM: (
        _CHECK,
        phrase("Station", "This one checks that the template finds you and nobody else"),
    ),
}
"""Title and sign before each capture; the first look is the one without a step of its own."""
READY_HINT = phrase(
    "Station",
    "The camera goes on when you touch the button and off within one minute. Follow the small "
    "movements on the screen, alone in the circle. No picture is kept.",
)
READY_AGAIN = phrase("Station", "The picture was not taken")
READY_KEPT = phrase("Station", "It has been erased. Your consents and your passcode stand.")
START_CAMERA = phrase("Station", "Start the camera")

WORKING: dict[EnrolmentStep | None, tuple[Phrase, Phrase]] = {
    None: (phrase("Station", "One moment"), MOMENT),
    EnrolmentStep.OPENING: (phrase("Station", "Asking your bank"), MOMENT),
    EnrolmentStep.SUBMITTING: (phrase("Station", "Sending the sealed template"), CAMERA_OFF),
    EnrolmentStep.CONFIRMING: (phrase("Station", "Checking that it finds only you"), CAMERA_OFF),
}
"""Title and hint while nothing is asked of anybody."""
CLOSING = (phrase("Station", "Erasing your template at three institutions"), MOMENT)

DONE = phrase("Station", "Done")
AGAIN = phrase("Station", "Start again")
ACTIVE_SINCE = phrase("Station", "Open since")
ACTIVE_UNTIL = phrase("Station", "Valid until")
ACTIVE_CLOSE = phrase("Station", "To close it")
ACTIVE_CLOSE_HOW = phrase(
    "Station", 'At any station, at once: touch "Close face payment" and sign in.'
)
ACTIVE_CONTACT = phrase("Station", "Questions and complaints")
RECEIPTS_TITLE = phrase("Station", "Three signed receipts")
RECEIPT_PARTIES: dict[int, Phrase] = {
    1: phrase("Station", "Clearing institution"),
    2: phrase("Station", "Custodian"),
    3: phrase("Station", "Witness"),
}
RECEIPT_SAYS = phrase(
    "Station", "States that it holds no part of your template any more, since {time}."
)
RECEIPT_SIGNED = phrase(
    "Station", "Signature checked with this institution's own key. Receipt {fingerprint}"
)
