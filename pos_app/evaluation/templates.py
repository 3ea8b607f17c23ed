"""Features to the integers that the three parties would score: rotated, quantised, unprotected."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facepay.template import (
    DIMENSIONS,
    EPOCH_KEY_LENGTH,
    EpochKey,
    FeatureVector,
    derive_rotation,
    quantise,
)
from pos_app.evaluation.sample_reader import Vector

Templates = NDArray[np.float32]
"""float32[n, 128], whole numbers from -15 to 15: their products and sums are exact in float32."""

_MEASURING_KEY: Final = bytes(range(EPOCH_KEY_LENGTH))
"""Any key will do: what is measured must not depend on it."""


def templates_of(vectors: Sequence[Vector]) -> Templates:
    """Return the template of each vector, as a terminal would make it."""
    rotation = derive_rotation(EpochKey(bytearray(_MEASURING_KEY)))
    rows = [quantise(FeatureVector(vector), rotation).values for vector in vectors]
    return np.array(rows, np.float32).reshape(len(rows), DIMENSIONS)


def scores_of(one: Templates, other: Templates) -> NDArray[np.float64]:
    """Return float64[n, m], the scores of n with m templates: whole numbers, 3200 is cosine 1."""
    return (one @ other.T).astype(np.float64)
