"""What reports, digests and issuers' statements must say at the end of a run."""

from clearing_service.ledger.account import AccountKind
from clearing_service.ledger.transfer import TransferKind
from clearing_service.settlement.reconciliation import Books, reconcile
from clearing_service.settlement.report import ParticipantReport
from clearing_service.settlement.report_check import ReportFiles, check_report
from clearing_service.settlement.report_layout import parse_rows
from facepay.identifiers import ParticipantId
from tests.proof.books import BookRows
from tests.proof.requirement import require
from tests.simulation.world import World


def require_true_reports(world: World, book: BookRows) -> None:
    """Reports reproduce byte for byte, and verify; issuers' statements agree with them."""
    treasury = world.treasury
    expected = {(number, who) for number in book.digests for who in treasury.participants}
    require(
        treasury.reports.keys() == treasury.remade.keys() == expected,
        "every participant has a report of every closed window",
        f"{len(treasury.reports)} and {len(treasury.remade)} of {len(expected)}",
    )
    world.records.counts["windows settled"] = len(book.digests)
    world.records.counts["reports verified"] = len(expected)
    for (number, who), report in treasury.reports.items():
        remade = treasury.remade[number, who]
        require(
            remade.files == report.files,
            "a report reproduces byte for byte",
            f"window {number} of {who}",
        )
        _require_verified(world, report, treasury.remade.get((number - 1, who)))
    if world.is_closed_at_the_end:
        _require_everything_settled(book)
        for issuer_id in world.issuer_ids:
            _require_agreeing_statement(world, issuer_id)


def _require_verified(
    world: World, report: ParticipantReport, previous: ParticipantReport | None
) -> None:
    files = ReportFiles(
        report.rows,
        report.proof,
        report.summary.to_bytes(),
        previous.proof if previous else None,
    )
    checked = check_report(files, world.service.decision_key)
    require(checked.is_verified, "a report verifies", f"{report.name}: {checked.findings}")


def _require_everything_settled(book: BookRows) -> None:
    for balance in book.balances:
        require(
            balance.account.kind is not AccountKind.POSITION or balance.is_even,
            "positions are zero when every window is settled",
            str(balance.account),
        )


def _require_agreeing_statement(world: World, issuer_id: ParticipantId) -> None:
    reports = world.treasury.reports
    rows = [
        row
        for (_, who), report in sorted(reports.items(), key=lambda item: item[0][0])
        if who == issuer_id
        for row in parse_rows(report.rows)
    ]
    lines = world.treasury.statements[issuer_id]
    # A loss that is paid straight from the reserve is about no payment: nobody credits a payer.
    of_sales = [row for row in rows if row.shared.kind != TransferKind.COMPENSATION.name]
    if not of_sales and not lines:
        return
    cases = reconcile(Books(of_sales, lines)).cases
    require(
        not cases,
        "an issuer's statement agrees with its reports",
        f"{issuer_id}: {[(item.one_sided.value, item.payment_id) for item in cases]}",
    )
