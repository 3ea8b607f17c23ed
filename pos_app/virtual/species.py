"""The attacks by name: what each is, and how its scene is built.

A presentation attack shows the camera something, an injection replaces what the camera sees. Names
are stable: scripts, tests and measurements use them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from numpy.random import Generator

from pos_app.virtual.attack_company import FaceSwap, PrintBeside
from pos_app.virtual.attack_eye_holes import BEHIND, EyeHolesPrint
from pos_app.virtual.attack_mask import MaskCut, WornMask
from pos_app.virtual.attack_print import BentPrint, PrintedPhoto
from pos_app.virtual.attack_replay import ScreenReplay
from pos_app.virtual.attack_still import InjectedFootage, LoopedClip, StillPicture
from pos_app.virtual.recording import Recording
from pos_app.virtual.shopper import Shopper
from pos_app.virtual.studio import Studio
from pos_app.virtual.virtual_camera import Scene

Build = Callable[[Studio, str, Generator], Scene]
_ACCOMPLICE, _OTHER_ACCOMPLICE = "neighbour", "collins"


@dataclass(frozen=True, slots=True)
class Species:
    """One kind of attack. `words` describe it for a tester.

    An injected one comes at exact times; without a sensor, no noise is added to its pictures.
    """

    words: str
    build: Build
    is_injected: bool = False
    has_sensor: bool = True


def accomplice_of(person: str) -> str:
    """Return who lends a living face to an attack on `person`."""
    return _OTHER_ACCOMPLICE if person == _ACCOMPLICE else _ACCOMPLICE


def _print(studio: Studio, person: str, chance: Generator) -> Scene:
    return PrintedPhoto(studio.portrait(person), chance, is_waved=True)


def _flat_print(studio: Studio, person: str, chance: Generator) -> Scene:
    return PrintedPhoto(studio.portrait(person), chance, is_waved=False)


def _bent_print(studio: Studio, person: str, chance: Generator) -> Scene:
    return BentPrint(studio.portrait(person), chance)


def _cut_out_eyes(studio: Studio, person: str, chance: Generator) -> Scene:
    accomplice = studio.shopper(accomplice_of(person), chance, BEHIND)
    return EyeHolesPrint(studio.portrait(person), accomplice, chance)


def _replay(studio: Studio, person: str, chance: Generator) -> Scene:
    return ScreenReplay(Recording(studio.shopper(person, chance), chance))


def _replay_still(studio: Studio, person: str, chance: Generator) -> Scene:
    del chance
    return ScreenReplay(StillPicture(studio.portrait(person)))


def _still(studio: Studio, person: str, chance: Generator) -> Scene:
    del chance
    return InjectedFootage(StillPicture(studio.portrait(person)))


def _stream(studio: Studio, person: str, chance: Generator) -> Scene:
    return InjectedFootage(Recording(studio.shopper(person, chance), chance))


def _loop(studio: Studio, person: str, chance: Generator) -> Scene:
    recording = Recording(studio.shopper(person, chance), chance)
    return InjectedFootage(LoopedClip(recording, chance))


def _swap(studio: Studio, person: str, chance: Generator) -> Scene:
    return FaceSwap(studio.shopper(person, chance), _accomplice(studio, person, chance))


def _two_faces(studio: Studio, person: str, chance: Generator) -> Scene:
    return PrintBeside(studio.portrait(person), _accomplice(studio, person, chance), chance)


def _half_mask(studio: Studio, person: str, chance: Generator) -> Scene:
    wearer = _accomplice(studio, person, chance)
    return WornMask(studio.portrait(person), wearer, MaskCut.LOWER, chance)


def _paper_mask(studio: Studio, person: str, chance: Generator) -> Scene:
    wearer = _accomplice(studio, person, chance)
    return WornMask(studio.portrait(person), wearer, MaskCut.FULL, chance)


def _accomplice(studio: Studio, person: str, chance: Generator) -> Shopper:
    return studio.shopper(accomplice_of(person), chance)


SPECIES: Final[Mapping[str, Species]] = {
    "print": Species("printed photo, turned in the hand when a turn is asked", _print),
    "flat-print": Species("printed photo, held still", _flat_print),
    "bent-print": Species("printed photo, bent to look less flat, and turned", _bent_print),
    "cut-out-eyes": Species("printed photo with living eyes behind holes", _cut_out_eyes),
    "replay": Species("video of the person on a tablet", _replay),
    "replay-still": Species("photo of the person on a tablet", _replay_still),
    "half-mask": Species("somebody else with a printed lower face as a mask", _half_mask),
    "paper-mask": Species("somebody else with the whole printed face as a mask", _paper_mask),
    "two-faces": Species("somebody else, and a printed photo beside the face", _two_faces),
    "swap": Species("the person at first, somebody else as soon as anything is asked", _swap),
    "still": Species("one picture fed into the stream", _still, is_injected=True, has_sensor=False),
    "noisy-still": Species("one picture fed into the stream with noise", _still, is_injected=True),
    "loop": Species("a second and a half of video fed in, over and over", _loop, is_injected=True,
                    has_sensor=False),
    "stream": Species("video of another session fed into the stream", _stream, is_injected=True),
}  # fmt: skip
