"""Colours are shown softly, and their answer tells a face from paper, glass and somebody else's."""

import math
from collections import deque
from collections.abc import Collection
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facepay.pad_flash import FlashColour, FlashSequence
from pos_app.capture.frame import Frame
from pos_app.capture.stage import ColourRgb
from pos_app.pad.evidence import PadMeasureError
from pos_app.pad.flash_answer import FlashAnswer, FlashWatch
from pos_app.pad.flash_show import FlashShow
from pos_app.pad.policy import FlashPolicy
from pos_app.probe.capture_policy import CapturePolicy
from tests.fakes.faces import CANONICAL, Line, Pose, mesh_of, picture_of
from tests.fakes.ports import SeededRandomness

C = FlashColour
SHOWN = FlashSequence((C.RED, C.CYAN, C.BLUE, C.YELLOW), 400)
OTHER = FlashSequence((C.GREEN, C.MAGENTA, C.RED, C.BLUE), 400)
FRAME_SECONDS = 1 / 30


@pytest.fixture
def policy(capture_policy: CapturePolicy) -> FlashPolicy:
    return capture_policy.pad.flash


def answer_of(
    pose: Pose,
    policy: FlashPolicy,
    *,
    lit_by: FlashSequence | None = SHOWN,
    late_frames: int = 1,
    frames: int = 54,
    stalls: Collection[int] = (),
) -> FlashAnswer | None:
    """Return how a scripted face answers SHOWN when it is lit by another sequence, or none.

    A stall is a frame before which a third of a second is lost.
    """
    show = FlashShow(SHOWN, ramp_seconds=policy.ramp_seconds, frames_each=5)
    lamp = FlashShow(lit_by or SHOWN, ramp_seconds=policy.ramp_seconds, frames_each=5)
    watch = FlashWatch(show, CANONICAL, policy)
    on: deque[ColourRgb] = deque([(0, 0, 0)] * late_frames)
    now = 0.0
    for number in range(frames):
        now += FRAME_SECONDS + 0.33 * (number in stalls)
        picture = picture_of(number, Line((pose,), light_rgb=on.popleft() if lit_by else None))
        watch.follow(Frame(picture, now, number), mesh_of(pose))
        show.advance(now)
        on.append(lamp.advance(now))
    return watch.answer()


def colours_of(show: FlashShow, interval: float, frames: int) -> list[ColourRgb]:
    return [show.advance(number * interval) for number in range(frames)]


def test_a_face_answers_in_time_strongly_and_where_it_faces_the_display(
    policy: FlashPolicy, capture_policy: CapturePolicy
) -> None:
    answer = answer_of(Pose(), policy)
    assert answer is not None
    assert answer.correlation * 1000 >= capture_policy.pad.cue("flash_correlation").threshold_milli
    assert answer.amplitude == pytest.approx(0.3, abs=0.12)
    assert answer.spatial * 1000 >= capture_policy.pad.cue("flash_spatial").threshold_milli


@pytest.mark.rule("PAD-01")
def test_paper_answers_in_time_and_all_over_alike(
    policy: FlashPolicy, capture_policy: CapturePolicy
) -> None:
    answer = answer_of(Pose(is_flat=True), policy)
    assert answer is not None
    assert answer.correlation > 0.9
    limit = capture_policy.pad.cue("flash_spatial").refuse_below_milli
    assert limit is not None
    assert answer.spatial * 1000 < limit


@pytest.mark.rule("PAD-03")
@pytest.mark.parametrize("lit_by", [OTHER, None], ids=["another session", "an injected stream"])
def test_light_of_other_colours_or_none_is_no_answer(
    lit_by: FlashSequence | None, policy: FlashPolicy, capture_policy: CapturePolicy
) -> None:
    answer = answer_of(Pose(), policy, lit_by=lit_by)
    assert answer is not None
    limit = capture_policy.pad.cue("flash_correlation").refuse_below_milli
    assert limit is not None
    assert answer.correlation * 1000 < limit


@pytest.mark.rule("PAD-03")
def test_a_face_that_other_colours_lit_as_strongly_is_not_the_displays(
    policy: FlashPolicy, capture_policy: CapturePolicy
) -> None:
    cue = capture_policy.pad.cue("flash_purity")
    assert cue.refuse_below_milli is not None
    alike = FlashSequence((C.RED, C.CYAN, C.MAGENTA, C.YELLOW), 400)  # three of four are right
    own, other = answer_of(Pose(), policy), answer_of(Pose(), policy, lit_by=alike)
    assert own is not None
    assert other is not None
    assert other.correlation * 1000 > capture_policy.pad.cue("flash_correlation").threshold_milli
    assert other.purity * 1000 < cue.threshold_milli <= own.purity * 1000


@pytest.mark.parametrize("gain", [0.4, 0.1, 0.05])
def test_noise_makes_a_weak_display_no_less_pure(gain: float, policy: FlashPolicy) -> None:
    answer = answer_of(Pose(light_gain=gain), replace(policy, noise=0.06))  # of so small a picture
    assert answer is not None
    assert answer.purity > 0.95


def test_a_dimmer_display_gives_a_smaller_answer(policy: FlashPolicy) -> None:
    bright, dim = (answer_of(Pose(light_gain=gain), policy) for gain in (0.4, 0.1))
    assert bright is not None
    assert dim is not None
    assert dim.amplitude == pytest.approx(bright.amplitude / 4, rel=0.4)


def test_a_late_display_is_waited_for_and_one_too_late_is_not(policy: FlashPolicy) -> None:
    late = answer_of(Pose(), policy, late_frames=1 + int(policy.lag_seconds_max / FRAME_SECONDS))
    too_late = answer_of(Pose(), policy, late_frames=15)
    assert late is not None
    assert too_late is not None
    assert too_late.correlation < 0.6 < late.correlation


@pytest.mark.rule("PAD-01")
def test_a_face_that_was_hardly_seen_says_nothing(policy: FlashPolicy) -> None:
    assert answer_of(Pose(), policy, frames=int(policy.frames_min) - 1) is None


def test_a_face_at_the_edge_and_a_black_frame_are_no_error(policy: FlashPolicy) -> None:
    show = FlashShow(SHOWN, ramp_seconds=policy.ramp_seconds, frames_each=5)
    watch = FlashWatch(show, CANONICAL, policy)
    for number in range(40):
        black = np.zeros((120, 160, 3), np.uint8)
        mesh = mesh_of(Pose(centre=(-30.0 + 5 * number, 70.0), size=50))
        watch.follow(Frame(black, number * FRAME_SECONDS, number), mesh)
        show.advance(number * FRAME_SECONDS)
    assert watch.answer() == FlashAnswer(0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("stalls", [{9}, {12, 25, 38}, set(range(0, 54, 4))])
def test_a_machine_that_stalls_still_knows_what_each_frame_saw(
    stalls: set[int], policy: FlashPolicy, capture_policy: CapturePolicy
) -> None:
    answer = answer_of(Pose(), policy, stalls=stalls)
    assert answer is not None
    assert answer.correlation * 1000 >= capture_policy.pad.cue("flash_correlation").threshold_milli


@pytest.mark.rule("CON-12")
@given(seed=st.integers(0, 10_000), segments=st.integers(3, 8), interval=st.floats(0.005, 0.9))
def test_whatever_is_drawn_on_whatever_machine_never_changes_three_times_a_second(
    seed: int, segments: int, interval: float
) -> None:
    flash = FlashSequence.draw(segments, 400, SeededRandomness(seed))
    show = FlashShow(flash, ramp_seconds=0.12, frames_each=5)
    colours = colours_of(show, interval, frames=math.ceil(9 * 0.4 / interval) + 50)
    began = [n for n, (one, other) in enumerate(pairwise(colours)) if one != other]
    changes = [n for n in began if n - 1 not in began]
    times = [interval * n for n in changes]
    assert len(changes) == segments + 1
    assert all(later - earlier > 1 / 3 for earlier, later in pairwise(times))
    assert colours[-1] == (0, 0, 0)


@pytest.mark.rule("CON-12")
def test_every_change_takes_several_frames_and_the_end_is_dark(policy: FlashPolicy) -> None:
    show = FlashShow(SHOWN, ramp_seconds=policy.ramp_seconds, frames_each=5)
    colours = colours_of(show, FRAME_SECONDS, frames=70)
    assert colours[0] == colours[-1] == (0, 0, 0)
    light = np.array([(np.array(colour) / 255) ** 2.2 for colour in colours])
    assert np.abs(np.diff(light, axis=0)).max() < 0.5
    held = [colour for colour in colours if max(colour) == 255 and min(colour) == 0]
    assert len(held) >= 4 * 8


@pytest.mark.parametrize("place", [0, 33])
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_mesh_that_is_not_of_numbers_gives_no_light(
    policy: FlashPolicy, place: int, value: float
) -> None:
    show = FlashShow(SHOWN, ramp_seconds=policy.ramp_seconds, frames_each=5)
    watch = FlashWatch(show, CANONICAL, policy)
    mesh = mesh_of(Pose())
    mesh[place] = value
    with pytest.raises(PadMeasureError):
        watch.follow(Frame(picture_of(0, Line((Pose(),))), 0.0, 0), mesh)
