"""What each response code means to the people at the till: one text per code and language.

The payer's text never tells which factor failed, and a refusal never blames the payer.
"""

from facepay.response_code import ResponseCode
from pos_app.ui.phrase import Explanation, phrase

_CART_KEPT = phrase("Outcome", "No money has left your account, and your items are still here.")
_ANOTHER_WAY = phrase("Outcome", "Please choose another way to pay.")
_TRY_OR_OTHER = phrase("Outcome", "Please try again, or choose another way to pay.")
_ASK_CASHIER = phrase("Outcome", "Please choose another way to pay. The cashier can call support.")
_NOT_DONE = phrase("Outcome", "Payment not made")

OUTCOMES: dict[ResponseCode, Explanation] = {
    ResponseCode.APPROVED: Explanation(
        phrase("Outcome", "Paid"),
        phrase("Outcome", "Your bank has approved the payment."),
        phrase("Outcome", "Your face picture has been erased; nothing of it is kept here."),
        phrase("Outcome", "Please take your receipt."),
    ),
    ResponseCode.INVALID_MERCHANT: Explanation(
        _NOT_DONE,
        phrase("Outcome", "This shop is not registered for face payment."),
        _CART_KEPT,
        _ANOTHER_WAY,
    ),
    ResponseCode.DO_NOT_HONOUR: Explanation(
        _NOT_DONE,
        phrase("Outcome", "Your bank did not approve the payment and gives no reason."),
        _CART_KEPT,
        phrase("Outcome", "Please choose another way to pay, or ask your bank."),
    ),
    ResponseCode.INVALID_TRANSACTION: Explanation(
        _NOT_DONE,
        phrase("Outcome", "This kind of payment cannot be made by face."),
        _CART_KEPT,
        _ANOTHER_WAY,
    ),
    ResponseCode.INVALID_AMOUNT: Explanation(
        _NOT_DONE,
        phrase("Outcome", "The amount cannot be paid by face."),
        _CART_KEPT,
        phrase("Outcome", "Please ask the cashier to check the amount."),
    ),
    ResponseCode.FORMAT_ERROR: Explanation(
        _NOT_DONE,
        phrase("Outcome", "The till and the payment service did not understand each other."),
        _CART_KEPT,
        _ASK_CASHIER,
    ),
    ResponseCode.INSUFFICIENT_FUNDS: Explanation(
        _NOT_DONE,
        phrase("Outcome", "There is not enough money in the account."),
        _CART_KEPT,
        _ANOTHER_WAY,
    ),
    ResponseCode.VERIFICATION_FAILED: Explanation(
        _NOT_DONE,
        phrase("Outcome", "You could not be verified."),
        _CART_KEPT,
        _TRY_OR_OTHER,
    ),
    ResponseCode.NOT_PERMITTED_TO_PAYER: Explanation(
        _NOT_DONE,
        phrase("Outcome", "Face payment is not open for this account."),
        _CART_KEPT,
        phrase("Outcome", "Please choose another way to pay. Your bank can open face payment."),
    ),
    ResponseCode.NOT_PERMITTED_TO_TERMINAL: Explanation(
        _NOT_DONE,
        phrase("Outcome", "This till may not take face payments."),
        _CART_KEPT,
        _ASK_CASHIER,
    ),
    ResponseCode.SUSPECTED_FRAUD: Explanation(
        _NOT_DONE,
        phrase("Outcome", "The payment was stopped to protect the account."),
        _CART_KEPT,
        phrase("Outcome", "Please choose another way to pay. Your bank can tell you more."),
    ),
    ResponseCode.AMOUNT_LIMIT_EXCEEDED: Explanation(
        _NOT_DONE,
        phrase("Outcome", "The amount is above the limit for face payment."),
        _CART_KEPT,
        phrase("Outcome", "Please choose another way to pay. Your bank can change the limit."),
    ),
    ResponseCode.SECURITY_VIOLATION: Explanation(
        _NOT_DONE,
        phrase("Outcome", "A security check at the till or the payment service failed."),
        _CART_KEPT,
        _ASK_CASHIER,
    ),
    ResponseCode.COUNT_LIMIT_EXCEEDED: Explanation(
        _NOT_DONE,
        phrase("Outcome", "Too many face payments were tried in a short time."),
        _CART_KEPT,
        phrase("Outcome", "Please choose another way to pay, or try again later."),
    ),
    ResponseCode.RESPONSE_TOO_LATE: Explanation(
        _NOT_DONE,
        phrase("Outcome", "The answer came too late, so the payment was cancelled."),
        phrase("Outcome", "If money was held, it is released on its own."),
        _TRY_OR_OTHER,
    ),
    ResponseCode.PASSCODE_NEEDED: Explanation(
        _NOT_DONE,
        phrase("Outcome", "Face payment found no account to pay from."),
        _CART_KEPT,
        _TRY_OR_OTHER,
    ),
    ResponseCode.PIN_TRIES_EXCEEDED: Explanation(
        _NOT_DONE,
        phrase("Outcome", "Face payment is locked after too many wrong tries."),
        phrase("Outcome", "Your card, QR code and account work as before."),
        phrase("Outcome", "Please choose another way to pay. Your bank can unlock face payment."),
    ),
    ResponseCode.ISSUER_UNAVAILABLE: Explanation(
        _NOT_DONE,
        phrase("Outcome", "Your bank or the payment service cannot be reached right now."),
        _CART_KEPT,
        _TRY_OR_OTHER,
    ),
    ResponseCode.DUPLICATE: Explanation(
        _NOT_DONE,
        phrase("Outcome", "This payment was already sent and is not booked twice."),
        phrase("Outcome", "No money has been taken a second time."),
        phrase("Outcome", "Please ask the cashier to look at the receipts."),
    ),
    ResponseCode.SYSTEM_MALFUNCTION: Explanation(
        _NOT_DONE,
        phrase("Outcome", "The payment service had a fault."),
        _CART_KEPT,
        _ASK_CASHIER,
    ),
}

TENDER_PAID = Explanation(
    phrase("Outcome", "Paid"),
    phrase("Outcome", "The payment was received."),
    phrase("Outcome", "No face data was used."),
    phrase("Outcome", "Please take your receipt."),
)
"""A payment by QR code, card or cash."""
