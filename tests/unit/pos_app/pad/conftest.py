"""The neutral face that steps are judged against."""

import pytest

from pos_app.pad.face_reading import NeutralFace, neutral_from
from pos_app.probe.capture_policy import CapturePolicy
from tests.fakes.faces import Pose
from tests.fakes.readings import reading_of


@pytest.fixture
def neutral(capture_policy: CapturePolicy) -> NeutralFace:
    face = neutral_from([reading_of(Pose())], capture_policy.pad.neutral)
    assert face is not None
    return face
