"""Virtual cameras by name.

virtual:collins            a shopper who answers the prompts
virtual:collins+neighbour  two people in view
clip:langer                a filmed person who does not
attack:print:collins       a printed photo that is turned in the hand
attack:flat-print:collins  the same, held still
attack:replay:collins      a recording on a tablet
attack:still:collins       one picture fed into the stream
attack:noisy-still:collins the same with noise on it
attack:stream:collins      a recording of another session fed into the stream
"""

import zlib
from collections.abc import Callable
from typing import Final

from numpy.random import PCG64, Generator

from facepay.ports import Clock
from pos_app.capture.camera import CameraUnavailableError
from pos_app.capture.stage import Stage
from pos_app.virtual.attack_print import PrintedPhoto
from pos_app.virtual.attack_replay import ScreenReplay
from pos_app.virtual.attack_still import InjectedStill
from pos_app.virtual.recording import InjectedStream, Recording
from pos_app.virtual.sensor import FrameTimes, PacedTimes, SensorNoise, SteppedTimes
from pos_app.virtual.shopper import PairScene
from pos_app.virtual.studio import CLIPS, PEOPLE, Studio, StudioStores, clip, packaged_stores
from pos_app.virtual.virtual_camera import Scene, VirtualCamera

_SHOPPER, _CLIP, _ATTACK = "virtual:", "clip:", "attack:"
_SPECIES: Final = ("print", "flat-print", "replay", "still", "noisy-still", "stream")
_EXACT: Final = ("still", "noisy-still", "stream")
"""Injected pictures come at exact times; everything else passes a sensor."""
_NOISELESS: Final = ("still",)

Build = Callable[[], Scene]


def list_cameras() -> tuple[str, ...]:
    """Return the names of all virtual cameras: shoppers, then clips, then attacks."""
    shoppers = [f"{_SHOPPER}{person}" for person in PEOPLE]
    clips = [f"{_CLIP}{name}" for name in CLIPS]
    attacks = [f"{_ATTACK}{species}:{person}" for species in _SPECIES for person in PEOPLE]
    return (*shoppers, *clips, *attacks)


def is_virtual(name: str) -> bool:
    """Whether the name asks for a virtual camera, known or not."""
    return name.startswith((_SHOPPER, _CLIP, _ATTACK))


def open_virtual_camera(
    name: str,
    stage: Stage,
    clock: Clock,
    *,
    is_paced: bool = True,
    stores: StudioStores | None = None,
) -> VirtualCamera:
    """Return the camera of this name, not yet open: files are read at its first opening.

    Paced, it gives thirty frames a second of `clock`; otherwise its own time advances by a thirtieth
    of a second per frame as fast as frames are asked for. All chance follows from the name. Without
    `stores` the program's own are used. Raises `CameraUnavailableError` for an unknown name.
    """
    chance = Generator(PCG64(zlib.crc32(name.encode())))
    build = _builder(name, chance, stores)
    species = name.split(":")[1]
    is_exact = name.startswith(_ATTACK) and species in _EXACT
    is_filmed = name.startswith(_CLIP)
    is_noiseless = is_filmed or (name.startswith(_ATTACK) and species in _NOISELESS)
    stepped_by = None if is_exact else chance
    times: FrameTimes = PacedTimes(clock) if is_paced else SteppedTimes(stepped_by)
    return VirtualCamera(name, stage, build, times, None if is_noiseless else SensorNoise(chance))


def _builder(name: str, chance: Generator, stores: StudioStores | None) -> Build:
    kept: list[Studio] = []

    def studio() -> Studio:
        if not kept:
            kept.append(Studio(stores or packaged_stores()))
        return kept[0]

    if name.startswith(_CLIP) and name.removeprefix(_CLIP) in CLIPS:
        return lambda: clip(stores or packaged_stores(), name.removeprefix(_CLIP))
    people = name.removeprefix(_SHOPPER).split("+")
    if name.startswith(_SHOPPER) and set(people) <= set(PEOPLE) and len(people) <= 2:
        return lambda: _shoppers(studio(), people, chance)
    if name.startswith(_ATTACK) and name in list_cameras():
        _, species, person = name.split(":")
        return lambda: _attack(studio(), species, person, chance)
    raise CameraUnavailableError(f"there is no virtual camera called {name}")


def _shoppers(studio: Studio, people: list[str], chance: Generator) -> Scene:
    scenes = [studio.shopper(person, chance) for person in people]
    return scenes[0] if len(scenes) == 1 else PairScene(scenes[0], scenes[1])


def _attack(studio: Studio, species: str, person: str, chance: Generator) -> Scene:
    if species == "replay":
        return ScreenReplay(Recording(studio.shopper(person, chance), chance))
    if species == "stream":
        return InjectedStream(Recording(studio.shopper(person, chance), chance))
    if species.endswith("print"):
        return PrintedPhoto(studio.portrait(person), chance, is_waved=species == "print")
    return InjectedStill(studio.portrait(person))
