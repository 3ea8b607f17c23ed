"""Judge from one frame whether a face is a person or a picture of one: passive PAD, if installed."""

from collections.abc import Mapping, Sequence
from typing import Final

import cv2
import numpy as np
import onnxruntime

from pos_app.capture.detected_face import DetectedFace
from pos_app.capture.frame import ImageBgr
from pos_app.features.minifasnet import BONA_FIDE_CLASS, INPUT_NAME, SIDE, minifasnet_onnx
from pos_app.features.model_file import ModelMissingError
from pos_app.features.model_store import ModelStore
from pos_app.features.pickled_weights import read_weights

PASSIVE_ROLES: Final[Mapping[str, float]] = {"passive_pad_2_7": 2.7, "passive_pad_4_0": 4.0}
"""Names of the optional files, and how much wider than the face box each network looks."""

_LOG_ERRORS_ONLY: Final = 3


class PassiveNetwork:
    """One or two networks whose answers are averaged. Used by one thread at a time."""

    def __init__(self, files: Sequence[tuple[bytes, float]]) -> None:
        """Load at least one verified weight file, each with its scale.

        The ONNX model is made in memory every time (0.1 s), so there is no second file to verify.
        Raises `WeightFileError`.
        """
        self._networks = [
            (_session(minifasnet_onnx(read_weights(weights))), scale) for weights, scale in files
        ]

    def score(self, image_bgr: ImageBgr, face: DetectedFace) -> float:
        """Return how much the face looks bona fide, 0-1; not finite if a network failed."""
        return float(np.mean([_score(*network, image_bgr, face) for network in self._networks]))

    def wipe(self) -> None:
        """Run the networks on black. A repeat is harmless."""
        black = np.zeros((1, 3, SIDE, SIDE), np.float32)
        for session, _scale in self._networks:
            session.run(None, {INPUT_NAME: black})


def find_passive_network(store: ModelStore) -> PassiveNetwork | None:
    """Return the network of the weight files that are there, or None without any.

    Raises `ModelIntegrityError` for a file that is there and is another.
    """
    files = []
    for name, scale in PASSIVE_ROLES.items():
        try:
            files.append((store.read(name), scale))
        except ModelMissingError:
            continue
    return PassiveNetwork(files) if files else None


def surroundings_of(image_bgr: ImageBgr, face: DetectedFace, scale: float) -> ImageBgr:
    """Return uint8[80, 80, 3]: the face box `scale` times wider and higher.

    The region is shifted to stay inside the frame, and only as large as fits. The caller wipes it.
    """
    height, width = image_bgr.shape[:2]
    fitting = min(scale, (width - 1) / face.width, (height - 1) / face.height)
    wide, high = face.width * fitting, face.height * fitting
    centre_x, centre_y = face.centre
    left = min(max(centre_x - wide / 2, 0), width - 1 - wide)
    top = min(max(centre_y - high / 2, 0), height - 1 - high)
    region = image_bgr[int(top) : int(top + high) + 1, int(left) : int(left + wide) + 1]
    return cv2.resize(region, (SIDE, SIDE)).astype(np.uint8, copy=False)


def _session(model: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = _LOG_ERRORS_ONLY
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _score(
    session: onnxruntime.InferenceSession, scale: float, image_bgr: ImageBgr, face: DetectedFace
) -> float:
    region = surroundings_of(image_bgr, face, scale)
    network_input = np.ascontiguousarray(region.transpose(2, 0, 1)[None], np.float32)
    try:
        [classes] = session.run(None, {INPUT_NAME: network_input})
    finally:
        region.fill(0)
        network_input.fill(0)
    return float(classes[0, BONA_FIDE_CLASS])
