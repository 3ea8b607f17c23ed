"""What a report holds, what it keeps from whom, and that it can be made again."""

import json

import pytest

from clearing_service.ledger.account import AccountId, AccountKind
from clearing_service.ledger.transfer import EntryId, Movement, TransferKind
from clearing_service.settlement.digest import ClosedWindow
from clearing_service.settlement.report_layout import COLUMNS, parse_rows
from facepay.identifiers import ParticipantId
from facepay.money import Money
from tests.fakes.proving import Prover
from tests.fakes.settled_windows import (
    ACCEPTOR,
    ACQUIRER,
    BYSTANDER,
    ISSUER,
    OTHER_ISSUER,
    TERMINAL,
    WindowMaker,
    busy_window,
)

PARTICIPANTS = [ACQUIRER, ISSUER, OTHER_ISSUER]


@pytest.fixture
def prover() -> Prover:
    return Prover()


@pytest.mark.parametrize("participant", PARTICIPANTS)
def test_the_same_ledger_gives_the_same_bytes(prover: Prover, participant: ParticipantId) -> None:
    assert (
        prover.report(busy_window(), participant).files
        == Prover().report(busy_window(), participant).files
    )


def test_an_acquirer_reads_its_sales_line_by_line(prover: Prover) -> None:
    report = prover.report(busy_window(), ACQUIRER)
    lines = report.rows.decode("ascii").split("\r\n")
    assert lines[0] == ",".join(COLUMNS)
    assert [row.shared.kind for row in parse_rows(report.rows)] == [
        "POST", "POST", "POST", "REFUND", "REVERSAL", "FEE",
    ]  # fmt: skip
    first = dict(zip(COLUMNS, lines[1].split(","), strict=True))
    assert (first["side"], first["account"], first["amount_minor_units"]) == (
        "CREDIT", "POSITION", "1250",
    )  # fmt: skip
    assert (first["acceptor_id"], first["terminal_id"]) == (ACCEPTOR, TERMINAL)


def test_the_summary_adds_up_to_the_fen(prover: Prover) -> None:
    summary = prover.report(busy_window(), ACQUIRER).summary
    assert summary.net_position_minor_units == 12_50 + 3_00 + 99_99 - 2_50 - 3_00 - 9
    assert summary.fees_minor_units == -9
    assert {item.kind: item.count for item in summary.kinds} == {
        "POST": 3, "REFUND": 1, "REVERSAL": 1, "FEE": 1,
    }  # fmt: skip
    assert json.loads(summary.to_bytes())["net_position_minor_units"] == 109_90


@pytest.mark.rule("MER-01", "STO-05")
@pytest.mark.parametrize("participant", PARTICIPANTS)
def test_nobody_reads_of_the_payer_or_of_the_other_side(
    prover: Prover, participant: ParticipantId
) -> None:
    files = prover.report(busy_window(), participant).files
    lines = b"".join(content for name, content in files.items() if "proof" not in name)
    others = [item.value.encode() for item in PARTICIPANTS if item != participant]
    assert not any(other in lines for other in others)
    assert b"alias" not in b"".join(files.values())


def test_only_the_acquirer_is_told_where_a_sale_was(prover: Prover) -> None:
    assert ACCEPTOR.encode() not in b"".join(prover.report(busy_window(), ISSUER).files.values())


def test_a_participant_without_transfers_has_a_report_without_lines(prover: Prover) -> None:
    report = prover.report(busy_window(), BYSTANDER)
    assert parse_rows(report.rows) == ()
    assert prover.check(report).is_verified


def test_an_empty_window_is_proven_like_any_other(prover: Prover) -> None:
    empty = WindowMaker().closed()
    assert prover.check(prover.report(empty, ISSUER)).is_verified


def test_holds_and_settlement_are_not_in_a_report(prover: Prover) -> None:
    maker = WindowMaker()
    maker.payment(ISSUER, 5_00)
    settled = Movement(AccountId(ISSUER, AccountKind.SETTLEMENT), AccountId(ISSUER), Money(5_00))
    maker.row(TransferKind.SETTLEMENT, EntryId(bytes(16)), settled)
    rows = parse_rows(prover.report(maker.closed(), ISSUER).rows)
    assert [row.shared.kind for row in rows] == ["POST"]


def test_a_transfer_between_two_accounts_of_one_owner_has_two_lines(prover: Prover) -> None:
    maker = WindowMaker()
    movement = Movement(AccountId(ISSUER), AccountId(ISSUER, AccountKind.FEE), Money(70))
    maker.row(TransferKind.FEE, EntryId(bytes(16)), movement)
    report = prover.report(maker.closed(), ISSUER)
    assert [row.own.side.value for row in parse_rows(report.rows)] == ["CREDIT", "DEBIT"]
    assert prover.check(report).is_verified
    assert report.summary.position_of(AccountKind.FEE) == 70


@pytest.mark.parametrize("participant", [*PARTICIPANTS, ParticipantId("10000001")])
@pytest.mark.rule("OPS-03")
def test_every_participants_report_verifies(prover: Prover, participant: ParticipantId) -> None:
    checked = prover.check(prover.report(busy_window(), participant))
    assert checked.findings == ()


def test_digests_are_chained(prover: Prover) -> None:
    first, second = busy_window(3), busy_window(4)
    before = prover.report(first, ISSUER)
    after = prover.report(second, ISSUER, previous=before.summary.digest_hash)
    assert prover.check(after, previous_proof=before.proof).is_verified
    stranger = prover.report(busy_window(2), ISSUER)
    broken = prover.check(after, previous_proof=stranger.proof)
    assert [item.finding.value for item in broken.findings] == ["chain_broken"]


def test_both_sides_of_a_transfer_prove_the_same_leaf(prover: Prover) -> None:
    window: ClosedWindow = busy_window()
    acquirer = prover.proof(window, ACQUIRER)
    issuer = prover.proof(window, ISSUER)
    leaves = {opening.place: opening.leaf for opening in acquirer.rows}
    shared = [opening for opening in issuer.rows if opening.place in leaves]
    assert shared
    assert all(leaves[opening.place] == opening.leaf for opening in shared)
    assert not {item.blinding for item in acquirer.rows} & {item.blinding for item in issuer.rows}
