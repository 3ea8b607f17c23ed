"""Lines that outlive the process that wrote them: what was said to people, and what was sent.

A line that was written stays written when the process is killed; only a power cut of the machine
could take it back.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Note = dict[str, Any]


class NoteBook:
    """Notes of one program, in a file that is only ever added to."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def add(self, kind: str, **fields: object) -> None:
        """Write one note."""
        line = json.dumps({"kind": kind, **fields}, sort_keys=True) + "\n"
        os.write(self._file, line.encode())

    def close(self) -> None:
        os.close(self._file)


class NoteReader:
    """Reads a file of notes on, as it grows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self.notes: list[Note] = []

    def read_on(self) -> list[Note]:
        """Return what was written since the last call."""
        new = list(self._new())
        self.notes += new
        return new

    def of(self, *kinds: str) -> Iterator[Note]:
        """Return the notes of some kinds that were read so far, in order."""
        return (note for note in self.notes if note["kind"] in kinds)

    def _new(self) -> Iterator[Note]:
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._offset)
            for line in file:
                if not line.endswith(b"\n"):
                    return
                self._offset += len(line)
                yield json.loads(line)
