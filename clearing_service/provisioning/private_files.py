"""Files that only their owner may read, and that are never written over."""

import os
from pathlib import Path

from clearing_service.errors import ClearingError

_PRIVATE_FILE_MODE = 0o600
_PRIVATE_DIRECTORY_MODE = 0o700


class AlreadyProvisionedError(ClearingError):
    """Something is there already. Provisioning replaces no key: it might be the only copy."""


def make_private_directory(path: Path) -> Path:
    """Create `path`, which must not exist, for its owner alone; raises `AlreadyProvisionedError`.

    Missing parents are made the same way; those that are there stay as they are.
    """
    for parent in reversed(path.parents):
        if not parent.exists():
            parent.mkdir(mode=_PRIVATE_DIRECTORY_MODE)
    try:
        path.mkdir(mode=_PRIVATE_DIRECTORY_MODE)
    except FileExistsError:
        raise AlreadyProvisionedError(f"{path} is there already; nothing was changed") from None
    path.chmod(_PRIVATE_DIRECTORY_MODE)
    return path


def write_private(path: Path, content: bytes | bytearray | memoryview) -> None:
    """Write a new file that only its owner reads; raises `AlreadyProvisionedError`.

    The mode is set when the file is created, so that it is never open to others for a moment.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        descriptor = os.open(path, flags, _PRIVATE_FILE_MODE)
    except FileExistsError:
        raise AlreadyProvisionedError(f"{path} is there already; nothing was changed") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def replace_private(path: Path, content: bytes) -> None:
    """Replace a file that is meant to change (a register, a revocation list) in one step."""
    waiting = path.with_name(path.name + ".new")
    waiting.unlink(missing_ok=True)
    write_private(waiting, content)
    waiting.replace(path)
