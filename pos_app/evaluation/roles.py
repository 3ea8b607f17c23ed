"""Who plays what in an evaluation: enrolled with a reference, searching, or a stranger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from pos_app.evaluation.error_rate import ErrorRate
from pos_app.evaluation.picture_folder import Person
from pos_app.evaluation.sample_reader import Acquired, Sample, Vector
from pos_app.evaluation.templates import Templates, templates_of

_HELD_OUT_EVERY: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class Cast:
    """The templates of an evaluation.

    Row i of `references` is of enrolled person i. `probes` are other samples of enrolled people and
    `owners` says whose. `strangers` has one row for each person who is not enrolled.
    `failure_to_enrol` counts people who were to have a reference, `failure_to_acquire` the samples
    that were to be searched with.
    """

    references: Templates
    probes: Templates
    owners: "np.typing.NDArray[np.int64]"
    strangers: Templates
    failure_to_enrol: ErrorRate
    failure_to_acquire: ErrorRate


def give_roles(
    people: Sequence[Person], samples: Mapping[Path, Sample], *, captures: int = 1
) -> Cast:
    """Divide people into enrolled and strangers by how many pictures they have.

    The first `captures` pictures of a person become the reference, the others are probes. Who has no
    picture left to probe with is a stranger; where everybody has, every fourth person is.
    """
    tally = _Tally(samples, captures)
    has_strangers = any(len(person.pictures) <= captures for person in people)
    for position, person in enumerate(people):
        is_held_out = not has_strangers and position % _HELD_OUT_EVERY == _HELD_OUT_EVERY - 1
        if is_held_out or len(person.pictures) <= captures:
            tally.add_stranger(person)
        else:
            tally.add_enrolled(person)
    return tally.cast()


class _Tally:
    """Collects vectors and counts failures."""

    def __init__(self, samples: Mapping[Path, Sample], captures: int) -> None:
        self._samples, self._captures = samples, captures
        self._references: list[Vector] = []
        self._probes: list[Vector] = []
        self._owners: list[int] = []
        self._strangers: list[Vector] = []
        self._enrolments = [0, 0]
        self._searches = [0, 0]

    def add_enrolled(self, person: Person) -> None:
        """Enrol with the first pictures and probe with the rest."""
        first, rest = person.pictures[: self._captures], person.pictures[self._captures :]
        vectors = self._vectors(first)
        self._enrolments[1] += 1
        if len(vectors) < self._captures:
            self._enrolments[0] += 1
            return
        self._references.append(fused(vectors))
        for picture in rest:
            probe = self._search(picture)
            if probe is not None:
                self._probes.append(probe)
                self._owners.append(len(self._references) - 1)

    def add_stranger(self, person: Person) -> None:
        """Search with the first picture that gives features; one search a person."""
        for picture in person.pictures:
            probe = self._search(picture)
            if probe is not None:
                self._strangers.append(probe)
                return

    def cast(self) -> Cast:
        """Return what was collected."""
        return Cast(
            references=templates_of(self._references),
            probes=templates_of(self._probes),
            owners=np.array(self._owners, np.int64),
            strangers=templates_of(self._strangers),
            failure_to_enrol=ErrorRate(*self._enrolments),
            failure_to_acquire=ErrorRate(*self._searches),
        )

    def _search(self, picture: Path) -> Vector | None:
        vectors = self._vectors((picture,))
        self._searches[1] += 1
        self._searches[0] += not vectors
        return vectors[0] if vectors else None

    def _vectors(self, pictures: Sequence[Path]) -> list[Vector]:
        found = [self._samples[picture] for picture in pictures]
        return [sample.values for sample in found if isinstance(sample, Acquired)]


def fused(vectors: Sequence[Vector]) -> Vector:
    """Return the unit mean of vectors of one person."""
    total = np.array(vectors, np.float32).sum(axis=0)
    return np.asarray(total / np.linalg.norm(total), np.float32)
