"""What `facepay-sim` says to a person who got something wrong."""

from pathlib import Path

import pytest

from clearing_service.bootstrap.command_line import run
from facepay.vocabulary import EnrolmentRefusal
from facepay.wire.enrolment import EnrolmentRefused
from facepay_harness.__main__ import main
from facepay_harness.outcome_text import enrolment_text
from pos_app.checkout.enrolment_ports import EnrolmentEnd, EnrolmentFailed


def test_a_directory_without_a_sandbox_names_the_way_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pay", "--directory", str(tmp_path)]) == 1
    assert run(["account", "--directory", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert told.count(f"make one with `facepay-clearing init --directory {tmp_path}`") == 2


@pytest.mark.parametrize("fault", ["Nope=lose_reply", "AuthorizePayment=nope", "lose_reply"])
def test_a_fault_that_would_never_happen_is_refused(
    tmp_path: Path, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pay", "--directory", str(tmp_path), "--fault", fault]) == 1
    told = capsys.readouterr().err
    assert "there is no call" in told or "FAULT is one of" in told


def test_a_refused_enrolment_is_told_in_words() -> None:
    refused = EnrolmentRefused(EnrolmentRefusal.UNDER_AGE)
    assert enrolment_text(refused) == "under age"
    assert enrolment_text(EnrolmentFailed(EnrolmentEnd.STOPPED)) == "stopped"
