"""SettlementService: windows, accounts and reports, for operators."""

import grpc.aio

from clearing_service.operation.settlement_view import SettlementView
from clearing_service.rpc.settlement_messages import (
    account_to_message,
    positions_to_message,
    report_file,
    window_to_message,
)
from facepay.identifiers import ParticipantId
from facepay.v1 import settlement_pb2 as pb
from facepay.v1.settlement_pb2_grpc import SettlementServiceServicer
from facepay.wire.strict import require_strict, stored_number


class SettlementCalls(SettlementServiceServicer):
    """Decodes, calls, encodes."""

    def __init__(self, view: SettlementView) -> None:
        self._view = view

    async def ListWindows(  # noqa: N802 - the contract's name
        self, request: pb.ListWindowsRequest, _context: grpc.aio.ServicerContext
    ) -> pb.ListWindowsResponse:
        """List a page of windows."""
        require_strict(request)
        after = stored_number(request.after)
        found = await self._view.windows(after)
        return pb.ListWindowsResponse(windows=[window_to_message(item) for item in found])

    async def GetWindow(  # noqa: N802 - the contract's name
        self, request: pb.GetWindowRequest, _context: grpc.aio.ServicerContext
    ) -> pb.GetWindowResponse:
        """Tell what a window nets to."""
        require_strict(request)
        number = stored_number(request.number)
        return positions_to_message(await self._view.positions(number))

    async def ListAccounts(  # noqa: N802 - the contract's name
        self, request: pb.ListAccountsRequest, _context: grpc.aio.ServicerContext
    ) -> pb.ListAccountsResponse:
        """List every account of the book."""
        require_strict(request)
        found = await self._view.accounts()
        return pb.ListAccountsResponse(accounts=[account_to_message(item) for item in found])

    async def GetReportFile(  # noqa: N802 - the contract's name
        self, request: pb.GetReportFileRequest, _context: grpc.aio.ServicerContext
    ) -> pb.GetReportFileResponse:
        """Return a part of a report's file."""
        require_strict(request)
        window, file = stored_number(request.window), report_file(request.file)
        participant = ParticipantId(request.participant_id)
        part = await self._view.report_part(window, participant, file, request.offset)
        return pb.GetReportFileResponse(name=part.name, content=part.content)
