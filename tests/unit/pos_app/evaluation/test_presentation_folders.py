"""A folder of presentations is found, run, continued and reported; what is broken is named."""

import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import pytest

from pos_app.capture.camera import CameraLostError
from pos_app.capture.frame import FrameMalformedError
from pos_app.capture.judgement import Judgement
from pos_app.capture.stage import Prompt
from pos_app.evaluation.errors import EvaluationError
from pos_app.evaluation.presentations import command
from pos_app.evaluation.presentations.command import (
    LOG_NAME,
    PresentationOrder,
    evaluate_presentations,
)
from pos_app.evaluation.presentations.drawn import Drawn, drawn_presentations
from pos_app.evaluation.presentations.recorded_camera import PictureSequence
from pos_app.evaluation.presentations.recordings import BONA_FIDE, Recording, recordings_in
from pos_app.evaluation.presentations.settings import (
    PresentationSettings,
    load_presentation_settings,
)
from pos_app.evaluation.presentations.trial import Captured, Outcome, Setup, Trial
from pos_app.evaluation.presentations.trial_log import TrialLog
from pos_app.evaluation.presentations.trial_runner import CaptureWatch, TrialRunner
from pos_app.features.face_models import FaceModels
from pos_app.probe.capture_policy import CapturePolicy
from tests.fakes.faces import Line, Pose, ScriptedAnalysis, ScriptedCamera, picture_of

PIPELINE = "pipeline"


def record(folder: Path, lines: Sequence[Line]) -> Recording:
    """Write lines as pictures without loss; the scripted analysis reads their numbers back."""
    folder.mkdir(parents=True)
    for number, line in enumerate(lines):
        cv2.imwrite(str(folder / f"{number:04}.png"), picture_of(number, line))
    return Recording(folder.parent.name, tuple(sorted(folder.iterdir())))


def runner_for(
    lines: Sequence[Line], policy: CapturePolicy, passive: float | None = None
) -> TrialRunner:
    analysis = ScriptedAnalysis(ScriptedCamera(lines), passive_score=passive)
    settings = load_presentation_settings()
    return TrialRunner(analysis, policy, settings, has_passive=passive is not None)


def test_a_recording_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "replay").mkdir()
    gone = tmp_path / "replay" / "a.mp4"
    gone.symlink_to(tmp_path / "moved away")
    (recording,) = recordings_in(tmp_path)
    with pytest.raises(EvaluationError, match=f"{gone} cannot be opened"):
        _ = recording.key


def test_presentations_are_videos_pictures_and_folders_of_pictures(tmp_path: Path) -> None:
    record(tmp_path / "Bona Fide" / "one", [Line()] * 2)
    (tmp_path / "replay").mkdir()
    (tmp_path / "replay" / "a.mp4").write_bytes(b"a")
    (tmp_path / "replay" / "b.png").write_bytes(b"b")
    (tmp_path / "replay" / "notes.txt").write_text("none")
    (tmp_path / "replay" / "empty").mkdir()
    found = recordings_in(tmp_path)
    assert [(one.species, len(one.files), one.is_video) for one in found] == [
        (BONA_FIDE, 2, False),
        ("replay", 1, True),
        ("replay", 1, False),
    ]
    assert len({one.key for one in found}) == 3


@pytest.mark.parametrize("exists", [True, False])
def test_a_folder_without_presentations_is_refused(tmp_path: Path, *, exists: bool) -> None:
    folder = tmp_path if exists else tmp_path / "absent"
    with pytest.raises(EvaluationError, match="sub-folder a species" if exists else "not a folder"):
        recordings_in(folder)
    with pytest.raises(EvaluationError, match="no presentation"):
        PresentationOrder(tmp_path).presentations()
    with pytest.raises(EvaluationError, match="at least 1"):
        PresentationOrder(tmp_path, workers=0)


@pytest.mark.rule("PAD-02")
def test_a_recorded_person_is_read_and_not_refused(
    tmp_path: Path, capture_policy: CapturePolicy
) -> None:
    lines = [Line((Pose(yaw_degrees=degrees),)) for degrees in [0.0] * 20 + [18.0] * 20]
    runner = runner_for(lines, capture_policy, passive=0.9)
    found = runner.run(record(tmp_path / BONA_FIDE / "a", lines))
    assert found.is_bona_fide
    assert not found.is_synthetic
    assert found.captures.keys() == {Setup.STEPS, Setup.STEPS_AND_PASSIVE}
    assert all(one.outcome in (Outcome.ASKED, Outcome.ACCEPTED) for one in found.captures.values())
    assert found.cues["passive"] == pytest.approx(0.9)
    assert found.cues["turn_depth"] >= capture_policy.pad.depth.deep_residual_min
    assert found.cues["fresh_frames"] == 1.0
    assert found.cues["same_face"] == pytest.approx(1.0)
    assert found.cues["irregular_timing"] > 0


@pytest.mark.rule("PAD-02")
def test_another_face_in_mid_capture_is_a_refusal_and_its_cue_shows_it(
    tmp_path: Path, capture_policy: CapturePolicy
) -> None:
    lines = [Line()] * 30 + [Line((Pose(person=2),))] * 40
    found = runner_for(lines, capture_policy).run(record(tmp_path / "swap" / "a", lines))
    assert found.captures == {Setup.STEPS: Captured(Outcome.REFUSED, "face_changed")}
    assert found.cues["same_face"] < capture_policy.pad.cue("same_face").threshold_milli / 1000


def test_nobody_in_view_is_no_response_and_has_no_cues(
    tmp_path: Path, capture_policy: CapturePolicy
) -> None:
    lines = [Line(())] * 5
    found = runner_for(lines, capture_policy).run(record(tmp_path / "print" / "a", lines))
    assert found.captures == {Setup.STEPS: Captured(Outcome.NO_RESPONSE, "no_face")}
    assert found.cues == {}


@pytest.mark.parametrize("name", ["a.mp4", "a.png"])
@pytest.mark.parametrize("content", [b"", b"not a picture and not a film" * 50])
def test_a_broken_file_is_counted_as_unreadable(
    name: str, content: bytes, tmp_path: Path, capture_policy: CapturePolicy
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    found = runner_for([Line()], capture_policy).run(Recording("print", (path,)))
    assert found.captures[Setup.STEPS].outcome is Outcome.UNREADABLE
    assert found.cues == {}


def test_pictures_are_a_camera_that_ends(tmp_path: Path) -> None:
    recording = record(tmp_path / "print" / "a", [Line()] * 3)
    camera = PictureSequence(recording.files)
    with pytest.raises(CameraLostError):
        camera.read()
    for _ in range(2):
        camera.open()
        camera.open()
        times = [camera.read().captured_at for _ in range(3)]
        assert times == pytest.approx([0, 1 / 30, 2 / 30])
        with pytest.raises(CameraLostError):
            camera.read()
        camera.close()
    (recording.files[1]).write_bytes(b"broken")
    camera.open()
    camera.read()
    with pytest.raises(FrameMalformedError):
        camera.read()


def test_drawn_presentations_are_every_shopper_and_attack_by_species() -> None:
    drawn = drawn_presentations(2)
    assert len({one.key for one in drawn}) == len(drawn)
    species = {one.species for one in drawn}
    assert {BONA_FIDE, "print", "flat-print", "replay", "still", "noisy-still"} <= species
    assert Drawn("attack:replay:collins", 0).species == "replay"
    assert drawn_presentations(0) == ()


def test_a_refusal_names_what_it_rested_on() -> None:
    watch = CaptureWatch()
    assert watch.detail == ""
    watch.judged(Judgement("flash", None, ("flash_spatial",), ()))
    assert watch.detail == ""
    watch.judged(Judgement("flash", "risk_too_high", ("same_face",), ("passive", "open_sides")))
    assert watch.detail == "risk_too_high, open_sides, passive"


def test_a_prompt_is_noticed_when_a_step_is_asked() -> None:
    watch = CaptureWatch()
    watch.prompt(Prompt.LOOK, 0, 2)
    assert not watch.was_asked
    watch.prompt(None, 2, 2)
    assert not watch.was_asked
    watch.prompt(Prompt.BLINK, 1, 2)
    assert watch.was_asked


def known_trial(species: str, outcome: Outcome) -> Trial:
    return Trial(species, False, {"open_sides": 0.5}, {Setup.STEPS: Captured(outcome, "x")})


def test_a_log_survives_a_crash_and_forgets_another_pipeline(tmp_path: Path) -> None:
    path, trial = tmp_path / "log", known_trial("print", Outcome.REFUSED)
    TrialLog(path, PIPELINE).add("a", trial)
    with path.open("a") as file:
        file.write('{"key": "b", "spec')
    assert TrialLog(path, PIPELINE).find("a") == trial
    assert TrialLog(path, PIPELINE).find("b") is None
    assert TrialLog(path, "another").find("a") is None
    path.write_bytes(b"\xff\xfe")
    assert TrialLog(path, PIPELINE).find("a") is None


def test_a_continued_run_reports_without_names_or_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All trials are known from before, so no model is loaded; the films could not be read."""
    monkeypatch.setattr(command, "_pipeline", lambda: PIPELINE)
    folder, output = tmp_path / "shown", tmp_path / "out"
    for species in (BONA_FIDE, "print"):
        (folder / species).mkdir(parents=True)
        for number in range(3):
            (folder / species / f"somebody{number}.mp4").write_bytes(f"{species}{number}".encode())
    output.mkdir()
    log = TrialLog(output / LOG_NAME, PIPELINE)
    for recording in recordings_in(folder):
        is_bona_fide = recording.species == BONA_FIDE
        outcome = Outcome.ACCEPTED if is_bona_fide else Outcome.REFUSED
        log.add(recording.key, known_trial(recording.species, outcome))
    told: list[str] = []
    done: list[tuple[int, int]] = []
    order = PresentationOrder(output, folder)
    evaluate_presentations(order, lambda *counts: done.append(counts), told.append)
    assert done == [(6, 6)]
    summary = json.loads((output / "presentations.json").read_text())
    without = summary["captures"]["steps"]
    assert without["species"]["print"]["apcer"]["text"] == "<= 63 % (0 of 3)"
    assert without["bpcer"]["errors"] == 0
    assert summary["synthetic_note"] is None
    page = (output / "presentations.html").read_text()
    assert "somebody" not in page + json.dumps(summary)
    assert not (output / LOG_NAME).exists()
    assert any(line.startswith("  worst APCER (print)") for line in told)


@pytest.mark.media
@pytest.mark.rule("PAD-02")
def test_a_drawn_print_is_refused_and_counted_as_drawn(
    face_models: FaceModels, capture_policy: CapturePolicy
) -> None:
    brief = PresentationSettings(
        seconds_max=1.2, check_seconds=0.4, steps=1.0, step_deadline_seconds=0.5
    )
    runner = TrialRunner(face_models, capture_policy, brief, has_passive=False)
    attack = runner.run(Drawn("attack:flat-print:collins", 0))
    assert attack.captures[Setup.STEPS].outcome is Outcome.REFUSED
    assert attack.is_synthetic
    assert attack.cues["open_sides"] < capture_policy.pad.cue("open_sides").threshold_milli / 1000
