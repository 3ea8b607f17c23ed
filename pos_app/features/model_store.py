"""Give out model and media files that are exactly what the manifest says, or refuse.

The bytes that were checked are the bytes that are given out, so a file cannot be swapped in between.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from pos_app.features.manifest import Manifest
from pos_app.features.model_file import (
    FileEntry,
    ModelIntegrityError,
    ModelMissingError,
    verify_content,
)

OWN_FOLDER_VARIABLE: Final = "FACEPAY_MODEL_DIR"
FETCH_COMMAND: Final = "facepay-pos models fetch"


def user_data_folder(environment: Mapping[str, str], home: Path) -> Path:
    """Return where fetched files are kept: the XDG data folder of the user."""
    base = environment.get("XDG_DATA_HOME", "")
    root = Path(base) if Path(base).is_absolute() else home / ".local" / "share"
    return root / "facepay-sandbox" / "models"


def model_folders(environment: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    """Return the folders to look in: the user's own (FACEPAY_MODEL_DIR), then the fetched files."""
    own = environment.get(OWN_FOLDER_VARIABLE, "")
    fetched = user_data_folder(environment, home)
    return (Path(own).expanduser(), fetched) if own else (fetched,)


class ModelStore:
    """The files of one manifest, looked for in several folders in order."""

    def __init__(self, manifest: Manifest, folders: Sequence[Path]) -> None:
        self.manifest = manifest
        self.folders = tuple(folders)

    def read(self, name: str) -> bytes:
        """Return the verified content of the file called `name`.

        Raises `ModelMissingError` if no folder has it, `ModelIntegrityError` if the first one found
        is another file: a wrong file is reported, never passed over for a later folder.
        """
        entry = self.manifest.entry(name)
        content = self._find(entry).read_bytes()
        verify_content(entry, content)
        return content

    def path_of(self, name: str) -> Path:
        """Return the path of the file called `name` after checking it; errors as `read`.

        For libraries that open files by path; prefer `read`.
        """
        self.read(name)
        return self._find(self.manifest.entry(name))

    def has(self, name: str) -> bool:
        """Whether a folder has a file of that name, right or wrong. Raises `ManifestError`."""
        return bool(self._candidates(self.manifest.entry(name)))

    def missing(self) -> tuple[FileEntry, ...]:
        """Return the required files that no folder has."""
        return tuple(entry for entry in self.absent() if entry.is_required)

    def absent(self) -> tuple[FileEntry, ...]:
        """Return all files that no folder has; those that are there are not checked."""
        return tuple(entry for entry in self.manifest.files if not self._candidates(entry))

    def _find(self, entry: FileEntry) -> Path:
        found = self._candidates(entry)
        if not found:
            places = ", ".join(str(folder) for folder in self.folders)
            raise ModelMissingError(
                f"{entry.file_name} is not in {places}; run `{FETCH_COMMAND}` while online, "
                f"or put the file there yourself"
            )
        if found[0].stat().st_size != entry.size_bytes:
            raise ModelIntegrityError(
                f"{found[0]} has another size than the manifest names; remove it and fetch again"
            )
        return found[0]

    def _candidates(self, entry: FileEntry) -> list[Path]:
        paths = [folder / entry.file_name for folder in self.folders]
        return [path for path in paths if path.is_file()]


def default_folders() -> tuple[Path, ...]:
    """Return the folders to look in for this user and this process's environment."""
    return model_folders(os.environ, Path.home())
