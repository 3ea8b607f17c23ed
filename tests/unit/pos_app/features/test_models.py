"""The admitted models load, take what they should, and refuse to be something else."""

import io
import zipfile

import numpy as np
import pytest

from pos_app.features.detector import FaceDetector
from pos_app.features.extractor import FeatureExtractor
from pos_app.features.face_models import FaceModels, load_once
from pos_app.features.landmarks import LandmarkModel
from pos_app.features.model_file import ModelIntegrityError
from pos_app.features.model_store import ModelStore
from pos_app.probe.capture_policy import CapturePolicy
from tests.fakes.faces import Pose, face_of

pytestmark = pytest.mark.media


@pytest.mark.parametrize(
    "size", [(64, 64), (480, 640), (1080, 1920), (4320, 7680)], ids=["tiny", "VGA", "HD", "8K"]
)
@pytest.mark.parametrize("value", [0, 128, 255])
def test_an_empty_picture_of_any_size_has_no_face(
    size: tuple[int, int], value: int, face_models: FaceModels
) -> None:
    assert face_models.detect(np.full((*size, 3), value, np.uint8)) == ()


def test_a_face_shaped_nothing_is_denied_by_the_landmark_model(face_models: FaceModels) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (240, 320, 3), dtype=np.uint8)
    landmarks = face_models.locate(noise, face_of(Pose()))
    assert landmarks.presence < 0.5
    assert landmarks.points.shape == (478, 2)
    landmarks.wipe()
    assert not landmarks.points.any()


def test_features_of_the_same_picture_are_the_same(face_models: FaceModels) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (112, 112, 3), dtype=np.uint8)
    one, other = (face_models.extract_aligned(noise) for _ in range(2))
    assert np.array_equal(one.values, other.values)
    face_models.wipe()


def test_models_are_loaded_once(model_store: ModelStore, capture_policy: CapturePolicy) -> None:
    analysis = load_once(model_store, capture_policy.detector)
    assert analysis() is analysis()


@pytest.mark.filterwarnings("ignore")
def test_a_file_that_is_not_the_model_refuses_to_load(model_store: ModelStore) -> None:
    detector, features = model_store.read("face_detector"), model_store.read("face_features")
    with pytest.raises(ModelIntegrityError):
        FaceDetector(b"not a network", score_threshold=0.8, overlap_threshold=0.3)
    for wrong in (b"not a network", features[:1000], detector):
        with pytest.raises(ModelIntegrityError):
            FeatureExtractor(wrong)


@pytest.mark.parametrize("damage", ["no zip", "no members", "no network", "cut geometry"])
def test_a_damaged_landmark_bundle_refuses_to_load(damage: str, model_store: ModelStore) -> None:
    bundle = model_store.read("face_landmarker")
    damaged = bundle[:200] if damage == "no zip" else _repacked(bundle, damage)
    with pytest.raises(ModelIntegrityError):
        LandmarkModel(damaged)


def _repacked(bundle: bytes, damage: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(bundle)) as whole, zipfile.ZipFile(target, "w") as damaged:
        for name in [] if damage == "no members" else whole.namelist():
            content = whole.read(name)
            if damage == "no network" and name == "face_landmarks_detector.tflite":
                content = whole.read("face_detector.tflite")
            if damage == "cut geometry" and name.endswith(".binarypb"):
                content = content[:-400]
            damaged.writestr(name, content)
    return target.getvalue()
