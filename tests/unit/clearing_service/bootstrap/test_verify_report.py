"""`facepay-clearing verify-report`: files in, a verdict and an exit code out."""

import json
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from clearing_service.bootstrap.command_line import run
from clearing_service.settlement.report import ParticipantReport
from clearing_service.settlement.report_check import Finding
from clearing_service.settlement.report_layout import COLUMNS
from tests.fakes.proving import Prover
from tests.fakes.settled_windows import ACQUIRER, ISSUER, busy_window

PROVER = Prover()
REPORT = PROVER.report(busy_window(), ACQUIRER)
DOCUMENT = Path(__file__).parents[4] / "docs" / "settlement-report.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pem = PROVER.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "decision_key.pem").write_bytes(pem)
    return tmp_path


def written(report: ParticipantReport, folder: Path) -> Path:
    for name, content in report.files.items():
        (folder / name).write_bytes(content)
    return folder / f"{report.name}.csv"


def verify(report: Path, *arguments: str) -> int:
    return run(["verify-report", str(report), "--directory", str(report.parent), *arguments])


@pytest.mark.rule("OPS-03")
def test_a_report_verifies_with_files_alone(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(written(REPORT, folder)) == 0
    assert "net position 109.90 CNY" in capsys.readouterr().out


def test_a_tampered_report_ends_with_3_and_says_where(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(REPORT, folder)
    path.write_bytes(REPORT.rows.replace(b",1250,", b",1251,"))
    assert verify(path, "--json") == 3
    told = json.loads(capsys.readouterr().out)
    assert told["verified"] is False
    assert {"finding": "line_altered", "line": 2} in told["findings"]
    assert verify(path, "--lang", "zh_CN") == 3
    assert "第 2 行" in capsys.readouterr().out


def test_json_holds_the_figures(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(written(REPORT, folder), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["findings"] == []
    assert told["summary"] == json.loads(REPORT.summary.to_bytes())


def test_a_missing_proof_is_a_finding(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(REPORT, folder)
    (folder / f"{REPORT.name}.proof.json").unlink()
    assert verify(path) == 3
    assert "proof_missing" in capsys.readouterr().out


def test_the_chain_is_followed_from_a_report_of_any_participant(folder: Path) -> None:
    before = PROVER.report(busy_window(3), ISSUER)
    after = PROVER.report(busy_window(4), ACQUIRER, before.summary.digest_hash)
    path = written(after, folder)
    assert verify(path, "--previous", str(written(before, folder))) == 0
    assert verify(path, "--previous", str(path)) == 3


@pytest.mark.parametrize("content", [b"", b"not a key", b"\xff\xfe"])
def test_what_is_no_key_is_said_so(
    folder: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    key = folder / "other.pem"
    key.write_bytes(content)
    assert verify(written(REPORT, folder), "--key", str(key)) == 1
    assert "is not a public key" in capsys.readouterr().err


def test_a_key_of_another_kind_is_said_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = folder / "other.pem"
    other = X25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    key.write_bytes(other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    assert verify(written(REPORT, folder), "--key", str(key)) == 1
    assert "not an Ed25519 key" in capsys.readouterr().err


def test_files_that_are_not_there_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(tmp_path / "nothing.csv") == 1
    assert verify(written(REPORT, tmp_path)) == 1
    told = capsys.readouterr().err
    assert "nothing.csv cannot be read" in told
    assert "decision_key.pem cannot be read" in told


def test_a_name_too_long_for_a_proof_beside_it_is_said_so(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / ("r" * 250 + ".csv")
    path.write_bytes(REPORT.rows)
    assert verify(path) == 1
    assert "proof.json cannot be read" in capsys.readouterr().err


def test_the_layout_is_documented_column_by_column() -> None:
    lines = DOCUMENT.read_text("utf-8").split("## The lines")[1].split("\n## ")[0]
    documented = re.findall(r"^\| \d+ \| `(\w+)` \|", lines, re.MULTILINE)
    assert tuple(documented) == COLUMNS


def test_every_finding_is_documented() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert [item.value for item in Finding if f"`{item.value}`" not in text] == []
