"""A participant's report of a window: three files that follow from the ledger, byte for byte.

    NAME.csv           every transfer of the participant in the window
    NAME.proof.json    what shows that these are its transfers, all of them, as they were signed
    NAME.summary.json  the sums

No report names a payer: neither an account alias nor a masked name is in it. An issuer finds its
payer by the payment's id in its own books; the acquirer alone is told acceptor, terminal and order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clearing_service.settlement.digest import ProvenTransfer, ProvenWindow
from clearing_service.settlement.report_layout import ReportRow, render_rows
from clearing_service.settlement.report_proof import (
    AccountOpening,
    ReportProof,
    RowOpening,
)
from clearing_service.settlement.report_summary import ReportSummary, totals_by_kind
from facepay.identifiers import ParticipantId
from facepay.money import Currency
from facepay.payment_decision import SignedDecision
from facepay.settlement_proof.merkle import inclusion_proof
from facepay.settlement_proof.transfer_leaf import Side
from facepay.settlement_proof.window_digest import WindowDigest

PROOF_SUFFIX = ".proof.json"
SUMMARY_SUFFIX = ".summary.json"
REPORT_SUFFIX = ".csv"

_OTHER = {Side.DEBIT: Side.CREDIT, Side.CREDIT: Side.DEBIT}
_SIDES = (Side.CREDIT, Side.DEBIT)  # the order of their names, which is that of the lines


@dataclass(frozen=True, slots=True)
class ParticipantReport:
    """The bytes of one report's files, and its figures."""

    summary: ReportSummary
    rows: bytes
    proof: bytes

    @property
    def name(self) -> str:
        """How its files are called, without suffix."""
        return f"{self.summary.participant}-window-{self.summary.window:06d}"

    @property
    def files(self) -> dict[str, bytes]:
        """Return the files by name."""
        return {
            self.name + REPORT_SUFFIX: self.rows,
            self.name + PROOF_SUFFIX: self.proof,
            self.name + SUMMARY_SUFFIX: self.summary.to_bytes(),
        }


def make_report(
    window: ProvenWindow, signed: SignedDecision, participant: ParticipantId
) -> ParticipantReport:
    """Return a participant's report under the window's signed digest.

    A participant without transfers gets a report without lines, which verifies like any other.
    """
    digest = WindowDigest.from_bytes(signed.decision)
    lines = list(_lines(window, participant))
    rows = [
        ReportRow(window.number, window.business_date, participant, item.shared, item.sides[side])
        for _, item, side in lines
    ]
    openings = (
        AccountOpening(totals, window.account_blindings[totals.account])
        for totals in window.totals
        if totals.account.startswith(f"{participant}/")
    )
    places = sorted({place for place, _, _ in lines})
    proof = ReportProof(
        participant,
        signed,
        window.entries,
        tuple(openings),
        tuple(_opening(window, line) for line in lines),
        inclusion_proof(window.leaves, places),
    )
    summary = ReportSummary(
        participant,
        window.number,
        window.business_date,
        Currency.CNY.name,
        totals_by_kind(rows),
        digest.hash,
    )
    return ParticipantReport(summary, render_rows(rows), proof.to_bytes())


def _lines(
    window: ProvenWindow, participant: ParticipantId
) -> Iterator[tuple[int, ProvenTransfer, Side]]:
    prefix = f"{participant}/"
    for place, item in enumerate(window.transfers):
        for side in _SIDES:
            if item.sides[side].account.startswith(prefix):
                yield place, item, side


def _opening(window: ProvenWindow, line: tuple[int, ProvenTransfer, Side]) -> RowOpening:
    place, item, side = line
    return RowOpening(
        place, item.blindings[side], item.commitment(_OTHER[side]), window.leaves[place]
    )


def sidecar(report: Path, suffix: str) -> Path:
    """Return where the file with this suffix is that belongs to a report."""
    return report.with_name(report.name.removesuffix(REPORT_SUFFIX) + suffix)
