"""Rates of presentations equal what is counted by hand."""

import json

import pytest

from pos_app.checkout.payment import CaptureFailureReason
from pos_app.evaluation.error_rate import ErrorRate
from pos_app.evaluation.errors import EvaluationError
from pos_app.evaluation.html_parts import rate_cell
from pos_app.evaluation.pad_report import PadReport
from pos_app.evaluation.presentations.findings import (
    area_under_curve,
    pad_report,
    presentation_findings,
)
from pos_app.evaluation.presentations.page import presentation_page
from pos_app.evaluation.presentations.recordings import BONA_FIDE
from pos_app.evaluation.presentations.summary import presentation_summary
from pos_app.evaluation.presentations.trial import (
    Captured,
    Outcome,
    Setup,
    Trial,
    captured_of,
)
from pos_app.evaluation.settings import load_settings
from pos_app.pad.policy import PadPolicy
from pos_app.probe.capture_policy import CapturePolicy

WITHOUT, WITH = Setup.STEPS, Setup.STEPS_AND_PASSIVE
A, R, Q, N, U = (
    Outcome.ACCEPTED, Outcome.REFUSED, Outcome.ASKED, Outcome.NO_RESPONSE, Outcome.UNREADABLE,
)  # fmt: skip


def trial(
    species: str,
    without: Outcome,
    with_passive: Outcome | None = None,
    cues: dict[str, float] | None = None,
    *,
    is_synthetic: bool = False,
) -> Trial:
    captures = {WITHOUT: Captured(without), WITH: Captured(with_passive or without)}
    return Trial(species, is_synthetic, cues or {}, captures)


GOLD = (
    # Ten people: seven through, one refused, one asked, one never seen.
    *(trial(BONA_FIDE, A, cues={"open_sides": 1.0, "face_share": 0.5}) for _ in range(7)),
    trial(BONA_FIDE, R, A, {"open_sides": 0.25}),
    trial(BONA_FIDE, Q, R, {"open_sides": 0.5}),
    trial(BONA_FIDE, N),
    # Five prints: one through, three refused, one never seen.
    trial("print", A, R, {"open_sides": 0.75}),
    *(trial("print", R, cues={"open_sides": 0.0}) for _ in range(3)),
    trial("print", N),
    # Four replays: two through without the network, none with it; one broken file beside them.
    *(trial("replay", A, R, {"open_sides": 0.5}) for _ in range(2)),
    trial("replay", R),
    trial("replay", Q),
    trial("replay", U),
)


@pytest.fixture
def policy(capture_policy: CapturePolicy) -> PadPolicy:
    return capture_policy.pad


@pytest.mark.rule("PAD-02")
def test_a_hand_counted_set_is_reported_as_counted(policy: PadPolicy) -> None:
    findings = presentation_findings(GOLD, policy)
    assert findings.counts == {"bona-fide": 10, "print": 5, "replay": 4}
    assert findings.unreadable == 1
    report = findings.reports[WITHOUT]
    assert report.apcer_by_species == {"print": ErrorRate(1, 4), "replay": ErrorRate(2, 4)}
    assert report.bpcer == ErrorRate(1, 9)
    assert report.apnrr_by_species == {"print": ErrorRate(1, 5), "replay": ErrorRate(0, 4)}
    assert report.bpnrr == ErrorRate(1, 10)
    assert report.bona_fide_asked == ErrorRate(1, 9)
    assert report.asked_by_species == {"print": ErrorRate(0, 4), "replay": ErrorRate(1, 4)}
    assert report.worst_species == "replay"
    assert report.acer == pytest.approx((2 / 4 + 1 / 9) / 2)


@pytest.mark.rule("PAD-02")
def test_the_same_presentations_are_counted_with_and_without_the_network(policy: PadPolicy) -> None:
    report = presentation_findings(GOLD, policy).reports[WITH]
    assert report.apcer_by_species == {"print": ErrorRate(0, 4), "replay": ErrorRate(0, 4)}
    assert report.bpcer == ErrorRate(1, 9)


@pytest.mark.rule("PAD-02")
def test_every_cue_is_counted_by_itself_where_it_was_known(policy: PadPolicy) -> None:
    cues = {cue.name: cue for cue in presentation_findings(GOLD, policy).cues}
    assert cues.keys() == {"open_sides", "face_share"}
    sides = cues["open_sides"]
    assert sides.threshold == 0.5
    assert sides.bpcer == ErrorRate(1, 9)
    assert sides.apcer_by_species == {"print": ErrorRate(1, 4), "replay": ErrorRate(2, 2)}
    assert sides.scores["print"] == (0.0, 0.0, 0.0, 0.75)
    # 7 x 6 wins of the ones; 0.25 beats three; 0.5 beats three and ties with two.
    assert sides.area == pytest.approx((42 + 3 + 3 + 1) / (9 * 6))
    assert cues["face_share"].area is None


@pytest.mark.parametrize(
    ("bona_fide", "attacks", "area"),
    [([1.0], [0.0], 1.0), ([0.0], [1.0], 0.0), ([0.5], [0.5], 0.5), ([], [1.0], None)],
)
def test_the_area_is_the_share_of_pairs_in_the_right_order(
    bona_fide: list[float], attacks: list[float], area: float | None
) -> None:
    assert area_under_curve(bona_fide, attacks) == area


def test_nothing_readable_is_refused_and_one_side_alone_is_reported(policy: PadPolicy) -> None:
    with pytest.raises(EvaluationError, match="could be read"):
        presentation_findings([trial("print", U)], policy)
    with pytest.raises(EvaluationError, match="could be read"):
        presentation_findings([], policy)
    alone = presentation_findings([trial("print", A)], policy).reports[WITHOUT]
    assert alone.bpcer == ErrorRate(0, 0)
    assert not alone.passes(apcer_max=1.0, bpcer_max=0.5)
    people = presentation_findings([trial(BONA_FIDE, A)], policy).reports[WITHOUT]
    assert people.worst_species is None
    assert not people.passes(apcer_max=0.5, bpcer_max=1.0)


@pytest.mark.rule("PAD-02")
def test_a_species_that_never_came_to_a_judgement_is_not_the_best(policy: PadPolicy) -> None:
    trials = [trial("mask", N), trial("print", R), trial(BONA_FIDE, A)]
    report = pad_report(trials, WITHOUT)
    assert report.worst_species == "print"
    assert report.apcer_by_species["mask"] == ErrorRate(0, 0)
    assert not report.passes(apcer_max=0.99, bpcer_max=1.0)


@pytest.mark.parametrize(
    ("reason", "was_asked", "is_recorded", "outcome"),
    [
        (CaptureFailureReason.PRESENTATION_ATTACK_SUSPECTED, True, True, R),
        (CaptureFailureReason.FACE_CHANGED, False, True, R),
        (CaptureFailureReason.CHALLENGE_FAILED, True, False, R),
        (CaptureFailureReason.CHALLENGE_FAILED, True, True, Q),
        (CaptureFailureReason.FACE_LOST, True, False, R),
        (CaptureFailureReason.TOO_DARK, False, False, N),
        (CaptureFailureReason.NO_FACE, False, True, N),
    ],
)
def test_how_a_capture_that_gave_nothing_counts(
    reason: CaptureFailureReason, outcome: Outcome, *, was_asked: bool, is_recorded: bool
) -> None:
    captured = captured_of(reason, was_asked=was_asked, is_recorded=is_recorded)
    assert captured == Captured(outcome, reason.value)


@pytest.mark.rule("PAD-02", "TPL-09")
def test_page_and_summary_name_the_worst_species_the_gates_and_what_was_drawn(
    policy: PadPolicy,
) -> None:
    findings = presentation_findings([*GOLD, trial("print", R, is_synthetic=True)], policy)
    summary = presentation_summary(findings, load_settings())
    text = json.dumps(summary)
    captures = summary["captures"]
    assert isinstance(captures, dict)
    without = captures["steps"]
    assert isinstance(without, dict)
    assert without["worst_species"] == "replay"
    assert without["gates"]["hold"] is False  # type: ignore[index, call-overload]
    page = presentation_page(findings, ["pad_errors", "pad_score_open_sides"])
    for shown in (text, page):
        assert "not certified" in shown
        assert "nothing about real people" in shown
    assert "APCER replay (worst)" in page
    assert "for convenience only" in page


def test_a_rate_of_nothing_is_not_shown_as_one() -> None:
    assert rate_cell(ErrorRate(0, 0)) == "none was judged"
    assert rate_cell(ErrorRate(3, 3)).startswith("100 % (3 of 3")
    assert PadReport({}, ErrorRate(0, 5)).worst_species is None
    assert PadReport({}, ErrorRate(0, 5)).acer is None
    assert PadReport({"print": ErrorRate(0, 5)}, ErrorRate(0, 0)).acer is None
