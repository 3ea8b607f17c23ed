"""An invented person: a direction in feature space, and a little different at every capture."""

import hashlib
from dataclasses import dataclass

import numpy as np

from facepay.template import DIMENSIONS, FeatureVector

NOISE = 0.25
"""Length of the noise beside a unit vector: two captures of one person have a cosine near 0.94."""


@dataclass(frozen=True, slots=True)
class SyntheticPerson:
    """Somebody who does not exist. The same name is always the same person."""

    name: str

    def features(self, capture: int) -> FeatureVector:
        """Return the features of the person's capture number `capture`; the caller wipes them."""
        own = _direction(f"{self.name}/self")
        noise = _direction(f"{self.name}/{capture}")
        mixed = own + NOISE * noise
        mixed /= np.linalg.norm(mixed)
        return FeatureVector(mixed.astype(np.float32))


def _direction(label: str) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(b"synthetic person" + label.encode()).digest())
    values = np.random.Generator(np.random.PCG64(seed)).standard_normal(DIMENSIONS)
    return np.asarray(values / np.linalg.norm(values))
