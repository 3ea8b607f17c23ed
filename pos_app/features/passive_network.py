"""Judge from one frame whether a face is a person or a picture of one: passive PAD, if installed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as runtime

from pos_app.capture.detected_face import DetectedFace
from pos_app.capture.frame import ImageBgr
from pos_app.features.manifest import load_manifest
from pos_app.features.minifasnet import minifasnet_onnx
from pos_app.features.model_file import FileEntry, ModelIntegrityError, ModelMissingError
from pos_app.features.model_store import ModelStore
from pos_app.features.passive_card import (
    Activation,
    ColourOrder,
    Layout,
    Meaning,
    NetworkKind,
    PassiveCard,
)
from pos_app.features.pickled_weights import read_weights

OWN_CARDS_NAME: Final = "passive_pad.toml"
"""In any model folder: a manifest of networks of the user's own, of the same form."""

_LOG_FATAL_ONLY: Final = 4
_RUNTIME_ERRORS: Final = (
    runtime.Fail,
    runtime.InvalidArgument,
    runtime.InvalidGraph,
    runtime.InvalidProtobuf,
    runtime.NotImplemented,
    runtime.RuntimeException,
    RuntimeError,
    ValueError,
)
"""What onnxruntime raises for a file or an input; its own exceptions have no root of their own."""


class PassiveNetwork:
    """One or several networks whose answers are averaged. Used by one thread at a time."""

    def __init__(self, files: Sequence[tuple[bytes, PassiveCard]]) -> None:
        """Load at least one verified file, each with its card.

        The ONNX model of a MiniFASNet is made in memory every time (0.1 s), so there is no second
        file to verify. Raises `ModelIntegrityError` if a file is not what its card says.
        """
        self._networks = [_Network(content, card) for content, card in files]

    def score(self, image_bgr: ImageBgr, face: DetectedFace) -> float:
        """Return how much the face looks bona fide, 0-1; 0.5 is where the cards say to decide.

        Not finite if a network failed.
        """
        return float(np.mean([network.score(image_bgr, face) for network in self._networks]))

    def wipe(self) -> None:
        """Run the networks on black. A repeat is harmless."""
        for network in self._networks:
            network.wipe()


@dataclass(frozen=True, slots=True)
class InstalledNetwork:
    """A passive network whose file is there, right or wrong: what to read and from which store."""

    entry: FileEntry
    card: PassiveCard
    store: ModelStore


def installed_networks(store: ModelStore) -> tuple[InstalledNetwork, ...]:
    """Return the networks of the store's manifest and of the cards in its folders that have a file.

    Raises `ManifestError` for a card that cannot be read.
    """
    return tuple(found for source in _sources(store) for found in _installed_in(source))


def find_passive_network(store: ModelStore) -> PassiveNetwork | None:
    """Return the network of the files that are there, or None without any.

    Raises `ModelIntegrityError` for a file that is there and is another, `ManifestError` for a card
    that cannot be read: what somebody installed is never passed over in silence.
    """
    files = []
    for network in installed_networks(store):
        try:
            files.append((network.store.read(network.entry.name), network.card))
        except ModelMissingError:
            continue  # removed in between
    return PassiveNetwork(files) if files else None


def surroundings_of(image_bgr: ImageBgr, face: DetectedFace, card: PassiveCard) -> ImageBgr:
    """Return uint8[height, width, 3] of the card: the face box its scale times wider and higher.

    The region is shifted to stay inside the frame, and only as large as fits. The caller wipes it.
    """
    height, width = image_bgr.shape[:2]
    fitting = min(card.crop_scale, (width - 1) / face.width, (height - 1) / face.height)
    wide, high = face.width * fitting, face.height * fitting
    centre_x, centre_y = face.centre
    left = min(max(centre_x - wide / 2, 0), width - 1 - wide)
    top = min(max(centre_y - high / 2, 0), height - 1 - high)
    region = image_bgr[int(top) : int(top + high) + 1, int(left) : int(left + wide) + 1]
    return cv2.resize(region, (card.width, card.height)).astype(np.uint8, copy=False)


class _Network:
    """One network that runs."""

    def __init__(self, content: bytes, card: PassiveCard) -> None:
        is_weights = card.kind is NetworkKind.MINIFASNET
        model = minifasnet_onnx(read_weights(content)) if is_weights else content
        self._card = card
        try:
            self._session = _session(model)
            [network_input] = self._session.get_inputs()
            self._input = network_input.name
            outputs = self._run(self._black())
        except _RUNTIME_ERRORS as cause:
            raise ModelIntegrityError(
                "a passive network does not take what its card says"
            ) from cause
        if card.chosen_class >= outputs.size:
            raise ModelIntegrityError("a passive network has fewer classes than its card says")

    def score(self, image_bgr: ImageBgr, face: DetectedFace) -> float:
        region = surroundings_of(image_bgr, face, self._card)
        picture = self._picture(region)
        try:
            rate = float(_activated(self._run(picture), self._card)[self._card.chosen_class])
        finally:
            region.fill(0)
            picture.fill(0)
        is_attack = self._card.meaning is Meaning.ATTACK
        return self._card.normal_score(1 - rate if is_attack else rate)

    def wipe(self) -> None:
        self._run(self._black())

    def _black(self) -> NDArray[np.float32]:
        return self._picture(np.zeros((self._card.height, self._card.width, 3), np.uint8))

    def _picture(self, region: ImageBgr) -> NDArray[np.float32]:
        """Return the network's input of a region: float32 with the card's range and layout."""
        card = self._card
        ordered = region if card.colour is ColourOrder.BGR else region[:, :, ::-1]
        span = (card.value_high - card.value_low) / 255
        values = ordered * span
        values += card.value_low
        values -= card.mean
        values /= card.std
        sides = values if card.layout is Layout.NHWC else values.transpose(2, 0, 1)
        picture = np.array(sides[None], np.float32, order="C")
        values.fill(0)
        return picture

    def _run(self, picture: NDArray[np.float32]) -> NDArray[np.float64]:
        first, *_others = self._session.run(None, {self._input: picture})
        return np.asarray(first, np.float64).ravel()


def _activated(outputs: NDArray[np.float64], card: PassiveCard) -> NDArray[np.float64]:
    match card.activation:
        case Activation.NONE:
            return outputs
        case Activation.SIGMOID:
            return 1 / (1 + np.exp(-np.clip(outputs, -50, 50)))
        case Activation.SOFTMAX:
            powers = np.exp(outputs - outputs.max())
            return np.asarray(powers / powers.sum())


def _session(model: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = _LOG_FATAL_ONLY
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _sources(store: ModelStore) -> Iterator[ModelStore]:
    yield store
    cards: list[Path] = [folder / OWN_CARDS_NAME for folder in store.folders]
    for path in cards:
        if path.is_file():
            yield ModelStore(load_manifest(path), store.folders)


def _installed_in(store: ModelStore) -> Iterator[InstalledNetwork]:
    for entry in store.manifest.files:
        if entry.passive is not None and store.has(entry.name):
            yield InstalledNetwork(entry, entry.passive, store)
