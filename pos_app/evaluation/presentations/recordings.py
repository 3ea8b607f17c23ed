"""A folder of recorded presentations: one sub-folder a species, in it videos or folders of pictures.

bona-fide/anybody.mp4
print/first/0001.png, 0002.png, ...
replay/tablet-in-the-sun.mp4
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pos_app.evaluation.errors import EvaluationError
from pos_app.evaluation.feature_cache import picture_hash
from pos_app.evaluation.picture_folder import PICTURE_SUFFIXES

BONA_FIDE: Final = "bona-fide"
VIDEO_SUFFIXES: Final = frozenset({".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm"})


@dataclass(frozen=True, slots=True)
class Recording:
    """One presentation: a video, or pictures in the order of their names.

    `species` is `BONA_FIDE` or the kind of instrument. File names stay out of every report.
    """

    species: str
    files: tuple[Path, ...]

    @property
    def is_video(self) -> bool:
        """Whether it is one video rather than pictures."""
        return self.files[0].suffix.lower() in VIDEO_SUFFIXES

    @property
    def key(self) -> str:
        """A hash of species and content: the same presentation again has the same key.

        Raises `EvaluationError` for a file that cannot be opened.
        """
        digest = hashlib.sha256(self.species.encode())
        for file in self.files:
            try:
                digest.update(picture_hash(file))
            except OSError as error:
                raise EvaluationError(f"{file} cannot be opened") from error
        return digest.hexdigest()


def recordings_in(folder: Path) -> tuple[Recording, ...]:
    """Return the presentations of a folder in order of species and name.

    Raises `EvaluationError` if there is no such folder or no presentation in it.
    """
    if not folder.is_dir():
        raise EvaluationError(f"{folder} is not a folder")
    found = tuple(
        Recording(_species_of(species), files)
        for species in sorted(path for path in folder.iterdir() if path.is_dir())
        for files in _presentations(species)
    )
    if not found:
        raise EvaluationError(
            f"{folder} has no presentations; make one sub-folder a species (bona-fide, print, "
            "replay, ...) and put videos or folders of pictures into it"
        )
    return found


def _species_of(folder: Path) -> str:
    return folder.name.lower().replace("_", "-").replace(" ", "-")


def _presentations(species: Path) -> list[tuple[Path, ...]]:
    """Return each video, each picture that lies alone, and each folder of pictures."""
    found: list[tuple[Path, ...]] = []
    for path in sorted(species.iterdir()):
        if path.is_dir():
            pictures = tuple(sorted(file for file in path.iterdir() if _is_picture(file)))
            found.extend([pictures] if pictures else [])
        elif _is_picture(path) or path.suffix.lower() in VIDEO_SUFFIXES:
            found.append((path,))
    return found


def _is_picture(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() in PICTURE_SUFFIXES
