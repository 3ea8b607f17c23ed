"""Turn an aligned face into the features that are compared at routing: SFace, on one CPU thread."""

import numpy as np
import onnxruntime

from facepay.template import DIMENSIONS, FeatureVector
from pos_app.capture.detected_face import DetectedFace
from pos_app.capture.frame import ImageBgr
from pos_app.errors import PosError
from pos_app.features.alignment import ALIGNED_SIDE, align_face
from pos_app.features.model_file import ModelIntegrityError
from pos_app.features.onnx_graph import without_initialiser_inputs
from pos_app.features.wire_fields import WireFormatError

_INPUT_SHAPE = [1, 3, ALIGNED_SIDE, ALIGNED_SIDE]
_LOG_ERRORS_ONLY = 3


class FeatureExtractionError(PosError):
    """The network gave numbers that are no features (not finite, or all zero)."""


class FeatureExtractor:
    """Computes features of faces. Used by one thread at a time."""

    def __init__(self, model: bytes) -> None:
        """Load the verified model file.

        Raises `ModelIntegrityError` if it does not load or has another input or output.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = _LOG_ERRORS_ONLY
        try:
            graph = without_initialiser_inputs(model)
            self._session = onnxruntime.InferenceSession(
                graph, options, providers=["CPUExecutionProvider"]
            )
        except (WireFormatError, RuntimeError, ValueError) as cause:
            raise ModelIntegrityError("the feature network does not load") from cause
        self._input = self._checked_input()

    def extract(self, image_bgr: ImageBgr, face: DetectedFace) -> FeatureVector:
        """Return the features of `face` in a uint8[height, width, 3] picture; the caller wipes them.

        Raises `FeatureExtractionError` if the face is degenerate or the result is not finite.
        """
        try:
            aligned = align_face(image_bgr, face)
        except (ValueError, np.linalg.LinAlgError) as cause:
            raise FeatureExtractionError("the face has no usable position") from cause
        try:
            return self.extract_aligned(aligned)
        finally:
            aligned.fill(0)

    def extract_aligned(self, aligned_bgr: ImageBgr) -> FeatureVector:
        """Return the features of an aligned uint8[112, 112, 3] picture; the caller wipes both."""
        network_input = np.ascontiguousarray(
            aligned_bgr[None, :, :, ::-1].transpose(0, 3, 1, 2), dtype=np.float32
        )
        try:
            raw = self._session.run(None, {self._input: network_input})[0]
        finally:
            network_input.fill(0)
        return unit_features(raw.reshape(DIMENSIONS))

    def wipe(self) -> None:
        """Run the network on black, so that its buffers hold no face. A repeat is harmless."""
        self._session.run(None, {self._input: np.zeros(_INPUT_SHAPE, np.float32)})

    def _checked_input(self) -> str:
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        if len(inputs) != 1 or inputs[0].shape != _INPUT_SHAPE:
            raise ModelIntegrityError("the feature network takes another input")
        if len(outputs) != 1 or outputs[0].shape != [1, DIMENSIONS]:
            raise ModelIntegrityError("the feature network gives another output")
        return str(inputs[0].name)


def unit_features(raw: "np.typing.NDArray[np.float32]") -> FeatureVector:
    """Return float32[128] scaled to unit length, wiping `raw`; the caller wipes the result.

    Raises `FeatureExtractionError` if the numbers are not finite or all zero.
    """
    length = float(np.linalg.norm(raw))
    if not np.isfinite(length) or length == 0.0:
        raise FeatureExtractionError("the feature network gave no usable numbers")
    values = (raw / length).astype(np.float32, copy=False)
    if raw.flags.writeable:
        raw.fill(0)
    return FeatureVector(values)


def similarity(one: FeatureVector, other: FeatureVector) -> float:
    """Return the cosine of two feature vectors, -1 to 1; higher is closer."""
    return float(one.values @ other.values)


def fuse(vectors: tuple[FeatureVector, ...]) -> FeatureVector:
    """Return the unit mean of one or more vectors of one face; the caller wipes all of them.

    Raises `FeatureExtractionError` if they cancel out.
    """
    return unit_features(np.sum([vector.values for vector in vectors], axis=0, dtype=np.float32))
