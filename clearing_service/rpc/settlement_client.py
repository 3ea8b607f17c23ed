"""What operators ask about windows, accounts and reports. Every method raises `ServiceCallError`."""

from collections.abc import Sequence
from pathlib import Path

from clearing_service.ledger.account import Balance
from clearing_service.ledger.window import SettlementWindow
from clearing_service.operation.settlement_view import ReportFile, WindowPositions
from clearing_service.rpc.operator_channel import OperatorChannel
from clearing_service.rpc.settlement_messages import (
    account_from_message,
    part_from_message,
    positions_from_message,
    window_from_message,
)
from facepay.identifiers import ParticipantId
from facepay.v1 import settlement_pb2 as pb
from facepay.v1.settlement_pb2_grpc import SettlementServiceStub

_CALL_SECONDS = 30.0
_REPORT_SECONDS = 120.0


class SettlementClient(OperatorChannel):
    """Looks at windows and accounts, and fetches reports."""

    def __init__(self, folder: Path) -> None:
        """Read address and certificate; raises `ConfigError` and `CredentialsError`."""
        super().__init__(folder)
        self._stub = SettlementServiceStub(self.grpc)  # type: ignore[no-untyped-call]

    async def windows(self) -> Sequence[SettlementWindow]:
        """Return every window by number."""
        found: list[SettlementWindow] = []
        while True:
            request = pb.ListWindowsRequest(after=found[-1].number if found else 0)
            reply = await self.ask(self._stub.ListWindows, request, _CALL_SECONDS)
            if not reply.windows:
                return found
            found += [window_from_message(item) for item in reply.windows]

    async def positions(self, number: int) -> WindowPositions:
        """Return what a window nets to."""
        request = pb.GetWindowRequest(number=number)
        reply = await self.ask(self._stub.GetWindow, request, _CALL_SECONDS)
        return positions_from_message(reply)

    async def accounts(self) -> Sequence[Balance]:
        """Return every account of the book, by name."""
        reply = await self.ask(self._stub.ListAccounts, pb.ListAccountsRequest(), _CALL_SECONDS)
        return [account_from_message(item) for item in reply.accounts]

    async def report_file(
        self, window: int, participant: ParticipantId, file: ReportFile
    ) -> tuple[str, bytes]:
        """Return a report file's name and content."""
        content = bytearray()
        while True:
            request = pb.GetReportFileRequest(
                window=window,
                participant_id=participant.value,
                file=pb.ReportFile.ValueType(file.value),
                offset=len(content),
            )
            reply = await self.ask(self._stub.GetReportFile, request, _REPORT_SECONDS)
            part = part_from_message(reply)
            if not part.content:
                return part.name, bytes(content)
            content += part.content
