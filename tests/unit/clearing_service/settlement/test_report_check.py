"""Whatever is done to a report after it was made, its participant notices, and is told what."""

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearing_service.settlement.digest import ProvenWindow, WindowBlinding, prove_window
from clearing_service.settlement.report import make_report
from clearing_service.settlement.report_check import Finding, ReportFiles, check_report
from clearing_service.settlement.report_proof import AccountOpening, ReportProof
from clearing_service.settlement.report_texts import Language, check_text, finding_text
from facepay.secret import SecretBytes
from facepay.settlement_proof.window_digest import NO_PREVIOUS
from tests.fakes.proving import Prover
from tests.fakes.settled_windows import ACQUIRER, ISSUER, busy_window

PROVER = Prover()
REPORT = PROVER.report(busy_window(3), ACQUIRER)
ISSUERS_REPORT = PROVER.report(busy_window(3), ISSUER)
NEXT_REPORT = PROVER.report(busy_window(4), ACQUIRER)
FILES = ReportFiles(REPORT.rows, REPORT.proof, REPORT.summary.to_bytes())

pytestmark = pytest.mark.rule("OPS-03", "GOV-03")


def found(files: ReportFiles) -> list[tuple[str, int | None]]:
    checked = check_report(files, PROVER.public_key)
    assert checked.is_verified is not bool(checked.findings)
    return [(item.finding.value, item.line) for item in checked.findings]


def names(files: ReportFiles) -> set[str]:
    return {name for name, _ in found(files)}


def lines_of(rows: bytes) -> list[bytes]:
    return rows.split(b"\r\n")


def with_lines(change: Callable[[list[bytes]], list[bytes]]) -> ReportFiles:
    return replace(FILES, rows=b"\r\n".join(change(lines_of(REPORT.rows))))


def with_proof(change: Callable[[ReportProof], ReportProof]) -> ReportFiles:
    return replace(FILES, proof=change(ReportProof.from_bytes(REPORT.proof)).to_bytes())


def test_an_untouched_report_verifies() -> None:
    assert found(FILES) == []


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.data(), st.sampled_from(["rows", "proof", "summary"]), st.integers(1, 255))
def test_one_byte_changed_anywhere_is_found(data: st.DataObject, name: str, mask: int) -> None:
    content = bytearray(getattr(FILES, name))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= mask
    assert found(replace(FILES, **{name: bytes(content)}))


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.data(), st.sampled_from(["rows", "proof", "summary"]))
def test_a_truncated_file_is_found(data: st.DataObject, name: str) -> None:
    content: bytes = getattr(FILES, name)
    kept = data.draw(st.integers(0, len(content) - 1))
    assert found(replace(FILES, **{name: content[:kept]}))


def test_a_missing_proof_is_named() -> None:
    assert found(replace(FILES, proof=None)) == [("proof_missing", None)]


@pytest.mark.parametrize("line", range(1, len(lines_of(REPORT.rows)) - 1))
def test_a_missing_line_is_named(line: int) -> None:
    files = with_lines(lambda lines: lines[:line] + lines[line + 1 :])
    assert found(files) == [("lines_missing", None)]


@pytest.mark.parametrize("line", range(1, len(lines_of(REPORT.rows)) - 2))
def test_swapped_lines_are_named(line: int) -> None:
    files = with_lines(
        lambda lines: [*lines[:line], lines[line + 1], lines[line], *lines[line + 2 :]]
    )
    assert ("lines_out_of_order", line + 2) in found(files)


def test_a_line_written_twice_is_named() -> None:
    files = with_lines(lambda lines: [*lines[:2], lines[1], *lines[2:]])
    assert ("lines_out_of_order", 3) in found(files)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("amount_minor_units", "1251"),
        ("kind", "FEE"),
        ("rrn", "632600009999"),
        ("subject", "00000000-0000-0000-0000-000000000bba"),
        ("booked_at", "2026-03-02T18:00:03.000+08:00"),
        ("booked_at", "1970-01-01T08:00:00.000+08:00"),
        ("booked_at", "9999-12-31T23:59:59.999+08:00"),
        ("terminal_id", "POS00002"),
        ("order_id", "ORDER-9"),
        ("account", "FEE"),
        ("side", "DEBIT"),
        ("answers", "1"),
        ("part", "1"),
    ],
)
def test_an_altered_line_is_pointed_at(column: str, value: str) -> None:
    def change(lines: list[bytes]) -> list[bytes]:
        place = lines[0].decode().split(",").index(column)
        fields = lines[1].decode().split(",")
        fields[place] = value
        return [lines[0], ",".join(fields).encode(), *lines[2:]]

    assert ("line_altered", 2) in found(with_lines(change))


@pytest.mark.parametrize(
    "moment",
    [
        b"1970-01-01T07:59:59.999+08:00",
        b"0001-01-01T00:00:00.000+14:00",
        b"9999-12-31T23:59:59.999-12:00",
    ],
)
def test_a_time_that_no_report_can_hold_is_malformed(moment: bytes) -> None:
    files = replace(FILES, rows=re.sub(rb"2026-03-02T[^,]*", moment, REPORT.rows, count=1))
    assert found(files) == [("line_malformed", 2)]


def test_the_report_of_another_window_does_not_fit() -> None:
    names_found = names(replace(FILES, rows=NEXT_REPORT.rows))
    assert names_found == {"other_window"}
    assert "other_window" in names(replace(FILES, proof=NEXT_REPORT.proof))


def test_the_report_of_another_participant_does_not_fit() -> None:
    assert names(replace(FILES, rows=ISSUERS_REPORT.rows)) == {"other_participant"}


def test_another_institutions_key_is_named() -> None:
    stranger = Prover(seed=2)
    assert found(replace(FILES, proof=stranger.report(busy_window(3), ACQUIRER).proof)) == [
        ("other_key", None)
    ]


def test_a_changed_summary_is_named() -> None:
    content = json.loads(REPORT.summary.to_bytes())
    content["net_position_minor_units"] += 1
    files = replace(FILES, summary=json.dumps(content).encode())
    assert names(files) == {"summary_altered"}


class TestSomebodyOnTheWay:
    """A courier that knows the format and alters report and proof together."""

    def test_cannot_leave_out_transfers_that_cancel_out(self) -> None:
        rows = [line for line in lines_of(REPORT.rows) if b",ORDER-3002" not in line]
        kept = [
            place
            for place, line in enumerate(lines_of(REPORT.rows)[1:-1])
            if b",ORDER-3002" not in line
        ]
        files = with_proof(
            lambda proof: replace(proof, rows=tuple(proof.rows[place] for place in kept))
        )
        assert names(replace(files, rows=b"\r\n".join(rows))) == {"lines_missing"}

    def test_cannot_open_other_totals(self) -> None:
        def change(proof: ReportProof) -> ReportProof:
            first = proof.openings[0]
            totals = replace(first.totals, transfer_count=first.totals.transfer_count - 1)
            return replace(proof, openings=(AccountOpening(totals, first.blinding),))

        assert "totals_altered" in names(with_proof(change))

    def test_cannot_change_the_accounts(self) -> None:
        files = with_proof(lambda proof: replace(proof, accounts=proof.accounts[:-1]))
        assert "accounts_altered" in names(files)
        files = with_proof(lambda proof: replace(proof, accounts=proof.accounts[::-1]))
        assert "accounts_altered" in names(files)

    def test_cannot_change_the_tree(self) -> None:
        files = with_proof(lambda proof: replace(proof, tree=(*proof.tree, bytes(32))))
        assert names(files) == {"not_in_the_window"}


class TestTheInstitution:
    """An institution that signs what is not so is found out by those it is about."""

    def test_cannot_keep_a_transfer_from_one_side(self) -> None:
        """Its debtor would be told a smaller debt, and then the positions are not zero."""

        def cheat(window: ProvenWindow) -> ProvenWindow:
            totals = [
                replace(
                    item,
                    transfer_count=item.transfer_count - 1,
                    debits_minor_units=item.debits_minor_units - 12_50,
                )
                if item.account.startswith(str(ISSUER))
                else item
                for item in window.totals
            ]
            return replace(window, totals=tuple(totals))

        assert names(signed_after(cheat)) == {"positions_not_zero"}

    def test_cannot_sign_a_position_that_is_not_the_sum_of_the_lines(self) -> None:
        def cheat(window: ProvenWindow) -> ProvenWindow:
            totals = [
                replace(item, credits_minor_units=item.credits_minor_units - 1)
                if item.account.startswith(str(ACQUIRER))
                else item
                for item in window.totals
            ]
            return replace(window, totals=tuple(totals))

        assert names(signed_after(cheat)) == {"totals_differ", "positions_not_zero"}

    def test_cannot_prove_a_line_that_is_not_in_the_tree(self) -> None:
        other = PROVER.report(busy_window(3, payments=(12_51, 3_00, 99_99)), ACQUIRER)
        proof = ReportProof.from_bytes(other.proof)
        signed = ReportProof.from_bytes(REPORT.proof).signed_digest
        files = ReportFiles(other.rows, replace(proof, signed_digest=signed).to_bytes())
        assert "accounts_altered" in names(files)


def signed_after(cheat: Callable[[ProvenWindow], ProvenWindow]) -> ReportFiles:
    """Return the acquirer's report of a window that was falsified before it was signed."""
    window = busy_window(3)
    with SecretBytes(window.number.to_bytes(32)) as secret:
        proven = cheat(prove_window(window, WindowBlinding(secret)))
    report = make_report(proven, PROVER.sign(proven.digest(NO_PREVIOUS)), ACQUIRER)
    return ReportFiles(report.rows, report.proof)


@pytest.mark.parametrize("language", list(Language))
def test_every_finding_has_words_in_both_languages(language: Language) -> None:
    checked = check_report(with_lines(lambda lines: lines[1:]), PROVER.public_key)
    for item in Finding:
        text = finding_text(replace(checked.findings[0], finding=item), language)
        assert item.value in text
        assert text.isascii() is (language is Language.ENGLISH)


def test_a_person_reads_the_figures_and_the_verdict() -> None:
    checked = check_report(FILES, PROVER.public_key)
    english = check_text(checked, Language.ENGLISH)
    assert "participant 20000001: 6 lines, net position 109.90 CNY" in english
    assert "Verified" in english
    assert "验证通过" in check_text(checked, Language.CHINESE)
