"""Readings of synthetic heads, as pad judges them."""

from pos_app.pad.face_geometry import measure_face
from pos_app.pad.face_reading import FaceReading
from tests.fakes.faces import CANONICAL, HEIGHT, WIDTH, Pose, mesh_of

FRAME_SECONDS = 1 / 30


def reading_of(pose: Pose, captured_at: float = 0.0) -> FaceReading:
    mesh = mesh_of(pose)
    return FaceReading(captured_at, measure_face(mesh, CANONICAL, (WIDTH, HEIGHT)), mesh)


def readings_of(*poses: Pose) -> list[FaceReading]:
    """Thirty frames a second."""
    return [reading_of(pose, number * FRAME_SECONDS) for number, pose in enumerate(poses)]
