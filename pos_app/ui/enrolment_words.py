"""From how an errand at the enrolment station ended to what the window says about it."""

from dataclasses import replace

from facepay.wire.enrolment import EnrolmentActive, EnrolmentRefused, FacePaymentClosed
from pos_app.checkout.clearing_answers import ClearingErrorReason
from pos_app.checkout.enrolment_ports import (
    ClosingOutcome,
    EnrolmentEnd,
    EnrolmentFailed,
    EnrolmentOutcome,
    EnrolmentStep,
)
from pos_app.ui import text_enrolment_end as words
from pos_app.ui.enrolment_model import Errand, StationView
from pos_app.ui.phrase import Explanation
from pos_app.ui.till_model import OutcomeView, Verdict

_AFTER_SENDING = frozenset(
    {EnrolmentStep.SUBMITTING, EnrolmentStep.CAPTURING_TO_CONFIRM, EnrolmentStep.CONFIRMING}
)
"""From here on a template may have been sent."""
_ANSWER_LOST = frozenset(
    {
        ClearingErrorReason.UNREACHABLE,
        ClearingErrorReason.SERVICE_UNAVAILABLE,
        ClearingErrorReason.REPLY_NOT_GENUINE,
    }
)
"""After these the service may have done what was asked."""


def ending_view(outcome: EnrolmentOutcome | ClosingOutcome, view: StationView) -> OutcomeView:
    """Return the one text that belongs to an ending, as far as `view` had come."""
    match outcome:
        case EnrolmentActive():
            return OutcomeView(Verdict.DONE, words.OPENED)
        case FacePaymentClosed():
            return OutcomeView(Verdict.DONE, words.CLOSED)
        case EnrolmentRefused(reason):
            return OutcomeView(Verdict.REFUSED, _at_errand(words.REFUSALS[reason], view))
        case EnrolmentFailed(end=EnrolmentEnd.CONSENT_NOT_GIVEN):
            # A "no" is an answer like any other: nothing failed, and nobody is asked again.
            return OutcomeView(Verdict.DONE, words.ENDS[EnrolmentEnd.CONSENT_NOT_GIVEN])
        case EnrolmentFailed():
            return OutcomeView(Verdict.STOPPED, _failed_words(outcome, view))


def _failed_words(failed: EnrolmentFailed, view: StationView) -> Explanation:
    if failed.clearing in _ANSWER_LOST:
        if view.errand is Errand.CLOSE:
            return words.CLOSING_UNKNOWN
        if view.step is EnrolmentStep.CONFIRMING:
            return words.OPENING_UNKNOWN
    shown = _at_errand(_cause(failed), view)
    if view.step in _AFTER_SENDING:
        return replace(shown, kept=words.PENDING_ERASED)
    return shown


def _at_errand(explanation: Explanation, view: StationView) -> Explanation:
    """Say of a closing that it did not close, in the words of the same cause."""
    if view.errand is not Errand.CLOSE:
        return explanation
    return replace(
        explanation, title=words.NOT_CLOSED, kept=words.UNCHANGED, next_step=words.CLOSING_NEXT
    )


def _cause(failed: EnrolmentFailed) -> Explanation:
    if failed.end is EnrolmentEnd.CAPTURE_FAILED and failed.capture is not None:
        return words.CAPTURE_FAILURES[failed.capture]
    if failed.end is EnrolmentEnd.CLEARING_FAILED and failed.clearing is not None:
        return words.CLEARING_FAILURES[failed.clearing]
    return words.ENDS[failed.end]
