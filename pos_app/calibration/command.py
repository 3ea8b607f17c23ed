"""What `facepay-pos calibrate` does."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from facepay.pad_flash import SEGMENT_MILLISECONDS_MIN, FlashSequence
from facepay.ports import Clock, Randomness
from pos_app.calibration import words
from pos_app.calibration.camera_calibration import (
    CameraCalibration,
    calibration_path,
    read_calibration,
    write_calibration,
)
from pos_app.calibration.guided_minute import GuidedMinute
from pos_app.calibration.measures import CalibrationRefusal, thresholds_from
from pos_app.calibration.settings import (
    CUE_PREFIX,
    QUALITY_PREFIX,
    CalibrationSettings,
    load_calibration_settings,
)
from pos_app.capture.camera import Camera
from pos_app.capture.guidance import Guidance
from pos_app.capture.stage import Prompt, Stage
from pos_app.features.face_models import FaceAnalysis
from pos_app.probe.capture_policy import CapturePolicy, load_capture_policy
from pos_app.ui.phrase import Language

_TENTHS: Final = 10

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class CalibrationOrder:
    """Which camera to calibrate: its name as the terminal will be given it, and itself.

    Without `has_light` no colours are shown, and the threshold of their answer stays.
    """

    camera_name: str
    camera: Camera
    stage: Stage
    path: Path
    has_light: bool = True


class ConsoleGuide:
    """Says on a console what to do; every tenth of the way once."""

    def __init__(self, language: Language, tell: Tell) -> None:
        self._language, self._tell = language, tell
        self._tenths = 0

    def ask(self, prompt: Prompt) -> None:
        """Say the prompt."""
        self._tell(words.PROMPTS[prompt].in_language(self._language))

    def progress(self, done: float) -> None:
        """Say how far it is when another tenth is done."""
        tenths = int(done * _TENTHS)
        if tenths > self._tenths:
            self._tenths = tenths
            percent = tenths * 100 // _TENTHS
            self._tell(words.PROGRESS.in_language(self._language).format(percent=percent))

    def seen(self, guidance: Guidance | None) -> None:
        """Say what is in the way."""
        text = words.FACE_SEEN if guidance is None else words.GUIDANCE[guidance]
        self._tell(text.in_language(self._language))

    def light(self, *, is_answered: bool) -> None:
        """Say whether the light was answered."""
        text = words.LIGHT_ANSWERED if is_answered else words.LIGHT_UNANSWERED
        self._tell(text.in_language(self._language))


def calibrate(
    order: CalibrationOrder,
    analysis: FaceAnalysis,
    language: Language,
    tell: Tell,
    *,
    clock: Clock,
    randomness: Randomness,
) -> CameraCalibration | CalibrationRefusal:
    """Guide one person through a minute and write the calibration of the camera.

    A refusal leaves an older file as it was. Raises `CameraUnavailableError`, `PolicyError` and
    `CalibrationError`.
    """
    policy = load_capture_policy()
    settings = load_calibration_settings(policy)
    tell(words.BEGIN.in_language(language).format(camera=order.camera_name))
    guide = ConsoleGuide(language, tell)
    flashes = _flashes(settings, randomness) if order.has_light else ()
    minute = GuidedMinute(analysis, policy, settings, order.stage, guide, flashes)
    found = minute.run(order.camera)
    if isinstance(found, CalibrationRefusal):
        tell(words.REFUSED.in_language(language).format(why=words.why(found, language)))
        return found
    made = CameraCalibration(
        camera=order.camera_name,
        policy_id=policy.pad.policy_id,
        made_on=clock.now().date().isoformat(),
        thresholds=thresholds_from(found, settings),
    )
    write_calibration(made, order.path)
    for line in _changes(made, policy, settings, language):
        tell(line)
    tell(words.WRITTEN.in_language(language).format(path=order.path))
    return made


def calibrated_policy(camera_name: str, folder: Path | None = None) -> CapturePolicy:
    """Return the packaged policy with the thresholds fitted to a camera, if it was calibrated.

    Raises `PolicyError`, and `CalibrationError` for a calibration that is not usable.
    """
    policy = load_capture_policy()
    path = calibration_path(camera_name, folder)
    found = read_calibration(camera_name, path, policy, load_calibration_settings(policy))
    return policy if found is None else found.applied_to(policy)


def _flashes(settings: CalibrationSettings, randomness: Randomness) -> tuple[FlashSequence, ...]:
    colours, count = int(settings.minute.light_colours), int(settings.minute.light_sequences)
    return tuple(
        FlashSequence.draw(colours, SEGMENT_MILLISECONDS_MIN, randomness) for _ in range(count)
    )


def _changes(
    made: CameraCalibration,
    policy: CapturePolicy,
    settings: CalibrationSettings,
    language: Language,
) -> list[str]:
    lines = []
    for rule in settings.rules:
        if rule.name in made.thresholds:
            line = words.THRESHOLD.in_language(language).format(
                name=rule.name,
                before=f"{_packaged(rule.name, policy):.3g}",
                after=f"{made.thresholds[rule.name]:.3g}",
                lowest=f"{rule.bounds.lowest:g}",
                highest=f"{rule.bounds.highest:g}",
            )
            lines.append(line)
    return lines


def _packaged(name: str, policy: CapturePolicy) -> float:
    if name.startswith(QUALITY_PREFIX):
        return float(getattr(policy.quality, name.removeprefix(QUALITY_PREFIX)))
    return policy.pad.cue(name.removeprefix(CUE_PREFIX)).threshold_milli / 1000
