"""Acts as messages. Both ends are the clearing institution's: the service, and operators' programs."""

from clearing_service.approval.proposal import ActAnswer, Proposal, Wish
from facepay.errors import MalformedFieldError
from facepay.identifiers import AccountAlias, ParticipantId
from facepay.money import Money
from facepay.operator_act import (
    OPERATOR_NAME_MAX_CHARACTERS,
    Act,
    ActKind,
    ActOutcome,
    ActRefusal,
    ActState,
    Evidence,
)
from facepay.v1 import act_pb2 as pb
from facepay.wire.strict import (
    from_milliseconds,
    given,
    require_strict,
    text,
    to_milliseconds,
    word,
)


def act_to_message(act: Act) -> pb.Act:
    """Return the protobuf message."""
    return pb.Act(
        kind=pb.ActKind.ValueType(act.kind.value),
        participant_id=act.participant_id.value if act.participant_id else None,
        amount_minor_units=act.amount.amount_minor_units if act.amount else None,
        account_alias=act.account_alias.value if act.account_alias else None,
        window=act.window,
        case_number=act.case,
        evidence=pb.Evidence.ValueType(act.evidence.value) if act.evidence else None,
    )


def act_from_message(message: pb.Act) -> Act:
    """Read an act strictly; raises `MalformedFieldError`."""
    require_strict(message)
    participant = given(message, "participant_id", message.participant_id)
    amount = given(message, "amount_minor_units", message.amount_minor_units)
    alias = given(message, "account_alias", message.account_alias)
    evidence = given(message, "evidence", message.evidence)
    return Act(
        kind=word(ActKind, message.kind),
        participant_id=None if participant is None else ParticipantId(participant),
        amount=None if amount is None else Money(amount),
        account_alias=None if alias is None else AccountAlias(alias),
        window=given(message, "window", message.window),
        case=given(message, "case_number", message.case_number),
        evidence=None if evidence is None else word(Evidence, evidence),
    )


def wish_to_message(wish: Wish) -> pb.ProposeActRequest:
    """Return the protobuf message."""
    return pb.ProposeActRequest(
        request_id=wish.request_id, act=act_to_message(wish.act), reason=wish.reason
    )


def wish_from_message(message: pb.ProposeActRequest) -> Wish:
    """Read a wish strictly; raises `MalformedFieldError`."""
    require_strict(message)
    return Wish(message.request_id, act_from_message(message.act), message.reason)


def proposal_to_message(proposal: Proposal) -> pb.StoredAct:
    """Return the protobuf message."""
    decided = proposal.decided_at
    outcome = proposal.outcome
    return pb.StoredAct(
        number=proposal.number,
        request_id=proposal.wish.request_id,
        act=act_to_message(proposal.act),
        reason=proposal.wish.reason,
        maker=proposal.maker,
        proposed_at_ms=to_milliseconds(proposal.proposed_at),
        expires_at_ms=to_milliseconds(proposal.expires_at),
        state=pb.ActState.ValueType(proposal.state.value),
        checker=proposal.checker,
        decided_at_ms=None if decided is None else to_milliseconds(decided),
        outcome=None if outcome is None else pb.ActOutcome.ValueType(outcome.value),
    )


def proposal_from_message(message: pb.StoredAct) -> Proposal:
    """Read a stored act strictly; raises `MalformedFieldError`."""
    require_strict(message)
    checker = given(message, "checker", message.checker)
    decided = given(message, "decided_at_ms", message.decided_at_ms)
    outcome = given(message, "outcome", message.outcome)
    return Proposal(
        number=message.number,
        wish=Wish(message.request_id, act_from_message(message.act), message.reason),
        maker=operator_name(message.maker),
        proposed_at=from_milliseconds(message.proposed_at_ms),
        expires_at=from_milliseconds(message.expires_at_ms),
        state=word(ActState, message.state),
        checker=None if checker is None else operator_name(checker),
        decided_at=None if decided is None else from_milliseconds(decided),
        outcome=None if outcome is None else word(ActOutcome, outcome),
    )


def answer_to_message(answer: ActAnswer) -> pb.ActAnswer:
    """Return the protobuf message."""
    refusal, outcome = answer.refusal, answer.outcome
    return pb.ActAnswer(
        act=None if answer.proposal is None else proposal_to_message(answer.proposal),
        refusal=None if refusal is None else pb.ActRefusal.ValueType(refusal.value),
        outcome=None if outcome is None else pb.ActOutcome.ValueType(outcome.value),
    )


def answer_from_message(message: pb.ActAnswer) -> ActAnswer:
    """Read an answer strictly; raises `MalformedFieldError`."""
    require_strict(message)
    refusal = given(message, "refusal", message.refusal)
    outcome = given(message, "outcome", message.outcome)
    return ActAnswer(
        proposal_from_message(message.act) if message.HasField("act") else None,
        None if refusal is None else word(ActRefusal, refusal),
        None if outcome is None else word(ActOutcome, outcome),
    )


def act_number(number: int) -> int:
    """Return the number of an act or case; raises `MalformedFieldError` for one that none has."""
    if not 1 <= number < 1 << 63:
        raise MalformedFieldError("acts and cases are numbered from 1")
    return number


def operator_name(name: str) -> str:
    """Return an operator's name; raises `MalformedFieldError` for what no certificate holds."""
    return text(name, "an operator", characters=OPERATOR_NAME_MAX_CHARACTERS)
