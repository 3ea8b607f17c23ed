"""Virtual cameras by name.

virtual:collins             a shopper who answers the prompts
virtual:collins:looks-away  the same in another manner; `manner.MANNERS` has them all
virtual:collins+neighbour   two people in view
clip:langer                 a filmed person who does not answer
attack:print:collins        an attack on a person; `species.SPECIES` has them all
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from numpy.random import PCG64, Generator

from facepay.ports import Clock
from pos_app.capture.camera import CameraUnavailableError
from pos_app.capture.stage import Stage
from pos_app.virtual.manner import MANNERS, WILLING, Manner
from pos_app.virtual.sensor import FrameTimes, PacedTimes, SensorNoise, SteppedTimes
from pos_app.virtual.shopper import PairScene, ShopperScene
from pos_app.virtual.species import SPECIES, accomplice_of
from pos_app.virtual.studio import (
    CLIPS,
    GUESTS,
    PEOPLE,
    Studio,
    StudioStores,
    clip,
    packaged_stores,
    people_here,
)
from pos_app.virtual.virtual_camera import Scene, VirtualCamera

_SHOPPER, _CLIP, _ATTACK = "virtual:", "clip:", "attack:"
_KNOWN: Final = frozenset({*PEOPLE, *GUESTS})
_CLIP_WORDS: Final = {
    "langer": "a filmed woman who does not answer",
    "neighbour": "a filmed man who does not answer",
    "franck": "a filmed man who talks and does not answer",
    "traveller": "a filmed man who moves the head and does not answer",
    "entering": "a filmed man who comes into view",
    "leaving": "a filmed man who goes out of view",
    "nobody": "a filmed room with nobody in it",
}

Build = Callable[[], Scene]
Recipe = Callable[[Studio, Generator], Scene]


@dataclass(frozen=True, slots=True)
class CameraListing:
    """A camera's name, and what stands before it in words for a tester."""

    name: str
    words: str


def list_cameras() -> tuple[CameraListing, ...]:
    """Return all virtual cameras: shoppers, their manners, clips, then attacks.

    Guests are in the list where their clips were fetched.
    """
    people = people_here(packaged_stores().media)
    shoppers = [listing for person in people for listing in _list_visits(person)]
    return (*shoppers, *_list_clips(people), *list_attacks())


def list_kinds() -> tuple[CameraListing, ...]:
    """Return the same in short: NAME stands for each of the people, who are named first."""
    people = people_here(packaged_stores().media)
    attacks = [
        CameraListing(f"{_ATTACK}{word}:NAME", species.words) for word, species in SPECIES.items()
    ]
    return (
        CameraListing("NAME", ", ".join(people)),
        *_list_visits("NAME"),
        CameraListing(f"{_SHOPPER}NAME+NAME", "two people side by side"),
        *_list_clips(people),
        *attacks,
    )


def _list_visits(person: str) -> list[CameraListing]:
    willing = CameraListing(f"{_SHOPPER}{person}", WILLING.words)
    others = MANNERS.items()
    return [willing, *(CameraListing(f"{willing.name}:{word}", m.words) for word, m in others)]


def _list_clips(people: tuple[str, ...]) -> list[CameraListing]:
    filmed = [name for name in CLIPS if name in people or name not in GUESTS]
    return [CameraListing(f"{_CLIP}{name}", _CLIP_WORDS[name]) for name in filmed]


def list_willing_shoppers() -> tuple[CameraListing, ...]:
    """Return those who do everything right: bona fide presentations."""
    people = people_here(packaged_stores().media)
    return tuple(CameraListing(f"{_SHOPPER}{person}", WILLING.words) for person in people)


def list_attacks() -> tuple[CameraListing, ...]:
    """Return every species of attack on every person."""
    people = people_here(packaged_stores().media)
    return tuple(
        CameraListing(f"{_ATTACK}{word}:{person}", species.words)
        for word, species in SPECIES.items()
        for person in people
    )


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
    studio: Studio | None = None,
) -> VirtualCamera:
    """Return the camera of this name, not yet open: files are read at its first opening.

    Paced, it gives thirty frames a second of `clock`; otherwise its own time advances by a thirtieth
    of a second per frame as fast as frames are asked for. All chance follows from the name. Without
    `stores` the program's own are used; a `studio` that knows its people already saves loading and
    rehearsing. Raises `CameraUnavailableError` for an unknown name.
    """
    chance = Generator(PCG64(zlib.crc32(name.encode())))
    build = _builder(name, chance, stores, studio)
    species = SPECIES.get(name.split(":")[1]) if name.startswith(_ATTACK) else None
    is_exact = species is not None and species.is_injected
    has_sensor = not name.startswith(_CLIP) and (species is None or species.has_sensor)
    stepped_by = None if is_exact else chance
    times: FrameTimes = PacedTimes(clock) if is_paced else SteppedTimes(stepped_by)
    return VirtualCamera(name, stage, build, times, SensorNoise(chance) if has_sensor else None)


def build_scene(name: str, studio: Studio, chance: Generator) -> Scene:
    """Return what stands before a camera of shoppers or attackers; the caller wipes it.

    Raises `CameraUnavailableError` for another name, or if the media are missing.
    """
    return _recipe(name)(studio, chance)


def _builder(
    name: str, chance: Generator, stores: StudioStores | None, studio: Studio | None
) -> Build:
    """Return what builds the scene, again and again; the networks are loaded at the first time."""
    if name.removeprefix(_CLIP) in CLIPS and name.startswith(_CLIP):
        return lambda: clip(stores or packaged_stores(), name.removeprefix(_CLIP))
    recipe, kept = _recipe(name), [studio] if studio else []

    def build() -> Scene:
        if not kept:
            kept.append(Studio(stores or packaged_stores()))
        return recipe(kept[0], chance)

    return build


def _recipe(name: str) -> Recipe:
    kind, _, rest = name.partition(":")
    first, _, second = rest.partition(":")
    if kind == "attack" and first in SPECIES and second in _KNOWN:
        return lambda studio, chance: SPECIES[first].build(studio, second, chance)
    people = first.split("+")
    if kind == "virtual" and _KNOWN.issuperset(people):
        manner = WILLING if rest == first else MANNERS.get(second)
        if len(people) == 1 and manner is not None:
            return lambda studio, chance: _visit(studio, first, manner, chance)
        if len(people) == 2 and manner is WILLING:
            return lambda studio, chance: _pair(studio, people[0], people[1], chance)
    raise CameraUnavailableError(f"there is no virtual camera called {name}")


def _visit(studio: Studio, person: str, manner: Manner, chance: Generator) -> Scene:
    if manner.has_companion:
        return _pair(studio, person, accomplice_of(person), chance)
    return ShopperScene(studio.shopper(person, chance, manner))


def _pair(studio: Studio, left: str, right: str, chance: Generator) -> Scene:
    return PairScene(studio.shopper(left, chance), studio.shopper(right, chance))
