"""Any ONNX network takes the passive role by its card; a wrong card or file is refused by name."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pos_app.capture.detected_face import DetectedFace
from pos_app.features.manifest import data_folder, load_manifest, parse_manifest
from pos_app.features.model_commands import MODEL_MANIFEST, models_list
from pos_app.features.model_file import ManifestError, ModelIntegrityError
from pos_app.features.model_store import ModelStore
from pos_app.features.onnx_writer import OnnxGraph
from pos_app.features.passive_card import PassiveCard, parse_passive_card
from pos_app.features.passive_network import (
    OWN_CARDS_NAME,
    PassiveNetwork,
    find_passive_network,
    installed_networks,
)

TABLE: dict[str, object] = {
    "kind": "onnx",
    "width": 6,
    "height": 4,
    "crop_scale": 1.0,
    "colour": "bgr",
    "value_low": 0.0,
    "value_high": 1.0,
    "chosen_class": 0,
    "threshold": 0.5,
}
FACE = DetectedFace(20, 20, 60, 40, np.zeros((5, 2), np.float32), 0.9)


def card(**changes: object) -> PassiveCard:
    return parse_passive_card(TABLE | changes)


def channel_means(layout: str = "nchw") -> bytes:
    """A network that answers with the mean of each channel of its input, three numbers."""
    shape = (1, 3, 4, 6) if layout == "nchw" else (1, 4, 6, 3)
    graph = OnnxGraph("picture", shape)
    axes = (2, 3) if layout == "nchw" else (1, 2)
    means = graph.node("ReduceMean", ["picture"], {"axes": axes, "keepdims": 0})
    return graph.model(means, (1, 3))


def plain(blue: int, green: int, red: int) -> np.typing.NDArray[np.uint8]:
    return np.full((120, 120, 3), (blue, green, red), np.uint8)


def score(content: bytes, used: PassiveCard, image: np.typing.NDArray[np.uint8]) -> float:
    return PassiveNetwork([(content, used)]).score(image, FACE)


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, 51 / 255),
        ({"chosen_class": 2}, 204 / 255),
        ({"colour": "rgb"}, 204 / 255),
        ({"value_low": 0.2, "value_high": 0.7}, 0.2 + 0.5 * 51 / 255),
        ({"mean": [0.1, 0.0, 0.0], "std": [0.5, 1.0, 1.0]}, (51 / 255 - 0.1) / 0.5),
        ({"layout": "nhwc"}, 51 / 255),
        ({"meaning": "attack"}, 1 - 51 / 255),
        ({"activation": "sigmoid"}, 1 / (1 + np.exp(-51 / 255))),
    ],
)
def test_a_card_says_what_goes_in_and_what_comes_out(
    changes: dict[str, object], expected: float
) -> None:
    content = channel_means(str(changes.get("layout", "nchw")))
    assert score(content, card(**changes), plain(51, 128, 204)) == pytest.approx(expected, abs=2e-3)


def test_softmax_weighs_the_classes_against_each_other() -> None:
    values = np.exp(np.array([51, 128, 204]) / 255)
    found = score(channel_means(), card(activation="softmax"), plain(51, 128, 204))
    assert found == pytest.approx(values[0] / values.sum(), abs=1e-3)


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize(
    ("rate", "normal"), [(0.0, 0.0), (0.1, 0.25), (0.2, 0.5), (0.6, 0.75), (1.0, 1.0)]
)
def test_scores_are_stretched_so_that_every_threshold_lies_at_a_half(
    rate: float, normal: float
) -> None:
    assert card(threshold=0.2).normal_score(rate) == pytest.approx(normal)
    assert np.isnan(card().normal_score(float("nan")))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "torch"},
        {"width": 0},
        {"width": 6.0},
        {"height": 5000},
        {"colour": "grey"},
        {"threshold": 0.0},
        {"threshold": 1.0},
        {"threshold": "half"},
        {"value_high": 0.0},
        {"value_low": float("nan")},
        {"chosen_class": -1},
        {"crop_scale": 0.5},
        {"std": [1.0, 0.0, 1.0]},
        {"mean": [1.0]},
        {"surprise": 1},
    ],
)
def test_a_card_that_cannot_be_meant_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        card(**change)
    with pytest.raises(ManifestError, match="passive card of mine"):
        parse_manifest({"format": 1, "file": [entry(b"x") | {"passive": TABLE | change}]})
    with pytest.raises(ValueError, match="lacks"):
        parse_passive_card({name: TABLE[name] for name in TABLE if name != "threshold"})


@pytest.mark.parametrize(
    ("content", "changes"),
    [
        (lambda: b"", {}),
        (lambda: b"no model at all", {}),
        (lambda: channel_means()[:-20], {}),
        (channel_means, {"width": 7}),
        (channel_means, {"layout": "nhwc"}),
        (channel_means, {"chosen_class": 3}),
        (channel_means, {"kind": "minifasnet"}),
    ],
)
def test_a_file_that_is_not_what_its_card_says_does_not_load(
    content: Callable[[], bytes], changes: dict[str, object]
) -> None:
    with pytest.raises(ModelIntegrityError):
        PassiveNetwork([(content(), card(**changes))])


def entry(content: bytes) -> dict[str, Any]:
    return {
        "name": "mine",
        "file_name": "mine.onnx",
        "sha256": hashlib.sha256(content).hexdigest(),
        "size_bytes": len(content),
        "licence": "MIT",
        "required": False,
    }


def install(folder: Path, content: bytes, written: bytes | None = None) -> ModelStore:
    """Put a card of one's own and its file into a model folder."""
    lines = [
        f"{key} = {value!r}".replace("False", "false") for key, value in entry(content).items()
    ]
    passive = ", ".join(f"{key} = {value!r}" for key, value in TABLE.items())
    text = "format = 1\n[[file]]\n" + "\n".join(lines) + f"\npassive = {{ {passive} }}\n"
    (folder / OWN_CARDS_NAME).write_text(text)
    (folder / "mine.onnx").write_bytes(content if written is None else written)
    return ModelStore(load_manifest(data_folder() / MODEL_MANIFEST), [folder])


@pytest.mark.rule("PAD-01")
def test_a_network_of_ones_own_is_found_by_its_card_and_told_of(tmp_path: Path) -> None:
    store = install(tmp_path, channel_means())
    assert [network.entry.name for network in installed_networks(store)] == ["mine"]
    found = find_passive_network(store)
    assert found is not None
    assert found.score(plain(51, 0, 0), FACE) == pytest.approx(0.2, abs=1e-3)
    found.wipe()
    told: list[str] = []
    models_list(told.append, folders=[tmp_path])
    assert "mine: there and verified (MIT)" in told
    assert told[-1] == "passive PAD network: installed: mine (threshold 0.5)"


def test_without_a_network_that_is_said(tmp_path: Path) -> None:
    told: list[str] = []
    models_list(told.append, folders=[tmp_path])
    assert "face_detector: missing" in told
    assert told[-1].startswith("passive PAD network: not installed")
    store = ModelStore(load_manifest(data_folder() / MODEL_MANIFEST), [tmp_path])
    assert find_passive_network(store) is None


def test_a_changed_file_or_a_broken_card_is_refused_and_never_passed_over(tmp_path: Path) -> None:
    content = channel_means()
    changed = content[:-1] + bytes([content[-1] ^ 1])
    store = install(tmp_path, content, changed)
    with pytest.raises(ModelIntegrityError, match="SHA-256"):
        find_passive_network(store)
    told: list[str] = []
    models_list(told.append, folders=[tmp_path])
    assert "mine: there, but it is another file: it will be refused" in told
    (tmp_path / OWN_CARDS_NAME).write_text("format = 1\n[[file]")
    with pytest.raises(ManifestError, match=OWN_CARDS_NAME):
        find_passive_network(store)


def test_the_packaged_cards_are_those_of_the_published_networks() -> None:
    manifest = load_manifest(data_folder() / MODEL_MANIFEST)
    cards = {one.name: one.passive for one in manifest.files if one.passive is not None}
    assert {name: found.crop_scale for name, found in cards.items()} == {
        "passive_pad_2_7": 2.7,
        "passive_pad_4_0": 4.0,
    }
