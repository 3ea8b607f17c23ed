"""Words of the customer's display, the notice apart."""

from pos_app.capture.guidance import Guidance
from pos_app.capture.stage import Prompt
from pos_app.checkout.payment import PaymentStep
from pos_app.checkout.tenders import Tender
from pos_app.ui.phrase import Phrase, phrase

WELCOME = phrase("Customer", "Welcome")
WELCOME_HINT = phrase("Customer", "Your items will appear here.")
BILL_HINT = phrase("Customer", "Check your items. You can pay by QR code, card, cash or face.")
BILL_HINT_NO_FACE = phrase("Customer", "Check your items. You can pay by QR code, card or cash.")
YOU_PAY = phrase("Customer", "You pay")
TO_PAYEE = phrase("Customer", "To {payee}")
OTHER_WAYS = phrase("Customer", "Pay another way")
CHOOSE_TITLE = phrase("Customer", "How would you like to pay?")
CHOOSE_HINT = phrase("Customer", "The price is the same whichever way you choose.")
PAY_BY_FACE = phrase("Customer", "Agree and pay by face")
STOP = phrase("Customer", "Stop")
DONE = phrase("Customer", "Done")

DIGITS_TITLE = phrase("Customer", "Last {count} digits of your phone number")
DIGITS_WHY = phrase(
    "Customer",
    "They let us search a small group instead of everyone. They are sent sealed and are not kept.",
)
CLEAR = phrase("Customer", "Clear")
CONFIRM = phrase("Customer", "Confirm")
DIGIT_KEY = phrase("Customer", "Digit {digit}")

CAPTURE_TITLE = phrase("Customer", "Look at the screen")
CAPTURE_STEP = phrase("Customer", "Step {step} of {steps}")
CAPTURE_LIMIT = phrase(
    "Customer", "The camera goes off by itself within one minute. No picture is kept."
)
PREVIEW_NAME = phrase("Customer", "Softened preview of the camera")

CAMERA_OFF = phrase("Customer", "The camera is off. The picture has been erased.")
MOMENT = phrase("Customer", "One moment, please.")
WORKING: dict[PaymentStep, tuple[Phrase, Phrase]] = {
    PaymentStep.OPENING: (phrase("Customer", "Getting ready"), MOMENT),
    PaymentStep.ROUTING: (phrase("Customer", "Looking for your bank"), CAMERA_OFF),
    PaymentStep.AUTHORIZING: (
        phrase("Customer", "Asking your bank"),
        phrase("Customer", "This takes a few seconds."),
    ),
    PaymentStep.QUERYING: (
        phrase("Customer", "No answer yet"),
        phrase("Customer", "The till keeps asking for up to a minute. Nothing is taken twice."),
    ),
    PaymentStep.REVERSING: (
        phrase("Customer", "Undoing the payment"),
        phrase("Customer", "If money was taken, it comes back on its own."),
    ),
    PaymentStep.CANCELLING: (phrase("Customer", "Stopping"), MOMENT),
}
"""Title and hint while nothing is asked of the payer."""

RETRY_TITLE = phrase("Customer", "No account was found")
RETRY_HINT = phrase(
    "Customer",
    "The picture has been erased, and nothing is paid. Tries left: {count}. "
    "You can try again or pay another way.",
)
RECAPTURE_TITLE = phrase("Customer", "The search was cut off")
RECAPTURE_HINT = phrase(
    "Customer",
    "The answer was lost, the picture has been erased, and nothing is paid. Tries left: {count}. "
    "You can try again or pay another way.",
)
TRY_AGAIN = phrase("Customer", "Try again")

CONFIRM_TITLE = phrase("Customer", "Is this right?")
CONFIRM_HINT = phrase("Customer", "Nothing is paid yet. Your PIN comes next.")
CONFIRM_YES = phrase("Customer", "Yes, go to PIN")
PIN_TITLE = phrase("Customer", "Enter your payment PIN")
PIN_HINT = phrase("Customer", "Six digits, only for paying by face. Cover the keys.")
PIN_DOTS = phrase("Customer", "PIN digits entered: {count} of {total}")
PIN_PAD_NAME = phrase("Customer", "PIN pad")
MORE_TIME = phrase("Customer", "More time")
MORE_TIME_GIVEN = phrase("Customer", "You have one more minute.")
PAYING_AS = phrase("Customer", "Paying as {name}")
NOT_ME = phrase("Customer", "Not me")

TENDER_TASKS: dict[Tender, Phrase] = {
    Tender.QR_CODE: phrase("Customer", "Open your payment code and hold it to the reader."),
    Tender.CARD: phrase("Customer", "Tap or insert your card."),
    Tender.CASH: phrase("Customer", "Please hand the cash to the cashier."),
}

TRIES_LEFT = phrase("Customer", "Tries left: {count}")
THANKS = phrase("Customer", "Thank you")
COMPLAIN = phrase("Customer", "Complaints and help")
COMPLAIN_TITLE = phrase("Customer", "Complaints and help")
COMPLAIN_PHONE = phrase("Customer", "Call {phone}")
COMPLAIN_ONLINE = phrase("Customer", "Online: {address}")
COMPLAIN_UNIT = phrase("Customer", "{unit} takes complaints about payments at this till.")
COMPLAIN_REFERENCE = phrase("Customer", "Please give this reference: {reference}")
COMPLAIN_RIGHTS = phrase(
    "Customer",
    "There you can also close face payment, withdraw consent, see, correct or erase your data, "
    "and ask why a payment was refused.",
)

LIGHT_COMES = phrase("Notice", "The screen will shine in changing colours for about two seconds.")
PAY_BY_FACE_CALMLY = phrase("Notice", "By face, no coloured light, no hurry")
LIT = phrase("Guidance", "The screen shines in colours for a moment")

GUIDANCE: dict[Guidance, Phrase] = {
    Guidance.NO_FACE: phrase("Guidance", "Please face the screen"),
    Guidance.SEVERAL_FACES: phrase("Guidance", "One person at a time, please"),
    Guidance.TOO_DARK: phrase("Guidance", "It is too dark here; turn towards the light"),
    Guidance.TOO_BRIGHT: phrase("Guidance", "The light is too strong; turn away from it"),
    Guidance.BACKLIT: phrase("Guidance", "The light is behind you; move a little aside"),
    Guidance.COME_CLOSER: phrase("Guidance", "Come a little closer"),
    Guidance.MOVE_BACK: phrase("Guidance", "Move back a little"),
    Guidance.CENTRE_FACE: phrase("Guidance", "Bring your face into the circle"),
    Guidance.FACE_CAMERA: phrase("Guidance", "Look straight at the screen"),
    Guidance.TAKE_OFF_MASK: phrase("Guidance", "Please take off the mask for a moment"),
    Guidance.TAKE_OFF_GLASSES: phrase("Guidance", "Please take off the dark glasses"),
    Guidance.HOLD_STILL: phrase("Guidance", "Hold still for a moment"),
    Guidance.GOOD: phrase("Guidance", "Good, stay like this"),
}
PROMPTS: dict[Prompt, Phrase] = {
    Prompt.LOOK: phrase("Prompt", "Look straight ahead"),
    Prompt.BLINK: phrase("Prompt", "Blink your eyes"),
    Prompt.TURN_LEFT: phrase("Prompt", "Turn your head to your left"),
    Prompt.TURN_RIGHT: phrase("Prompt", "Turn your head to your right"),
    Prompt.TURN_EITHER_SIDE: phrase(
        "Prompt", "Turn your head a little to either side, in your own time"
    ),
    Prompt.OPEN_MOUTH: phrase("Prompt", "Open your mouth"),
}
