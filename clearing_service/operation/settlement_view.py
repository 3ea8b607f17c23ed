"""What operators see of windows, accounts and reports."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from clearing_service.ledger.account import AccountId, AccountKind, Balance
from clearing_service.ledger.window import FINAL_POSITIONS, SettlementWindow
from clearing_service.operation.participant_view import BalanceSource
from clearing_service.settlement.fees import FeeCharge
from clearing_service.settlement.ports import NoSuchWindowError
from clearing_service.settlement.report import (
    PROOF_SUFFIX,
    REPORT_SUFFIX,
    SUMMARY_SUFFIX,
    ParticipantReport,
)
from clearing_service.settlement.reports import SettlementReports
from clearing_service.settlement.use_cases import Settlement
from facepay.identifiers import ParticipantId

WINDOWS_PAGE = 200
PART_BYTES = 32_768
"""Of a report file in one answer: half of what a message may have."""
REPORTS_KEPT = 2
"""Two operators may read two reports at a time; of a large participant each is many megabytes."""


class ReportFile(Enum):
    """The files of a report. The numbers travel."""

    ROWS = 1
    PROOF = 2
    SUMMARY = 3


SUFFIXES: Mapping[ReportFile, str] = {
    ReportFile.ROWS: REPORT_SUFFIX,
    ReportFile.PROOF: PROOF_SUFFIX,
    ReportFile.SUMMARY: SUMMARY_SUFFIX,
}


@dataclass(frozen=True, slots=True)
class WindowPosition:
    """An account's net of a window, its fees included, and its fees, in minor units.

    Above 0 it is owed or received them, below 0 it owes or paid them.
    """

    participant_id: ParticipantId
    account: AccountKind
    net_minor_units: int
    fees_minor_units: int


@dataclass(frozen=True, slots=True)
class WindowPositions:
    """A window with what each account nets to as its rows stand now."""

    window: SettlementWindow
    positions: tuple[WindowPosition, ...]


@dataclass(frozen=True, slots=True)
class FilePart:
    """A part of a file; no content is its end."""

    name: str
    content: bytes


class SettlementView:
    """Belongs to one event loop. Keeps the reports asked for last: their files are read in parts."""

    def __init__(
        self, settlement: Settlement, reports: SettlementReports, balances: BalanceSource
    ) -> None:
        self._settlement = settlement
        self._reports = reports
        self._balances = balances
        self._kept = OrderedDict[tuple[int, ParticipantId], ParticipantReport]()

    async def windows(self, after: int) -> Sequence[SettlementWindow]:
        """Return a page of windows by number; raises `StoreError`."""
        found = [item for item in await self._settlement.windows() if item.number > after]
        return found[:WINDOWS_PAGE]

    async def positions(self, number: int) -> WindowPositions:
        """Return what a window nets to, with the fees that are not booked yet.

        Raises `NoSuchWindowError` and `StoreError`.
        """
        window = await self._settlement.window(number)
        net = await self._settlement.net_positions(number)
        if window is None or net is None:
            raise NoSuchWindowError(f"there is no window {number}")
        charges = await self._settlement.charges(window)
        total = dict(net.by_account)
        if window.state not in FINAL_POSITIONS:
            _add_charges(total, charges, self._settlement.institution.fees)
        fees = _fees(charges)
        return WindowPositions(
            window,
            tuple(
                WindowPosition(
                    account.participant_id, account.kind, total[account], fees.get(account, 0)
                )
                for account in sorted(total, key=str)
            ),
        )

    async def accounts(self) -> Sequence[Balance]:
        """Return every account of the book, by name; raises `StoreError`."""
        return sorted(await self._balances.balances(), key=lambda item: str(item.account))

    async def report_part(
        self, window: int, participant: ParticipantId, file: ReportFile, offset: int
    ) -> FilePart:
        """Return a part of a report's file from byte `offset` on.

        The report is made anew when its first file is begun. Raises what `SettlementReports.report`
        raises.
        """
        is_begun = offset == 0 and file is ReportFile.ROWS
        report = None if is_begun else self._kept.get((window, participant))
        if report is None:
            report = await self._reports.report(window, participant)
        self._keep(report)
        name = report.name + SUFFIXES[file]
        return FilePart(name, report.files[name][offset : offset + PART_BYTES])

    def _keep(self, report: ParticipantReport) -> None:
        key = (report.summary.window, report.summary.participant)
        self._kept[key] = report
        self._kept.move_to_end(key)
        while len(self._kept) > REPORTS_KEPT:
            self._kept.popitem(last=False)


def _add_charges(
    total: dict[AccountId, int], charges: Sequence[FeeCharge], institution_fees: AccountId
) -> None:
    for charge in charges:
        total[charge.account] = total.get(charge.account, 0) - charge.minor_units
        total[institution_fees] = total.get(institution_fees, 0) + charge.minor_units


def _fees(charges: Sequence[FeeCharge]) -> dict[AccountId, int]:
    found: dict[AccountId, int] = {}
    for charge in charges:
        found[charge.account] = found.get(charge.account, 0) - charge.minor_units
    return found
