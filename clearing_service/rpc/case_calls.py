"""CaseService: cases opened, assigned and listed by operators."""

import grpc.aio

from clearing_service.cases.case import CaseState
from clearing_service.operation.case_desk import CaseDesk
from clearing_service.rpc.act_messages import act_number
from clearing_service.rpc.case_messages import (
    answer_to_message,
    case_to_message,
    owner_from_message,
    wish_from_message,
)
from clearing_service.transport.call_guard import current_caller
from facepay.v1 import case_pb2 as pb
from facepay.v1.case_pb2_grpc import CaseServiceServicer
from facepay.wire.strict import require_strict, stored_number, word


class CaseCalls(CaseServiceServicer):
    """Decodes, calls, encodes."""

    def __init__(self, desk: CaseDesk) -> None:
        self._desk = desk

    async def OpenCase(  # noqa: N802 - the contract's name
        self, request: pb.OpenCaseRequest, _context: grpc.aio.ServicerContext
    ) -> pb.OpenCaseResponse:
        """Open a case."""
        answer = await self._desk.open(wish_from_message(request), current_caller().name)
        return pb.OpenCaseResponse(answer=answer_to_message(answer))

    async def AssignCase(  # noqa: N802 - the contract's name
        self, request: pb.AssignCaseRequest, _context: grpc.aio.ServicerContext
    ) -> pb.AssignCaseResponse:
        """Give a case another owner."""
        owner = owner_from_message(request)
        answer = await self._desk.assign(act_number(request.number), owner)
        return pb.AssignCaseResponse(answer=answer_to_message(answer))

    async def ListCases(  # noqa: N802 - the contract's name
        self, request: pb.ListCasesRequest, _context: grpc.aio.ServicerContext
    ) -> pb.ListCasesResponse:
        """List cases by number."""
        require_strict(request)
        states = [word(CaseState, state) for state in request.states] or list(CaseState)
        after = stored_number(request.after)
        found = await self._desk.cases(states, after)
        return pb.ListCasesResponse(cases=[case_to_message(item) for item in found])
