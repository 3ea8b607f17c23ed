"""Lay the 478-point face mesh over a detected face: MediaPipe FaceLandmarker, run by LiteRT."""

import io
import zipfile
from dataclasses import dataclass

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from pos_app.capture.detected_face import DetectedFace
from pos_app.capture.frame import ImageBgr
from pos_app.features.alignment import apply_inverse, level_crop
from pos_app.features.model_file import ModelIntegrityError
from pos_app.features.wire_fields import WireFormatError, read_fields

LANDMARK_COUNT = 478
CANONICAL_COUNT = 468
_CROP_SIDE = 256
_CROP_MARGIN = 1.5
_MESH_MEMBER = "face_landmarks_detector.tflite"
_GEOMETRY_MEMBER = "geometry_pipeline_metadata_landmarks.binarypb"
_MESH_FIELD, _VERTEX_FIELD, _VERTEX_FLOATS = 1, 3, 5


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Landmarks:
    """The mesh of one face in one frame. Whoever asked for it wipes it.

    `points` is float64[478, 2] in pixels of the frame, x right, y down, in MediaPipe's order.
    `presence` is 0-1, higher is more certainly a face.
    """

    points: NDArray[np.float64]
    presence: float

    def wipe(self) -> None:
        """Overwrite the points in place. A repeat does nothing."""
        self.points.fill(0.0)

    def __repr__(self) -> str:
        """Show nothing of the face."""
        return f"Landmarks(<{len(self.points)} points>)"


class LandmarkModel:
    """Finds the mesh of a detected face. Used by one thread at a time."""

    def __init__(self, bundle: bytes) -> None:
        """Load the verified `.task` bundle.

        Raises `ModelIntegrityError` if the bundle or the network in it has another shape.
        """
        members = _read_bundle(bundle)
        self.canonical_points = _read_geometry(members[_GEOMETRY_MEMBER])
        self._network = _load_network(members[_MESH_MEMBER])
        self._input = self._network.get_input_details()[0]["index"]
        self._mesh, self._presence = _output_indices(self._network)

    canonical_points: NDArray[np.float64]
    """float64[468, 3]: the mesh of an average face in centimetres, x to the subject's left, y up,
    z towards the viewer."""

    def locate(self, image_bgr: ImageBgr, face: DetectedFace) -> Landmarks:
        """Return the mesh of `face` in a uint8[height, width, 3] picture; the caller wipes it."""
        in_space, presence = self._measure(image_bgr, face)
        points = np.ascontiguousarray(in_space[:, :2])
        in_space.fill(0)
        return Landmarks(points, presence)

    def locate_in_depth(self, image_bgr: ImageBgr, face: DetectedFace) -> NDArray[np.float64]:
        """Return float64[478, 3]: the mesh of `face` with its depth; the caller wipes it.

        All three are in pixels of the picture; depth grows away from the viewer and its zero is the
        network's own. Needed to turn a head, not to judge one.
        """
        return self._measure(image_bgr, face)[0]

    def _measure(
        self, image_bgr: ImageBgr, face: DetectedFace
    ) -> tuple[NDArray[np.float64], float]:
        to_crop = level_crop(face, margin=_CROP_MARGIN, side=_CROP_SIDE)
        crop = cv2.warpAffine(image_bgr, to_crop, (_CROP_SIDE, _CROP_SIDE))
        network_input = np.divide(crop[None, :, :, ::-1], 255, dtype=np.float32)
        self._network.set_tensor(self._input, network_input)
        self._network.invoke()
        in_crop = self._network.get_tensor(self._mesh).reshape(LANDMARK_COUNT, 3)
        logit = float(self._network.get_tensor(self._presence).reshape(()))
        in_space = np.empty((LANDMARK_COUNT, 3))
        in_space[:, :2] = apply_inverse(to_crop, in_crop[:, :2].astype(np.float64))
        in_space[:, 2] = in_crop[:, 2] / np.hypot(*to_crop[0, :2])
        for seen in (crop, network_input, in_crop):
            seen.fill(0)
        return in_space, _sigmoid(logit)

    def wipe(self) -> None:
        """Run the network on black, so that its buffers hold no face. A repeat is harmless."""
        shape = (1, _CROP_SIDE, _CROP_SIDE, 3)
        self._network.set_tensor(self._input, np.zeros(shape, np.float32))
        self._network.invoke()


def _read_bundle(bundle: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            return {name: archive.read(name) for name in (_MESH_MEMBER, _GEOMETRY_MEMBER)}
    except (zipfile.BadZipFile, KeyError) as cause:
        raise ModelIntegrityError("the landmark bundle is not what it should be") from cause


def _load_network(model: bytes) -> Interpreter:
    try:
        network = Interpreter(model_content=model, num_threads=1)
        network.allocate_tensors()
    except (ValueError, RuntimeError) as cause:
        raise ModelIntegrityError("the landmark network does not load") from cause
    shape = tuple(network.get_input_details()[0]["shape"])
    if shape != (1, _CROP_SIDE, _CROP_SIDE, 3):
        raise ModelIntegrityError(f"the landmark network takes {shape}")
    return network


def _output_indices(network: Interpreter) -> tuple[int, int]:
    """Return the tensors of the mesh and of the presence logit: the two with those sizes."""
    sizes = [(int(np.prod(o["shape"])), int(o["index"])) for o in network.get_output_details()]
    mesh = [index for size, index in sizes if size == LANDMARK_COUNT * 3]
    single = [index for size, index in sizes if size == 1]
    if len(mesh) != 1 or not single:
        raise ModelIntegrityError("the landmark network gives other outputs")
    return mesh[0], single[0]


def _read_geometry(metadata: bytes) -> NDArray[np.float64]:
    try:
        mesh = next(f.value for f in read_fields(metadata) if f.number == _MESH_FIELD)
        raw = b"".join(bytes(f.value) for f in read_fields(mesh) if f.number == _VERTEX_FIELD)
    except (WireFormatError, StopIteration) as cause:
        raise ModelIntegrityError("the mesh geometry does not read") from cause
    if len(raw) != CANONICAL_COUNT * _VERTEX_FLOATS * 4:
        raise ModelIntegrityError("the mesh geometry has another number of points")
    vertices = np.frombuffer(raw, "<f4").reshape(CANONICAL_COUNT, _VERTEX_FLOATS)
    return vertices[:, :3].astype(np.float64)


def _sigmoid(logit: float) -> float:
    return float(1.0 / (1.0 + np.exp(-np.clip(logit, -50, 50))))
