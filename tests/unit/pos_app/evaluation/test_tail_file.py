"""The tail of non-mated scores is written as the clearing service reads it."""

import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from clearing_service.matching.score_tail import load_score_tail
from pos_app.evaluation.error_rate import ErrorRate
from pos_app.evaluation.findings import Findings
from pos_app.evaluation.match_report import MatchReport
from pos_app.evaluation.settings import load_settings
from pos_app.evaluation.tail_file import tail_file_of


def findings_with(non_mated: np.typing.NDArray[np.float64]) -> Findings:
    nothing = ErrorRate(0, 1)
    match = MatchReport(np.zeros(0), np.sort(non_mated), nothing, nothing)
    return Findings(2, 2, 1, 1, {}, match, (), (), (), load_settings())


@pytest.mark.rule("TPL-06")
def test_an_exponential_tail_comes_back_with_its_rate(tmp_path: Path) -> None:
    scores = np.random.default_rng(1).exponential(0.03, 300_000)
    findings = findings_with(scores)
    text = tail_file_of(findings, "m", 'a "quoted"\nsource')
    assert text is not None
    assert tomllib.loads(text)["source"] == "a quotedsource"
    (tmp_path / "tail.toml").write_text(text)
    tail = load_score_tail("m", tmp_path / "tail.toml")
    assert tail.exceedances == 300
    assert tail.mean_excess == pytest.approx(0.03, rel=0.2)
    true_rate = np.exp(-0.4 / 0.03)
    assert true_rate < tail.false_match_rate(0.4) < 10 * true_rate
    wider = replace(findings, enrolled=5)
    assert "people = 6" in str(tail_file_of(wider, "m", "s"))


def test_few_comparisons_have_no_tail() -> None:
    assert tail_file_of(findings_with(np.zeros(9_000)), "m", "s") is None
