"""What to tell the person in front of the camera so that the next frame is better."""

from enum import Enum


class Guidance(Enum):
    """One sentence's worth of help, most urgent first. The words live in the window."""

    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    BACKLIT = "backlit"
    COME_CLOSER = "come_closer"
    MOVE_BACK = "move_back"
    CENTRE_FACE = "centre_face"
    FACE_CAMERA = "face_camera"
    TAKE_OFF_MASK = "take_off_mask"
    TAKE_OFF_GLASSES = "take_off_glasses"
    HOLD_STILL = "hold_still"
    GOOD = "good"
