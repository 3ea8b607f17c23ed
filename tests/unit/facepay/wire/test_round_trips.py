"""Every body and reply survives the way over the wire unchanged."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import pytest

from facepay.errors import MalformedFieldError
from facepay.identifiers import (
    AcceptorId,
    EnrolmentId,
    OrderId,
    ParticipantId,
    PaymentId,
    RetrievalReferenceNumber,
    RoutingToken,
)
from facepay.pad_challenge import PadChallenge, PadMode, Presentation
from facepay.pad_evidence import ChallengeStep
from facepay.pad_flash import FlashColour, FlashSequence
from facepay.payment_decision import SignedDecision
from facepay.sealed_envelope import SealedEnvelope
from facepay.signed_request import SignedRequest
from facepay.v1 import enrolment_pb2, pad_challenge_pb2, payment_pb2, terminal_pb2
from facepay.vocabulary import (
    CancelReason,
    ConsentScope,
    EnrolmentRefusal,
    KemKeyOwner,
    RefundKind,
    ReversalReason,
)
from facepay.wire import enrolment, payment_bodies, payment_replies, terminal
from facepay.wire.signed import signed_request_from_message, signed_request_to_message
from tests.fakes.ports import SeededRandomness

SALT = b"\x01" * 32
HASH = b"\x02" * 32
PAYMENT = PaymentId(b"\x03" * 16)
ENROLMENT = EnrolmentId(b"\x04" * 16)
TOKEN = RoutingToken.generate(SeededRandomness())
NOON = datetime(2026, 3, 2, 4, 0, 0, 123_000, UTC)
DECISION = SignedDecision(b"decision", b"k" * 16, b"s" * 64)
ISSUER = ParticipantId("6101")

BODIES = [
    terminal.SignOnBody(SALT, b"p" * 32, "0.1.0"),
    payment_bodies.OpenPaymentBody(
        salt=SALT,
        payment_id=PAYMENT,
        blinding=HASH,
        acceptor_id=AcceptorId("ACCEPTOR0000001"),
        order_id=OrderId("A-1"),
        amount_minor_units=-5,
        currency="840",
        acquirer_id=ParticipantId("5101"),
        notice_version="2026-01",
        notice_sha256=HASH,
        presentation=Presentation.ACCESSIBLE,
    ),
    payment_bodies.RouteProbeBody(SALT, PAYMENT, b"evidence"),
    payment_bodies.AuthorizePaymentBody(SALT, PAYMENT, TOKEN),
    payment_bodies.GetPaymentBody(SALT, PAYMENT),
    payment_bodies.CancelPaymentBody(SALT, PAYMENT, CancelReason.NOT_ME),
    payment_bodies.RefundPaymentBody(
        SALT, PAYMENT, RetrievalReferenceNumber("606100000001"), RefundKind.VOID, -5, "840"
    ),
    payment_bodies.ReversePaymentBody(SALT, PAYMENT, ReversalReason.NO_REPLY, HASH),
    enrolment.OpenEnrolmentBody(
        salt=SALT,
        enrolment_id=ENROLMENT,
        issuer_id=ISSUER,
        issuer_login="li.na",
        issuer_one_time_code="482913",
        consents=tuple(enrolment.Consent(scope, "2026-01", HASH, NOON) for scope in ConsentScope),
        blinding=HASH,
    ),
    enrolment.ReferenceBody(SALT, ENROLMENT, b"evidence"),
    enrolment.CloseFacePaymentBody(SALT, ISSUER, "li.na", "482913"),
]

CHALLENGE = PadChallenge(
    mode=PadMode.SILENT_FIRST,
    nonce=HASH,
    steps=(ChallengeStep.BLINK, ChallengeStep.TURN_LEFT),
    step_deadline_seconds=6,
    flashes=(
        FlashSequence((FlashColour.RED, FlashColour.CYAN, FlashColour.BLUE), 400),
        FlashSequence((FlashColour.GREEN, FlashColour.YELLOW, FlashColour.MAGENTA), 500),
    ),
)
OPENED_ENROLMENT = enrolment.OpenedEnrolment(
    enrolment_id=ENROLMENT,
    challenge=CHALLENGE,
    passcode_token=TOKEN,
    masked_name="*娜",
    expires_at=NOON,
)
REFUSED = enrolment.EnrolmentRefused(EnrolmentRefusal.UNDER_AGE)
NOTICE_TEXT = terminal.NoticeText(*(["words"] * len(fields(terminal.NoticeText))))
SIGN_ON_REPLY = terminal.SignOnReply(
    clearing_time=NOON,
    kem_keys=tuple(
        terminal.SignedKemKey(owner, bytes([owner.value]) * 32, b"s" * 64) for owner in KemKeyOwner
    ),
    epoch=1,
    epoch_key=SealedEnvelope(b"k" * 16, b"sealed"),
    model_id="sface-2021dec",
    notice=terminal.Notice.of("2026-01", zh=NOTICE_TEXT, en=NOTICE_TEXT),
    acceptor=terminal.Acceptor(
        AcceptorId("ACCEPTOR0000001"), "小店", "Shop", ParticipantId("5101"), "12345", "https://a"
    ),
    timers=terminal.Timers(),
)


@pytest.mark.parametrize("body", BODIES, ids=lambda body: type(body).__name__)
def test_a_body_reads_back_as_it_was_written(body: Any) -> None:
    assert type(body).from_bytes(body.to_bytes()) == body


@pytest.mark.rule("WIR-05")
@pytest.mark.parametrize("body", BODIES, ids=lambda body: type(body).__name__)
def test_a_body_without_its_whole_salt_is_refused(body: Any) -> None:
    short = replace(body, salt=SALT[:-1])
    with pytest.raises(MalformedFieldError):
        type(body).from_bytes(short.to_bytes())


def test_both_reference_calls_have_one_body_form() -> None:
    """One dataclass serves both calls; this fails when the contract lets them drift apart."""
    content = enrolment.ReferenceBody(SALT, ENROLMENT, b"evidence").to_bytes()
    confirm = enrolment_pb2.ConfirmReferenceBody.FromString(content)
    assert confirm.SerializeToString() == content


def test_a_signed_request_reads_back_as_it_was_signed() -> None:
    request = SignedRequest(b"header", b"body", (SealedEnvelope(b"k" * 16, b"sealed"),), b"s" * 64)
    assert signed_request_from_message(signed_request_to_message(request)) == request


@pytest.mark.parametrize(
    ("reply", "write", "read"),
    [
        (
            payment_replies.OpenedPayment(PAYMENT, CHALLENGE, 4, NOON),
            payment_replies.open_reply_to_message,
            payment_replies.open_reply_from_message,
        ),
        (
            payment_replies.Declined(DECISION),
            payment_replies.open_reply_to_message,
            payment_replies.open_reply_from_message,
        ),
        (
            DECISION,
            payment_replies.cancel_reply_to_message,
            payment_replies.cancel_reply_from_message,
        ),
        (
            DECISION,
            payment_replies.reverse_reply_to_message,
            payment_replies.reverse_reply_from_message,
        ),
        (
            OPENED_ENROLMENT,
            enrolment.open_enrolment_reply_to_message,
            enrolment.open_enrolment_reply_from_message,
        ),
        (
            REFUSED,
            enrolment.open_enrolment_reply_to_message,
            enrolment.open_enrolment_reply_from_message,
        ),
        (OPENED_ENROLMENT, enrolment.submit_reply_to_message, enrolment.submit_reply_from_message),
        (REFUSED, enrolment.submit_reply_to_message, enrolment.submit_reply_from_message),
        (
            enrolment.EnrolmentActive(NOON, NOON),
            enrolment.confirm_reply_to_message,
            enrolment.confirm_reply_from_message,
        ),
        (REFUSED, enrolment.confirm_reply_to_message, enrolment.confirm_reply_from_message),
        (
            enrolment.FacePaymentClosed(
                tuple(
                    enrolment.SignedErasureReceipt(party, b"receipt", b"s" * 64)
                    for party in (1, 2, 3)
                )
            ),
            enrolment.close_reply_to_message,
            enrolment.close_reply_from_message,
        ),
        (REFUSED, enrolment.close_reply_to_message, enrolment.close_reply_from_message),
    ],
)
def test_a_reply_reads_back_as_it_was_written(
    reply: Any, write: Callable[[Any], Any], read: Callable[[Any], Any]
) -> None:
    message = write(reply)
    assert read(type(message).FromString(message.SerializeToString())) == reply


@pytest.mark.parametrize(
    "reply",
    [
        payment_replies.AuthorizePaymentReply(DECISION, "*娜", 2),
        payment_replies.GetPaymentReply(DECISION, "*娜"),
        SIGN_ON_REPLY,
    ],
    ids=lambda reply: type(reply).__name__,
)
def test_a_reply_of_its_own_reads_back(reply: Any) -> None:
    assert type(reply).from_message(reply.to_message()) == reply


ROUTE_REPLIES = [
    payment_replies.Routed(TOKEN, "", NOON),
    payment_replies.Routed(TOKEN, "**娜", NOON),
    payment_replies.NotRouted(0),
    payment_replies.NotRouted(2),
    payment_replies.PhoneDigitsNeeded(6, 1),
    payment_replies.Declined(SignedDecision(b"d" * 250, b"k" * 16, b"s" * 64)),
]


@pytest.mark.rule("TPL-01")
@pytest.mark.parametrize("reply", ROUTE_REPLIES, ids=lambda reply: type(reply).__name__)
def test_every_answer_to_a_probe_has_one_size(reply: payment_replies.RouteProbeReply) -> None:
    message = payment_replies.route_reply_to_message(reply, bytes(512))
    assert len(message.SerializeToString()) == payment_replies.ROUTE_REPLY_BYTES
    assert payment_replies.route_reply_from_message(message) == reply


def test_an_answer_without_an_outcome_is_refused() -> None:
    with pytest.raises(MalformedFieldError):
        payment_replies.route_reply_from_message(payment_pb2.RouteProbeResponse())
    with pytest.raises(MalformedFieldError):
        payment_replies.open_reply_from_message(payment_pb2.OpenPaymentResponse())
    with pytest.raises(MalformedFieldError):
        enrolment.close_reply_from_message(enrolment_pb2.CloseFacePaymentResponse())


def test_a_closing_that_one_party_did_not_sign_is_refused() -> None:
    receipts = tuple(
        enrolment.SignedErasureReceipt(party, b"receipt", b"s" * 64) for party in (1, 2, 2)
    )
    with pytest.raises(MalformedFieldError):
        enrolment.FacePaymentClosed(receipts)


def test_a_sign_on_that_lacks_a_key_is_refused() -> None:
    with pytest.raises(MalformedFieldError):
        replace(SIGN_ON_REPLY, kem_keys=SIGN_ON_REPLY.kem_keys[1:])


@pytest.mark.rule("CON-03")
@pytest.mark.parametrize("field", [field.name for field in fields(terminal.NoticeText)])
def test_a_notice_that_leaves_something_unsaid_is_refused(field: str) -> None:
    message = SIGN_ON_REPLY.to_message()
    setattr(message.notice.zh, field, "")
    with pytest.raises(MalformedFieldError):
        terminal.SignOnReply.from_message(message)


def test_a_notice_whose_text_was_changed_is_refused() -> None:
    message = SIGN_ON_REPLY.to_message()
    message.notice.en.storage_period = "for ever"
    with pytest.raises(MalformedFieldError):
        terminal.SignOnReply.from_message(message)


@pytest.mark.parametrize(
    ("vocabulary", "contract", "prefix"),
    [
        (KemKeyOwner, terminal_pb2.KemKeyOwner, "KEM_KEY_OWNER_"),
        (ChallengeStep, pad_challenge_pb2.ChallengeStep, "CHALLENGE_STEP_"),
        (PadMode, pad_challenge_pb2.PadMode, "PAD_MODE_"),
        (FlashColour, pad_challenge_pb2.FlashColour, "FLASH_COLOUR_"),
        (Presentation, pad_challenge_pb2.Presentation, "PRESENTATION_"),
        (CancelReason, payment_pb2.CancelReason, "CANCEL_REASON_"),
        (ReversalReason, payment_pb2.ReversalReason, "REVERSAL_REASON_"),
        (ConsentScope, enrolment_pb2.ConsentScope, "CONSENT_SCOPE_"),
        (EnrolmentRefusal, enrolment_pb2.EnrolmentRefusal, "ENROLMENT_REFUSAL_"),
    ],
)
def test_our_words_are_those_of_the_contract(
    vocabulary: type[Enum], contract: Any, prefix: str
) -> None:
    ours = {f"{prefix}{word.name}": word.value for word in vocabulary}
    assert {f"{prefix}UNSPECIFIED": 0, **ours} == dict(contract.items())


def test_neither_login_nor_code_is_shown() -> None:
    for body in BODIES:
        assert "482913" not in repr(body)
        assert "li.na" not in repr(body)
