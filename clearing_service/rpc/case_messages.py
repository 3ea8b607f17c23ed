"""Cases as messages. Both ends are the clearing institution's."""

from clearing_service.cases.case import (
    NOTE_MAX_CHARACTERS,
    OWNER_MAX_CHARACTERS,
    SOURCE_MAX_CHARACTERS,
    Case,
    CaseKind,
    CaseState,
    Claim,
)
from clearing_service.operation.case_desk import CaseWish
from clearing_service.operation.case_work import CaseAnswer, CaseRefusal
from facepay.identifiers import ParticipantId, PaymentId, RetrievalReferenceNumber
from facepay.money import Money
from facepay.operator_act import Evidence
from facepay.v1 import act_pb2
from facepay.v1 import case_pb2 as pb
from facepay.wire.strict import (
    exactly,
    from_milliseconds,
    given,
    require_strict,
    text,
    text_or_empty,
    to_milliseconds,
    word,
)

REQUEST_ID_BYTES = 16


def wish_to_message(wish: CaseWish) -> pb.OpenCaseRequest:
    """Return the protobuf message."""
    return pb.OpenCaseRequest(
        request_id=wish.request_id,
        kind=pb.CaseKind.ValueType(wish.kind.value),
        rrn=wish.rrn.value if wish.rrn else None,
        amount_minor_units=wish.amount.amount_minor_units if wish.amount else None,
        note=wish.note,
        owner=wish.owner,
    )


def wish_from_message(message: pb.OpenCaseRequest) -> CaseWish:
    """Read a wish strictly; raises `MalformedFieldError`."""
    require_strict(message)
    rrn = given(message, "rrn", message.rrn)
    amount = given(message, "amount_minor_units", message.amount_minor_units)
    return CaseWish(
        request_id=exactly(message.request_id, REQUEST_ID_BYTES, "a request id"),
        kind=word(CaseKind, message.kind),
        rrn=None if rrn is None else RetrievalReferenceNumber(rrn),
        amount=None if amount is None else Money(amount),
        note=text_or_empty(message.note, "a note", characters=NOTE_MAX_CHARACTERS),
        owner=text_or_empty(message.owner, "an owner", characters=OWNER_MAX_CHARACTERS),
    )


def owner_from_message(message: pb.AssignCaseRequest) -> str:
    """Return the new owner strictly; raises `MalformedFieldError`."""
    require_strict(message)
    return text(message.owner, "an owner", characters=OWNER_MAX_CHARACTERS)


def case_to_message(case: Case) -> pb.Case:
    """Return the protobuf message."""
    claim, decided = case.claim, case.decided_at
    return pb.Case(
        number=case.number,
        source=claim.source,
        kind=pb.CaseKind.ValueType(claim.kind.value),
        participant_id=claim.participant_id.value if claim.participant_id else None,
        payment_id=claim.payment_id.value if claim.payment_id else None,
        rrn=claim.rrn.value if claim.rrn else None,
        amount_minor_units=claim.amount.amount_minor_units if claim.amount else None,
        note=claim.note,
        owner=case.owner,
        opened_by=case.opened_by,
        opened_at_ms=to_milliseconds(case.opened_at),
        due_at_ms=to_milliseconds(case.due_at),
        state=pb.CaseState.ValueType(case.state.value),
        evidence=act_pb2.Evidence.ValueType(case.evidence.value) if case.evidence else None,
        decided_at_ms=None if decided is None else to_milliseconds(decided),
        paid_minor_units=case.paid.amount_minor_units if case.paid else None,
        recovered_minor_units=case.recovered_minor_units,
        recovery_count=case.recovery_count,
    )


def case_from_message(message: pb.Case) -> Case:
    """Read a case strictly; raises `MalformedFieldError`."""
    require_strict(message)
    evidence = given(message, "evidence", message.evidence)
    decided = given(message, "decided_at_ms", message.decided_at_ms)
    paid = given(message, "paid_minor_units", message.paid_minor_units)
    return Case(
        number=message.number,
        claim=_claim(message),
        owner=text(message.owner, "an owner", characters=OWNER_MAX_CHARACTERS),
        opened_by=text(message.opened_by, "an operator", characters=OWNER_MAX_CHARACTERS),
        opened_at=from_milliseconds(message.opened_at_ms),
        due_at=from_milliseconds(message.due_at_ms),
        state=word(CaseState, message.state),
        evidence=None if evidence is None else word(Evidence, evidence),
        decided_at=None if decided is None else from_milliseconds(decided),
        paid=None if paid is None else Money(paid),
        recovered_minor_units=message.recovered_minor_units,
        recovery_count=message.recovery_count,
    )


def answer_to_message(answer: CaseAnswer) -> pb.CaseAnswer:
    """Return the protobuf message."""
    refusal = answer.refusal
    return pb.CaseAnswer(
        case=None if answer.case is None else case_to_message(answer.case),
        refusal=None if refusal is None else pb.CaseRefusal.ValueType(refusal.value),
    )


def answer_from_message(message: pb.CaseAnswer) -> CaseAnswer:
    """Read an answer strictly; raises `MalformedFieldError`."""
    require_strict(message)
    refusal = given(message, "refusal", message.refusal)
    return CaseAnswer(
        case_from_message(message.case) if message.HasField("case") else None,
        None if refusal is None else word(CaseRefusal, refusal),
    )


def _claim(message: pb.Case) -> Claim:
    participant = given(message, "participant_id", message.participant_id)
    payment = given(message, "payment_id", message.payment_id)
    rrn = given(message, "rrn", message.rrn)
    amount = given(message, "amount_minor_units", message.amount_minor_units)
    return Claim(
        source=text(message.source, "a source", characters=SOURCE_MAX_CHARACTERS),
        kind=word(CaseKind, message.kind),
        participant_id=None if participant is None else ParticipantId(participant),
        payment_id=None if payment is None else PaymentId(payment),
        rrn=None if rrn is None else RetrievalReferenceNumber(rrn),
        amount=None if amount is None else Money(amount),
        note=text_or_empty(message.note, "a note", characters=NOTE_MAX_CHARACTERS),
    )
