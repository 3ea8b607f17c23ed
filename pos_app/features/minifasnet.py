"""The passive PAD network MiniFASNet, described by what its weight file calls its parts.

Layers follow in the file's order. `conv`, `bn` and `prelu` under one name are one step: convolution
with batch normalisation folded in, then PReLU where there is one. A block is three steps: wider by
1x1, depthwise 3x3, back by 1x1. Blocks under `model` add their input again. `se_module` weighs
channels by their mean before that. The last convolution covers all that is left of the picture; two
matrix products lead to three classes.

Input is blue-green-red, 0-255, float32[1, 3, 80, 80]; output the softmax, float32[1, 3]. Class 1 is
bona fide.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pos_app.features.onnx_writer import OnnxGraph
from pos_app.features.pickled_weights import WeightFileError, Weights

SIDE: Final = 80
CLASSES: Final = 3
INPUT_NAME: Final = "picture"

_PREFIX: Final = "module."
_EPSILON: Final = 1e-5
_HALVING: Final = ("conv1", "conv_23.conv_dw", "conv_34.conv_dw", "conv_45.conv_dw")
_CHAINS: Final = ("conv_3", "conv_4", "conv_5")
_STAGES: Final = ("conv_23", "conv_3", "conv_34", "conv_4", "conv_45", "conv_5")


def minifasnet_onnx(weights: Weights) -> bytes:
    """Return the network with these weights as an ONNX model.

    Raises `WeightFileError` if a part is missing or does not fit.
    """
    names = {name.removeprefix(_PREFIX): values for name, values in weights.items()}
    try:
        return _Builder(names).build()
    except (KeyError, ValueError, IndexError) as cause:
        raise WeightFileError("the weights are not those of a MiniFASNet") from cause


class _Builder:
    """Adds parts to a graph; every method takes and returns the name of a picture of features."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._graph = OnnxGraph(INPUT_NAME, (1, 3, SIDE, SIDE))

    def build(self) -> bytes:
        features = self._step("conv2_dw", self._step("conv1", INPUT_NAME))
        for stage in _STAGES:
            features = (
                self._chain(stage, features) if stage in _CHAINS else self._block(stage, features)
            )
        features = self._step("conv_6_dw", self._step("conv_6_sep", features), padding=0)
        flat = self._graph.node("Flatten", [features])
        weight, bias = self._folded("linear.weight", "bn")
        hidden = self._product(flat, "linear", weight, bias)
        scores = self._product(hidden, "prob", self._weights["prob.weight"], None)
        return self._graph.model(self._graph.node("Softmax", [scores]), (1, CLASSES))

    def _chain(self, stage: str, features: str) -> str:
        """Run the stage's blocks, each added to its input."""
        count = len(
            {name.split(".")[2] for name in self._weights if name.startswith(f"{stage}.model.")}
        )
        for number in range(count):
            name = f"{stage}.model.{number}"
            change = self._block(name, features)
            if f"{name}.se_module.fc1.weight" in self._weights:
                change = self._weighed(f"{name}.se_module", change)
            features = self._graph.node("Add", [features, change])
        return features

    def _block(self, name: str, features: str) -> str:
        for step in ("conv", "conv_dw", "project"):
            features = self._step(f"{name}.{step}", features)
        return features

    def _step(self, name: str, features: str, padding: int | None = None) -> str:
        convolved = self._convolution(name, f"{name}.conv.weight", f"{name}.bn", features, padding)
        slope = self._weights.get(f"{name}.prelu.weight")
        if slope is None:
            return convolved
        return self._graph.node(
            "PRelu", [convolved, self._graph.weight(f"{name}.slope", slope.reshape(-1, 1, 1))]
        )

    def _convolution(
        self, name: str, weight_name: str, norm: str, features: str, padding: int | None = None
    ) -> str:
        weight, bias = self._folded(weight_name, norm)
        kernel = weight.shape[2]
        around = kernel // 2 if padding is None else padding
        is_depthwise = weight.shape[1] == 1
        stride = 2 if name in _HALVING else 1
        inputs = [
            features,
            self._graph.weight(f"{name}.weight", weight),
            self._graph.weight(f"{name}.bias", bias),
        ]
        return self._graph.node(
            "Conv",
            inputs,
            {
                "strides": (stride, stride),
                "pads": (around,) * 4,
                "group": weight.shape[0] if is_depthwise else 1,
            },
        )

    def _weighed(self, name: str, features: str) -> str:
        """Multiply channels by what a small network says of their means."""
        means = self._graph.node("GlobalAveragePool", [features])
        narrow = self._convolution(f"{name}.1", f"{name}.fc1.weight", f"{name}.bn1", means)
        active = self._graph.node("Relu", [narrow])
        wide = self._convolution(f"{name}.2", f"{name}.fc2.weight", f"{name}.bn2", active)
        return self._graph.node("Mul", [features, self._graph.node("Sigmoid", [wide])])

    def _product(
        self,
        features: str,
        name: str,
        weight: NDArray[np.float32],
        bias: NDArray[np.float32] | None,
    ) -> str:
        inputs = [features, self._graph.weight(f"{name}.weight", weight)]
        if bias is not None:
            inputs.append(self._graph.weight(f"{name}.bias", bias))
        return self._graph.node("Gemm", inputs, {"transB": 1})

    def _folded(
        self, weight_name: str, norm: str
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return weight and bias that do what the layer and its normalisation do together."""
        weight = self._weights[weight_name]
        variance = self._weights[f"{norm}.running_var"].astype(np.float64)
        factor = self._weights[f"{norm}.weight"] / np.sqrt(variance + _EPSILON)
        bias = self._weights[f"{norm}.bias"] - self._weights[f"{norm}.running_mean"] * factor
        scaled = weight * factor.reshape(-1, *[1] * (weight.ndim - 1))
        return scaled.astype(np.float32), bias.astype(np.float32)
