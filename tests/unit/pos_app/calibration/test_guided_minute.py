"""A person calibrates a camera; nobody else does, and nothing of anybody is kept."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from facepay.pad_evidence import ChallengeStep
from facepay.pad_flash import FlashSequence
from pos_app.calibration import words
from pos_app.calibration.command import ConsoleGuide
from pos_app.calibration.guided_minute import GuidedMinute
from pos_app.calibration.measures import (
    CalibrationRefusal,
    Measures,
    RefusalReason,
    implausible,
    thresholds_from,
)
from pos_app.calibration.settings import (
    Bounds,
    CalibrationSettings,
    Minute,
    load_calibration_settings,
)
from pos_app.capture.frame import Frame
from pos_app.capture.guidance import Guidance
from pos_app.capture.policy_table import PolicyError
from pos_app.capture.stage import Prompt, Stage
from pos_app.pad.policy import CueRole
from pos_app.probe.capture_policy import CapturePolicy
from pos_app.ui.phrase import Language
from tests.fakes.faces import Line, Pose, ScriptedAnalysis, ScriptedCamera, Shopper
from tests.fakes.ports import SeededRandomness

BRIEF = Minute(
    look_seconds=3.0,
    window_seconds=1.0,
    check_seconds=0.3,
    step_deadline_seconds=2.0,
    faces_min=0.7,
    windows_min=2.0,
    rest_seconds=1.0,
    light_sequences=1.0,
    light_colours=3.0,
)


class UnevenCamera(ScriptedCamera):
    """A scripted camera whose frames come as unevenly as a sensor's."""

    def read(self) -> Frame:
        frame = super().read()
        uneven = 0.001 * (len(self.given) % 3)
        return Frame(frame.image_bgr, frame.captured_at + uneven, frame.sequence)


class Studio:
    """A camera before which whoever the test wants goes through a short minute."""

    def __init__(self, policy: CapturePolicy) -> None:
        self.stage = Stage()
        self.shopper = Shopper(self.stage)
        self.camera: ScriptedCamera = UnevenCamera()
        self.policy = policy
        packaged = load_calibration_settings(policy)
        # A scripted picture is all grain, sharper than any face.
        plausible = {k: bounds for k, bounds in packaged.plausible.items() if k != "sharpness"}
        self.settings = replace(packaged, minute=BRIEF, plausible=plausible)
        self.flashes: tuple[FlashSequence, ...] = ()
        self.told: list[str] = []

    def run(self, director: Callable[[], Line] | None = None) -> Measures | CalibrationRefusal:
        self.camera.director = director or self.shopper
        self.analysis = ScriptedAnalysis(self.camera)
        guide = ConsoleGuide(Language.ENGLISH, self.told.append)
        minute = GuidedMinute(
            self.analysis, self.policy, self.settings, self.stage, guide, self.flashes
        )
        found = minute.run(self.camera)
        self.assert_off_and_wiped()
        return found

    def assert_off_and_wiped(self) -> None:
        assert not self.camera.is_open
        assert all(not frame.image_bgr.any() for frame in self.camera.given)
        assert all(not landmarks.points.any() for landmarks in self.analysis.located)
        assert all(not vector.values.any() for vector in self.analysis.extracted)
        assert self.analysis.wiped_count == 1
        assert self.stage.view.prompt is None


@pytest.fixture
def studio(capture_policy: CapturePolicy) -> Studio:
    return Studio(capture_policy)


@pytest.fixture
def settings(capture_policy: CapturePolicy) -> CalibrationSettings:
    return load_calibration_settings(capture_policy)


@pytest.mark.rule("CAP-04")
def test_a_person_who_does_what_is_asked_is_measured_and_wiped(studio: Studio) -> None:
    found = studio.run()
    assert isinstance(found, Measures)
    assert np.median(found.of("brightness")) == pytest.approx(120, abs=5)
    assert set(found.of("fresh_frames")) == {1.0}
    assert len(found.of("same_face")) >= 2
    assert studio.told[:2] == ["Look at the camera and stand as you are", "A face is seen"]
    assert [line for line in studio.told if line.endswith("left")] == [
        "Turn your head slowly to your left"
    ]
    assert "100 % done" in studio.told


FLASHES = tuple(FlashSequence.draw(4, 400, SeededRandomness(seed)) for seed in (1, 2))


@pytest.mark.rule("PAD-01")
def test_what_the_light_adds_to_a_face_is_measured(studio: Studio) -> None:
    studio.flashes = FLASHES
    found = studio.run()
    assert isinstance(found, Measures)
    assert len(found.of("flash_amplitude")) == len(FLASHES)
    assert min(found.of("flash_correlation")) >= 0.75
    assert "The face answers the light of the display" in studio.told
    assert studio.stage.view.colour_rgb is None


def test_light_that_no_face_answers_moves_nothing_and_is_said(studio: Studio) -> None:
    studio.flashes = FLASHES
    studio.shopper.is_before_display = False
    found = studio.run()
    assert isinstance(found, Measures)
    assert found.of("flash_amplitude") == ()
    assert any(line.startswith("The face does not answer the light") for line in studio.told)


def flat(studio: Studio) -> Callable[[], Line]:
    """A picture that the hand turns as it is asked."""
    return lambda: Line(tuple(replace(pose, is_flat=True) for pose in studio.shopper().faces))


@pytest.mark.rule("PAD-01")
def test_a_picture_that_is_turned_proves_no_step_and_moves_no_threshold(studio: Studio) -> None:
    studio.settings = replace(studio.settings, steps=(ChallengeStep.TURN_LEFT,))
    found = studio.run(flat(studio))
    assert found == CalibrationRefusal(RefusalReason.STEP_NOT_DONE, "turn_left")


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (Line(), CalibrationRefusal(RefusalReason.STEP_NOT_DONE, "blink")),
        (Line(()), CalibrationRefusal(RefusalReason.TOO_FEW_FACES)),
        (
            Line((Pose(centre=(90, 120)), Pose(centre=(230, 120)))),
            CalibrationRefusal(RefusalReason.TOO_FEW_FACES),
        ),
        (Line((Pose(mouth_aspect=0.5),)), CalibrationRefusal(RefusalReason.NO_NEUTRAL)),
    ],
    ids=["a still", "nobody", "two people", "an open mouth"],
)
def test_what_is_no_person_at_rest_is_refused_with_its_reason(
    line: Line, reason: CalibrationRefusal, studio: Studio
) -> None:
    assert studio.run(lambda: line) == reason


@pytest.mark.rule("PAD-01", "PAD-03")
def test_frames_that_come_exactly_or_again_are_implausible(studio: Studio) -> None:
    studio.camera = ScriptedCamera()
    found = studio.run()
    assert isinstance(found, CalibrationRefusal)
    assert (found.reason, found.measure) == (RefusalReason.IMPLAUSIBLE, "irregular_timing")
    studio.camera = UnevenCamera()
    frozen = studio.run(lambda: Line(is_repeat=True))
    assert isinstance(frozen, CalibrationRefusal)
    assert frozen.measure == "fresh_frames"


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize("brightness", [5, 250])
def test_light_that_no_payment_would_accept_is_implausible(brightness: int, studio: Studio) -> None:
    found = studio.run(lambda: Line(brightness=brightness))
    assert isinstance(found, CalibrationRefusal)
    assert found.measure == "brightness"
    assert "should be 40 to 225" in words.why(found, Language.ENGLISH)


@pytest.mark.parametrize("frames", [1, 40, 95])
def test_a_camera_that_disappears_or_goes_wrong_is_a_reason(frames: int, studio: Studio) -> None:
    def direct() -> Line:
        studio.camera.is_open = len(studio.camera.given) < frames
        return studio.shopper()

    assert studio.run(direct) == CalibrationRefusal(RefusalReason.CAMERA_LOST)


def test_a_face_that_leaves_while_a_step_is_asked_has_not_done_it(studio: Studio) -> None:
    found = studio.run(lambda: Line(()) if len(studio.camera.given) > 95 else Line())
    assert found == CalibrationRefusal(RefusalReason.STEP_NOT_DONE, "blink")


def measured(**values: float) -> Measures:
    measures = Measures()
    for _ in range(20):
        measures.add(values)
    return measures


def test_every_plausible_measure_has_two_ends(settings: CalibrationSettings) -> None:
    for name, bounds in settings.plausible.items():
        assert implausible(measured(**{name: bounds.lowest}), settings) is None
        for outside in (bounds.lowest - 0.001, bounds.highest + 0.001):
            found = implausible(measured(**{name: outside}), settings)
            assert found == CalibrationRefusal(
                RefusalReason.IMPLAUSIBLE, name, pytest.approx(outside), bounds
            )
    assert implausible(Measures(), settings) is None
    assert not Bounds(0, 1).contain(float("nan"))


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize("value", [-1e6, 0.0, 0.5, 1e6])
def test_no_measure_moves_a_threshold_out_of_its_bounds(
    value: float, settings: CalibrationSettings
) -> None:
    names = {rule.measure for rule in settings.rules}
    thresholds = thresholds_from(measured(**dict.fromkeys(names, value)), settings)
    for rule in settings.rules:
        assert rule.bounds.contain(thresholds[rule.name])


def test_what_is_not_known_moves_nothing(settings: CalibrationSettings) -> None:
    assert thresholds_from(measured(passive=float("nan")), settings) == {}
    assert thresholds_from(measured(face_share=0.44), settings) == {
        "cue.face_share": pytest.approx(0.374)
    }


@pytest.mark.rule("PAD-01")
def test_required_evidence_and_unknown_thresholds_cannot_be_moved(
    capture_policy: CapturePolicy,
) -> None:
    cues = tuple(replace(cue, role=CueRole.REQUIRED) for cue in capture_policy.pad.cues)
    stricter = replace(capture_policy, pad=replace(capture_policy.pad, cues=cues))
    with pytest.raises(PolicyError, match="may be moved"):
        load_calibration_settings(stricter)


@pytest.mark.rule("TPL-05")
def test_light_and_pose_only_become_more_lenient_than_packaged(
    settings: CalibrationSettings, capture_policy: CapturePolicy
) -> None:
    """Or whoever calibrates would shut out people of other skin or features."""
    for rule in settings.rules:
        kind, _, name = rule.name.partition(".")
        if kind == "quality" and name != "sharpness_min":
            packaged = getattr(capture_policy.quality, name)
            strictest = rule.bounds.highest if name.endswith("_min") else rule.bounds.lowest
            assert strictest == packaged, name


@pytest.mark.parametrize("language", list(Language))
def test_everything_has_words_in_both_languages(language: Language) -> None:
    told: list[str] = []
    guide = ConsoleGuide(language, told.append)
    for prompt in Prompt:
        if prompt in words.PROMPTS:
            guide.ask(prompt)
    guide.light(is_answered=True)
    guide.light(is_answered=False)
    for guidance in (None, Guidance.NO_FACE, Guidance.SEVERAL_FACES):
        guide.seen(guidance)
    told.extend(
        words.why(CalibrationRefusal(reason, "x", 1.0, Bounds(0, 2)), language)
        for reason in RefusalReason
    )
    assert all(told)
    assert len(set(told)) == len(told)
    assert not any("{" in line for line in told)
