"""Where virtual people come from: verified photos and clips, measured with the admitted models."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.random import Generator

from pos_app.capture.camera import CameraUnavailableError
from pos_app.capture.frame import ImageBgr
from pos_app.capture.stage import Prompt
from pos_app.features.detector import FaceDetector
from pos_app.features.landmarks import LandmarkModel
from pos_app.features.manifest import data_folder, load_manifest
from pos_app.features.model_commands import MEDIA_MANIFEST, MODEL_MANIFEST
from pos_app.features.model_file import ModelError
from pos_app.features.model_store import ModelStore, default_folders
from pos_app.pad.policy import StepPolicy, parse_pad_policy
from pos_app.virtual.acting import Gesture
from pos_app.virtual.clip import ClipScene, still_from
from pos_app.virtual.face_mesh import read_face_mesh
from pos_app.virtual.manner import WILLING, Manner
from pos_app.virtual.portrait import Portrait, PortraitStudio
from pos_app.virtual.puppet import Puppet
from pos_app.virtual.rehearsal import Rehearsal
from pos_app.virtual.shopper import Shopper
from pos_app.virtual.worn import Worn, put_on

PEOPLE: Final = ("collins", "hopper", "langer", "neighbour")
"""Those whose photo or clip the media manifest names."""
GUESTS: Final = ("franck", "traveller")
"""Two more, whose clips are optional: a registry carries them that is not everywhere."""
CLIPS: Final = ("langer", "neighbour", "franck", "traveller", "entering", "leaving", "nobody")
_STILL_FRAMES: Final = {"langer": 240, "neighbour": 0, "franck": 150, "traveller": 60}
"""The frame of a clip in which the person looks at the camera with eyes open and mouth near closed."""
_DETECTION_SCORE, _DETECTION_OVERLAP = 0.8, 0.3
_POLICY_FILE: Final = "capture_policy.toml"


@dataclass(frozen=True, slots=True)
class StudioStores:
    """The files: models, photos and clips, and what proves a challenge step."""

    models: ModelStore
    media: ModelStore
    steps: StepPolicy


def packaged_stores() -> StudioStores:
    """Return the manifests and the policy that come with the program, and this user's folders.

    Raises `ManifestError` or `PolicyError`.
    """
    folder = data_folder()
    folders = default_folders()
    document = tomllib.loads((folder / _POLICY_FILE).read_text("utf-8"))
    return StudioStores(
        models=ModelStore(load_manifest(folder / MODEL_MANIFEST), folders),
        media=ModelStore(load_manifest(folder / MEDIA_MANIFEST), folders),
        steps=parse_pad_policy(document).steps,
    )


class Studio:
    """Makes people. Loads the detector and the landmark model once; used by one thread at a time."""

    def __init__(self, stores: StudioStores) -> None:
        """Load the two networks. Raises `CameraUnavailableError` if a file is missing or wrong."""
        self._stores = stores
        try:
            bundle = stores.models.read("face_landmarker")
            self._detector = FaceDetector(
                stores.models.read("face_detector"),
                score_threshold=_DETECTION_SCORE,
                overlap_threshold=_DETECTION_OVERLAP,
            )
            self._landmarks = LandmarkModel(bundle)
            self._mesh = read_face_mesh(bundle)
        except ModelError as cause:
            raise CameraUnavailableError(str(cause)) from cause
        self._portraits = PortraitStudio(self._detector, self._landmarks)
        self._repertoires: dict[tuple[str, Worn | None], dict[Prompt, Gesture]] = {}

    def portrait(self, person: str) -> Portrait:
        """Return the framed photo of a person; the caller wipes it.

        Raises `CameraUnavailableError` if the file is missing, wrong or shows no face.
        """
        photo = self._photo(person)
        try:
            return self._portraits.frame(photo)
        finally:
            photo.fill(0)
            self._landmarks.wipe()

    def puppet(self, person: str, worn: Worn | None = None) -> Puppet:
        """Return a person who can be posed; the caller wipes it. Errors as `portrait`."""
        portrait = self.portrait(person)
        if worn is not None:
            put_on(portrait, worn)
        return Puppet(portrait, self._mesh, self._landmarks.canonical_points)

    def shopper(self, person: str, chance: Generator, manner: Manner = WILLING) -> Shopper:
        """Return a person who follows the prompts; rehearsed at the first time, then remembered.

        Errors as `portrait`.
        """
        puppet = self.puppet(person, manner.worn)
        return Shopper(puppet, self._repertoire(person, puppet, manner.worn), chance, manner)

    def _repertoire(self, person: str, puppet: Puppet, worn: Worn | None) -> dict[Prompt, Gesture]:
        """Return what the product recognises of this face, as it is seen behind what is worn."""
        if (person, worn) not in self._repertoires:
            rehearsal = Rehearsal(self._detector, self._landmarks, self._stores.steps)
            hidden = worn.hidden_prompts if worn else frozenset[Prompt]()
            self._repertoires[person, worn] = {
                prompt: gesture
                for prompt, gesture in rehearsal.repertoire(puppet).items()
                if prompt not in hidden
            }
        return self._repertoires[person, worn]

    def _photo(self, person: str) -> ImageBgr:
        if person in _STILL_FRAMES:
            return still_from(_path(self._stores.media, person), _STILL_FRAMES[person])
        try:
            content = self._stores.media.read(person)
        except ModelError as cause:
            raise CameraUnavailableError(str(cause)) from cause
        decoded = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
        return np.asarray(decoded, np.uint8)


def people_here(media: ModelStore) -> tuple[str, ...]:
    """Return everybody who can come: all people, and the guests whose clips were fetched."""
    absent = {entry.name for entry in media.absent()}
    return (*PEOPLE, *(guest for guest in GUESTS if guest not in absent))


def clip(stores: StudioStores, name: str) -> ClipScene:
    """Return a clip; those of people are looped. Raises `CameraUnavailableError`."""
    return ClipScene(_path(stores.media, name), is_looped=name in _STILL_FRAMES or name == "nobody")


def _path(media: ModelStore, name: str) -> Path:
    try:
        return media.path_of(name)
    except ModelError as cause:
        raise CameraUnavailableError(str(cause)) from cause
