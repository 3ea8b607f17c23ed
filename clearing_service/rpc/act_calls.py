"""ActService: operators propose, approve and reject; the certificate says who they are."""

import grpc.aio

from clearing_service.operation.desk import OperatorDesk
from clearing_service.rpc.act_messages import (
    act_number,
    answer_to_message,
    proposal_to_message,
    wish_from_message,
)
from clearing_service.transport.call_guard import current_caller
from facepay.operator_act import ActState
from facepay.v1 import act_pb2 as pb
from facepay.v1.act_pb2_grpc import ActServiceServicer
from facepay.wire.strict import require_strict, stored_number, word


class ActCalls(ActServiceServicer):
    """Decodes, calls, encodes."""

    def __init__(self, desk: OperatorDesk) -> None:
        self._desk = desk

    async def ProposeAct(  # noqa: N802 - the contract's name
        self, request: pb.ProposeActRequest, _context: grpc.aio.ServicerContext
    ) -> pb.ProposeActResponse:
        """Store an act, or carry it out where one person is enough."""
        answer = await self._desk.propose(wish_from_message(request), current_caller().name)
        return pb.ProposeActResponse(answer=answer_to_message(answer))

    async def ApproveAct(  # noqa: N802 - the contract's name
        self, request: pb.ApproveActRequest, _context: grpc.aio.ServicerContext
    ) -> pb.ApproveActResponse:
        """Approve another operator's act."""
        require_strict(request)
        answer = await self._desk.approve(act_number(request.number), current_caller().name)
        return pb.ApproveActResponse(answer=answer_to_message(answer))

    async def RejectAct(  # noqa: N802 - the contract's name
        self, request: pb.RejectActRequest, _context: grpc.aio.ServicerContext
    ) -> pb.RejectActResponse:
        """Reject an act, or take an own one back."""
        require_strict(request)
        answer = await self._desk.reject(act_number(request.number), current_caller().name)
        return pb.RejectActResponse(answer=answer_to_message(answer))

    async def ListActs(  # noqa: N802 - the contract's name
        self, request: pb.ListActsRequest, _context: grpc.aio.ServicerContext
    ) -> pb.ListActsResponse:
        """List acts, newest first."""
        require_strict(request)
        states = [word(ActState, state) for state in request.states] or list(ActState)
        before = stored_number(request.before)
        acts = await self._desk.acts(states, before)
        return pb.ListActsResponse(acts=[proposal_to_message(item) for item in acts])
