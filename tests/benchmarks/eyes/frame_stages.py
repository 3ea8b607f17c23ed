"""What one camera frame costs the terminal, stage by stage, beside the time a camera gives for it.

Needs the fetched models. The picture is
noise with a face's rectangle over it: every stage but the detector's sorting of finds costs the same
whatever the picture shows.
"""

import time
from collections.abc import Callable
from statistics import median

import numpy as np

from pos_app.capture.frame import Frame
from pos_app.capture.payment_zone import find_payer
from pos_app.capture.sample_quality import assess_sample
from pos_app.features.alignment import align_face
from pos_app.features.face_models import FaceModels
from pos_app.features.manifest import data_folder, load_manifest
from pos_app.features.model_store import ModelStore, default_folders
from pos_app.pad.face_geometry import depth_residual, measure_face
from pos_app.pad.stream_watch import StreamWatch
from pos_app.probe.capture_policy import CapturePolicy, load_capture_policy
from tests.benchmarks.measure import Measure
from tests.fakes.faces import Pose, face_of, mesh_of

WIDTH, HEIGHT = 640, 480
CAMERA_FRAME_MILLISECONDS = 1000 / 30
REPETITIONS = 60


class FrameStages:
    """The stages over one frame, each as something to call."""

    def __init__(self) -> None:
        self.policy: CapturePolicy = load_capture_policy()
        store = ModelStore(load_manifest(data_folder() / "manifest.toml"), default_folders())
        self.models = FaceModels(store, self.policy.detector)
        noise = np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
        self.frame = Frame(noise, 0.0, 0)
        self.face = face_of(Pose(centre=(WIDTH / 2, HEIGHT / 2), size=240))
        self.neutral, self.turned = mesh_of(Pose()), mesh_of(Pose(yaw_degrees=18))
        self.watch = StreamWatch()

    def stages(self) -> dict[str, Callable[[], object]]:
        """The stages by name."""
        image, face, policy = self.frame.image_bgr, self.face, self.policy
        return {
            "detect": lambda: find_payer(self.models.detect(image), (WIDTH, HEIGHT), policy.zone),
            "mesh": lambda: self.models.locate(image, face),
            "quality": lambda: assess_sample(image, face, policy.quality),
            "stream": lambda: self.watch.follow(self.frame),
            "measures": lambda: measure_face(
                self.neutral, self.models.canonical_points, (WIDTH, HEIGHT)
            ),
            "depth": lambda: depth_residual(self.neutral, self.turned),
        }

    def extract(self) -> object:
        """Features of one face; not part of every frame."""
        return self.models.extract_aligned(align_face(self.frame.image_bgr, self.face))


def measures() -> list[Measure]:
    """Return the whole frame first, then each stage and the features of one face."""
    subject = FrameStages()
    stages = subject.stages()

    def whole() -> None:
        for stage in stages.values():
            stage()

    found = [_measure("frame_to_decision", whole)]
    found += [_measure(f"frame_{name}", stage) for name, stage in stages.items()]
    return [*found, _measure("face_features", subject.extract)]


def _measure(name: str, action: Callable[[], object]) -> Measure:
    for _ in range(5):
        action()
    times = []
    for _ in range(REPETITIONS):
        started = time.perf_counter()
        action()
        times.append((time.perf_counter() - started) * 1000)
    value = median(times)
    return Measure(
        name=name,
        value=value,
        unit="ms",
        yardstick="a camera frame at 30 fps",
        yardstick_value=CAMERA_FRAME_MILLISECONDS,
    )
