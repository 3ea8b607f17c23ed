"""What any participant can check of its report, with the institution's public key and nothing else.

The steps, in this order:

    1  the proof is a proof of this format, and the report follows its layout
    2  the digest is under the institution's key
    3  the accounts beside it are those of the digest, and its totals open the participant's own
    4  every line is of this window, this day and this participant, in the ledger's order
    5  there are as many lines as the totals say
    6  every line is the leaf it is said to be, and all leaves are in the signed tree
    7  totals and position of each account are the sums of the lines
    8  the positions of all accounts sum to zero
    9  the summary follows from the lines
   10  the digest follows the one before it

A step that would only repeat what an earlier one found is left out.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from clearing_service.settlement.report_layout import ReportLineError, ReportRow, parse_rows
from clearing_service.settlement.report_proof import ReportProof, own_entries
from clearing_service.settlement.report_summary import ReportSummary, totals_by_kind
from facepay.errors import MalformedFieldError, SignatureInvalidError
from facepay.money import Currency
from facepay.settlement_proof.merkle import InclusionProofError, root_from_proof
from facepay.settlement_proof.transfer_leaf import Side, transfer_leaf
from facepay.settlement_proof.window_digest import (
    AccountTotals,
    WindowDigest,
    hash_accounts,
    positions_sum_to_zero,
    verify_window_digest,
)
from facepay.signed_request import signing_key_id


class Finding(Enum):
    """What is wrong with a report. The values are stable names."""

    PROOF_MISSING = "proof_missing"
    PROOF_MALFORMED = "proof_malformed"
    LINE_MALFORMED = "line_malformed"
    OTHER_KEY = "other_key"
    SIGNATURE_INVALID = "signature_invalid"
    ACCOUNTS_ALTERED = "accounts_altered"
    OTHER_WINDOW = "other_window"
    OTHER_PARTICIPANT = "other_participant"
    LINES_OUT_OF_ORDER = "lines_out_of_order"
    LINES_MISSING = "lines_missing"
    LINES_EXTRA = "lines_extra"
    LINE_ALTERED = "line_altered"
    NOT_IN_THE_WINDOW = "not_in_the_window"
    TOTALS_ALTERED = "totals_altered"
    TOTALS_DIFFER = "totals_differ"
    POSITIONS_NOT_ZERO = "positions_not_zero"
    SUMMARY_ALTERED = "summary_altered"
    CHAIN_BROKEN = "chain_broken"


@dataclass(frozen=True, slots=True)
class ReportFinding:
    """One thing that is wrong, and in which line (1 is the header) if it is in one."""

    finding: Finding
    line: int | None = None


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """The files to check. `proof` and `summary` are None if they are not there.

    `previous_proof` is the proof of any report of the window before, to follow the chain.
    """

    rows: bytes
    proof: bytes | None
    summary: bytes | None = None
    previous_proof: bytes | None = None


@dataclass(frozen=True, slots=True)
class CheckedReport:
    """What was found. `summary` is what the lines say, None if they could not be read."""

    findings: tuple[ReportFinding, ...]
    summary: ReportSummary | None = None

    @property
    def is_verified(self) -> bool:
        """Whether everything that was checked holds."""
        return not self.findings


def check_report(files: ReportFiles, public_key: Ed25519PublicKey) -> CheckedReport:
    """Check a report in all steps above; says everything that is wrong with it, raises nothing."""
    read = _read(files, public_key)
    if isinstance(read, CheckedReport):
        return read
    findings = tuple(_findings(read, files, public_key))
    summary = ReportSummary(
        read.proof.participant,
        read.digest.window,
        read.digest.business_date,
        Currency.CNY.name,
        totals_by_kind(read.rows),
        read.digest.hash,
    )
    if not findings and files.summary not in (None, summary.to_bytes()):
        findings = (ReportFinding(Finding.SUMMARY_ALTERED),)
    return CheckedReport(findings, summary)


@dataclass(frozen=True, slots=True)
class _Report:
    """A report whose files could be read and whose digest is signed."""

    rows: tuple[ReportRow, ...]
    proof: ReportProof
    digest: WindowDigest


def _read(files: ReportFiles, public_key: Ed25519PublicKey) -> _Report | CheckedReport:
    if files.proof is None:
        return _only(Finding.PROOF_MISSING)
    try:
        proof = ReportProof.from_bytes(files.proof)
        rows = parse_rows(files.rows)
    except ReportLineError as error:
        return _only(Finding.LINE_MALFORMED, error.line)
    except MalformedFieldError:
        return _only(Finding.PROOF_MALFORMED)
    digest = _signed_digest(proof, public_key)
    return digest if isinstance(digest, CheckedReport) else _Report(rows, proof, digest)


def _signed_digest(
    proof: ReportProof, public_key: Ed25519PublicKey
) -> WindowDigest | CheckedReport:
    if proof.signed_digest.signing_key_id != signing_key_id(public_key):
        return _only(Finding.OTHER_KEY)
    try:
        return verify_window_digest(proof.signed_digest, public_key)
    except SignatureInvalidError:
        return _only(Finding.SIGNATURE_INVALID)
    except MalformedFieldError:
        return _only(Finding.PROOF_MALFORMED)


def _only(finding: Finding, line: int | None = None) -> CheckedReport:
    return CheckedReport((ReportFinding(finding, line),))


def _findings(
    report: _Report, files: ReportFiles, public_key: Ed25519PublicKey
) -> Iterator[ReportFinding]:
    accounts = list(_account_findings(report))
    lines = list(_line_findings(report))
    if not accounts + lines:
        lines = list(_count_findings(report))
    yield from accounts + lines
    if not accounts + lines:
        yield from _leaf_findings(report)
        if _totals(report.rows) != _opened_totals(report.proof):
            yield ReportFinding(Finding.TOTALS_DIFFER)
    if not accounts:
        yield from _sum_findings(report)
    if files.previous_proof is not None:
        yield from _chain_findings(report.digest, files.previous_proof, public_key)


def _account_findings(report: _Report) -> Iterator[ReportFinding]:
    proof = report.proof
    try:
        is_signed = hash_accounts(proof.accounts) == report.digest.accounts_hash
    except MalformedFieldError:
        is_signed = False
    if not is_signed:
        yield ReportFinding(Finding.ACCOUNTS_ALTERED)
        return
    # The entries are compared whole: to open one with other totals than the signed ones takes a
    # second preimage, and with another position a discrete logarithm.
    opened = [item.totals.entry(item.blinding) for item in proof.openings]
    if opened != own_entries(proof.accounts, proof.participant):
        yield ReportFinding(Finding.TOTALS_ALTERED)


def _line_findings(report: _Report) -> Iterator[ReportFinding]:
    digest, last = report.digest, (0, "")
    for line, row in enumerate(report.rows, start=2):
        if (row.window, row.business_date) != (digest.window, digest.business_date):
            yield ReportFinding(Finding.OTHER_WINDOW, line)
        if row.participant != report.proof.participant:
            yield ReportFinding(Finding.OTHER_PARTICIPANT, line)
        if row.place <= last:
            yield ReportFinding(Finding.LINES_OUT_OF_ORDER, line)
        last = row.place


def _count_findings(report: _Report) -> Iterator[ReportFinding]:
    # A transfer between two accounts of the participant counts in both and has two lines.
    counted = sum(item.totals.transfer_count for item in report.proof.openings)
    if len(report.rows) != counted:
        is_missing = len(report.rows) < counted
        yield ReportFinding(Finding.LINES_MISSING if is_missing else Finding.LINES_EXTRA)
    elif len(report.proof.rows) != counted:
        yield ReportFinding(Finding.PROOF_MALFORMED)


def _leaf_findings(report: _Report) -> Iterator[ReportFinding]:
    proven = {opening.place: opening.leaf for opening in report.proof.rows}
    altered = [
        line
        for line, (row, opening) in enumerate(
            zip(report.rows, report.proof.rows, strict=True), start=2
        )
        if _leaf(row, opening.blinding, opening.other_side) != proven[opening.place]
        or opening.leaf != proven[opening.place]
    ]
    yield from (ReportFinding(Finding.LINE_ALTERED, line) for line in altered)
    try:
        root = root_from_proof(report.digest.transfer_count, proven, report.proof.tree)
    except InclusionProofError:
        root = b""
    if root != report.digest.transfers_root:
        yield ReportFinding(Finding.NOT_IN_THE_WINDOW)


def _leaf(row: ReportRow, blinding: bytes, other_side: bytes) -> bytes:
    try:
        own = row.own.commitment(blinding)
        sides = (own, other_side) if row.own.side is Side.DEBIT else (other_side, own)
        return transfer_leaf(row.shared, *sides)
    except MalformedFieldError:
        return b""


def _opened_totals(proof: ReportProof) -> list[AccountTotals]:
    return [item.totals for item in proof.openings]


def _totals(rows: Sequence[ReportRow]) -> list[AccountTotals]:
    numbers: dict[str, set[int]] = defaultdict(set)
    sums: dict[tuple[str, Side], int] = defaultdict(int)
    for row in rows:
        numbers[row.own.account].add(row.shared.number)
        sums[row.own.account, row.own.side] += row.shared.amount.amount_minor_units
    return [
        AccountTotals(name, len(found), sums[name, Side.DEBIT], sums[name, Side.CREDIT])
        for name, found in sorted(numbers.items())
    ]


def _sum_findings(report: _Report) -> Iterator[ReportFinding]:
    try:
        is_zero = positions_sum_to_zero(report.digest, report.proof.accounts)
    except MalformedFieldError:
        is_zero = False
    if not is_zero:
        yield ReportFinding(Finding.POSITIONS_NOT_ZERO)


def _chain_findings(
    digest: WindowDigest, previous_proof: bytes, public_key: Ed25519PublicKey
) -> Iterator[ReportFinding]:
    try:
        previous = _signed_digest(ReportProof.from_bytes(previous_proof), public_key)
    except MalformedFieldError:
        previous = _only(Finding.PROOF_MALFORMED)
    if isinstance(previous, CheckedReport) or digest.previous != previous.hash:
        yield ReportFinding(Finding.CHAIN_BROKEN)
