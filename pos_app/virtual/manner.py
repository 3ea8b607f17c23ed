"""How shoppers behave, and in what light: everything in which one visit differs from a good one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pos_app.capture.stage import Prompt
from pos_app.virtual.acting import ease
from pos_app.virtual.expression import Expression, Pose
from pos_app.virtual.shop_floor import Place, Room
from pos_app.virtual.worn import Worn

_WALK_SECONDS: Final = 1.4
_WALK_PIXELS: Final = 620.0
_STEP_SECONDS, _STEP_PIXELS = 0.5, 5.0
_AVERTED_DEGREES: Final = 33.0
_AVERTING_SECONDS: Final = 0.6
_SHAKE_SECONDS: Final = 0.4
_EXPOSURE_SECONDS: Final = 1 / 5
_SMEAR_STEPS: Final = 41


@dataclass(frozen=True, slots=True)
class Manner:
    """One way to behave; the defaults are those of a willing shopper in a lit shop.

    `words` describe it for a tester. `answers` says what is done for what is asked, where that is
    something else, None for nothing. Seconds count from the first frame: of coming into view and
    going out of it (None for never), and of looking elsewhere before the visit begins. `blink` and
    `jaw`, 0-1, are kept up all the time; `shake_pixels` is how far the head is swung around.
    """

    words: str
    answers: Mapping[Prompt, Prompt | None] = field(default_factory=dict)
    enters_at: float = 0.0
    leaves_at: float | None = None
    averted_seconds: float = 0.0
    blink: float = 0.0
    jaw: float = 0.0
    shake_pixels: float = 0.0
    place: Place = field(default_factory=Place)
    room: Room = field(default_factory=Room)
    worn: Worn | None = None
    has_companion: bool = False

    @property
    def needs_floor(self) -> bool:
        """Whether the person has to be cut out of the photo and stood into the shop."""
        walks = self.enters_at > 0 or self.leaves_at is not None
        return walks or self.place != Place() or self.room.wall is not None

    def hold(
        self, expression: Expression, pose: Pose, since: float, *, aside: int
    ) -> tuple[Expression, Pose]:
        """Return how the person looks, `since` seconds after the first frame, given what she does.

        `aside` is the side on which the phone is: 1 for the subject's own left, -1 for right.
        """
        kept = replace(
            expression, blink=max(self.blink, expression.blink), jaw=max(self.jaw, expression.jaw)
        )
        away = ease((self.averted_seconds - since) / _AVERTING_SECONDS)
        swing = complex(self._swing(since))
        yaw = (1 - away) * pose.yaw + away * aside * _AVERTED_DEGREES
        shift = (pose.shift[0] + swing.real, pose.shift[1] + swing.imag)
        held = Pose(yaw, pose.pitch, pose.roll, shift)
        kept = replace(kept, jaw=(1 - away) * kept.jaw)
        return (self.worn.hide(kept) if self.worn else kept), held

    def smear(self, since: float) -> NDArray[np.complex128]:
        """Return the way of the head during one exposure, pixels right and down about its middle."""
        way = self._swing(since + np.linspace(-0.5, 0.5, _SMEAR_STEPS) * _EXPOSURE_SECONDS)
        return np.asarray(way - way[_SMEAR_STEPS // 2])

    def stand(self, since: float) -> Place:
        """Return where the person is, `since` seconds after the first frame: she may walk."""
        gone = 1 - ease((since - self.enters_at) / _WALK_SECONDS) if self.enters_at else 0.0
        if self.leaves_at is not None:
            gone = max(gone, ease((since - self.leaves_at) / _WALK_SECONDS))
        bob = _STEP_PIXELS * abs(float(np.sin(np.pi * since / _STEP_SECONDS)))
        is_walking = 0 < gone < 1
        down = self.place.down + (bob if is_walking else 0.0)
        return Place(self.place.size, self.place.across + gone * _WALK_PIXELS, down)

    def _swing(self, since: float | NDArray[np.float64]) -> NDArray[np.complex128]:
        """Return where a restless head is on its circle, right and down."""
        return np.asarray(self.shake_pixels * np.exp(2j * np.pi * since / _SHAKE_SECONDS))


_MIXED_UP: Final[Mapping[Prompt, Prompt | None]] = {
    Prompt.BLINK: Prompt.OPEN_MOUTH,
    Prompt.OPEN_MOUTH: Prompt.TURN_LEFT,
    Prompt.TURN_LEFT: Prompt.TURN_RIGHT,
    Prompt.TURN_RIGHT: Prompt.TURN_LEFT,
    Prompt.TURN_EITHER_SIDE: Prompt.OPEN_MOUTH,
}
_NOTHING: Final[Mapping[Prompt, Prompt | None]] = dict.fromkeys(_MIXED_UP)

WILLING: Final = Manner("follows every prompt")
MANNERS: Final[Mapping[str, Manner]] = {
    "looks-away": Manner("looks at a phone for five seconds, then at the till", averted_seconds=5.0),
    "walks-in-late": Manner("comes into view after four seconds", enters_at=4.0),
    "walks-out": Manner("leaves as soon as anything could be asked", leaves_at=0.8),
    "wrong-expression": Manner("does another action than the asked one", answers=_MIXED_UP),
    "ignores-prompts": Manner("looks at the till and does nothing that is asked", answers=_NOTHING),
    "mouth-open": Manner("talks on: the mouth is open all the time", jaw=0.9),
    "eyes-closed": Manner("dozes with closed eyes", answers=_NOTHING, blink=1.0),
    "restless": Manner("swings the head so fast that it blurs", shake_pixels=30.0),
    "with-companion": Manner("stands beside another person", has_companion=True),
    "off-centre": Manner("stands at the edge of the picture", place=Place(across=178.0)),
    "too-far": Manner("stands two steps too far away", place=Place(0.4)),
    "too-near": Manner("leans in until the face fills the picture", place=Place(2.3)),
    "dim": Manner("stands in an almost dark shop", room=Room(face_luma=30.0)),
    "glaring": Manner("stands in a lamp that burns the picture out", room=Room(face_luma=231.0)),
    "backlit": Manner("stands before a bright shop window", place=Place(0.8),
                      room=Room(face_luma=60.0, wall=9.0)),
    "mask": Manner("wears a surgical mask", worn=Worn.MASK),
    "sunglasses": Manner("wears sunglasses", worn=Worn.SUNGLASSES),
}  # fmt: skip
"""By the word that follows a shopper's name. Names are stable: scripts and tests use them."""
