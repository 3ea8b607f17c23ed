"""Read a manifest: the list of files with hash, licence and sources, and the id of the pipeline."""

import re
import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

import pos_app
from pos_app.features.model_file import FileEntry, ManifestError, Source, SourceKind
from pos_app.features.passive_card import PassiveCard, parse_passive_card

MANIFEST_FORMAT: Final = 1
_HEX_64: Final = re.compile(r"[0-9a-f]{64}")
_PLAIN_FILE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LOCATORS: Final = {
    SourceKind.HTTPS: re.compile(r"https://[A-Za-z0-9.-]+/\S+"),
    SourceKind.PYPI: re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[0-9][A-Za-z0-9.]*"),
    SourceKind.NPM: re.compile(r"(@[a-z0-9-]+/)?[a-z0-9][a-z0-9._-]*@[0-9][A-Za-z0-9.-]*"),
}


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of one manifest in its order.

    `model_id` names the whole pipeline whose features may be compared with each other; it travels
    in every signed header. It is empty for a manifest of media.
    """

    model_id: str
    files: tuple[FileEntry, ...]

    def entry(self, name: str) -> FileEntry:
        """Return the file called `name`. Raises `ManifestError` if there is none."""
        for entry in self.files:
            if entry.name == name:
                return entry
        raise ManifestError(f"the manifest has no file called {name}")


def data_folder() -> Path:
    """Return the folder with manifests and policies, of the wheel or of the source tree."""
    packaged = Path(str(resources.files(pos_app))) / "_models"
    if packaged.is_dir():
        return packaged
    return Path(pos_app.__file__).resolve().parent.parent / "models"


def load_manifest(path: Path) -> Manifest:
    """Read a manifest file. Raises `ManifestError` if it is absent or not well formed."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as cause:
        raise ManifestError(f"{path.name} cannot be read as a manifest") from cause
    return parse_manifest(table)


def parse_manifest(table: dict[str, object]) -> Manifest:
    """Return the manifest in a parsed TOML document.

    Raises `ManifestError` on another format, a missing or odd field, or a name used twice.
    """
    if table.get("format") != MANIFEST_FORMAT:
        raise ManifestError(f"a manifest of format {MANIFEST_FORMAT} is expected")
    files = tuple(_parse_entry(entry) for entry in _tables(table.get("file")))
    if len({entry.name for entry in files}) != len(files):
        raise ManifestError("two files of the manifest have one name")
    return Manifest(_text(table, "model_id", default=""), files)


def _parse_entry(table: dict[str, object]) -> FileEntry:
    size = table.get("size_bytes")
    if not isinstance(size, int) or size <= 0:
        raise ManifestError("size_bytes is a positive number")
    return FileEntry(
        name=_text(table, "name"),
        file_name=_matching(_text(table, "file_name"), _PLAIN_FILE_NAME),
        sha256=_matching(_text(table, "sha256"), _HEX_64),
        size_bytes=size,
        licence=_text(table, "licence"),
        sources=tuple(_parse_source(source) for source in _tables(table.get("sources", []))),
        is_required=table.get("required", True) is True,
        passive=_parse_passive(table),
    )


def _parse_passive(table: dict[str, object]) -> PassiveCard | None:
    if "passive" not in table:
        return None
    try:
        return parse_passive_card(table["passive"])
    except ValueError as cause:
        raise ManifestError(f"the passive card of {table.get('name')}: {cause}") from cause


def _parse_source(table: dict[str, object]) -> Source:
    try:
        kind = SourceKind(_text(table, "kind"))
    except ValueError as cause:
        raise ManifestError("a source has an unknown kind") from cause
    archive_sha256 = _text(table, "archive_sha256", default="")
    if archive_sha256:
        _matching(archive_sha256, _HEX_64)
    return Source(
        kind=kind,
        locator=_matching(_text(table, "locator"), _LOCATORS[kind]),
        member=_text(table, "member", default="" if kind is SourceKind.HTTPS else None),
        archive_sha256=archive_sha256,
    )


def _tables(value: object) -> list[dict[str, object]]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ManifestError("a list of tables is expected")
    return value


def _text(table: dict[str, object], key: str, *, default: str | None = None) -> str:
    value = table.get(key, default)
    if not isinstance(value, str):
        raise ManifestError(f"{key} is missing or not text")
    return value


def _matching(text: str, pattern: re.Pattern[str]) -> str:
    if not pattern.fullmatch(text):
        raise ManifestError(f"{text!r} does not have the form it must have")
    return text
