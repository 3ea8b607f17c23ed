"""How a person answers a prompt: after a moment, at a human pace, and not like a machine."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator

from pos_app.capture.stage import Prompt, StageView
from pos_app.virtual.expression import Expression, Pose

REACTION_SECONDS: Final = (0.30, 0.60)
"""From seeing a new prompt to the first movement."""
REPEAT_AFTER_SECONDS: Final = 1.4
"""A person who is still being asked tries again."""
_NATURAL_BLINK_SECONDS: Final = (2.5, 6.0)
_SWAY_SECONDS: Final = (3.7, 5.3)
_SWAY_DEGREES: Final = 0.8
_SMILE_SECONDS: Final = 7.1
_SMILE_MAX: Final = 0.12


@dataclass(frozen=True, slots=True)
class Gesture:
    """One movement: seconds to reach it, to keep it and to come back; and its full extent.

    `yaw` is in degrees to the subject's own left; the others are 0-1.
    """

    rise: float
    hold: float
    fall: float
    blink: float = 0.0
    jaw: float = 0.0
    yaw: float = 0.0

    @property
    def seconds(self) -> float:
        """How long it takes in all."""
        return self.rise + self.hold + self.fall

    def amount(self, since: float) -> float:
        """Return 0-1: how much of it is done `since` seconds after its start."""
        if since <= self.rise:
            return ease(since / self.rise)
        return ease((self.seconds - since) / self.fall) if since > self.rise + self.hold else 1.0


def blink(*, depth: float) -> Gesture:
    """Three frames down, two closed, three up."""
    return Gesture(rise=0.1, hold=0.07, fall=0.12, blink=depth)


def turn(*, yaw: float) -> Gesture:
    """Turn the head, stay a moment and come back."""
    return Gesture(rise=0.45, hold=0.35, fall=0.5, yaw=yaw)


def open_mouth(*, jaw: float) -> Gesture:
    """Open the mouth, stay a moment and close it."""
    return Gesture(rise=0.3, hold=0.4, fall=0.35, jaw=jaw)


class Actor:
    """Plays one person on the camera's clock. Times given to it never go back."""

    def __init__(self, repertoire: dict[Prompt, Gesture], chance: Generator) -> None:
        """`repertoire` is what the person can do when asked; other prompts are let pass."""
        self._repertoire, self._chance = repertoire, chance
        self._seen = StageView(prompt=None, colour_rgb=None, serial=-1)
        self._asked: Gesture | None = None
        self._due_at = float("inf")
        self._gesture: Gesture | None = None
        self._began_at = 0.0
        self._blink_at: float | None = None
        self._phases = chance.uniform(0.0, 2 * np.pi, 4)

    def look_at(self, view: StageView, now: float) -> None:
        """See the stage; a new showing starts a reaction, and an old one is answered again in time.

        The same prompt in another colour asks nothing new.
        """
        is_anew = view.serial != self._seen.serial
        is_relit = view.prompt is self._seen.prompt and view.colour_rgb != self._seen.colour_rgb
        self._seen = view
        if is_anew and not is_relit:
            self._asked = self._repertoire.get(view.prompt) if view.prompt else None
            self._due_at = now + self._chance.uniform(*REACTION_SECONDS)
        self._finish(now)
        if self._gesture is None:
            self._begin(now)

    def pose(self, now: float) -> tuple[Expression, Pose]:
        """Return how the person looks now."""
        gesture = self._gesture
        amount = 0.0 if gesture is None else gesture.amount(now - self._began_at)
        pose = self._sway(now)
        smile = self._idle_smile(now)
        if gesture is None:
            return Expression(smile=smile), pose
        expression = Expression(gesture.blink * amount, gesture.jaw * amount, smile)
        return expression, Pose(pose.yaw + gesture.yaw * amount, pose.pitch, pose.roll, pose.shift)

    def _finish(self, now: float) -> None:
        if self._gesture and now - self._began_at >= self._gesture.seconds:
            self._gesture = None

    def _begin(self, now: float) -> None:
        if self._blink_at is None:
            self._blink_at = now + self._chance.uniform(*_NATURAL_BLINK_SECONDS)
        if self._asked is not None and now >= self._due_at:
            self._gesture, self._began_at = self._asked, now
            self._due_at = now + self._asked.seconds + REPEAT_AFTER_SECONDS
        elif now >= self._blink_at and (self._asked is None or self._due_at - now > 0.3):
            self._gesture, self._began_at = blink(depth=1.0), now
            self._blink_at = now + self._chance.uniform(*_NATURAL_BLINK_SECONDS)

    def _idle_smile(self, now: float) -> float:
        """No face is quite still either."""
        return float(_SMILE_MAX * np.sin(np.pi * now / _SMILE_SECONDS + self._phases[3]) ** 2)

    def _sway(self, now: float) -> Pose:
        """Nobody stands still: two slow waves per axis that never repeat together."""
        slow, fast = (2 * np.pi * now / seconds for seconds in _SWAY_SECONDS)
        one, two, three, four = self._phases
        yaw = _SWAY_DEGREES * (0.6 * np.sin(slow + one) + 0.4 * np.sin(fast + two))
        pitch = 0.6 * _SWAY_DEGREES * np.sin(fast + three)
        roll = 0.5 * _SWAY_DEGREES * np.sin(slow + four)
        shift = (1.8 * float(np.sin(fast + one)), 1.2 * float(np.sin(slow + three)))
        return Pose(float(yaw), float(pitch), float(roll), shift)


def ease(share: float) -> float:
    """Return how much of a movement is done after `share` of its time: 0-1, with a smooth start and end."""
    held = min(max(share, 0.0), 1.0)
    return held * held * (3 - 2 * held)
