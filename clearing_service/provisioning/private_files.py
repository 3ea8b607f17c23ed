"""Files that only their owner may read, and that are never written over."""

import os
from pathlib import Path

from clearing_service.errors import ClearingError

_PRIVATE_FILE_MODE = 0o600
_PRIVATE_DIRECTORY_MODE = 0o700


class FolderError(ClearingError):
    """A file or folder cannot be made. The message says which and why."""


class AlreadyProvisionedError(ClearingError):
    """Something is there already. Provisioning replaces no key: it might be the only copy."""


def make_private_directory(path: Path) -> Path:
    """Create `path`, which must not exist, for its owner alone.

    Raises `AlreadyProvisionedError` and `FolderError`. Missing parents are made the same way; those that are there stay as they are.
    """
    try:
        for parent in reversed(path.parents):
            if not parent.exists():
                parent.mkdir(mode=_PRIVATE_DIRECTORY_MODE)
        path.mkdir(mode=_PRIVATE_DIRECTORY_MODE)
        path.chmod(_PRIVATE_DIRECTORY_MODE)
    except FileExistsError:
        raise AlreadyProvisionedError(f"{path} is there already; nothing was changed") from None
    except OSError as error:
        raise FolderError(f"{path} cannot be made: {error.strerror}") from error
    return path


def write_private(path: Path, content: bytes | bytearray | memoryview) -> None:
    """Write a new file that only its owner reads; raises `AlreadyProvisionedError`, `FolderError`.

    The mode is set when the file is created, so that it is never open to others for a moment.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        descriptor = os.open(path, flags, _PRIVATE_FILE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise AlreadyProvisionedError(f"{path} is there already; nothing was changed") from None
    except OSError as error:
        raise FolderError(f"{path} cannot be written: {error.strerror}") from error


def replace_private(path: Path, content: bytes) -> None:
    """Replace a file that is meant to change (a register, a revocation list) in one step."""
    waiting = path.with_name(path.name + ".new")
    try:
        waiting.unlink(missing_ok=True)
        write_private(waiting, content)
        waiting.replace(path)
    except OSError as error:
        raise FolderError(f"{path} cannot be replaced: {error.strerror}") from error
