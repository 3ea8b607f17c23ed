"""What operators ask a running service. Every method raises `ServiceCallError`."""

from collections.abc import Sequence
from pathlib import Path

from clearing_service.approval.proposal import ActAnswer, Proposal, Wish
from clearing_service.cases.case import Case, CaseState
from clearing_service.operation.case_desk import CaseWish
from clearing_service.operation.case_work import CaseAnswer
from clearing_service.operation.participant_view import ParticipantPosition
from clearing_service.rpc import case_messages
from clearing_service.rpc.act_messages import (
    answer_from_message,
    proposal_from_message,
    wish_to_message,
)
from clearing_service.rpc.operator_channel import OperatorChannel, ServiceCallError
from clearing_service.rpc.participant_calls import positions_from_message
from facepay.operator_act import ActState
from facepay.v1 import act_pb2, case_pb2, participant_pb2
from facepay.v1 import operator_pb2 as pb
from facepay.v1.act_pb2_grpc import ActServiceStub
from facepay.v1.case_pb2_grpc import CaseServiceStub
from facepay.v1.operator_pb2_grpc import OperatorServiceStub
from facepay.v1.participant_pb2_grpc import ParticipantServiceStub
from facepay.wire.operator import GENERATED_REFERENCES_MAX, LossReportRequest, Overview

_OVERVIEW_SECONDS = 30.0
_GENERATION_SECONDS = 600.0
_CALL_SECONDS = 10.0


class OperatorClient(OperatorChannel):
    """Looks at the service, and stops face payment of an account."""

    def __init__(self, folder: Path) -> None:
        """Read address and certificate; raises `ConfigError` and `CredentialsError`."""
        super().__init__(folder)
        self._stub = OperatorServiceStub(self.grpc)  # type: ignore[no-untyped-call]
        self._participants = ParticipantServiceStub(self.grpc)  # type: ignore[no-untyped-call]

    async def overview(self) -> Overview:
        """Return the service's state."""
        reply = await self.ask(self._stub.GetOverview, pb.GetOverviewRequest(), _OVERVIEW_SECONDS)
        return Overview.from_message(reply)

    async def generate_references(self, count: int) -> int:
        """Generate `count` references that belong to nobody; return how many there are now."""
        if not 1 <= count <= GENERATED_REFERENCES_MAX:
            raise ServiceCallError(f"1 to {GENERATED_REFERENCES_MAX} references can be generated")
        request = pb.GenerateReferencesRequest(count=count)
        reply = await self.ask(self._stub.GenerateReferences, request, _GENERATION_SECONDS)
        return int(reply.active_references)

    async def report_loss(self, asked: LossReportRequest) -> None:
        """Stop face payment of an account."""
        await self.ask(self._stub.ReportLoss, asked.to_message(), _CALL_SECONDS)

    async def participants(self) -> tuple[ParticipantPosition, ...]:
        """Return every issuer and acquirer, by number."""
        request = participant_pb2.ListParticipantsRequest()
        reply = await self.ask(self._participants.ListParticipants, request, _CALL_SECONDS)
        return positions_from_message(reply)


class ActClient(OperatorChannel):
    """Proposes acts and decides those of others."""

    def __init__(self, folder: Path) -> None:
        """Read address and certificate; raises `ConfigError` and `CredentialsError`."""
        super().__init__(folder)
        self._stub = ActServiceStub(self.grpc)  # type: ignore[no-untyped-call]

    async def propose(self, wish: Wish) -> ActAnswer:
        """Propose an act; a repeat with the same request id gets the act as it stands."""
        reply = await self.ask(self._stub.ProposeAct, wish_to_message(wish), _CALL_SECONDS)
        return answer_from_message(reply.answer)

    async def approve(self, number: int) -> ActAnswer:
        """Approve another operator's act."""
        request = act_pb2.ApproveActRequest(number=number)
        reply = await self.ask(self._stub.ApproveAct, request, _CALL_SECONDS)
        return answer_from_message(reply.answer)

    async def reject(self, number: int) -> ActAnswer:
        """Reject an act, or take an own one back."""
        request = act_pb2.RejectActRequest(number=number)
        reply = await self.ask(self._stub.RejectAct, request, _CALL_SECONDS)
        return answer_from_message(reply.answer)

    async def acts(self, states: Sequence[ActState]) -> tuple[Proposal, ...]:
        """Return acts in these states, newest first; none means all."""
        wanted = [act_pb2.ActState.ValueType(item.value) for item in states]
        found: list[Proposal] = []
        while True:
            before = found[-1].number if found else 0
            request = act_pb2.ListActsRequest(states=wanted, before=before)
            reply = await self.ask(self._stub.ListActs, request, _CALL_SECONDS)
            if not reply.acts:
                return tuple(found)
            found += [proposal_from_message(item) for item in reply.acts]


class CaseClient(OperatorChannel):
    """Opens, assigns and lists cases."""

    def __init__(self, folder: Path) -> None:
        """Read address and certificate; raises `ConfigError` and `CredentialsError`."""
        super().__init__(folder)
        self._stub = CaseServiceStub(self.grpc)  # type: ignore[no-untyped-call]

    async def open(self, wish: CaseWish) -> CaseAnswer:
        """Open a case; a repeat by the same operator gets the case as it stands."""
        request = case_messages.wish_to_message(wish)
        reply = await self.ask(self._stub.OpenCase, request, _CALL_SECONDS)
        return case_messages.answer_from_message(reply.answer)

    async def assign(self, number: int, owner: str) -> CaseAnswer:
        """Give a case another owner."""
        request = case_pb2.AssignCaseRequest(number=number, owner=owner)
        reply = await self.ask(self._stub.AssignCase, request, _CALL_SECONDS)
        return case_messages.answer_from_message(reply.answer)

    async def cases(self, states: Sequence[CaseState]) -> tuple[Case, ...]:
        """Return cases in these states, by number; none means all."""
        wanted = [case_pb2.CaseState.ValueType(item.value) for item in states]
        found: list[Case] = []
        while True:
            after = found[-1].number if found else 0
            request = case_pb2.ListCasesRequest(states=wanted, after=after)
            reply = await self.ask(self._stub.ListCases, request, _CALL_SECONDS)
            if not reply.cases:
                return tuple(found)
            found += [case_messages.case_from_message(item) for item in reply.cases]
