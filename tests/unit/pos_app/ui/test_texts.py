"""Every cause has one text in each language, finished, and drawable with the font in use."""

import re
from collections.abc import Iterator
from dataclasses import replace
from enum import Enum
from itertools import product

import pytest

from facepay.pad_evidence import EvidenceBasis
from facepay.refund_decision import RefundOutcome
from facepay.response_code import ResponseCode
from facepay.vocabulary import EnrolmentRefusal, ReversalReason
from facepay.wire.enrolment import EnrolmentRefused
from facepay.wire.terminal import NoticeText
from pos_app.capture.guidance import Guidance
from pos_app.capture.stage import Prompt
from pos_app.checkout.clearing_answers import ClearingErrorReason
from pos_app.checkout.enrolment_ports import EnrolmentEnd, EnrolmentFailed, EnrolmentStep
from pos_app.checkout.payment import (
    CaptureFailureReason,
    Declined,
    Ended,
    EndReason,
    PaymentStep,
    Reversing,
)
from pos_app.checkout.pin_entry import PinStage
from pos_app.checkout.refund import RefundStop
from pos_app.checkout.tenders import Tender
from pos_app.pad.evidence import STEP_CUES
from pos_app.probe.capture_policy import load_capture_policy
from pos_app.ui import (
    text,
    text_customer,
    text_enrolment,
    text_enrolment_end,
    text_evidence,
    text_failure,
    text_notice,
    text_outcome,
    text_refund,
)
from pos_app.ui.enrolment_model import Errand
from pos_app.ui.enrolment_words import ending_view
from pos_app.ui.outcome_words import outcome_view
from pos_app.ui.phrase import Explanation, Language, Phrase
from pos_app.ui.tongue import Tongue
from pos_app.ui.typeface import uncovered
from pos_app.ui.update_translations import check, unfinished
from tests.fakes.station import START
from tests.fakes.till import NOTICE

_MODULES = (
    text,
    text_customer,
    text_enrolment,
    text_enrolment_end,
    text_evidence,
    text_failure,
    text_notice,
    text_outcome,
    text_refund,
)


def _phrases_in(value: object) -> Iterator[Phrase]:
    match value:
        case Phrase():
            yield value
        case Explanation():
            yield from value.phrases
        case dict():
            for part in value.values():
                yield from _phrases_in(part)
        case tuple():
            for part in value:
                yield from _phrases_in(part)


def _all_phrases() -> list[Phrase]:
    found = (
        p for module in _MODULES for value in vars(module).values() for p in _phrases_in(value)
    )
    return list(dict.fromkeys(found))


@pytest.mark.rule("WIR-07")
def test_every_response_code_has_exactly_one_text() -> None:
    assert set(text_outcome.OUTCOMES) == set(ResponseCode)
    assert len({e.happened for e in text_outcome.OUTCOMES.values()}) == len(ResponseCode)


def test_every_other_end_has_exactly_one_text() -> None:
    assert set(text_failure.CAPTURE_FAILURES) == set(CaptureFailureReason)
    assert set(text_failure.CLEARING_FAILURES) == set(ClearingErrorReason)
    assert set(text_failure.END_FAILURES) == set(EndReason)
    assert set(text_failure.REVERSALS) == set(product(ReversalReason, (True, False)))


def test_no_two_causes_are_told_in_the_same_words() -> None:
    explanations = [
        *text_failure.CAPTURE_FAILURES.values(),
        *text_failure.CLEARING_FAILURES.values(),
        *text_failure.END_FAILURES.values(),
        *text_failure.REVERSALS.values(),
    ]
    assert len({e.happened for e in explanations}) == len(explanations)


def test_every_outcome_of_a_payment_finds_its_text() -> None:
    for code in ResponseCode:
        assert outcome_view(Declined(code)).explanation is text_outcome.OUTCOMES[code]
    for reason in CaptureFailureReason:
        ended = Ended(EndReason.CAPTURE_FAILED, capture=reason)
        assert outcome_view(ended).explanation is text_failure.CAPTURE_FAILURES[reason]
    for cause in ClearingErrorReason:
        ended = Ended(EndReason.CLEARING_FAILED, clearing=cause)
        assert outcome_view(ended).explanation is text_failure.CLEARING_FAILURES[cause]
    for end in EndReason:
        assert outcome_view(Ended(end)).explanation is text_failure.END_FAILURES[end]
    for why, heard in product(ReversalReason, (True, False)):
        words = outcome_view(Reversing(why, is_acknowledged=heard)).explanation
        assert words is text_failure.REVERSALS[why, heard]


def test_every_ending_of_an_enrolment_has_exactly_one_text() -> None:
    tables: tuple[tuple[dict[Enum, Explanation], type[Enum]], ...] = (
        (text_enrolment_end.REFUSALS, EnrolmentRefusal),
        (text_enrolment_end.CAPTURE_FAILURES, CaptureFailureReason),
        (text_enrolment_end.CLEARING_FAILURES, ClearingErrorReason),
        (text_enrolment_end.ENDS, EnrolmentEnd),
    )
    explanations = [text_enrolment_end.OPENING_UNKNOWN, text_enrolment_end.CLOSING_UNKNOWN]
    for table, causes in tables:
        assert set(table) == set(causes)
        explanations += table.values()
    assert len({e.happened for e in explanations}) == len(explanations)


@pytest.mark.rule("CON-05")
@pytest.mark.parametrize("errand", Errand)
@pytest.mark.parametrize("step", [None, *EnrolmentStep])
def test_every_outcome_of_an_errand_finds_its_text(
    errand: Errand, step: EnrolmentStep | None
) -> None:
    view = replace(START, errand=errand, step=step)
    refused = [EnrolmentRefused(reason) for reason in EnrolmentRefusal]
    failed = [EnrolmentFailed(end) for end in EnrolmentEnd]
    failed += [
        EnrolmentFailed(EnrolmentEnd.CAPTURE_FAILED, capture=reason)
        for reason in CaptureFailureReason
    ]
    failed += [
        EnrolmentFailed(EnrolmentEnd.CLEARING_FAILED, clearing=cause)
        for cause in ClearingErrorReason
    ]
    for outcome in (*refused, *failed):
        shown = ending_view(outcome, view).explanation
        assert shown.title != text_enrolment_end.OPENED.title
        if errand is Errand.CLOSE:
            assert shown.title != text_enrolment_end.NOT_OPENED


def test_after_the_template_was_sent_nobody_is_told_that_nothing_is_kept() -> None:
    stopped = EnrolmentFailed(EnrolmentEnd.STOPPED)
    view = replace(START, errand=Errand.OPEN, step=EnrolmentStep.CAPTURING_TO_CONFIRM)
    assert ending_view(stopped, view).explanation.kept is text_enrolment_end.PENDING_ERASED


def test_every_stage_and_party_of_the_station_has_words() -> None:
    assert set(text_enrolment.PASSCODE_TITLES) == set(PinStage) - {PinStage.ENTER}
    assert set(text_enrolment.RECEIPT_PARTIES) == {1, 2, 3}


def test_every_step_prompt_guidance_and_tender_has_words() -> None:
    assert set(text.PROGRESS) == set(PaymentStep)
    assert set(text_customer.PROMPTS) == set(Prompt)
    assert set(text_customer.GUIDANCE) == set(Guidance)
    assert set(text.TENDER_NAMES) == set(Tender)


def test_every_basis_and_cue_of_the_packaged_policy_has_words() -> None:
    cues = {cue.name for cue in load_capture_policy().pad.cues}.union(*STEP_CUES.values())
    assert text_evidence._CUES.keys() == cues
    assert text_evidence._BASES.keys() == {basis.name.lower() for basis in EvidenceBasis}


@pytest.mark.rule("CON-03")
def test_every_field_of_the_notice_has_a_heading() -> None:
    for notice in (NOTICE.zh, NOTICE.en):
        items = text_notice.notice_items(notice)
        assert len(items) == len(NoticeText.__dataclass_fields__)
        assert all(sentence for _, sentence in items)


def test_translation_files_are_up_to_date_and_finished() -> None:
    assert check() == []
    assert unfinished() == []


def test_every_phrase_is_said_in_chinese_and_keeps_its_places() -> None:
    chinese = Tongue(Language.CHINESE)
    for phrase in _all_phrases():
        said = chinese.say(phrase)
        assert re.search(r"[\u4e00-\u9fff]", said), phrase.source
        assert set(re.findall(r"{\w+}", said)) == set(re.findall(r"{\w+}", phrase.source))


def test_the_font_in_use_draws_every_character_of_every_text(family: str) -> None:
    for language in Language:
        tongue = Tongue(language)
        characters = "".join(tongue.say(phrase) for phrase in _all_phrases())
        assert uncovered(family, characters) == set()


def test_a_font_without_chinese_is_found_out(family: str) -> None:
    assert uncovered("DejaVu Sans", "付款") == {"付", "款"}
    assert uncovered("No Such Font", "A") == {"A"}
    assert uncovered(family, "付款") == set()


def test_every_end_of_a_refund_has_exactly_one_text() -> None:
    assert set(text_refund.OUTCOMES) == set(RefundOutcome)
    assert set(text_refund.STOPS) == set(RefundStop)
    ends = [*text_refund.OUTCOMES.values(), *text_refund.STOPS.values(), text_refund.UNKNOWN]
    assert len({end.happened for end in ends}) == len(ends)
