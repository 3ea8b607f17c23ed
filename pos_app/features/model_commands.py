"""What `facepay-pos models` does: fetch models and demo media, and check what is there."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from pos_app.features.manifest import data_folder, load_manifest
from pos_app.features.model_fetch import FetchEvent, FetchResult, FetchStage, fetch_all, file_sha256
from pos_app.features.model_file import FileEntry
from pos_app.features.model_store import default_folders

MODEL_MANIFEST: Final = "manifest.toml"
MEDIA_MANIFEST: Final = "media.toml"
_MANIFESTS: Final = (MODEL_MANIFEST, MEDIA_MANIFEST)

_WORDS: Final = {
    FetchStage.ALREADY_THERE: "{name}: already there",
    FetchStage.TRYING: "{name}: asking {detail}",
    FetchStage.SOURCE_FAILED: "{name}: {detail}; trying the next source",
    FetchStage.FETCHED: "{name}: fetched and verified",
    FetchStage.PASSED_OVER: "{name}: not available here; it is optional",
}


def models_fetch(
    tell: Callable[[str], None],
    *,
    folders: Sequence[Path] | None = None,
    manifests: Sequence[str] = _MANIFESTS,
) -> FetchResult:
    """Fetch every file of the named manifests into the last of `folders`; a repeat fetches nothing.

    `tell` gets one line of text per event. A file that an earlier folder already has, with the right
    content, is not fetched. Without `folders` the user's default ones are used. Raises
    `ModelUnreachableError`, whose text says what to do by hand.
    """
    chosen = tuple(folders) if folders is not None else default_folders()
    entries = [
        entry
        for name in manifests
        for entry in load_manifest(data_folder() / name).files
        if not _is_in(entry, chosen[:-1])
    ]

    def progress(event: FetchEvent) -> None:
        line = _WORDS.get(event.stage)
        if line is not None:
            tell(line.format(name=event.entry.file_name, detail=event.detail))

    return fetch_all(entries, chosen[-1], progress)


def _is_in(entry: FileEntry, folders: Sequence[Path]) -> bool:
    paths = [folder / entry.file_name for folder in folders]
    return any(path.is_file() and file_sha256(path) == entry.sha256 for path in paths)
