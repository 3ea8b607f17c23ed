"""From how a payment ended to what both windows say about it."""

from typing import assert_never

from facepay.response_code import ResponseCode
from pos_app.checkout.payment import (
    Approved,
    Declined,
    Ended,
    EndReason,
    PaymentOutcome,
    Reversing,
)
from pos_app.ui.phrase import Explanation
from pos_app.ui.text_failure import CAPTURE_FAILURES, CLEARING_FAILURES, END_FAILURES, REVERSALS
from pos_app.ui.text_outcome import OUTCOMES
from pos_app.ui.till_model import OutcomeView, Verdict


def outcome_view(outcome: PaymentOutcome) -> OutcomeView:
    """Return the one text that belongs to an outcome's cause."""
    match outcome:
        case Approved():
            code = ResponseCode.APPROVED
            return OutcomeView(Verdict.PAID, OUTCOMES[code], code.value)
        case Declined(code, tries_left):
            return OutcomeView(Verdict.REFUSED, OUTCOMES[code], code.value, tries_left)
        case Ended():
            return OutcomeView(Verdict.STOPPED, _ended_words(outcome))
        case Reversing(reason, is_acknowledged):
            return OutcomeView(Verdict.REVERSING, REVERSALS[reason, is_acknowledged])
        case _:
            assert_never(outcome)


def _ended_words(ended: Ended) -> Explanation:
    if ended.reason is EndReason.CAPTURE_FAILED and ended.capture is not None:
        return CAPTURE_FAILURES[ended.capture]
    if ended.reason is EndReason.CLEARING_FAILED and ended.clearing is not None:
        return CLEARING_FAILURES[ended.clearing]
    return END_FAILURES[ended.reason]
