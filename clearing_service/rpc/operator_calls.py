"""OperatorService: what an operator may ask the running service."""

from typing import Protocol

import grpc.aio

from clearing_service.matching.ports import MatchingService
from clearing_service.payment.loss_report import LossReports
from clearing_service.transport.call_guard import current_caller
from facepay.v1 import operator_pb2 as pb
from facepay.v1.operator_pb2_grpc import OperatorServiceServicer
from facepay.wire.operator import (
    LossReportRequest,
    Overview,
    reference_count_from_message,
)
from facepay.wire.strict import require_strict

ROWS_PER_TAG = 100
"""Generated references are spread over so many buckets that each holds about this many."""


class OverviewSource(Protocol):
    """Who can tell the state of the whole service."""

    async def overview(self) -> Overview:
        """Return the state; raises `StoreError`."""


class OperatorCalls(OperatorServiceServicer):
    """Decodes, calls, encodes."""

    def __init__(
        self, matching: MatchingService, overviews: OverviewSource, losses: LossReports
    ) -> None:
        self._matching = matching
        self._overviews = overviews
        self._losses = losses

    async def GenerateReferences(  # noqa: N802 - the contract's name
        self, request: pb.GenerateReferencesRequest, _context: grpc.aio.ServicerContext
    ) -> pb.GenerateReferencesResponse:
        """Fill the gallery with references that belong to nobody."""
        count = reference_count_from_message(request)
        await self._matching.generate_synthetic(count, max(1, count // ROWS_PER_TAG))
        return pb.GenerateReferencesResponse(active_references=self._matching.active_rows)

    async def GetOverview(  # noqa: N802 - the contract's name
        self, request: pb.GetOverviewRequest, _context: grpc.aio.ServicerContext
    ) -> pb.GetOverviewResponse:
        """Tell the state of the service."""
        require_strict(request)
        return (await self._overviews.overview()).to_message()

    async def ReportLoss(  # noqa: N802 - the contract's name
        self, request: pb.ReportLossRequest, _context: grpc.aio.ServicerContext
    ) -> pb.ReportLossResponse:
        """Stop face payment of an account."""
        asked = LossReportRequest.from_message(request)
        payer = (asked.issuer_id, asked.account_alias)
        await self._losses.report(payer, asked.reporter, current_caller().name)
        return pb.ReportLossResponse()
