"""A virtual shopper who stands still and does what is asked, at the pace of a real camera."""

from dataclasses import dataclass, field
from typing import Final

from facepay.pad_challenge import PadChallenge
from facepay.ports import SystemClock, SystemRandomness
from facepay.rotation import EpochKey
from facepay.sealed_envelope import KemPrivateKey, RecipientKey
from pos_app.bootstrap import find_camera
from pos_app.capture.observer import CaptureObserver, SilentObserver
from pos_app.capture.stage import Stage
from pos_app.features.face_models import load_once
from pos_app.features.manifest import data_folder, load_manifest
from pos_app.features.model_commands import MODEL_MANIFEST
from pos_app.features.model_store import ModelStore, default_folders
from pos_app.probe.capture_policy import load_capture_policy
from pos_app.probe.capture_session import CaptureEquipment

SHOPPER: Final = "virtual:collins"
_KEYS: Final = tuple(KemPrivateKey.generate(SystemRandomness()) for _ in range(3))


@dataclass(frozen=True, slots=True)
class BenchContext:
    """A sealing context for one capture, with keys of its own and a service that is not there."""

    challenge: PadChallenge
    model_id: str
    attempt: int = 1
    epoch: int = 1
    epoch_key: EpochKey = field(default_factory=lambda: EpochKey.generate(SystemRandomness()))

    @property
    def recipients(self) -> tuple[RecipientKey, RecipientKey, RecipientKey]:
        first, second, third = (key.recipient for key in _KEYS)
        return first, second, third

    def header_for(self, commitments: tuple[bytes, bytes, bytes], pad_evidence: bytes) -> bytes:
        return b"".join(commitments) + pad_evidence


def equipment_before(shopper: str, observer: CaptureObserver | None = None) -> CaptureEquipment:
    """Return the camera side of a till before a virtual shopper, models not yet loaded."""
    policy, stage = load_capture_policy(), Stage()
    store = ModelStore(load_manifest(data_folder() / MODEL_MANIFEST), default_folders())
    camera = find_camera(shopper, SystemClock(), stage)
    analysis = load_once(store, policy.detector)
    return CaptureEquipment(camera, analysis, policy, stage, observer or SilentObserver())
