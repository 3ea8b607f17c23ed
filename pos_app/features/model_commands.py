"""What `facepay-pos models` does: fetch models and demo media, and check what is there."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from pos_app.features.manifest import data_folder, load_manifest
from pos_app.features.model_fetch import FetchEvent, FetchResult, FetchStage, fetch_all, file_sha256
from pos_app.features.model_file import FileEntry, ModelIntegrityError, ModelMissingError
from pos_app.features.model_store import ModelStore, default_folders
from pos_app.features.passive_network import InstalledNetwork, installed_networks

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


def models_list(tell: Callable[[str], None], *, folders: Sequence[Path] | None = None) -> None:
    """Tell of every model file whether it is there, and whether a passive network is installed.

    Nothing is loaded or fetched. Raises `ManifestError` for a card that cannot be read.
    """
    chosen = tuple(folders) if folders is not None else default_folders()
    store = ModelStore(load_manifest(data_folder() / MODEL_MANIFEST), chosen)
    networks = installed_networks(store)
    own = [network for network in networks if network.store is not store]
    for entry in store.manifest.files:
        tell(_line_of(entry, store))
    for network in own:
        tell(_line_of(network.entry, network.store))
    tell(_passive_line(networks))


def _line_of(entry: FileEntry, store: ModelStore) -> str:
    try:
        store.read(entry.name)
    except ModelMissingError:
        state = "missing" if entry.is_required else "not installed; it is optional"
    except ModelIntegrityError:
        state = "there, but it is another file: it will be refused"
    else:
        state = f"there and verified ({entry.licence})"
    return f"{entry.name}: {state}"


def _passive_line(networks: Sequence[InstalledNetwork]) -> str:
    if not networks:
        return (
            "passive PAD network: not installed; the built-in evidence and challenges are used "
            "without it"
        )
    names = ", ".join(f"{one.entry.name} (threshold {one.card.threshold:g})" for one in networks)
    return f"passive PAD network: installed: {names}"
