"""Acts and cases survive the way over the wire, and every word of ours is a word of the contract."""

from dataclasses import replace
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, cast

import grpc.aio
import pytest

from clearing_service.approval.proposal import ActAnswer, Proposal, Wish
from clearing_service.cases.case import Case, CaseKind, CaseState, Claim
from clearing_service.ledger.account import AccountId, AccountKind, Balance
from clearing_service.ledger.window import AbortCause, SettlementWindow, WindowState
from clearing_service.operation.case_desk import CaseWish
from clearing_service.operation.case_work import CaseAnswer, CaseRefusal
from clearing_service.operation.settlement_view import (
    ReportFile,
    WindowPosition,
    WindowPositions,
)
from clearing_service.rpc import act_messages, case_messages, settlement_messages
from clearing_service.rpc.act_calls import ActCalls
from clearing_service.rpc.case_calls import CaseCalls
from clearing_service.rpc.settlement_calls import SettlementCalls
from facepay.errors import MalformedFieldError
from facepay.identifiers import (
    AccountAlias,
    ParticipantId,
    PaymentId,
    RetrievalReferenceNumber,
)
from facepay.money import Money
from facepay.operator_act import (
    NEEDED_FIELDS,
    Act,
    ActKind,
    ActOutcome,
    ActRefusal,
    ActState,
    Evidence,
)
from facepay.v1 import act_pb2, case_pb2, settlement_pb2

NOON = datetime(2026, 3, 2, 4, 0, 0, 123_000, UTC)
FIELDS: dict[str, Any] = {
    "participant_id": ParticipantId("61010001"),
    "amount": Money(0),
    "account_alias": AccountAlias("alias-000001"),
    "window": 3,
    "case": 4,
    "evidence": Evidence.PAYER_ADMITTED,
}
RRN = RetrievalReferenceNumber("606100000001")


def act_of(kind: ActKind) -> Act:
    return Act(kind, **{name: FIELDS[name] for name in NEEDED_FIELDS[kind]})


def proposal_of(kind: ActKind) -> Proposal:
    return Proposal(7, Wish(bytes(16), act_of(kind), "why"), "operator-1", NOON, NOON)


@pytest.mark.parametrize("kind", ActKind)
def test_every_kind_of_act_comes_back_as_it_went(kind: ActKind) -> None:
    proposal = proposal_of(kind)
    assert act_messages.wish_from_message(act_messages.wish_to_message(proposal.wish)) == (
        proposal.wish
    )
    for state in (proposal, proposal.approved("operator-2", ActOutcome.DONE, NOON)):
        answer = ActAnswer(state)
        assert act_messages.answer_from_message(act_messages.answer_to_message(answer)) == answer


def test_refusals_come_back_as_they_went() -> None:
    for refusal in ActRefusal:
        answer = ActAnswer(None, refusal, ActOutcome.POSITION_OPEN)
        assert act_messages.answer_from_message(act_messages.answer_to_message(answer)) == answer
    for case_refusal in CaseRefusal:
        case_answer = CaseAnswer(None, case_refusal)
        message = case_messages.answer_to_message(case_answer)
        assert case_messages.answer_from_message(message) == case_answer


def test_cases_come_back_as_they_went() -> None:
    bare = Case(1, Claim("request/00", CaseKind.COMPLAINT), "desk", "operator-1", NOON, NOON)
    whole = replace(
        bare,
        claim=Claim(
            "loss/1",
            CaseKind.LOSS,
            ParticipantId("61010001"),
            PaymentId(bytes(16)),
            RRN,
            Money(12_50),
            "a note",
        ),
        state=CaseState.COMPENSATED,
        evidence=Evidence.AUTHORITY_FINDING,
        decided_at=NOON,
        paid=Money(12_50),
        recovered_minor_units=5,
        recovery_count=1,
    )
    for case in (bare, whole):
        assert case_messages.case_from_message(case_messages.case_to_message(case)) == case
    wish = CaseWish(bytes(16), CaseKind.LOSS, RRN, Money(1), "a note", "desk")
    for item in (wish, CaseWish(bytes(16), CaseKind.COMPLAINT)):
        assert case_messages.wish_from_message(case_messages.wish_to_message(item)) == item


def test_windows_and_accounts_come_back_as_they_went() -> None:
    opened = SettlementWindow(3, date(2026, 3, 2), NOON, first_row=0)
    closed = replace(opened, state=WindowState.CLOSED, closed_at=NOON)
    settled = replace(closed, state=WindowState.SETTLED, settled_at=NOON)
    cause = AbortCause.LACKS_FUNDS
    aborted = replace(closed, state=WindowState.ABORTED, abort_cause=cause)
    for window in (opened, closed, settled, aborted):
        message = settlement_messages.window_to_message(window)
        assert settlement_messages.window_from_message(message) == window
    bank, kind = ParticipantId("61010001"), AccountKind.POSITION
    found = WindowPositions(settled, (WindowPosition(bank, kind, -5, 2),))
    sent = settlement_messages.positions_to_message(found)
    assert settlement_messages.positions_from_message(sent) == found
    balance = Balance(AccountId(bank, AccountKind.FEE), 0, 1, 2, 3, 4)
    total = settlement_messages.account_to_message(balance)
    assert settlement_messages.account_from_message(total) == balance


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (ActKind, act_pb2.ActKind),
        (ActState, act_pb2.ActState),
        (ActOutcome, act_pb2.ActOutcome),
        (ActRefusal, act_pb2.ActRefusal),
        (Evidence, act_pb2.Evidence),
        (WindowState, settlement_pb2.WindowState),
        (AbortCause, settlement_pb2.AbortCause),
        (AccountKind, settlement_pb2.AccountKind),
        (ReportFile, settlement_pb2.ReportFile),
        (CaseKind, case_pb2.CaseKind),
        (CaseState, case_pb2.CaseState),
        (CaseRefusal, case_pb2.CaseRefusal),
    ],
)
def test_our_words_are_the_contracts_words(ours: type[Enum], theirs: Any) -> None:
    named = {name: number for name, number in theirs.items() if number}
    prefix = theirs.DESCRIPTOR.values_by_number[0].name.removesuffix("UNSPECIFIED")
    assert {prefix + item.name: item.value for item in ours} == named


@pytest.mark.parametrize(
    "message",
    [
        act_pb2.ProposeActRequest(),
        act_pb2.ProposeActRequest(request_id=bytes(16), reason="why"),
        act_pb2.ProposeActRequest(
            request_id=bytes(16), reason="why", act=act_pb2.Act(kind=1, participant_id="61010001", window=1)
        ),
        act_pb2.ProposeActRequest(
            request_id=bytes(15), reason="why", act=act_pb2.Act(kind=1, participant_id="61010001")
        ),
        act_pb2.ProposeActRequest(
            request_id=bytes(16), act=act_pb2.Act(kind=1, participant_id="61010001")
        ),
        act_pb2.ProposeActRequest(
            request_id=bytes(16), reason="why", act=act_pb2.Act(kind=99, participant_id="61010001")
        ),
        act_pb2.ProposeActRequest(
            request_id=bytes(16),
            reason="why",
            act=act_pb2.Act(kind=6, participant_id="61010001", amount_minor_units=10**12),
        ),
        act_pb2.ProposeActRequest(
            request_id=bytes(16),
            reason="a number that no database holds",
            act=act_pb2.Act(kind=ActKind.CLOSE_WINDOW.value, window=1 << 63),
        ),
    ],
)  # fmt: skip
def test_malformed_wishes_are_refused(message: act_pb2.ProposeActRequest) -> None:
    with pytest.raises(MalformedFieldError):
        act_messages.wish_from_message(message)


@pytest.mark.parametrize("edge", [1 << 63, (1 << 64) - 1])
async def test_a_page_or_window_beyond_any_store_is_a_malformed_question(edge: int) -> None:
    context, nobody = (
        cast("grpc.aio.ServicerContext", None),
        cast("Any", None),
    )  # neither is reached
    settlement = SettlementCalls(nobody)
    asked = [
        ActCalls(nobody).ListActs(act_pb2.ListActsRequest(before=edge), context),
        CaseCalls(nobody).ListCases(case_pb2.ListCasesRequest(after=edge), context),
        settlement.ListWindows(settlement_pb2.ListWindowsRequest(after=edge), context),
        settlement.GetWindow(settlement_pb2.GetWindowRequest(number=edge), context),
        settlement.GetReportFile(settlement_pb2.GetReportFileRequest(window=edge, file=1), context),
    ]
    for question in asked:
        with pytest.raises(MalformedFieldError):
            await question
