"""Features are finite, of unit length, and fuse; broken numbers never become a template."""

import numpy as np
import pytest

from pos_app.features.extractor import FeatureExtractionError, fuse, similarity, unit_features
from tests.fakes.faces import features_of


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_numbers_without_direction_are_refused(value: float) -> None:
    with pytest.raises(FeatureExtractionError):
        unit_features(np.full(128, value, np.float32))


def test_raw_numbers_are_wiped_once_they_are_features() -> None:
    raw = np.full(128, 2.0, np.float32)
    assert np.linalg.norm(unit_features(raw).values) == pytest.approx(1.0)
    assert not raw.any()


def test_fused_features_lie_between_their_parts() -> None:
    one, other = features_of(1, tilt=0.5), features_of(1, tilt=-0.5)
    assert similarity(fuse((one, other)), features_of(1)) == pytest.approx(1.0)
    assert similarity(one, other) < 1.0
