"""Nothing of a face is computed that payment does not need, and nothing of it leaves the terminal."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

import pos_app
from facepay.template import FeatureVector
from pos_app.capture.detected_face import DetectedFace
from pos_app.capture.sample_quality import SampleQuality
from pos_app.features.landmarks import Landmarks
from pos_app.features.manifest import data_folder, load_manifest
from pos_app.pad.face_geometry import FaceMeasures

ROOT = Path(pos_app.__file__).parent
CAMERA_SIDE = ("capture", "features", "pad", "probe")
NETWORK = {"socket", "ssl", "http", "urllib", "requests", "grpc", "subprocess"}
FETCHING = {"features/model_sources.py"}
"""Speaks to the network, to fetch models, and never sees a picture."""


def sources() -> Iterator[Path]:
    for folder in CAMERA_SIDE:
        yield from sorted((ROOT / folder).rglob("*.py"))


def imported_roots(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    roots: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            roots |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            roots.add(node.module.split(".")[0])
    return roots


@pytest.mark.rule("CAP-03")
def test_what_is_computed_of_a_face_has_no_trait_in_it() -> None:
    computed = {
        field.name
        for kind in (DetectedFace, SampleQuality, Landmarks, FaceMeasures, FeatureVector)
        for field in fields(kind)
    }
    assert computed == {
        *("left", "top", "width", "height", "points", "detection_score"),
        *("problems", "sharpness"),
        *("presence",),
        *("eye_aspect", "mouth_aspect", "yaw_degrees", "proportion"),
        *("values",),
    }


@pytest.mark.rule("CAP-03")
def test_no_model_of_traits_is_admitted_or_opened() -> None:
    admitted = {entry.name for entry in load_manifest(data_folder() / "manifest.toml").files}
    passive = {"passive_pad_2_7", "passive_pad_4_0"}
    assert admitted == {"face_detector", "face_landmarker", "face_features"} | passive
    traits = re.compile(r"blendshape|emotion|gender|ethnic|\bage_|\bmood_", re.IGNORECASE)
    assert [path.name for path in sources() if traits.search(path.read_text("utf-8"))] == []


@pytest.mark.rule("CAP-04", "CAP-05")
def test_the_camera_side_has_no_way_to_the_network_or_to_a_file() -> None:
    writers = re.compile(
        r"\b(imwrite|VideoWriter|write_bytes|np\.save|tofile|imencode|pickle\.dump)\b"
    )
    networked, writing = set(), set()
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        if imported_roots(path) & NETWORK:
            networked.add(name)
        if writers.search(path.read_text("utf-8")):
            writing.add(name)
    assert networked <= FETCHING
    assert writing == set()


@pytest.mark.rule("CAP-04")
def test_the_camera_side_logs_nothing() -> None:
    """What is not logged cannot be found in a log; outcomes are logged by who asked for them."""
    loggers = re.compile(r"\bstructlog\b|\bprint\(|^import logging|getLogger", re.MULTILINE)
    assert [path.name for path in sources() if loggers.search(path.read_text("utf-8"))] == []
