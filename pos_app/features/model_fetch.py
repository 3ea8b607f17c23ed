"""Fetch what a manifest names into a folder: sources in order, every file verified, then renamed.

A file that is there and right costs no network. A partial file is kept beside its name with the
suffix `.part`, so an interrupted download over https continues; a wrong one is deleted.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from pos_app.features.model_file import (
    FileEntry,
    ModelUnreachableError,
    Source,
    SourceKind,
)
from pos_app.features.model_sources import (
    FileSource,
    HttpsSource,
    PackageSource,
    SourceUnavailableError,
)


class FetchStage(Enum):
    """How far one file is."""

    ALREADY_THERE = "already_there"
    TRYING = "trying"
    RECEIVING = "receiving"
    SOURCE_FAILED = "source_failed"
    FETCHED = "fetched"
    PASSED_OVER = "passed_over"


@dataclass(frozen=True, slots=True)
class FetchEvent:
    """News about one file. `detail` is for people; `received_bytes` counts from 0."""

    entry: FileEntry
    stage: FetchStage
    detail: str = ""
    received_bytes: int = 0


Progress = Callable[[FetchEvent], None]


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What a fetch left: the paths by name, and the optional files that no source gave."""

    paths: Mapping[str, Path]
    passed_over: tuple[FileEntry, ...]


def fetch_all(entries: Iterable[FileEntry], folder: Path, progress: Progress) -> FetchResult:
    """Bring every entry into `folder`, which is made if absent. A repeat fetches only what lacks.

    Raises `ModelUnreachableError` for the first required file that no source gives; what was
    fetched before stays. Progress is called on this thread.
    """
    with tempfile.TemporaryDirectory(prefix="facepay-fetch-") as workspace:
        packages = PackageSource(Path(workspace))
        sources: dict[SourceKind, FileSource] = {
            SourceKind.HTTPS: HttpsSource(),
            SourceKind.PYPI: packages,
            SourceKind.NPM: packages,
        }
        return FileFetcher(folder, sources, progress).fetch(entries)


class FileFetcher:
    """Fetches entries into one folder through the given sources."""

    def __init__(
        self, folder: Path, sources: Mapping[SourceKind, FileSource], progress: Progress
    ) -> None:
        self._folder = folder
        self._sources = sources
        self._progress = progress

    def fetch(self, entries: Iterable[FileEntry]) -> FetchResult:
        """Fetch every entry; see `fetch_all`."""
        self._folder.mkdir(parents=True, exist_ok=True)
        paths: dict[str, Path] = {}
        passed_over: list[FileEntry] = []
        for entry in entries:
            path = self._fetch_one(entry)
            if path is not None:
                paths[entry.name] = path
            elif entry.is_required:
                raise ModelUnreachableError(_advice(entry, self._folder))
            else:
                passed_over.append(entry)
                self._progress(FetchEvent(entry, FetchStage.PASSED_OVER))
        return FetchResult(paths, tuple(passed_over))

    def _fetch_one(self, entry: FileEntry) -> Path | None:
        """Return the path of the verified file, or None if no source gave it."""
        path = self._folder / entry.file_name
        if path.is_file() and file_sha256(path) == entry.sha256:
            self._progress(FetchEvent(entry, FetchStage.ALREADY_THERE))
            return path
        for source in entry.sources:
            if self._try_source(entry, source, path):
                self._progress(FetchEvent(entry, FetchStage.FETCHED, source.locator))
                return path
        return None

    def _try_source(self, entry: FileEntry, source: Source, path: Path) -> bool:
        partial = path.with_name(path.name + ".part")
        self._progress(FetchEvent(entry, FetchStage.TRYING, source.locator))

        def received(count: int) -> None:
            self._progress(FetchEvent(entry, FetchStage.RECEIVING, source.locator, count))

        try:
            self._sources[source.kind].retrieve(entry, source, partial, received)
            _require_content(entry, partial)
        except SourceUnavailableError as cause:
            self._progress(FetchEvent(entry, FetchStage.SOURCE_FAILED, str(cause)))
            return False
        partial.replace(path)
        return True


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file as lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _require_content(entry: FileEntry, partial: Path) -> None:
    """Delete what is not the file, so that nothing ever continues it."""
    if file_sha256(partial) != entry.sha256:
        partial.unlink()
        raise SourceUnavailableError("the source gave another file")


def _advice(entry: FileEntry, folder: Path) -> str:
    places = "; ".join(source.locator for source in entry.sources)
    return (
        f"no source gave {entry.file_name} (tried {places}). Check the network and fetch again, or "
        f"put the file with SHA-256 {entry.sha256} into {folder} by hand"
    )
