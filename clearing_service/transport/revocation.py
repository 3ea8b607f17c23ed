"""The certificate revocation list (RFC 5280, 5), checked at every call.

The list is a file that an operator replaces; it is read again when it has changed. A list that is
not signed by the authority, or is older than its own next update, revokes everything: a service
that cannot tell who was revoked serves nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from clearing_service.errors import ClearingError
from facepay.ports import Clock


class RevocationListError(ClearingError):
    """The revocation list cannot be read, does not verify, or is out of date."""


class Revocations(Protocol):
    """Which certificates are no longer live."""

    def is_revoked(self, certificate: x509.Certificate) -> bool:
        """Tell whether `certificate` was revoked; raises `RevocationListError` if unknown."""


class RevocationFiles:
    """Lists in files, one for each authority that issues certificates."""

    def __init__(self, files: Iterable[tuple[Path, x509.Certificate]], clock: Clock) -> None:
        """Watch `files`, each with the certificate of the authority that signs it."""
        self._lists = [_RevocationFile(path, authority, clock) for path, authority in files]

    def is_revoked(self, certificate: x509.Certificate) -> bool:
        """Look the certificate up in the list of its issuer."""
        for revocations in self._lists:
            if revocations.authority.subject == certificate.issuer:
                return revocations.contains(certificate.serial_number)
        raise RevocationListError("no revocation list of this certificate's issuer")


@dataclass(frozen=True, slots=True)
class _RevocationList:
    """A list as every call asks it: asked itself, it goes through all its entries each time."""

    next_update: datetime | None
    serial_numbers: frozenset[int]


class _RevocationFile:
    """One list; read again whenever the file's time or size differs."""

    def __init__(self, path: Path, authority: x509.Certificate, clock: Clock) -> None:
        self._path = path
        self.authority = authority
        self._clock = clock
        self._mark: tuple[int, int] | None = None
        self._list: _RevocationList | None = None

    def contains(self, serial_number: int) -> bool:
        current = self._read()
        if current.next_update is None or self._clock.now() > current.next_update:
            raise RevocationListError("the revocation list is out of date")
        return serial_number in current.serial_numbers

    def _read(self) -> _RevocationList:
        try:
            state = self._path.stat()
            mark = (state.st_mtime_ns, state.st_size)
            if self._list is None or mark != self._mark:
                self._list = self._verified(self._path.read_bytes())
                self._mark = mark
        except (OSError, ValueError) as error:
            raise RevocationListError("the revocation list cannot be read") from error
        return self._list

    def _verified(self, content: bytes) -> _RevocationList:
        read = x509.load_pem_x509_crl(content)
        key = self.authority.public_key()
        if not isinstance(key, EllipticCurvePublicKey) or not read.is_signature_valid(key):
            raise RevocationListError("the revocation list is not the authority's")
        return _RevocationList(
            read.next_update_utc, frozenset(entry.serial_number for entry in read)
        )
