"""Straight sides, beating stripes and a small face are read as what they are, and never more."""

import math

import cv2
import numpy as np
import pytest

from pos_app.capture.detected_face import DetectedFace
from pos_app.capture.frame import ImageBgr
from pos_app.pad.policy import ScreenCuePolicy
from pos_app.pad.screen_cues import ScreenWatch, read_screen_signs
from pos_app.probe.capture_policy import CapturePolicy

LEFT, TOP, WIDTH, HEIGHT = 230, 130, 180, 220
FACE = DetectedFace(LEFT, TOP, WIDTH, HEIGHT, np.zeros((5, 2), np.float32), 0.9)


@pytest.fixture
def policy(capture_policy: CapturePolicy) -> ScreenCuePolicy:
    return capture_policy.pad.screen


def room(seed: int = 1) -> ImageBgr:
    """A soft picture without an edge, with a sensor's grain."""
    generator = np.random.default_rng(seed)
    light = cv2.resize(
        generator.uniform(90, 150, (6, 8)), (640, 480), interpolation=cv2.INTER_CUBIC
    )
    grain = generator.normal(0, 3, (480, 640))
    grey = np.clip(light + grain, 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)


def with_frame(image: ImageBgr, degrees: float = 0.0, sides: int = 4) -> ImageBgr:
    """Draw a dark border around the face, as a device has; the first `sides` of its four sides."""
    centre = (LEFT + WIDTH / 2, TOP + HEIGHT / 2)
    box = cv2.boxPoints((centre, (WIDTH * 1.35, HEIGHT * 1.3), degrees))
    for number in range(sides):
        ends = [tuple(int(value) for value in box[(number + at) % 4]) for at in (0, 1)]
        cv2.line(image, ends[0], ends[1], (10, 10, 10), 12)
    return image


def striped(image: ImageBgr, pitch: float, contrast: float) -> ImageBgr:
    down, across = np.mgrid[0:480, 0:640]
    wave = 1 + contrast * np.sin(2 * np.pi * (across + 0.2 * down) / pitch)
    return np.clip(image * wave[:, :, None], 0, 255).astype(np.uint8)


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize("degrees", [0.0, 4.0, -7.0])
def test_a_device_around_the_face_leaves_no_open_side(
    degrees: float, policy: ScreenCuePolicy
) -> None:
    assert read_screen_signs(with_frame(room(), degrees), FACE, policy).open_sides == 0


@pytest.mark.parametrize(("sides", "expected"), [(0, 1.0), (1, 0.75), (2, 0.5), (3, 0.25)])
def test_each_side_counts_once(sides: int, expected: float, policy: ScreenCuePolicy) -> None:
    assert read_screen_signs(with_frame(room(), sides=sides), FACE, policy).open_sides == expected


def test_lines_that_lean_or_pass_by_are_no_sides(policy: ScreenCuePolicy) -> None:
    leaning = with_frame(room(), 30.0)
    assert read_screen_signs(leaning, FACE, policy).open_sides == 1
    shelf = room()
    cv2.line(shelf, (0, 20), (180, 20), (10, 10, 10), 8)
    assert read_screen_signs(shelf, FACE, policy).open_sides == 1


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize("pitch", [2.3, 3.1, 5.0])
def test_stripes_stand_out_of_the_spectrum_and_grain_does_not(
    pitch: float, policy: ScreenCuePolicy, capture_policy: CapturePolicy
) -> None:
    threshold = capture_policy.pad.cue("plain_spectrum").threshold_milli / 1000
    plain = read_screen_signs(room(), FACE, policy).plain_spectrum
    assert plain > 2 * threshold
    assert read_screen_signs(striped(room(), pitch, 0.1), FACE, policy).plain_spectrum < threshold


def test_a_small_face_says_nothing_about_stripes(policy: ScreenCuePolicy) -> None:
    small = DetectedFace(300, 200, 60, 80, np.zeros((5, 2), np.float32), 0.9)
    reading = read_screen_signs(striped(room(), 3.0, 0.2), small, policy)
    assert math.isnan(reading.plain_spectrum)
    assert reading.face_share == pytest.approx(80 / 480)


@pytest.mark.parametrize("box", [(-60, -40, 300, 300), (560, 400, 160, 160), (0, 0, 640, 480)])
def test_a_face_at_the_edge_is_read_without_failing(
    box: tuple[int, int, int, int], policy: ScreenCuePolicy
) -> None:
    face = DetectedFace(*box, np.zeros((5, 2), np.float32), 0.9)
    assert 0 <= read_screen_signs(room(), face, policy).open_sides <= 1


def test_a_black_frame_says_nothing_bad_and_nothing_good(policy: ScreenCuePolicy) -> None:
    black = np.zeros((480, 640, 3), np.uint8)
    reading = read_screen_signs(black, FACE, policy)
    assert reading.open_sides == 1
    assert math.isnan(reading.plain_spectrum)


def test_a_watch_says_nothing_of_too_few_frames_then_the_median(policy: ScreenCuePolicy) -> None:
    watch = ScreenWatch(policy)
    assert watch.cues() == {}
    for number in range(int(policy.frames_min)):
        assert watch.cues() == {}
        watch.follow(room(number) if number else with_frame(room()), FACE)
    cues = watch.cues()
    assert cues.keys() == {"open_sides", "plain_spectrum", "face_share"}
    assert cues["open_sides"] == 1


def test_the_picture_itself_is_left_as_it_was(policy: ScreenCuePolicy) -> None:
    image = with_frame(room())
    before = image.copy()
    read_screen_signs(image, FACE, policy)
    assert np.array_equal(image, before)
