"""`facepay-clearing verify-report`: a participant's check. Opens no store and asks nobody."""

import argparse
import json
import sys
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from clearing_service.errors import ClearingError
from clearing_service.provisioning.layout import SandboxLayout
from clearing_service.settlement.report import PROOF_SUFFIX, SUMMARY_SUFFIX, sidecar
from clearing_service.settlement.report_check import CheckedReport, ReportFiles, check_report
from clearing_service.settlement.report_texts import Language, check_text

NOT_VERIFIED = 3
"""The exit code of a report that is not what it claims to be; one that cannot be read gives 1."""


class ReportUnreadableError(ClearingError):
    """A report or key cannot be read, so nothing can be said of it."""


async def verify_report(options: argparse.Namespace) -> int:
    """Check a report; print what was found and return the exit code."""
    files = ReportFiles(
        rows=_content(options.report),
        proof=_content_if_there(sidecar(options.report, PROOF_SUFFIX)),
        summary=_content_if_there(sidecar(options.report, SUMMARY_SUFFIX)),
        previous_proof=_previous(options.previous),
    )
    key = _public_key(options.key or SandboxLayout(options.directory).decision_key)
    checked = check_report(files, key)
    if options.json:
        text = json.dumps(_content_of(checked), ensure_ascii=False)
    else:
        text = check_text(checked, Language(options.lang))
    sys.stdout.write(text + "\n")
    return 0 if checked.is_verified else NOT_VERIFIED


def _content_of(checked: CheckedReport) -> dict[str, object]:
    return {
        "verified": checked.is_verified,
        "findings": [
            {"finding": item.finding.value, "line": item.line} for item in checked.findings
        ],
        "summary": checked.summary.content() if checked.summary else None,
    }


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReportUnreadableError(f"{path} cannot be read") from error


def _content_if_there(path: Path) -> bytes | None:
    try:
        return _content(path) if path.exists() else None
    except OSError as error:
        raise ReportUnreadableError(f"{path} cannot be read") from error


def _previous(report: Path | None) -> bytes | None:
    return None if report is None else _content(sidecar(report, PROOF_SUFFIX))


def _public_key(path: Path) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(_content(path))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ReportUnreadableError(f"{path} is not a public key in PEM form") from error
    if not isinstance(key, Ed25519PublicKey):
        raise ReportUnreadableError(f"{path} is not an Ed25519 key")
    return key
