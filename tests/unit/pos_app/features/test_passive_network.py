"""A weight file is read without running it, and the network built from it is the one described."""

import pickle
import struct
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import onnxruntime
import pytest

from pos_app.capture.detected_face import DetectedFace
from pos_app.features.minifasnet import INPUT_NAME, minifasnet_onnx
from pos_app.features.passive_card import parse_passive_card
from pos_app.features.passive_network import PassiveNetwork, surroundings_of
from pos_app.features.pickled_weights import WeightFileError, Weights, read_weights

Array = npt.NDArray[np.float64]
CARD = parse_passive_card(
    {
        "kind": "minifasnet",
        "width": 80,
        "height": 80,
        "crop_scale": 2.7,
        "colour": "bgr",
        "value_low": 0,
        "value_high": 255,
        "chosen_class": 1,
        "threshold": 0.5,
    }
)
WIDER = replace(CARD, crop_scale=4.0)


def text(words: str) -> bytes:
    return b"X" + struct.pack("<I", len(words)) + words.encode()


def number(value: int) -> bytes:
    return b"J" + struct.pack("<i", value)


def tuple_of(*items: bytes) -> bytes:
    return b"(" + b"".join(items) + b"t"


def tensor(key: str, values: npt.NDArray[np.float32], kind: str = "FloatStorage") -> bytes:
    strides = [int(np.prod(values.shape[at + 1 :])) for at in range(values.ndim)]
    storage = tuple_of(
        text("storage"),
        f"ctorch\n{kind}\n".encode(),
        text(key),
        text("cpu"),
        number(values.size),
        b"N",
    )
    shape, stride = tuple_of(*map(number, values.shape)), tuple_of(*map(number, strides))
    empty_table = b"ccollections\nOrderedDict\n)R"
    arguments = tuple_of(storage + b"Q", number(0), shape, stride, b"\x89", empty_table)
    return b"ctorch._utils\n_rebuild_tensor_v2\n" + arguments + b"R"


def weight_file(weights: Weights, extra: bytes = b"") -> bytes:
    """Write tensors as the format has them, opcode by opcode."""
    named = [(str(at), name, values) for at, (name, values) in enumerate(weights.items())]
    items = b"".join(text(name) + tensor(key, values) for key, name, values in named)
    tree = b"\x80\x02ccollections\nOrderedDict\n)R(" + items + extra + b"u."
    keys = b"\x80\x02](" + b"".join(text(key) for key, _name, _values in named) + b"e."
    head = pickle.dumps(0x1950A86A20F9469CFC6C, 2) + pickle.dumps(1001, 2) + pickle.dumps({}, 2)
    numbers = b"".join(
        struct.pack("<q", values.size) + values.astype("<f4").tobytes()
        for _key, _name, values in named
    )
    return head + tree + keys + numbers


class SmallNetwork:
    """Random weights of a narrow MiniFASNet, and what it computes, in plain numpy."""

    def __init__(self) -> None:
        self.generator = np.random.default_rng(7)
        self.weights: Weights = {}
        self.step("conv1", 3, 6)
        self.step("conv2_dw", 6, 6, depthwise=True)
        for name, inside, outside, blocks in (
            ("conv_23", 6, 8, 0), ("conv_3", 8, 8, 2), ("conv_34", 8, 8, 0),
            ("conv_4", 8, 8, 1), ("conv_45", 8, 10, 0), ("conv_5", 10, 10, 1),
        ):  # fmt: skip
            for block in [f"{name}.model.{at}" for at in range(blocks)] or [name]:
                self.step(f"{block}.conv", inside, 12, kernel=1)
                self.step(f"{block}.conv_dw", 12, 12, depthwise=True)
                self.step(f"{block}.project", 12, outside, kernel=1, is_linear=True)
        self.channel_weights("conv_5.model.0.se_module", 10, 4)
        self.step("conv_6_sep", 10, 16, kernel=1)
        self.step("conv_6_dw", 16, 16, kernel=5, depthwise=True, is_linear=True)
        self.add("linear.weight", 12, 16)
        self.norm("bn", 12)
        self.add("prob.weight", 3, 12)
        self.weights["module.prob.weight"] *= np.float32(0.05)  # so that no class takes all

    def add(self, name: str, *shape: int) -> None:
        values = self.generator.normal(0, (2 / np.prod(shape[1:])) ** 0.5, shape)
        self.weights[f"module.{name}"] = values.astype(np.float32)

    def norm(self, name: str, channels: int) -> None:
        for part, low, high in (
            ("weight", 0.5, 1.5), ("bias", -0.3, 0.3), ("running_mean", -0.3, 0.3),
            ("running_var", 0.5, 1.5),
        ):  # fmt: skip
            values = self.generator.uniform(low, high, channels)
            self.weights[f"module.{name}.{part}"] = values.astype(np.float32)

    def step(
        self, name: str, inside: int, outside: int, *, kernel: int = 3, depthwise: bool = False,
        is_linear: bool = False,
    ) -> None:  # fmt: skip
        self.add(f"{name}.conv.weight", outside, 1 if depthwise else inside, kernel, kernel)
        self.norm(f"{name}.bn", outside)
        if not is_linear:
            slope = self.generator.uniform(0.1, 0.4, outside)
            self.weights[f"module.{name}.prelu.weight"] = slope.astype(np.float32)

    def channel_weights(self, name: str, channels: int, narrow: int) -> None:
        for at, inside, outside in ((1, channels, narrow), (2, narrow, channels)):
            self.add(f"{name}.fc{at}.weight", outside, inside, 1, 1)
            self.norm(f"{name}.bn{at}", outside)

    def get(self, name: str) -> Array:
        return self.weights[f"module.{name}"].astype(np.float64)

    def normed(self, name: str, features: Array) -> Array:
        parts = ("weight", "bias", "running_mean", "running_var")
        scale, bias, mean, variance = (self.get(f"{name}.{part}") for part in parts)
        return np.asarray(((features.T - mean) / np.sqrt(variance + 1e-5) * scale + bias).T)

    def convolve(self, weight: Array, features: Array, stride: int, around: int) -> Array:
        padded = np.pad(features, ((0, 0), (around, around), (around, around)))
        kernel = weight.shape[2]
        windows = np.lib.stride_tricks.sliding_window_view(padded, (kernel, kernel), axis=(1, 2))
        windows = windows[:, ::stride, ::stride]
        if weight.shape[1] == 1 and features.shape[0] == weight.shape[0]:
            return np.einsum("chwij,cij->chw", windows, weight[:, 0])
        return np.einsum("chwij,ocij->ohw", windows, weight)

    def run_step(self, name: str, features: Array, around: int | None = None) -> Array:
        weight = self.get(f"{name}.conv.weight")
        stride = 2 if name in ("conv1", *(f"conv_{n}.conv_dw" for n in (23, 34, 45))) else 1
        side = weight.shape[2] // 2 if around is None else around
        found = self.normed(f"{name}.bn", self.convolve(weight, features, stride, side))
        if f"module.{name}.prelu.weight" not in self.weights:
            return found
        slope = self.get(f"{name}.prelu.weight")[:, None, None]
        return np.where(found >= 0, found, slope * found)

    def run_block(self, name: str, features: Array) -> Array:
        for part in ("conv", "conv_dw", "project"):
            features = self.run_step(f"{name}.{part}", features)
        return features

    def run(self, picture: Array) -> Array:
        features = self.run_step("conv2_dw", self.run_step("conv1", picture))
        for name, blocks in (
            ("conv_23", 0), ("conv_3", 2), ("conv_34", 0), ("conv_4", 1), ("conv_45", 0), ("conv_5", 1),
        ):  # fmt: skip
            if not blocks:
                features = self.run_block(name, features)
            for at in range(blocks):
                change = self.run_block(f"{name}.model.{at}", features)
                features = features + self.weighed(f"{name}.model.{at}.se_module", change)
        features = self.run_step("conv_6_dw", self.run_step("conv_6_sep", features), around=0)
        hidden = self.normed("bn", self.get("linear.weight") @ features.ravel())
        scores = np.exp(self.get("prob.weight") @ hidden)
        return np.asarray(scores / scores.sum())

    def weighed(self, name: str, features: Array) -> Array:
        if f"module.{name}.fc1.weight" not in self.weights:
            return features
        means = features.mean(axis=(1, 2))
        narrow = self.normed(f"{name}.bn1", self.get(f"{name}.fc1.weight")[:, :, 0, 0] @ means)
        wide = self.get(f"{name}.fc2.weight")[:, :, 0, 0] @ np.maximum(narrow, 0)
        weights = 1 / (1 + np.exp(-self.normed(f"{name}.bn2", wide)))
        return np.asarray(features * weights[:, None, None])


@pytest.fixture(scope="module")
def network() -> SmallNetwork:
    return SmallNetwork()


@pytest.mark.rule("PAD-01")
def test_the_exported_network_computes_what_the_description_says(network: SmallNetwork) -> None:
    weights = read_weights(weight_file(network.weights))
    session = onnxruntime.InferenceSession(
        minifasnet_onnx(weights), providers=["CPUExecutionProvider"]
    )
    picture = np.random.default_rng(1).uniform(0, 1, (3, 80, 80))
    [[found]] = session.run(None, {INPUT_NAME: picture[None].astype(np.float32)})
    expected = network.run(picture)
    assert expected.min() > 0.001, "an answer that is all one class shows nothing"
    assert found == pytest.approx(expected, abs=1e-4)


def test_weights_are_read_as_they_were_written(network: SmallNetwork) -> None:
    read = read_weights(weight_file(network.weights))
    assert read.keys() == network.weights.keys()
    assert all(np.array_equal(read[name], network.weights[name]) for name in read)


@pytest.mark.parametrize(
    "call",
    [
        b"cos\nsystem\n" + tuple_of(text("true")) + b"R",
        b"cbuiltins\neval\n" + tuple_of(text("1")) + b"R",
        b"ccollections\nOrderedDict\n" + tuple_of(text("x")) + b"R",
        b"\x8c\x02os\x8c\x06system\x93",
        b"(ios\nsystem\n",
        b"c__main__\nAnything\n)\x81",
    ],
)
def test_a_file_that_asks_for_code_is_refused_and_nothing_runs(call: bytes) -> None:
    weights = {"a": np.ones((2, 2), np.float32)}
    with pytest.raises(WeightFileError):
        read_weights(weight_file(weights, extra=text("evil") + call))


@pytest.mark.parametrize("length", [0, 3, 20, 60, 200])
def test_a_file_that_is_cut_short_is_refused(length: int) -> None:
    content = weight_file({"a": np.ones((4, 4), np.float32)})
    assert length < len(content)
    with pytest.raises(WeightFileError):
        read_weights(content[:length])


def test_numbers_that_are_none_and_views_that_reach_out_are_refused() -> None:
    with pytest.raises(WeightFileError, match="not a number"):
        read_weights(weight_file({"a": np.array([1, np.nan], np.float32)}))
    content = weight_file({"a": np.ones(4, np.float32)})
    with pytest.raises(WeightFileError):
        read_weights(content.replace(tuple_of(number(4)), tuple_of(number(5)), 1))
    with pytest.raises(WeightFileError):
        read_weights(b"PK\x03\x04" + bytes(100))


def test_weights_of_another_network_are_refused(network: SmallNetwork) -> None:
    lacking = {name: v for name, v in network.weights.items() if "conv_6_dw" not in name}
    with pytest.raises(WeightFileError, match="MiniFASNet"):
        minifasnet_onnx(lacking)


def face_at(box: Sequence[float]) -> DetectedFace:
    left, top, width, height = box
    return DetectedFace(left, top, width, height, np.zeros((5, 2), np.float32), 1.0)


@pytest.mark.parametrize(
    "box", [(0, 0, 40, 40), (600, 440, 60, 60), (-10, 200, 90, 110), (100, 100, 630, 470)]
)
def test_surroundings_stay_inside_the_frame(box: Sequence[float]) -> None:
    image = np.full((480, 640, 3), 9, np.uint8)
    region = surroundings_of(image, face_at(box), CARD)
    assert region.shape == (80, 80, 3)
    assert (region == 9).all()


def test_a_score_is_the_mean_of_what_the_networks_say_of_their_surroundings(
    network: SmallNetwork,
) -> None:
    content = weight_file(network.weights)
    image = np.random.default_rng(2).integers(0, 2, (200, 240, 3), np.uint8)
    face = face_at((90, 80, 50, 60))
    wide, wider = PassiveNetwork([(content, CARD)]), PassiveNetwork([(content, WIDER)])
    both = PassiveNetwork([(content, CARD), (content, WIDER)])
    expected = (wide.score(image, face) + wider.score(image, face)) / 2
    assert both.score(image, face) == pytest.approx(expected)
    assert 0 < expected < 1
    both.wipe()
