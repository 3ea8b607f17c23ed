"""Where tests marked `media` find models; without them they fail and say how to get them."""

import pytest

from pos_app.features.face_models import FaceModels
from pos_app.features.manifest import data_folder, load_manifest
from pos_app.features.model_store import ModelStore, default_folders
from pos_app.probe.capture_policy import CapturePolicy, load_capture_policy


@pytest.fixture(scope="session")
def capture_policy() -> CapturePolicy:
    """The policy that comes with the program."""
    return load_capture_policy()


@pytest.fixture(scope="session")
def model_store() -> ModelStore:
    """The admitted models of this machine."""
    return ModelStore(load_manifest(data_folder() / "manifest.toml"), default_folders())


@pytest.fixture(scope="session")
def face_models(model_store: ModelStore, capture_policy: CapturePolicy) -> FaceModels:
    """The networks, loaded once."""
    return FaceModels(model_store, capture_policy.detector)
