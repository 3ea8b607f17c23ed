"""Words of refunds and voids in the cashier's window: the steps, and every end with its reason."""

from facepay.refund_decision import RefundOutcome
from facepay.vocabulary import RefundKind
from pos_app.checkout.refund import RefundStop
from pos_app.ui.phrase import Explanation, Phrase, phrase

OPEN = phrase("Refund", "Refund")
LIST_TITLE = phrase("Refund", "Which payment?")
LIST_HINT = phrase(
    "Refund", "The latest payments by face at this till. You will need the payer's receipt."
)
NONE = phrase("Refund", "This till has no approved payment by face.")
OFFLINE = phrase(
    "Refund", "Offline. A refund needs the payment service now; none is kept to be sent later."
)
LEAVE = phrase("Refund", "Back to selling")

KIND_TITLE = phrase("Refund", "How much goes back?")
KIND_HINT = phrase("Refund", "Payment of {amount} at {time}, order {order}")
KIND_NAMES: dict[RefundKind, Phrase] = {
    RefundKind.VOID: phrase("Refund", "Void: all of it"),
    RefundKind.REFUND: phrase("Refund", "Refund: a sum"),
}
KIND_HINTS: dict[RefundKind, Phrase] = {
    RefundKind.VOID: phrase("Refund", "As if it had never been. Only on the day of the payment."),
    RefundKind.REFUND: phrase(
        "Refund", "On any day, and again until all of it went back. You type the amount next."
    ),
}

AMOUNT_TITLE = phrase("Refund", "Amount to refund")
AMOUNT_HINT = phrase("Refund", "At most {amount}, less what was refunded of it before.")
TOO_MUCH = phrase("Refund", "That is more than was paid.")
PAD_NAME = phrase("Refund", "Keys for the amount")
GO_ON = phrase("Refund", "Go on")

CHECK_TITLE = phrase("Refund", "A second person checks")
CHECK_SUMS: dict[RefundKind, Phrase] = {
    RefundKind.VOID: phrase("Refund", "The whole payment of {whole} goes back."),
    RefundKind.REFUND: phrase("Refund", "{amount} of {whole} goes back."),
}
CHECK_HINT = phrase(
    "Refund",
    "The supervisor takes the payer's receipt and types the last {count} digits of its reference "
    "number (RRN).",
)
CHECK_WRONG = phrase(
    "Refund", "This is not the receipt of the payment that was chosen. Nothing was sent."
)
CHECK_PAD_NAME = phrase("Refund", "Keys for the digits of the receipt")
CHECK_TYPED = phrase("Refund", "Digits typed: {count} of {total}")
CONFIRM: dict[RefundKind, Phrase] = {
    RefundKind.VOID: phrase("Refund", "Void the payment"),
    RefundKind.REFUND: phrase("Refund", "Refund it"),
}

WORKING = (
    phrase("Refund", "Asking the payment service"),
    phrase("Refund", "The till asks until it knows, up to a minute. It cannot happen twice."),
)
LOADING = (phrase("Refund", "Reading the journal"), phrase("Refund", "One moment, please."))
ASK_AGAIN = phrase("Refund", "Ask again")
DONE = phrase("Refund", "Done")

SLIP_TITLES: dict[RefundKind, Phrase] = {
    RefundKind.VOID: phrase("Refund", "Void slip"),
    RefundKind.REFUND: phrase("Refund", "Refund slip"),
}
SLIP_RRN = phrase("Refund", "Refund number (RRN)")
SLIP_ORIGINAL = phrase("Refund", "Of payment (RRN)")
SLIP_ALTOGETHER = phrase("Refund", "Gone back altogether")

_REFUSED = phrase("Refund", "Not refunded")
_KEPT = phrase("Refund", "No money has moved. The payment stands as it was.")
_CHECK_LIST = phrase("Refund", "Check the payment and the amount, and start again.")
_SUPPORT = phrase("Refund", "Please call support. The payer can also ask their bank.")


def _refused(happened: Phrase, next_step: Phrase = _CHECK_LIST) -> Explanation:
    return Explanation(_REFUSED, happened, _KEPT, next_step)


OUTCOMES: dict[RefundOutcome, Explanation] = {
    RefundOutcome.REFUNDED: Explanation(
        phrase("Refund", "Refunded"),
        phrase("Refund", "The amount goes back to the account that paid."),
        phrase("Refund", "The rest of the payment stays as it is."),
        phrase("Refund", "Give the payer the slip. Give no cash for it."),
    ),
    RefundOutcome.VOIDED: Explanation(
        phrase("Refund", "Payment voided"),
        phrase("Refund", "The whole payment goes back to the account that paid."),
        phrase("Refund", "No other payment was changed."),
        phrase("Refund", "Give the payer the slip. The sale can be rung up again."),
    ),
    RefundOutcome.AMOUNT_NOT_POSITIVE: _refused(
        phrase("Refund", "The amount was nothing, or more than any payment can be.")
    ),
    RefundOutcome.CURRENCY_NOT_ACCEPTED: _refused(
        phrase("Refund", "The payment service does not take this currency."), _SUPPORT
    ),
    RefundOutcome.MORE_THAN_IS_LEFT: _refused(
        phrase("Refund", "It is more than is left of the payment after earlier refunds."),
        phrase("Refund", "Look at the earlier slips, and refund at most what is left."),
    ),
    RefundOutcome.NOT_APPROVED: _refused(
        phrase("Refund", "For the payment service this payment has moved no money."),
        _SUPPORT,
    ),
    RefundOutcome.REVERSED_BEFORE: _refused(
        phrase("Refund", "The payment was undone before: all of it has gone back already."),
        phrase("Refund", "Nothing is left to do. The payer's bank shows both."),
    ),
    RefundOutcome.REFUNDED_BEFORE: _refused(
        phrase("Refund", "It was refunded before, all of it or a part."),
        phrase("Refund", "After a part was refunded, refund the rest instead of a void."),
    ),
    RefundOutcome.IS_A_REFUND: _refused(
        phrase("Refund", "The number is that of a refund, which cannot be refunded itself.")
    ),
    RefundOutcome.OTHER_NUMBER: _refused(
        phrase("Refund", "The number does not belong to this payment."), _SUPPORT
    ),
    RefundOutcome.DAY_IS_OVER: _refused(
        phrase("Refund", "The business day of the payment is over, so it cannot be voided."),
        phrase("Refund", "Choose a refund instead: of a part, or of the whole sum."),
    ),
    RefundOutcome.NOT_THE_WHOLE: _refused(
        phrase("Refund", "A void must be of the whole payment."),
        phrase("Refund", "Choose a refund for a part."),
    ),
    RefundOutcome.TOO_MANY: _refused(
        phrase("Refund", "The payment was refunded in too many parts already."), _SUPPORT
    ),
    RefundOutcome.TERMINAL_NOT_LIVE: _refused(
        phrase("Refund", "This till is not admitted to make refunds now."), _SUPPORT
    ),
    RefundOutcome.ACCEPTOR_NOT_LIVE: _refused(
        phrase("Refund", "The shop or its acquirer is suspended, or its agreement has ended."),
        _SUPPORT,
    ),
    RefundOutcome.ISSUER_NOT_LIVE: _refused(
        phrase("Refund", "The payer's bank cannot take the money at the moment."),
        phrase("Refund", "Try again later; the payer keeps the receipt."),
    ),
}

STOPS: dict[RefundStop, Explanation] = {
    RefundStop.NO_SUCH_PAYMENT: _refused(
        phrase("Refund", "This till has no approved payment with this number."),
        phrase("Refund", "Refund it at the till that took the payment."),
    ),
    RefundStop.OFFLINE: _refused(
        phrase("Refund", "The payment service cannot be asked now, so nothing was sent."),
        phrase("Refund", "Start again when the till is online. Nothing waits to be sent."),
    ),
    RefundStop.EARLIER_UNSETTLED: _refused(
        phrase("Refund", "An earlier refund of this payment has no known end yet."),
        phrase("Refund", "Touch Ask again to learn how the earlier one ended."),
    ),
    RefundStop.JOURNAL_FAILED: _refused(
        phrase("Refund", "The till cannot write its journal, so it sends no refund."), _SUPPORT
    ),
    RefundStop.NOT_ACCEPTED: _refused(
        phrase("Refund", "The payment service did not act on the message and never will."),
        _SUPPORT,
    ),
}
UNKNOWN = Explanation(
    phrase("Refund", "Not known yet"),
    phrase("Refund", "No answer came: the refund may have been made, or not."),
    phrase("Refund", "It cannot be made twice: the till repeats the very same message."),
    phrase("Refund", "Give no cash. Ask again here; the till also asks by itself."),
)
