"""Every picture of a folder becomes features or a named failure, whatever is in the file."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from pos_app.capture.frame import ImageBgr
from pos_app.evaluation.sample_reader import NOT_A_PICTURE, Acquired, NotAcquired, SampleReader
from pos_app.features.face_models import FaceModels
from pos_app.features.manifest import data_folder, load_manifest
from pos_app.features.model_commands import MEDIA_MANIFEST
from pos_app.features.model_store import ModelStore, default_folders
from pos_app.probe.capture_policy import CapturePolicy

pytestmark = [pytest.mark.media, pytest.mark.rule("TPL-05")]


@pytest.fixture(scope="module")
def reader(face_models: FaceModels, capture_policy: CapturePolicy) -> SampleReader:
    return SampleReader(face_models, capture_policy)


@pytest.fixture(scope="module")
def portrait() -> ImageBgr:
    """The head of a public-domain portrait, large and frontal."""
    store = ModelStore(load_manifest(data_folder() / MEDIA_MANIFEST), default_folders())
    image = cv2.imread(str(store.path_of("collins")))
    assert image is not None
    return np.ascontiguousarray(image[:320, 60:380])


def read(reader: SampleReader, path: Path, picture: np.ndarray) -> Acquired | NotAcquired:
    assert cv2.imwrite(str(path), picture)
    return reader.read(path)


@pytest.mark.parametrize(
    "change",
    [
        lambda image: image,
        lambda image: cv2.cvtColor(image, cv2.COLOR_BGR2GRAY),
        lambda image: image.astype(np.uint16) * 257,
        lambda image: cv2.cvtColor(image, cv2.COLOR_BGR2BGRA),
    ],
    ids=["as it is", "grey", "16 bit", "with alpha"],
)
def test_a_good_face_is_acquired_in_every_kind_of_file(
    change: Callable[[ImageBgr], np.ndarray],
    reader: SampleReader,
    portrait: ImageBgr,
    tmp_path: Path,
) -> None:
    assert isinstance(read(reader, tmp_path / "a.png", change(portrait)), Acquired)


def turned(quarters: int) -> Callable[[ImageBgr], ImageBgr]:
    return lambda image: np.ascontiguousarray(np.rot90(image, quarters))


@pytest.mark.parametrize(
    "change",
    [
        turned(1),
        turned(2),
        turned(3),
        np.zeros_like,
        lambda image: (image * 0.15).astype(np.uint8),
        lambda image: cv2.GaussianBlur(image, (0, 0), 9),
        lambda image: cv2.resize(image, (96, 96)),
        lambda image: image[:, 150:],
        lambda image: np.hstack([image, image]),
        lambda image: np.random.default_rng(1).integers(0, 256, image.shape, np.uint8),
    ],
    ids=[
        "quarter", "upside down", "three quarters", "black", "dark", "blurred", "tiny",
        "half a face", "two faces", "noise",
    ],
)  # fmt: skip
def test_a_poor_face_is_a_named_failure(
    change: Callable[[ImageBgr], np.ndarray],
    reader: SampleReader,
    portrait: ImageBgr,
    tmp_path: Path,
) -> None:
    found = read(reader, tmp_path / "a.png", change(portrait))
    assert isinstance(found, NotAcquired)
    assert found.reason not in ("", NOT_A_PICTURE)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xd8\xff\xe0 cut", b"GIF89a", b"\x89PNG\r\n\x1a\n" + bytes(50), b"<svg/>"],
    ids=["empty", "JPEG", "GIF", "PNG", "SVG"],
)
def test_a_broken_file_is_no_picture(content: bytes, reader: SampleReader, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(content)
    assert reader.read(path) == NotAcquired(NOT_A_PICTURE)
    assert reader.read(tmp_path / "absent.jpg") == NotAcquired(NOT_A_PICTURE)


def test_a_picture_of_one_pixel_is_none(reader: SampleReader, tmp_path: Path) -> None:
    one = np.zeros((1, 1, 3), np.uint8)
    assert read(reader, tmp_path / "a.png", one) == NotAcquired(NOT_A_PICTURE)
