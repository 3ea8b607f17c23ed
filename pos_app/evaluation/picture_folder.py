"""A folder of people: one sub-folder a person, pictures of that person in it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pos_app.evaluation.errors import EvaluationError

PICTURE_SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp"})


@dataclass(frozen=True, slots=True)
class Person:
    """One person's pictures in order of their names. The name stays out of every report."""

    name: str
    pictures: tuple[Path, ...]


def people_in(folder: Path) -> tuple[Person, ...]:
    """Return the people of a folder in order of their names; sub-folders without pictures are none.

    Raises `EvaluationError` if there is no such folder or nobody in it.
    """
    if not folder.is_dir():
        raise EvaluationError(f"{folder} is not a folder")
    folders = sorted(path for path in folder.iterdir() if path.is_dir())
    people = tuple(Person(path.name, _pictures(path)) for path in folders)
    found = tuple(person for person in people if person.pictures)
    if not found:
        raise EvaluationError(
            f"{folder} has no sub-folder with pictures; make one sub-folder a person"
        )
    return found


def _pictures(folder: Path) -> tuple[Path, ...]:
    return tuple(
        sorted(
            path
            for path in folder.iterdir()
            if path.is_file() and path.suffix.lower() in PICTURE_SUFFIXES
        )
    )
