"""A manifest names every file by content, licence and source, or is refused."""

from pathlib import Path

import pytest

from pos_app.features.manifest import data_folder, load_manifest, parse_manifest
from pos_app.features.model_file import ManifestError, SourceKind

ENTRY: dict[str, object] = {
    "name": "tiny",
    "file_name": "tiny.bin",
    "sha256": "0" * 64,
    "size_bytes": 4,
    "licence": "MIT",
    "sources": [
        {"kind": "https", "locator": "https://example.org/tiny.bin"},
        {"kind": "pypi", "locator": "tiny==1.0", "member": "tiny/tiny.bin"},
    ],
}
HTTPS = {"kind": "https", "locator": "https://example.org/a"}


def test_an_entry_is_read_with_its_sources_in_order() -> None:
    entry = parse_manifest({"format": 1, "model_id": "m", "file": [ENTRY]}).entry("tiny")
    assert [source.kind for source in entry.sources] == [SourceKind.HTTPS, SourceKind.PYPI]
    assert entry.is_required


@pytest.mark.parametrize(
    "change",
    [
        {"name": None},
        {"file_name": "../tiny.bin"},
        {"file_name": "a/tiny.bin"},
        {"sha256": "0" * 63},
        {"sha256": "G" * 64},
        {"size_bytes": 0},
        {"licence": None},
        {"sources": "here"},
        {"sources": [HTTPS | {"kind": "ftp"}]},
        {"sources": [HTTPS | {"locator": "http://example.org/a"}]},
        {"sources": [{"kind": "pypi", "locator": "--index-url=evil", "member": "a"}]},
        {"sources": [{"kind": "pypi", "locator": "tiny>=1", "member": "a"}]},
        {"sources": [{"kind": "pypi", "locator": "tiny==1.0"}]},
        {"sources": [HTTPS | {"archive_sha256": "short"}]},
    ],
)
def test_an_odd_entry_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ManifestError):
        parse_manifest({"format": 1, "file": [ENTRY | change]})


@pytest.mark.parametrize(
    "table",
    [{}, {"format": 2, "file": []}, {"format": 1}, {"format": 1, "file": [ENTRY, ENTRY]}],
    ids=["empty", "another format", "no files", "a name twice"],
)
def test_an_odd_manifest_is_refused(table: dict[str, object]) -> None:
    with pytest.raises(ManifestError):
        parse_manifest(table)


def test_an_unreadable_manifest_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_bytes(b"\xff = [")
    for name in ("m.toml", "absent.toml"):
        with pytest.raises(ManifestError):
            load_manifest(tmp_path / name)


def test_every_admitted_model_has_a_card_a_licence_and_a_registry_source() -> None:
    """Upstream may be out of reach; what is needed must come from a registry too."""
    manifest = load_manifest(data_folder() / "manifest.toml")
    for entry in manifest.files:
        folder = data_folder() / entry.name
        assert (folder / "MODEL_CARD.md").is_file()
        assert (folder / "LICENSE").is_file()
        kinds = {source.kind for source in entry.sources}
        assert kinds >= ({SourceKind.HTTPS, SourceKind.PYPI} if entry.is_required else set())


@pytest.mark.rule("PAD-01")
def test_only_the_passive_networks_may_be_missing() -> None:
    files = load_manifest(data_folder() / "manifest.toml").files
    optional = {entry.name for entry in files if not entry.is_required}
    assert optional == {"passive_pad_2_7", "passive_pad_4_0"}


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ManifestError):
        parse_manifest({"format": 1, "file": []}).entry("tiny")
