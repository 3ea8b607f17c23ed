"""A camera and an analysis without a camera, a face or a model.

Each frame of a `ScriptedCamera` carries the number of its script line in its first pixels, and
`ScriptedAnalysis` answers what that line says: where faces are, how the mesh lies, whose it is.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from facepay.template import FeatureVector
from pos_app.capture.camera import CameraLostError, CameraUnavailableError
from pos_app.capture.detected_face import DetectedFace
from pos_app.capture.frame import Frame, ImageBgr
from pos_app.capture.guidance import Guidance
from pos_app.capture.judgement import Judgement
from pos_app.capture.stage import ColourRgb, Prompt, Stage
from pos_app.features.landmarks import Landmarks

WIDTH, HEIGHT = 320, 240
NUMBER_AT = (0, 1)
"""Beside the pixels that a stream watch samples, so that a repeated picture is a repeat."""
MODEL_ID = "sface-2021dec"
_EYES = {"right": (33, 160, 158, 133, 153, 144), "left": (263, 387, 385, 362, 380, 373)}
_INNER_LIPS = (78, 13, 308, 14)
_EYE_WIDTH, _EYE_OPEN = 3.0, 0.3
_MOUTH_WIDTH = 5.0
_GAMMA = 2.2


def _canonical() -> NDArray[np.float64]:
    """A head of 468 points in centimetres: half an ellipsoid, x to the subject's left, y up."""
    generator = np.random.default_rng(7)
    across, up = generator.uniform(-1, 1, (2, 468))
    scale = np.minimum(1.0, 0.98 / np.hypot(across, up))
    across, up = across * scale, up * scale
    depth = np.sqrt(1 - across**2 - up**2)
    head = np.stack([7.5 * across, 9.0 * up, 8.0 * depth - 4.0], axis=1)
    _place_eyes(head, _EYE_OPEN)
    _place_mouth(head, 0.0)
    head[168], head[2] = (0.0, 2.5, 4.0), (0.0, -2.0, 4.5)
    return head


@dataclass(frozen=True)
class Pose:
    """How one face looks in one frame. Yaw is positive to the subject's own left."""

    yaw_degrees: float = 0.0
    eye_aspect: float = _EYE_OPEN
    mouth_aspect: float = 0.05
    is_flat: bool = False
    centre: tuple[float, float] = (WIDTH / 2, HEIGHT / 2)
    size: float = 130.0
    person: int = 1
    presence: float = 0.99
    light_gain: float = 0.5


@dataclass(frozen=True)
class Line:
    """One frame: its faces, its light, and how it differs from an ordinary frame."""

    faces: tuple[Pose, ...] = (Pose(),)
    brightness: int = 120
    is_repeat: bool = False
    light_rgb: ColourRgb | None = None


def mesh_of(pose: Pose) -> NDArray[np.float64]:
    """float64[478, 2]: the head seen by a camera, or a flat picture of it that is turned."""
    head = CANONICAL.copy()
    _place_eyes(head, pose.eye_aspect)
    _place_mouth(head, pose.mouth_aspect)
    if pose.is_flat:
        head[:, 2] = 0.0
    angle = np.radians(pose.yaw_degrees)
    turn = np.array(
        [[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]]
    )
    turned = head @ turn.T
    scale = pose.size / 18.0 * 80.0 / (80.0 - turned[:, 2])
    points = np.stack([turned[:, 0] * scale, -turned[:, 1] * scale], axis=1) + pose.centre
    iris = np.tile(points[[33]], (10, 1))
    return np.vstack([points, iris])


def face_of(pose: Pose) -> DetectedFace:
    """The detector's rectangle and five points of a pose."""
    points = mesh_of(replace(pose, eye_aspect=_EYE_OPEN, mouth_aspect=0.0))
    five = [
        points[[33, 133]].mean(0),
        points[[263, 362]].mean(0),
        points[1],
        points[78],
        points[308],
    ]
    five[2] = (five[0] + five[1] + five[3] + five[4]) / 4
    return DetectedFace(
        left=pose.centre[0] - pose.size * 0.42,
        top=pose.centre[1] - pose.size / 2,
        width=pose.size * 0.84,
        height=pose.size,
        points=np.array(five, np.float32),
        detection_score=0.95,
    )


def picture_of(number: int, line: Line) -> ImageBgr:
    """A noisy picture that carries `number`; repeats are equal but for that."""
    generator = np.random.default_rng(0 if line.is_repeat else number + 1)
    grain = generator.integers(-40, 41, (HEIGHT // 4, WIDTH // 4, 1))
    noise = grain.repeat(4, axis=0).repeat(4, axis=1).repeat(3, axis=2)
    lit = (noise + line.brightness) * _answer_to_light(line)
    image = np.clip(lit, 0, 255).astype(np.uint8)
    image[NUMBER_AT] = (number & 0xFF, number >> 8, 0)
    return image


def _answer_to_light(line: Line) -> NDArray[np.float64]:
    """float64[h, w, 3]: what the display's light makes of each pixel; a head answers as a dome."""
    if line.light_rgb is None:
        return np.ones((1, 1, 3))
    light_bgr = (np.array(line.light_rgb[::-1]) / 255) ** _GAMMA
    answers = [_facing(pose)[:, :, None] * light_bgr for pose in line.faces]
    return np.asarray((1 + np.sum(answers, axis=0)) ** (1 / _GAMMA))


@lru_cache(maxsize=8)
def _facing(pose: Pose) -> NDArray[np.float64]:
    """float64[h, w]: how much a face of this pose answers where."""
    down, across = np.mgrid[:HEIGHT, :WIDTH]
    aside = (across - pose.centre[0]) / (0.47 * pose.size)
    below = (down - pose.centre[1]) / (0.56 * pose.size)
    dome = np.clip(1 - aside**2 - below**2, 0, None)
    return np.asarray(pose.light_gain * ((dome > 0) if pose.is_flat else dome))


class ScriptedCamera:
    """Gives one frame a line; `director` may write the next line from what the stage shows."""

    name = "scripted camera"

    def __init__(self, lines: Sequence[Line] = (), *, frames_a_second: float = 30.0) -> None:
        self.script: list[Line] = list(lines)
        self.director: Callable[[], Line] | None = None
        self.given: list[Frame] = []
        self.is_open = False
        self.opened = threading.Event()
        self.opened_count = 0
        self.fails_to_open = False
        self.malformed_at: int | None = None
        self.unevenness = 0.0
        """Seconds by which two frames in three are late; a real camera is never quite even."""
        self._interval = 1 / frames_a_second

    def open(self) -> None:
        if self.fails_to_open:
            raise CameraUnavailableError("no camera")
        self.is_open = True
        self.opened_count += 1
        self.opened.set()

    def read(self) -> Frame:
        number = len(self.given)
        if self.director is not None:
            self.script.append(self.director())
        if not self.is_open or number >= len(self.script):
            raise CameraLostError("unplugged")
        image = picture_of(number, self.script[number])
        if number == self.malformed_at:
            image = image[:, :, 0]
        at = number * self._interval + self.unevenness * (number % 3)
        frame = Frame(image, at, number)
        self.given.append(frame)
        return frame

    def close(self) -> None:
        self.is_open = False


def features_of(person: int, *, tilt: float = 0.0) -> FeatureVector:
    """Unit features of a person; people are orthogonal, `tilt` mixes in what pose changes."""
    values = np.zeros(128, np.float32)
    values[person], values[100] = 1.0, tilt
    return FeatureVector((values / np.linalg.norm(values)).astype(np.float32))


@dataclass
class ScriptedAnalysis:
    """Answers from the script what networks would say of the picture."""

    camera: ScriptedCamera
    model_id: str = MODEL_ID
    extracted: list[FeatureVector] = field(default_factory=list)
    located: list[Landmarks] = field(default_factory=list)
    wiped_count: int = 0
    broken_by: Exception | None = None
    passive_score: float | None = None

    @property
    def canonical_points(self) -> NDArray[np.float64]:
        return CANONICAL

    def detect(self, image_bgr: ImageBgr) -> tuple[DetectedFace, ...]:
        faces = [face_of(pose) for pose in self._line(image_bgr).faces]
        return tuple(sorted(faces, key=lambda face: face.area, reverse=True))

    def locate(self, image_bgr: ImageBgr, face: DetectedFace) -> Landmarks:
        pose = self._pose(image_bgr, face)
        landmarks = Landmarks(mesh_of(pose), pose.presence)
        self.located.append(landmarks)
        return landmarks

    def extract(self, image_bgr: ImageBgr, face: DetectedFace) -> FeatureVector:
        return self._remember(self._pose(image_bgr, face).person)

    def extract_aligned(self, aligned_bgr: ImageBgr) -> FeatureVector:
        """An aligned picture does not carry the number: the person of the latest frame it is."""
        return self._remember(self.camera.script[len(self.camera.given) - 1].faces[0].person)

    def judge_passively(self, image_bgr: ImageBgr, face: DetectedFace) -> float | None:
        return self.passive_score

    def wipe(self) -> None:
        self.wiped_count += 1

    def _remember(self, person: int) -> FeatureVector:
        if self.broken_by is not None:
            raise self.broken_by
        self.extracted.append(features_of(person))
        return self.extracted[-1]

    def _line(self, image_bgr: ImageBgr) -> Line:
        low, high, _ = (int(value) for value in image_bgr[NUMBER_AT])
        return self.camera.script[low + 256 * high]

    def _pose(self, image_bgr: ImageBgr, face: DetectedFace) -> Pose:
        return min(
            self._line(image_bgr).faces,
            key=lambda pose: abs(pose.centre[0] - face.centre[0]),
        )


class Shopper:
    """Does what the stage asks, a few frames after it asks; `does` says what each prompt makes."""

    def __init__(self, stage: Stage, base: Pose | None = None) -> None:
        self.stage = stage
        self.base = base or Pose()
        self.does: dict[Prompt, Callable[[Pose, int], Pose]] = {
            Prompt.BLINK: lambda pose, age: replace(
                pose, eye_aspect=0.05 if age in (4, 5) else pose.eye_aspect
            ),
            Prompt.TURN_LEFT: lambda pose, age: replace(pose, yaw_degrees=_ramp(age)),
            Prompt.TURN_RIGHT: lambda pose, age: replace(pose, yaw_degrees=-_ramp(age)),
            Prompt.TURN_EITHER_SIDE: lambda pose, age: replace(pose, yaw_degrees=-_ramp(age)),
            Prompt.OPEN_MOUTH: lambda pose, age: replace(
                pose, mouth_aspect=0.5 if 4 <= age <= 10 else pose.mouth_aspect
            ),
        }
        self._serial, self._age, self._count = -1, 0, 0
        self.is_before_display = True

    def __call__(self) -> Line:
        view = self.stage.view
        self._age = self._age + 1 if view.serial == self._serial else 0
        self._serial = view.serial
        self._count += 1
        action = self.does.get(view.prompt) if view.prompt is not None else None
        pose = action(self.base, self._age) if action is not None else self.base
        return Line((pose,), light_rgb=view.colour_rgb if self.is_before_display else None)


class RecordingObserver:
    """Remembers guidance and prompts, and whether previews held a picture when given."""

    def __init__(self) -> None:
        self.told: list[Guidance] = []
        self.asked: list[tuple[Prompt | None, int, int]] = []
        self.preview_count = 0
        self.colours: list[ColourRgb | None] = []
        self.judgements: list[Judgement] = []

    def frame_ready(self, preview: object) -> None:
        self.preview_count += 1

    def guidance(self, guidance: Guidance) -> None:
        self.told.append(guidance)

    def prompt(self, prompt: Prompt | None, step: int, steps: int) -> None:
        self.asked.append((prompt, step, steps))

    def light(self, colour_rgb: ColourRgb | None) -> None:
        self.colours.append(colour_rgb)

    def judged(self, judgement: Judgement) -> None:
        self.judgements.append(judgement)


def _ramp(age: int) -> float:
    """Out to 20 degrees in about ten frames and back: a calm turn of the head."""
    return max(0.0, min(20.0, 2.5 * age, 2.5 * (24 - age)))


def _place_eyes(head: NDArray[np.float64], aspect: float) -> None:
    half = aspect * _EYE_WIDTH / 2
    offsets = ((1.5, 0), (0.5, half), (-0.5, half), (-1.5, 0), (-0.5, -half), (0.5, -half))
    for side, direction in (("right", -1.0), ("left", 1.0)):
        for index, (out, up) in zip(_EYES[side], offsets, strict=True):
            head[index] = (direction * (3.2 + out), 2.5 + up, 2.5)


def _place_mouth(head: NDArray[np.float64], aspect: float) -> None:
    half_width, half_gap = _MOUTH_WIDTH / 2, aspect * _MOUTH_WIDTH / 2
    places = ((-half_width, -4.5), (0, -4.5 + half_gap), (half_width, -4.5), (0, -4.5 - half_gap))
    for index, (across, up) in zip(_INNER_LIPS, places, strict=True):
        head[index] = (across, up, 4.0)


CANONICAL = _canonical()
