"""Certificates, roles and revocation lists from a party's folder."""

from collections.abc import Hashable, Iterable, Iterator
from pathlib import Path

import structlog
from cryptography import x509

from clearing_service.config import ConfigError
from clearing_service.provisioning.renewal import PARTIES_LIST, TERMINALS_LIST
from clearing_service.provisioning.terminal_bundle import REGISTER_FOLDER
from clearing_service.transport.peers import IssuingAuthority, PeerDirectory
from clearing_service.transport.revocation import RevocationFiles
from clearing_service.transport.roles import TERMINAL_ROLES, PeerRole
from facepay.ports import Clock

REVOCATION_LISTS = (TERMINALS_LIST, PARTIES_LIST)

_log = structlog.get_logger("trust")


def peer_directory(folder: Path, clock: Clock) -> PeerDirectory:
    """Return who may call the process that lives in `folder`; raises `ConfigError`."""
    terminals = read_certificate(folder / "terminals_authority.pem")
    parties = read_certificate(folder / "parties_authority.pem")
    revocations = RevocationFiles(
        [(folder / TERMINALS_LIST, terminals), (folder / PARTIES_LIST, parties)], clock
    )
    authorities = (
        IssuingAuthority(terminals, TERMINAL_ROLES),
        IssuingAuthority(parties, frozenset(PeerRole) - TERMINAL_ROLES),
    )
    return PeerDirectory(authorities, revocations, clock)


def read_certificate(path: Path) -> x509.Certificate:
    """Return one certificate; raises `ConfigError`."""
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read as a certificate") from error


def read_revocation_list(path: Path) -> x509.CertificateRevocationList:
    """Return a revocation list, whoever signed it; raises `ConfigError`."""
    try:
        return x509.load_pem_x509_crl(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read as a revocation list") from error


class RegisterFolder:
    """Implements `matching.terminal_keys.CertificateSource`: files that operators put there."""

    def __init__(self, folder: Path) -> None:
        self._register = folder / REGISTER_FOLDER
        self._revocations = folder / TERMINALS_LIST

    def certificates(self) -> Iterable[x509.Certificate]:
        """Return every certificate that can be read; another file is named in the log."""
        return list(self._read_all())

    def revocations(self) -> Iterable[x509.CertificateRevocationList]:
        """Return the terminal authority's list; raises `ConfigError` without a readable one."""
        return [read_revocation_list(self._revocations)]

    def mark(self) -> Hashable:
        """Return names, times and sizes of the files; raises `ConfigError` if they cannot be seen."""
        try:
            states = [(path, path.stat()) for path in (*self._certificates(), self._revocations)]
        except OSError as error:
            raise ConfigError(f"{self._register} or its revocation list cannot be read") from error
        return tuple((path.name, state.st_mtime_ns, state.st_size) for path, state in states)

    def _certificates(self) -> list[Path]:
        return sorted(self._register.glob("*.pem"))

    def _read_all(self) -> Iterator[x509.Certificate]:
        for path in self._certificates():
            try:
                yield x509.load_pem_x509_certificate(path.read_bytes())
            except (OSError, ValueError):
                _log.warning("a terminal certificate cannot be read", terminal_id=path.stem)
