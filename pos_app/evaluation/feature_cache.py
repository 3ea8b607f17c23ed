"""Features that were already computed, by the hash of the picture, so that a run can be continued.

One file of records of one length. It holds biometric features: only its owner may read it, and a run
that ends removes it unless told to keep it.
"""

import hashlib
import os
from pathlib import Path
from typing import Final

import numpy as np

from facepay.template import DIMENSIONS
from pos_app.evaluation.sample_reader import Acquired, NotAcquired, Sample

_HASH_BYTES: Final = 32
_REASON_BYTES: Final = 32
_VALUE_BYTES: Final = 4 * DIMENSIONS
_RECORD_BYTES: Final = _HASH_BYTES + _REASON_BYTES + _VALUE_BYTES


def picture_hash(path: Path) -> bytes:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


class FeatureCache:
    """The samples of one pipeline, in memory and appended to a file. Used by one thread."""

    def __init__(self, path: Path, pipeline: bytes) -> None:
        """Read what an earlier run left under `path`; that of another pipeline is dropped.

        `pipeline` is 32 bytes that change with any model or threshold. A record cut short by a crash
        is ignored. The folder must exist.
        """
        self._path, self._pipeline = path, pipeline
        self._samples: dict[bytes, Sample] = {}
        if not self._load():
            path.unlink(missing_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(pipeline)

    def __len__(self) -> int:
        """Return how many samples are known."""
        return len(self._samples)

    def find(self, picture: bytes) -> Sample | None:
        """Return the sample of the picture with this hash."""
        return self._samples.get(picture)

    def add(self, picture: bytes, sample: Sample) -> None:
        """Keep a sample; it is in the file when this returns."""
        self._samples[picture] = sample
        with self._path.open("ab") as file:
            file.write(picture + _encoded(sample))

    def remove(self) -> None:
        """Remove the file. A repeat does nothing."""
        self._path.unlink(missing_ok=True)

    def _load(self) -> bool:
        """Return whether the file is one of this pipeline; drop what is cut short at its end."""
        if not self._path.is_file():
            return False
        content = self._path.read_bytes()
        if content[:_HASH_BYTES] != self._pipeline:
            return False
        whole = (len(content) - _HASH_BYTES) // _RECORD_BYTES
        for at in range(_HASH_BYTES, _HASH_BYTES + whole * _RECORD_BYTES, _RECORD_BYTES):
            record = content[at : at + _RECORD_BYTES]
            self._samples[record[:_HASH_BYTES]] = _decoded(record[_HASH_BYTES:])
        os.truncate(self._path, _HASH_BYTES + whole * _RECORD_BYTES)
        return True


def _encoded(sample: Sample) -> bytes:
    if isinstance(sample, Acquired):
        return bytes(_REASON_BYTES) + sample.values.astype("<f4").tobytes()
    return sample.reason.encode("ascii").ljust(_REASON_BYTES, b"\0") + bytes(_VALUE_BYTES)


def _decoded(record: bytes) -> Sample:
    reason = record[:_REASON_BYTES].rstrip(b"\0").decode("ascii")
    if reason:
        return NotAcquired(reason)
    return Acquired(np.frombuffer(record[_REASON_BYTES:], "<f4").astype(np.float32))
