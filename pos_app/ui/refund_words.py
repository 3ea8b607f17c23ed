"""From how a refund ended to what the cashier's window says about it."""

from typing import assert_never

from pos_app.checkout.refund import (
    NotRefunded,
    Refunded,
    RefundRefused,
    RefundResult,
    RefundStop,
    RefundUnknown,
)
from pos_app.ui import text_refund as words
from pos_app.ui.till_model import OutcomeView, Verdict


def refund_outcome_view(result: RefundResult) -> OutcomeView:
    """Return the one text that belongs to the end's cause."""
    match result:
        case Refunded(receipt):
            outcome = receipt.decision.outcome
            code = outcome.response_code.value
            return OutcomeView(Verdict.DONE, words.OUTCOMES[outcome], code)
        case RefundRefused(outcome):
            code = outcome.response_code.value
            return OutcomeView(Verdict.REFUSED, words.OUTCOMES[outcome], code)
        case NotRefunded(stop):
            return OutcomeView(Verdict.STOPPED, words.STOPS[stop])
        case RefundUnknown():
            return OutcomeView(Verdict.REVERSING, words.UNKNOWN)
        case _:
            assert_never(result)


def is_open(result: RefundResult) -> bool:
    """Whether a refund without a known end is left, which can be asked about."""
    is_earlier = isinstance(result, NotRefunded) and result.stop is RefundStop.EARLIER_UNSETTLED
    return isinstance(result, RefundUnknown) or is_earlier
