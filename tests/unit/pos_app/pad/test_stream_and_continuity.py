"""A frozen or looped stream is not fresh; a face that jumps, vanishes or changes is not one face."""

import pytest

from pos_app.capture.frame import Frame
from pos_app.pad.face_continuity import Continuity, FaceContinuity
from pos_app.pad.stream_watch import StreamWatch
from pos_app.probe.capture_policy import CapturePolicy
from tests.fakes.faces import Line, Pose, face_of, picture_of

HERE = face_of(Pose())
BESIDE = face_of(Pose(centre=(175, 120)))
ELSEWHERE = face_of(Pose(centre=(290, 120)))


def frame(number: int, captured_at: float, *, is_repeat: bool = False) -> Frame:
    return Frame(picture_of(number, Line(is_repeat=is_repeat)), captured_at, number)


def test_live_frames_are_all_fresh() -> None:
    watch = StreamWatch()
    for number in range(20):
        watch.follow(frame(number, number / 30 + 0.001 * (number % 3)))
    assert watch.fresh_fraction == 1.0
    assert watch.timing_irregularity > 0.01


@pytest.mark.rule("PAD-03")
def test_a_looped_recording_is_not_fresh(capture_policy: CapturePolicy) -> None:
    watch = StreamWatch()
    for number in range(30):
        watch.follow(frame(number % 10, number / 30))
    assert watch.fresh_fraction == pytest.approx(1 / 3)
    assert watch.fresh_fraction * 1000 < capture_policy.pad.cue("fresh_frames").threshold_milli


def test_evenly_injected_frames_have_no_irregularity() -> None:
    watch = StreamWatch()
    for number in range(30):
        watch.follow(frame(number, number * 0.04))
    assert watch.timing_irregularity < 1e-6


def test_an_empty_or_cleared_watch_knows_nothing() -> None:
    watch = StreamWatch()
    watch.follow(frame(1, 0.0))
    watch.clear()
    assert (watch.fresh_fraction, watch.timing_irregularity) == (0.0, 0.0)


@pytest.fixture
def continuity(capture_policy: CapturePolicy) -> FaceContinuity:
    return FaceContinuity(capture_policy.pad.continuity, similarity_min=0.45)


def test_a_face_that_moves_a_little_is_one_face(continuity: FaceContinuity) -> None:
    assert continuity.follow(HERE, 0.0) is Continuity.UNBROKEN
    assert continuity.follow(BESIDE, 0.033) is Continuity.UNBROKEN
    assert 0.5 < continuity.overlap_smallest < 1


@pytest.mark.rule("PAD-01")
def test_a_face_that_jumps_has_changed(continuity: FaceContinuity) -> None:
    continuity.follow(HERE, 0.0)
    assert continuity.follow(ELSEWHERE, 0.033) is Continuity.CHANGED


def test_a_missed_frame_is_bridged(continuity: FaceContinuity) -> None:
    continuity.follow(HERE, 0.0)
    assert continuity.follow(None, 0.3) is Continuity.UNBROKEN
    assert continuity.follow(HERE, 0.5) is Continuity.UNBROKEN


@pytest.mark.rule("PAD-01")
def test_a_face_that_stays_away_is_lost_even_if_it_returns(continuity: FaceContinuity) -> None:
    continuity.follow(HERE, 0.0)
    assert continuity.follow(None, 0.8) is Continuity.LOST
    assert continuity.follow(HERE, 0.9) is Continuity.LOST


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize("similarity", [0.44, -0.2, float("nan")])
def test_features_of_somebody_else_are_a_change(
    similarity: float, continuity: FaceContinuity
) -> None:
    assert continuity.compare(0.8) is Continuity.UNBROKEN
    assert continuity.compare(similarity) is Continuity.CHANGED
    assert continuity.similarity_smallest is not None
    assert continuity.similarity_smallest < 0.45
