"""What a passive PAD network must be fed and how its answer is read: its card, as data.

Any ONNX model with one picture as input can take the role. Its card says the rest.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any, Final

SIDE_MAX_PIXELS: Final = 1024
"""A larger input would take longer than a frame lasts."""
_CHANNELS: Final = 3


class NetworkKind(Enum):
    """What the file is: an ONNX model, or the weights of a MiniFASNet as published."""

    ONNX = "onnx"
    MINIFASNET = "minifasnet"


class ColourOrder(Enum):
    """Order of the three channels."""

    BGR = "bgr"
    RGB = "rgb"


class Layout(Enum):
    """Order of the input's sides: channels first or last."""

    NCHW = "nchw"
    NHWC = "nhwc"


class Activation(Enum):
    """What turns the outputs into rates of 0-1."""

    NONE = "none"
    SOFTMAX = "softmax"
    SIGMOID = "sigmoid"


class Meaning(Enum):
    """What a high value of the chosen class means."""

    BONA_FIDE = "bona_fide"
    ATTACK = "attack"


@dataclass(frozen=True, slots=True)
class PassiveCard:
    """The contract of one network.

    Its input is the face box `crop_scale` times wider and higher, resized to `width` by `height`
    pixels, 0-255 mapped to `value_low`-`value_high`, less `mean`, over `std` (in the colour order of
    the input). Output number `chosen_class` means `meaning`; at `threshold`, 0-1 after `activation`
    and turned so that higher is more bona fide, its maker decides.
    """

    kind: NetworkKind
    width: int
    height: int
    crop_scale: float
    colour: ColourOrder
    value_low: float
    value_high: float
    chosen_class: int
    threshold: float
    layout: Layout = Layout.NCHW
    activation: Activation = Activation.NONE
    meaning: Meaning = Meaning.BONA_FIDE
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)

    def __post_init__(self) -> None:
        """Refuse what no network could be."""
        sides = 1 <= self.width <= SIDE_MAX_PIXELS and 1 <= self.height <= SIDE_MAX_PIXELS
        if not sides or not 0 < self.threshold < 1 or self.chosen_class < 0:
            raise ValueError("a side, the threshold or the class is out of its bounds")
        if not 1 <= self.crop_scale <= 8 or min(self.std) <= 0:
            raise ValueError("crop_scale is 1 to 8 and std is positive")
        if not self.value_low < self.value_high:
            raise ValueError("value_low is below value_high")

    def normal_score(self, rate: float) -> float:
        """Return a bona fide rate of 0-1 stretched so that this card's threshold lies at 0.5.

        So networks with different thresholds can be averaged and held to one. Not-a-number stays.
        """
        if rate < self.threshold:
            return 0.5 * rate / self.threshold
        return 0.5 + 0.5 * (rate - self.threshold) / (1 - self.threshold)


_KINDS: Final[Mapping[str, type[Enum]]] = {
    "kind": NetworkKind,
    "colour": ColourOrder,
    "layout": Layout,
    "activation": Activation,
    "meaning": Meaning,
}
_WHOLE: Final = frozenset({"width", "height", "chosen_class"})
_TRIPLES: Final = frozenset({"mean", "std"})


def parse_passive_card(table: object) -> PassiveCard:
    """Return the card in a parsed TOML table.

    Raises `ValueError` for a key that is missing, unknown, or of another kind or range.
    """
    names = {field.name for field in fields(PassiveCard)}
    if not isinstance(table, dict) or not set(table) <= names:
        raise ValueError(f"the card of a passive network knows {sorted(names)}")
    try:
        return PassiveCard(**{name: _read(name, value) for name, value in table.items()})
    except TypeError as cause:
        raise ValueError("the card of a passive network lacks a value") from cause


def _read(name: str, value: object) -> Any:  # noqa: ANN401 - as many kinds as fields
    if name in _KINDS:
        return _KINDS[name](value)
    if name in _TRIPLES:
        if not isinstance(value, list) or len(value) != _CHANNELS:
            raise ValueError(f"{name} has three numbers")
        return tuple(_number(name, one) for one in value)
    number = _number(name, value)
    if name in _WHOLE and type(value) is not int:
        raise ValueError(f"{name} is a whole number")
    return value if name in _WHOLE else number


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{name} is a finite number")
    return float(value)
