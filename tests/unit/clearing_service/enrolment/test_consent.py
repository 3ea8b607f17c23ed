"""What a consent may say, and what of a notice must be there."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from clearing_service.enrolment.consent import (
    ConsentRecord,
    ConsentTerms,
    ProcessingPurpose,
    TermFault,
    find_fault,
)
from clearing_service.enrolment.notice import CURRENT_NOTICE, NoticeBook
from facepay.identifiers import ParticipantId
from facepay.vocabulary import ConsentScope
from facepay.wire.terminal import Notice, NoticeText
from tests.fakes.ports import START

TERMS = ConsentTerms(
    given_at=START,
    ends_at=START + timedelta(days=365),
    purposes=(ProcessingPurpose.IN_STORE_PAYMENT.value,),
    text="The template is used for in-store payment and erased when you close it.",
)


def test_ordinary_terms_may_be_put_to_a_person() -> None:
    assert find_fault(TERMS) is None


@pytest.mark.rule("CON-10")
@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"ends_at": None}, TermFault.NO_END),
        ({"ends_at": START + timedelta(days=366)}, TermFault.TOO_LONG),
        ({"is_revocable": False}, TermFault.IRREVOCABLE),
        ({"is_sublicensable": True}, TermFault.SUBLICENSABLE),
        ({"purposes": ()}, TermFault.NO_PURPOSE),
        ({"purposes": ("in-store payment", "marketing")}, TermFault.OTHER_PURPOSE),
        ({"purposes": ("credit scoring",)}, TermFault.OTHER_PURPOSE),
        ({"purposes": ("attendance",)}, TermFault.OTHER_PURPOSE),
        (
            {
                "text": "You grant a worldwide, perpetual, irrevocable, transferable and "
                "sub-licensable right in your portrait, in all media."
            },
            TermFault.UNLIMITED_WORDING,
        ),
        (
            {"text": "用户授予全球范围内永久、不可撤销、可转让和可再许可的权利"},
            TermFault.UNLIMITED_WORDING,
        ),
    ],
)
def test_terms_nobody_may_be_asked_to_accept(changes: dict[str, object], fault: TermFault) -> None:
    assert find_fault(replace(TERMS, **changes)) is fault  # type: ignore[arg-type]


def record(scope: ConsentScope) -> ConsentRecord:
    return ConsentRecord(
        consent_id=bytes([scope.value]) * 16,
        scope=scope,
        notice_version="2026-03",
        notice_sha256=bytes(32),
        recipients=(ParticipantId("10010001"),),
        purposes=("in-store payment",),
        given_at=START,
        ends_at=START + timedelta(days=30),
    )


@pytest.mark.rule("CON-02")
def test_two_acts_of_consent_have_two_hashes() -> None:
    first, second = (record(scope) for scope in ConsentScope)
    assert first.sha256 != second.sha256
    assert first.sha256 != replace(first, consent_id=bytes(16)).sha256


@pytest.mark.rule("CON-05")
def test_a_consent_is_revocable_and_ends() -> None:
    consent = record(ConsentScope.FACE_PROCESSING)
    assert consent.is_revocable
    assert consent.is_live(START)
    assert not consent.is_live(START + timedelta(days=30))
    withdrawn = consent.withdrawn(START + timedelta(days=1))
    assert not withdrawn.is_live(START + timedelta(days=2))
    assert withdrawn.withdrawn(START + timedelta(days=3)) == withdrawn
    assert withdrawn.sha256 == consent.sha256


@pytest.mark.rule("CON-03")
@pytest.mark.parametrize("text", [CURRENT_NOTICE.zh, CURRENT_NOTICE.en], ids=["zh", "en"])
def test_the_notice_leaves_nothing_unsaid(text: NoticeText) -> None:
    for field in fields(NoticeText):
        assert len(getattr(text, field.name)) > 20, field.name


@pytest.mark.rule("CON-10")
@pytest.mark.parametrize("text", [CURRENT_NOTICE.zh, CURRENT_NOTICE.en], ids=["zh", "en"])
def test_our_own_notice_claims_nothing_unlimited(text: NoticeText) -> None:
    for field in fields(NoticeText):
        terms = replace(TERMS, text=getattr(text, field.name))
        assert find_fault(terms) is None


@pytest.mark.rule("CON-07")
def test_a_new_notice_ends_the_force_of_the_old_one() -> None:
    text = replace(CURRENT_NOTICE.en, purpose="To find your account, and to count visitors.")
    changed = Notice.of("2026-09", zh=CURRENT_NOTICE.zh, en=text)
    old, new = NoticeBook(), NoticeBook([changed])
    assert old.is_in_force(CURRENT_NOTICE.version, CURRENT_NOTICE.sha256)
    assert not new.is_in_force(CURRENT_NOTICE.version, CURRENT_NOTICE.sha256)
    assert new.current.sha256 != CURRENT_NOTICE.sha256


@pytest.mark.rule("CON-07")
def test_another_text_under_the_same_version_is_not_in_force() -> None:
    assert not NoticeBook().is_in_force(CURRENT_NOTICE.version, bytes(32))
