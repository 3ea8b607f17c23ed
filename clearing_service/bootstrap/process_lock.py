"""One process at a time in a folder of keys and stores."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from clearing_service.errors import ClearingError

LOCK_NAME = "process.lock"


class FolderInUseError(ClearingError):
    """Another process works in this folder; two would overwrite each other's keys."""


class ProcessLock:
    """Holds a folder until left, or until the process ends in any way."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK_NAME
        self._descriptor = -1

    def __enter__(self) -> Self:
        """Take the folder; raises `FolderInUseError` at once if somebody has it."""
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            raise FolderInUseError(
                f"{self._path.parent} is in use by a running process; stop it first"
            ) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the folder back."""
        os.close(self._descriptor)
