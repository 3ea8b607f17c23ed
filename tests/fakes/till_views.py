"""One view for each state that the till can show."""

from dataclasses import replace

from facepay.response_code import ResponseCode
from facepay.vocabulary import ReversalReason
from pos_app.capture.guidance import Guidance
from pos_app.capture.stage import Prompt
from pos_app.checkout.clearing_answers import ClearingErrorReason
from pos_app.checkout.payment import Confirmation, PaymentStep
from pos_app.checkout.sale import Cart
from pos_app.checkout.tenders import Tender
from pos_app.ui.text_failure import CLEARING_FAILURES, REVERSALS
from pos_app.ui.text_outcome import OUTCOMES
from pos_app.ui.till_model import (
    CaptureView,
    DigitsView,
    LineState,
    OutcomeView,
    Page,
    PinView,
    TillView,
    Verdict,
)
from tests.fakes.till import ACCEPTOR, CART, CATALOGUE, NOTICE, SHOP, face_receipt

SELLING = TillView(SHOP, CATALOGUE, CART, selected_sku="bun", line=LineState.ONLINE, notice=NOTICE)
_FACE = replace(
    SELLING, tender=Tender.FACE, confirmation=Confirmation(ACCEPTOR, CART.total, "*小明")
)


def _step(page: Page, step: PaymentStep) -> TillView:
    return replace(_FACE, page=page, payment_step=step)


def _ended(outcome: OutcomeView) -> TillView:
    return replace(_FACE, page=Page.OUTCOME, outcome=outcome)


PAID = replace(
    _ended(OutcomeView(Verdict.PAID, OUTCOMES[ResponseCode.APPROVED], "00")),
    receipt=face_receipt(),
    receipts=(face_receipt(),),
)
ONE_OF_EACH: dict[str, TillView] = {
    "starting": TillView(SHOP, CATALOGUE),
    "selling": SELLING,
    "offline": replace(SELLING, line=LineState.OFFLINE, unsent_count=3),
    "out_of_order": replace(SELLING, line=LineState.OUT_OF_ORDER),
    "choosing": replace(SELLING, page=Page.CHOOSING),
    "choosing_after_refusal": replace(SELLING, page=Page.CHOOSING, face_was_refused=True),
    "qr": replace(SELLING, page=Page.OTHER_TENDER, tender=Tender.QR_CODE),
    "cash": replace(SELLING, page=Page.OTHER_TENDER, tender=Tender.CASH),
    "notice": replace(_FACE, page=Page.NOTICE),
    "digits": replace(_step(Page.DIGITS, PaymentStep.ASKING_DIGITS), digits=DigitsView(6, "1380")),
    "capture": replace(
        _step(Page.CAPTURE, PaymentStep.CAPTURING),
        capture=CaptureView(Guidance.TOO_DARK, Prompt.TURN_RIGHT, 2, 2),
    ),
    "routing": _step(Page.WORKING, PaymentStep.ROUTING),
    "retry": replace(_step(Page.RETRY, PaymentStep.OFFERING_RETRY), tries_left=2),
    "confirm": _step(Page.CONFIRM, PaymentStep.CONFIRMING),
    "pin": replace(
        _step(Page.PIN, PaymentStep.ENTERING_PIN),
        pin=PinView(entered=4, extensions_left=1, was_extended=True),
    ),
    "querying": _step(Page.WORKING, PaymentStep.QUERYING),
    "paid": PAID,
    "refused": _ended(
        OutcomeView(Verdict.REFUSED, OUTCOMES[ResponseCode.VERIFICATION_FAILED], "55", 2)
    ),
    "stopped": _ended(
        OutcomeView(Verdict.STOPPED, CLEARING_FAILURES[ClearingErrorReason.CLOCK_OFF])
    ),
    "reversing": _ended(OutcomeView(Verdict.REVERSING, REVERSALS[ReversalReason.NO_REPLY, False])),
    "receipt": replace(PAID, page=Page.RECEIPT),
    "empty": TillView(SHOP, CATALOGUE, Cart(), line=LineState.ONLINE, notice=NOTICE),
}
