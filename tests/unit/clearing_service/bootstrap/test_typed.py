"""What is typed after a command is read strictly, and what is wrong with it is said in words."""

import pytest

from clearing_service.bootstrap.command_line import run

SAY = ("--reason", "x")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("windows", "show", "-1"), "-1 is no number from 1 on"),
        (("windows", "show", "0"), "0 is no number from 1 on"),
        (("windows", "close", "9" * 23, *SAY), "9 is no number from 1 on"),
        (("windows", "close", "9" * 5000, *SAY), "9... is no number from 1 on"),
        (("windows", "settle", "1.0", *SAY), "1.0 is no number from 1 on"),
        (("acts", "approve", "一"), "一 is no number from 1 on"),
        (("acts", "reject", ""), " is no number from 1 on"),
        (("reports", "list", "--window", "-1"), "-1 is no number from 1 on"),
        (("generate-references", "--count", "-1"), "-1 is no number from 1 on"),
        (("participants", "suspend", "abc", *SAY), "abc is no participant's number"),
        (("funds", "in", "../1", "--amount", "1", *SAY), "../1 is no participant's number"),
        (("cases", "recover", "1", "--liable", "x", "--amount", "1", *SAY), "x is no participant"),
        (("cases", "open", "--kind", "loss", "--rrn", "1"), "1 is no number of a receipt"),
    ],
)
def test_what_nothing_can_be_is_refused_before_anybody_is_asked(
    capsys: pytest.CaptureFixture[str], typed: tuple[str, ...], words: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(["operator", *typed])
    assert ended.value.code == 2
    assert words in capsys.readouterr().err
