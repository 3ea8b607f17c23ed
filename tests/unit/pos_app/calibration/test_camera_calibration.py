"""A calibration is a small readable file that is whole, of its camera, and within bounds, or refused."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from facepay.ports import SystemClock
from pos_app.calibration import command
from pos_app.calibration.camera_calibration import (
    CameraCalibration,
    calibration_path,
    read_calibration,
    write_calibration,
)
from pos_app.calibration.command import CalibrationOrder, calibrate, calibrated_policy
from pos_app.calibration.errors import CalibrationError
from pos_app.calibration.measures import CalibrationRefusal, Measures, RefusalReason
from pos_app.calibration.settings import CalibrationSettings, load_calibration_settings
from pos_app.capture.stage import Stage
from pos_app.probe.capture_policy import CapturePolicy, load_capture_policy
from pos_app.ui.phrase import Language
from tests.fakes.faces import ScriptedAnalysis, ScriptedCamera
from tests.fakes.ports import SeededRandomness

CAMERA = "webcam 0"
MADE = CameraCalibration(
    CAMERA,
    load_capture_policy().pad.policy_id,
    "2026-03-02",
    {"quality.brightness_min": 41.5, "cue.face_share": 0.38},
)


@pytest.fixture
def settings(capture_policy: CapturePolicy) -> CalibrationSettings:
    return load_calibration_settings(capture_policy)


def test_what_is_written_is_read_and_used(
    tmp_path: Path, capture_policy: CapturePolicy, settings: CalibrationSettings
) -> None:
    path = calibration_path(CAMERA, tmp_path / "new")
    write_calibration(MADE, path)
    assert read_calibration(CAMERA, path, capture_policy, settings) == MADE
    fitted = calibrated_policy(CAMERA, tmp_path / "new")
    assert fitted.quality.brightness_min == 41.5
    assert fitted.pad.cue("face_share").threshold_milli == 380
    assert fitted.pad.cue("same_face") == capture_policy.pad.cue("same_face")
    assert fitted.quality.sharpness_min == capture_policy.quality.sharpness_min
    assert fitted.pad.policy_id == capture_policy.pad.policy_id


def test_a_camera_without_a_calibration_has_the_packaged_policy(
    tmp_path: Path, capture_policy: CapturePolicy
) -> None:
    assert calibrated_policy(CAMERA, tmp_path) == capture_policy


@pytest.mark.rule("CAP-04")
def test_the_file_holds_thresholds_and_nothing_else(tmp_path: Path) -> None:
    path = calibration_path("virtual:collins+neighbour/../x", tmp_path)
    assert path.parent == tmp_path
    write_calibration(MADE, path)
    table = tomllib.loads(path.read_text("utf-8"))
    assert table.keys() == {"format", "camera", "policy_id", "made_on", "thresholds"}
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_leaves_the_older_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = calibration_path(CAMERA, tmp_path)
    write_calibration(MADE, path)
    before = path.read_bytes()

    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pos_app.calibration.camera_calibration.os.fsync", fail)
    with pytest.raises(CalibrationError, match="No space left"):
        write_calibration(MADE, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def replaced(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new)


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda text: text[: len(text) // 2], "cannot be read"),
        (lambda text: "", "cannot be read"),
        (replaced("format = 1", "format = 2"), "cannot be read"),
        (replaced("41.5", '"dark"'), "cannot be read"),
        (replaced("41.5", "nan"), "out of bounds"),
        (replaced("41.5", "0.0"), "out of bounds"),
        (replaced("41.5", "1e9"), "out of bounds"),
        (replaced("cue.face_share", "cue.same_face"), "out of bounds"),
        (replaced("cue.face_share", "steps.turn_degrees"), "out of bounds"),
        (replaced("webcam 0", "webcam 1"), "of the camera webcam 1"),
        (replaced(MADE.policy_id, "other-0"), "under the policy other-0"),
    ],
)
def test_a_file_that_is_not_in_order_is_refused_and_said_how_to_mend(
    damage: Callable[[str], str], words: str, tmp_path: Path
) -> None:
    path = calibration_path(CAMERA, tmp_path)
    write_calibration(MADE, path)
    path.write_text(damage(path.read_text("utf-8")), "utf-8")
    with pytest.raises(CalibrationError, match=words) as refused:
        calibrated_policy(CAMERA, tmp_path)
    assert "calibrate again or remove the file" in str(refused.value)


@pytest.mark.parametrize("language", list(Language))
def test_the_command_says_what_changes_and_a_refusal_leaves_what_was(
    language: Language, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measures = Measures()
    measures.add({"face_share": 0.44})
    outcomes: list[Measures | CalibrationRefusal] = [
        measures,
        CalibrationRefusal(RefusalReason.NO_NEUTRAL),
    ]
    monkeypatch.setattr(command.GuidedMinute, "run", lambda _minute, _camera: outcomes.pop(0))
    camera, told = ScriptedCamera(), list[str]()
    path = calibration_path(CAMERA, tmp_path)
    order = CalibrationOrder(CAMERA, camera, Stage(), path)
    for kind in (CameraCalibration, CalibrationRefusal):
        found = calibrate(
            order,
            ScriptedAnalysis(camera),
            language,
            told.append,
            clock=SystemClock(),
            randomness=SeededRandomness(1),
        )
        assert isinstance(found, kind)
    assert sum("cue.face_share" in line for line in told) == 1
    assert str(path) in told[-3]
    assert tomllib.loads(path.read_text("utf-8"))["thresholds"] == {"cue.face_share": 0.374}
